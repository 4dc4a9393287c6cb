package main

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// slot is a parameter or result as declared.
type slot struct {
	pos  token.Pos
	name string
}

// declared lists the parameters, receiver first, and results of a function as its syntax has them. The signatures of
// instances will not do: go/ssa shares them among functions of one type, whichever comes first. Without syntax they
// have to do.
func declared(fn *ssa.Function) (params, results []slot) {
	switch n := fn.Syntax().(type) {
	case *ast.FuncDecl:
		params = fieldSlots(nil, n.Recv)
		return fieldSlots(params, n.Type.Params), fieldSlots(nil, n.Type.Results)
	case *ast.FuncLit:
		return fieldSlots(nil, n.Type.Params), fieldSlots(nil, n.Type.Results)
	case *ast.RangeStmt:
		for i := range fn.Params {
			params = append(params, yieldParam(n, i))
		}
		return params, []slot{{}}
	}
	for _, p := range fn.Params {
		params = append(params, slot{p.Pos(), p.Object().Name()})
	}
	for v := range fn.Signature.Results().Variables() {
		results = append(results, slot{v.Pos(), v.Name()})
	}
	return params, results
}

func fieldSlots(slots []slot, fields *ast.FieldList) []slot {
	if fields == nil {
		return slots
	}
	for _, f := range fields.List {
		if len(f.Names) == 0 {
			slots = append(slots, slot{pos: f.Type.Pos()})
		}
		for _, id := range f.Names {
			slots = append(slots, slot{id.Pos(), id.Name})
		}
	}
	return slots
}

// params writes the param and free records.
func (w *funcWriter) params() {
	for i, p := range w.fn.Params {
		s := w.paramSlots[i]
		w.body.str("param %")
		w.paramName(p)
		w.body.ref(w.types.num(p.Type()))
		w.body.byte(' ')
		w.shortPlace(w.places.at(s.pos))
		if w.isParamSite(p, s.name) {
			w.body.str(" !param")
			w.body.quoted(s.name)
		}
		w.body.line()
	}
	for _, v := range w.fn.FreeVars {
		w.body.str("free %")
		w.freeName(v)
		w.body.ref(w.types.num(v.Type()))
		w.body.byte(' ')
		w.shortPlace(w.places.at(v.Pos()))
		w.body.line()
	}
}

// yieldParam is the i-th parameter of a range-over-func body to gc: the loop's own variable or, if it declares none, a
// made-up one.
func yieldParam(loop *ast.RangeStmt, i int) slot {
	e := loop.Key
	if i == 1 {
		e = loop.Value
	}
	if id, ok := e.(*ast.Ident); ok && loop.Tok == token.DEFINE {
		return slot{id.Pos(), id.Name}
	}
	return slot{loop.For, loopParam(i)}
}

// isParamSite tells whether gc reports on a parameter: it has a name and holds pointers.
func (w *funcWriter) isParamSite(p *ssa.Parameter, name string) bool {
	if name == "" || name == "_" || !w.types.hasPointers(p.Type()) {
		return false
	}
	switch kindOf(w.fn) {
	case "src", "anon", "yield":
		return true
	}
	return false
}

// shortPlace writes a position without the function's own file.
func (w *funcWriter) shortPlace(p place) {
	if p.line == 0 {
		w.body.byte('-')
		return
	}
	if p.file != w.file {
		w.body.num(p.file)
		w.body.byte(':')
	}
	w.body.num(p.line)
	w.body.byte(':')
	w.body.num(p.col)
}

// resultRecords writes the result records.
func (w *funcWriter) resultRecords() {
	i := 0
	for v := range w.fn.Signature.Results().Variables() {
		s := w.resultSlots[i]
		w.body.str("result")
		w.body.quoted(s.name)
		w.body.ref(w.types.num(w.resultType(i, v)))
		w.body.byte(' ')
		w.shortPlace(w.places.at(s.pos))
		if w.keep && i < len(w.results) {
			w.body.byte(' ')
			w.operand(w.results[i])
		}
		w.body.line()
		i++
	}
}

// resultType is the type of a result; that of its variable where there is one.
func (w *funcWriter) resultType(i int, v *types.Var) types.Type {
	if i < len(w.results) {
		return w.results[i].Type().(*types.Pointer).Elem()
	}
	return v.Type()
}
