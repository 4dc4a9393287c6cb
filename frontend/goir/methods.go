package main

import (
	"go/types"
)

// methodSets writes the mset records: the methods of every type in the program that has any. Asking for them makes
// wrappers and instances, whose bodies may bring in more types.
func (x *exporter) methodSets() {
	for i := 0; i < len(x.types.list); i++ {
		x.methodSet(x.types.list[i])
		x.drain()
	}
}

func (x *exporter) methodSet(t types.Type) {
	if !mayHaveMethods(t) {
		return
	}
	set := x.prog.MethodSets.MethodSet(t)
	var line text
	for i := range set.Len() {
		sel := set.At(i)
		fn := x.prog.MethodValue(sel)
		if fn == nil {
			continue
		}
		line.quoted(methodName(sel.Obj().(*types.Func)))
		line.fn(x.funcNum(fn))
	}
	if line == nil {
		return
	}
	x.body.str("mset")
	x.body.ref(x.types.num(t))
	x.body = append(x.body, line...)
	x.body.line()
	x.flush()
}

// mayHaveMethods tells whether t is a concrete type that can have methods and no part of a generic declaration.
func mayHaveMethods(t types.Type) bool {
	switch u := t.(type) {
	case *types.Named:
		return !types.IsInterface(u) && !isParameterized(u)
	case *types.Struct:
		return !isParameterized(u)
	case *types.Pointer:
		switch elem := types.Unalias(u.Elem()).(type) {
		case *types.Named:
			return !types.IsInterface(elem) && elem != deferStack.Elem() && !isParameterized(elem)
		case *types.Struct:
			return !isParameterized(elem)
		}
	}
	return false
}

// isParameterized tells whether a type mentions type parameters.
func isParameterized(t types.Type) bool { return mentionsTypeParam(t, map[types.Type]bool{}) }

func mentionsTypeParam(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	tuple := func(t *types.Tuple) bool {
		for v := range t.Variables() {
			if mentionsTypeParam(v.Type(), seen) {
				return true
			}
		}
		return false
	}
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Alias:
		return mentionsTypeParam(types.Unalias(t), seen)
	case *types.Named:
		if t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0 {
			return true
		}
		for arg := range t.TypeArgs().Types() {
			if mentionsTypeParam(arg, seen) {
				return true
			}
		}
		return false
	case interface{ Elem() types.Type }:
		if m, ok := t.(*types.Map); ok && mentionsTypeParam(m.Key(), seen) {
			return true
		}
		return mentionsTypeParam(t.Elem(), seen)
	case *types.Struct:
		for f := range t.Fields() {
			if mentionsTypeParam(f.Type(), seen) {
				return true
			}
		}
	case *types.Tuple:
		return tuple(t)
	case *types.Signature:
		return tuple(t.Params()) || tuple(t.Results())
	case *types.Interface:
		for m := range t.Methods() {
			if mentionsTypeParam(m.Type(), seen) {
				return true
			}
		}
	}
	return false
}
