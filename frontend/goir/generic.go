package main

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// genericNames writes which unexported fields, package variables, functions and methods the bodies of generic functions mention, as
// the meta record `generic`. Only instances that the program uses are written; code out of sight may make others, which store
// into these and call these. `*` stands for all: there a body converts raw pointers.
func (x *exporter) genericNames() {
	names := map[string]bool{}
	any := false
	for _, pkg := range x.pkgs {
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil && isGenericDecl(pkg, d) {
					any = true
					x.namesIn(pkg, d.Body, names)
				}
			}
		}
	}
	if any {
		x.meta("generic", strings.Join(slices.Sorted(maps.Keys(names)), " "))
	}
}

func isGenericDecl(pkg *packages.Package, d *ast.FuncDecl) bool {
	fn, ok := pkg.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0
}

func (x *exporter) namesIn(pkg *packages.Package, body *ast.BlockStmt, names map[string]bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			switch obj := pkg.TypesInfo.Uses[n].(type) {
			case *types.Var:
				if isFieldOrGlobal(obj) {
					names[x.names.object(obj.Pkg(), obj.Name())] = true
				}
			case *types.Func:
				if !obj.Exported() && obj.Pkg() != nil {
					names[x.names.object(obj.Pkg(), obj.Name())] = true
				}
			case *types.TypeName:
				if obj.Type() == types.Typ[types.UnsafePointer] && !x.isStd(pkg) {
					names["*"] = true
				}
			}
		case *ast.CompositeLit:
			x.addFields(pkg.TypesInfo.TypeOf(n), names)
		case *ast.CallExpr: // a conversion between struct types
			if pkg.TypesInfo.Types[n.Fun].IsType() {
				x.addFields(pkg.TypesInfo.TypeOf(n), names)
			}
		}
		return true
	})
}

func isFieldOrGlobal(v *types.Var) bool {
	return !v.Exported() && (v.IsField() || (v.Pkg() != nil && v.Parent() == v.Pkg().Scope()))
}

// addFields adds the fields of a struct type, or of the one that a pointer leads to.
func (x *exporter) addFields(t types.Type, names map[string]bool) {
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if !f.Exported() {
				names[x.names.object(f.Pkg(), f.Name())] = true
			}
		}
	}
}
