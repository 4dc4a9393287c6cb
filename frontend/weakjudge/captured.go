package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// uses is what is done to the variables of a file.
type uses struct {
	info     *types.Info
	around   []*ast.FuncLit
	captured map[types.Object]bool
	changed  map[types.Object]bool // assigned to besides where it is declared, or its address is taken
}

// copied returns the variables that closures capture by value: nobody has their address, and watching them, which takes it, would give them one.
func copied(info *types.Info, file *ast.File) map[types.Object]bool {
	u := &uses{info, nil, map[types.Object]bool{}, map[types.Object]bool{}}
	var stack []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n != nil {
			u.enter(n)
			stack = append(stack, n)
			return true
		}
		if _, ok := stack[len(stack)-1].(*ast.FuncLit); ok {
			u.around = u.around[:len(u.around)-1]
		}
		stack = stack[:len(stack)-1]
		return true
	})
	found := map[types.Object]bool{}
	for v := range u.captured {
		found[v] = !u.changed[v]
	}
	return found
}

func (u *uses) enter(n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncLit:
		u.around = append(u.around, n)
	case *ast.Ident:
		v, ok := u.info.Uses[n].(*types.Var)
		if ok && !v.IsField() && len(u.around) > 0 && (v.Pos() < u.around[len(u.around)-1].Pos() || v.Pos() > u.around[len(u.around)-1].End()) {
			u.captured[v] = true
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			u.change(n.X)
		}
	case *ast.SliceExpr:
		if _, ok := u.info.TypeOf(n.X).Underlying().(*types.Array); ok {
			u.change(n.X)
		}
	case *ast.SelectorExpr: // a method of its address
		if sel := u.info.Selections[n]; sel != nil && sel.Kind() == types.MethodVal {
			if _, ok := sel.Obj().Type().(*types.Signature).Recv().Type().(*types.Pointer); ok {
				u.change(n.X)
			}
		}
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			if id, ok := l.(*ast.Ident); !ok || u.info.Defs[id] == nil {
				u.change(l)
			}
		}
	case *ast.IncDecStmt:
		u.change(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			u.change(n.Key)
			u.change(n.Value)
		}
	}
}

// change notes that the variable that e is, or is a part of, is assigned to.
func (u *uses) change(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Ident:
		u.changed[u.info.Uses[e]] = true
	case *ast.ParenExpr:
		u.change(e.X)
	case *ast.SelectorExpr:
		if _, ok := u.info.TypeOf(e.X).Underlying().(*types.Pointer); !ok {
			u.change(e.X)
		}
	case *ast.IndexExpr:
		if _, ok := u.info.TypeOf(e.X).Underlying().(*types.Array); ok {
			u.change(e.X)
		}
	}
}
