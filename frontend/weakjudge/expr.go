package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// call has what a call makes watched: by the predeclared functions, by conversions, and for variadic arguments.
func (r *rewriter) call(n *ast.CallExpr) {
	switch r.builtin(n) {
	case "new":
		if s := r.find("new", n.Lparen); s >= 0 {
			r.object(n, s, r.pkg.info.TypeOf(n).(*types.Pointer).Elem(), "*")
		}
		return
	case "make":
		if s := r.find("make", n.Lparen); s >= 0 {
			r.container(n, s)
		}
		return
	case "append":
		if s := r.find("append", n.Lparen); s >= 0 && isSlice(r.pkg.info.TypeOf(n)) && isSlice(r.pkg.info.TypeOf(n.Args[0])) {
			r.wrap(n, "Grown", s)
			r.wrap(n.Args[0], "Grows", s)
		}
		return
	case "":
	default:
		return
	}
	if r.pkg.info.Types[n.Fun].IsType() {
		r.conversion(n)
	} else {
		r.variadic(n)
	}
}

// conversion is of strings from and to slices, or to an interface.
func (r *rewriter) conversion(n *ast.CallExpr) {
	if s := r.find("conv", r.gcPos(n.Args[0])); s >= 0 {
		r.container(n, s)
	}
	to, from := r.pkg.info.TypeOf(n), r.pkg.info.TypeOf(n.Args[0])
	if s := r.find("iface", r.gcPos(n.Args[0])); s >= 0 && types.IsInterface(to) && !types.IsInterface(from) && !isTypeParam(to) {
		r.wrap(n, "Box", s, fmt.Sprintf("%d, ", r.size(from)))
	}
}

// variadic makes the slice of a call's variadic arguments an explicit one.
func (r *rewriter) variadic(n *ast.CallExpr) {
	s := r.find("varargs", n.Lparen)
	sig, ok := core(r.pkg.info.TypeOf(n.Fun)).(*types.Signature)
	if s < 0 || !ok || !sig.Variadic() || n.Ellipsis.IsValid() || len(n.Args) < sig.Params().Len() {
		return
	}
	if _, tuple := r.pkg.info.TypeOf(n.Args[0]).(*types.Tuple); tuple {
		return
	}
	first, last := n.Args[sig.Params().Len()-1], n.Args[len(n.Args)-1]
	elem, ok := r.spell(sig.Params().At(sig.Params().Len()-1).Type().Underlying().(*types.Slice).Elem(), first.Pos())
	if !ok {
		return
	}
	r.insert(first.Pos(), r.watch("Args["+elem+"]", s))
	r.after[last] = append([]string{")..."}, r.after[last]...)
}

// object is for an expression that yields the address of a new object; value is what goes before it to have its value.
func (r *rewriter) object(n ast.Expr, s int, elem types.Type, value string) {
	if r.isTiny(elem) {
		r.wrap(n, "New", s, value)
	} else {
		r.wrap(n, "Pointer", s)
	}
}

// container is for an expression that yields a slice, map or string.
func (r *rewriter) container(n ast.Expr, s int, more ...string) {
	switch t := core(r.pkg.info.TypeOf(n)).(type) {
	case *types.Slice:
		r.wrap(n, "Slice", s, more...)
	case *types.Map:
		r.wrap(n, "Map", s, more...)
	case *types.Basic:
		if t.Info()&types.IsString != 0 {
			r.wrap(n, "String", s, more...)
		}
	}
}

// address is &T{...}. Slices and maps, which are sites themselves, are given by value.
func (r *rewriter) address(n *ast.UnaryExpr) {
	lit, ok := ast.Unparen(n.X).(*ast.CompositeLit)
	if !ok || n.Op != token.AND {
		return
	}
	s := r.find("complit", n.OpPos)
	if s < 0 {
		return
	}
	t := r.pkg.info.TypeOf(lit)
	switch core(t).(type) {
	case *types.Slice, *types.Map:
		r.values[lit] = true
	default:
		if !r.isTiny(t) {
			r.wrap(n, "Pointer", s)
			return
		}
	}
	r.replace(n.OpPos, 1, r.watch("New", s))
	r.follow(n, ")")
}

// literal is a slice or map literal, or an element &T{...} of another literal that leaves out &T.
func (r *rewriter) literal(n *ast.CompositeLit) {
	t := r.pkg.info.TypeOf(n)
	kind := "maplit"
	switch u := core(t).(type) {
	case *types.Slice:
		kind = "slicelit"
	case *types.Map:
	case *types.Pointer:
		if s := r.find("complit", n.Lbrace); s >= 0 && n.Type == nil {
			if text, ok := r.spell(u.Elem(), n.Pos()); ok {
				r.wrap(n, "Pointer", s, "&"+text)
			}
		}
		return
	default:
		return
	}
	if and, ok := r.parent(0).(*ast.UnaryExpr); ok && and.Op == token.AND && !r.values[n] {
		return
	}
	s := r.find(kind, n.Lbrace)
	if s < 0 {
		return
	}
	if n.Type != nil {
		r.container(n, s)
	} else if text, ok := r.spell(t, n.Pos()); ok {
		r.container(n, s, text)
	}
}

// concat is a chain of concatenations, which is one site. The judge's function joins the strings itself.
func (r *rewriter) concat(n *ast.BinaryExpr) {
	if n.Op != token.ADD || isTypeParam(r.pkg.info.TypeOf(n)) {
		return
	}
	for i := 0; ; i++ {
		p := r.parent(i)
		if outer, ok := p.(*ast.BinaryExpr); ok && outer.Op == token.ADD {
			return
		}
		if _, ok := p.(*ast.ParenExpr); !ok {
			break
		}
	}
	s := r.find("concat", n.OpPos)
	if s < 0 {
		return
	}
	r.wrap(n, "Concat", s)
	for e := n; e != nil; {
		r.replace(e.OpPos, 1, ",")
		e, _ = e.X.(*ast.BinaryExpr)
		if e != nil && e.Op != token.ADD {
			break
		}
	}
}

// methodValue is x.M without a call.
func (r *rewriter) methodValue(n *ast.SelectorExpr) {
	sel := r.pkg.info.Selections[n]
	if sel == nil || sel.Kind() != types.MethodVal {
		return
	}
	var e ast.Expr = n
	for i := 0; ; i++ {
		switch p := r.parent(i).(type) {
		case *ast.ParenExpr:
			e = p
			continue
		case *ast.CallExpr:
			if p.Fun == e {
				return
			}
		}
		break
	}
	if s := r.find("methodvalue", r.gcPos(n)); s >= 0 {
		r.wrap(n, "Func", s)
	}
}

// box is for a value that is put into an interface without a conversion in the source.
func (r *rewriter) box(e ast.Expr) {
	tv, ok := r.pkg.info.Types[e]
	if !ok || !tv.IsValue() || tv.Type == nil || types.IsInterface(tv.Type) && !isTypeParam(tv.Type) {
		return
	}
	s := r.find("iface", r.gcPos(e))
	if s < 0 {
		return
	}
	to := r.target(e)
	if to == nil || !types.IsInterface(to) || isTypeParam(to) {
		return
	}
	if text, ok := r.spell(to, e.Pos()); ok {
		r.wrap(e, "Box", s, fmt.Sprintf("%d, (%s)(", r.size(tv.Type), text))
		r.follow(e, ")")
	}
}

// target is the type that an expression is assigned to; nil if it is not, or not known.
func (r *rewriter) target(e ast.Expr) types.Type {
	info := r.pkg.info
	switch p := r.parent(0).(type) {
	case *ast.CallExpr:
		return r.parameter(p, e)
	case *ast.AssignStmt:
		for i, rhs := range p.Rhs {
			if rhs == e && len(p.Lhs) == len(p.Rhs) && p.Tok == token.ASSIGN {
				return info.TypeOf(p.Lhs[i])
			}
		}
	case *ast.ValueSpec:
		if p.Type != nil && len(p.Values) == len(p.Names) {
			return info.TypeOf(p.Type)
		}
	case *ast.ReturnStmt:
		results := r.frame().sig.Results()
		for i, result := range p.Results {
			if result == e && results.Len() == len(p.Results) {
				return results.At(i).Type()
			}
		}
	case *ast.SendStmt:
		if c, ok := core(info.TypeOf(p.Chan)).(*types.Chan); ok && p.Value == e {
			return c.Elem()
		}
	case *ast.IndexExpr:
		if m, ok := core(info.TypeOf(p.X)).(*types.Map); ok && p.Index == e {
			return m.Key()
		}
	case *ast.BinaryExpr:
		if p.Op == token.EQL || p.Op == token.NEQ {
			if p.X == e {
				return info.TypeOf(p.Y)
			}
			return info.TypeOf(p.X)
		}
	case *ast.KeyValueExpr:
		if lit, ok := r.parent(1).(*ast.CompositeLit); ok {
			return r.element(lit, p, e)
		}
	case *ast.CompositeLit:
		return r.element(p, nil, e)
	}
	return nil
}

func (r *rewriter) parameter(call *ast.CallExpr, e ast.Expr) types.Type {
	switch r.builtin(call) {
	case "panic":
		return types.NewInterfaceType(nil, nil)
	case "append":
		if s, ok := core(r.pkg.info.TypeOf(call)).(*types.Slice); ok && call.Args[0] != e && !call.Ellipsis.IsValid() {
			return s.Elem()
		}
		return nil
	case "":
	default:
		return nil
	}
	sig, ok := core(r.pkg.info.TypeOf(call.Fun)).(*types.Signature)
	if !ok || r.pkg.info.Types[call.Fun].IsType() {
		return nil
	}
	last := sig.Params().Len() - 1
	for i, arg := range call.Args {
		switch {
		case arg != e:
		case sig.Variadic() && i >= last && !call.Ellipsis.IsValid():
			return sig.Params().At(last).Type().Underlying().(*types.Slice).Elem()
		case i <= last:
			return sig.Params().At(i).Type()
		}
	}
	return nil
}

// element is the type of an element, field or key of a literal.
func (r *rewriter) element(lit *ast.CompositeLit, pair *ast.KeyValueExpr, e ast.Expr) types.Type {
	t := core(r.pkg.info.TypeOf(lit))
	if p, ok := t.(*types.Pointer); ok {
		t = core(p.Elem())
	}
	switch t := t.(type) {
	case *types.Slice:
		if pair == nil || pair.Value == e {
			return t.Elem()
		}
	case *types.Array:
		if pair == nil || pair.Value == e {
			return t.Elem()
		}
	case *types.Map:
		if pair != nil && pair.Key == e {
			return t.Key()
		}
		return t.Elem()
	case *types.Struct:
		for i := range t.NumFields() {
			if pair != nil {
				if id, ok := pair.Key.(*ast.Ident); ok && pair.Value == e && t.Field(i).Name() == id.Name {
					return t.Field(i).Type()
				}
			} else if i < len(lit.Elts) && lit.Elts[i] == e {
				return t.Field(i).Type()
			}
		}
	}
	return nil
}
