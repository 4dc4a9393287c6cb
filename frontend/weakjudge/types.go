package main

import (
	"go/token"
	"go/types"
)

// tinyLimit is the size below which the runtime lets objects without pointers share a block.
const tinyLimit = 16

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// core is the underlying type; for a type parameter that has but one, that one.
func core(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	if set, ok := p.Constraint().Underlying().(*types.Interface); ok && set.NumEmbeddeds() == 1 {
		if union, ok := set.EmbeddedType(0).(*types.Union); ok && union.Len() == 1 {
			return union.Term(0).Type().Underlying()
		}
	}
	return t.Underlying()
}

func isSlice(t types.Type) bool {
	_, ok := core(t).(*types.Slice)
	return ok
}

// isTiny tells whether objects of a type may share a block with others.
func (r *rewriter) isTiny(t types.Type) bool {
	return isData(t) && r.program.sizes.Sizeof(t) < tinyLimit && r.program.sizes.Sizeof(t) > 0
}

// size is that of a type's values, 0 if it is not known.
func (r *rewriter) size(t types.Type) int64 {
	if !isData(t) {
		return 0
	}
	return r.program.sizes.Sizeof(t)
}

// isData tells whether a type is known to have no pointers.
func isData(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return false
	case *types.Named:
		return isData(t.Underlying())
	case *types.Basic:
		return t.Info()&(types.IsNumeric|types.IsBoolean) != 0
	case *types.Array:
		return isData(t.Elem())
	case *types.Struct:
		for i := range t.NumFields() {
			if !isData(t.Field(i).Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// spell is a type as it can be written at a place in the file; false if it cannot.
func (r *rewriter) spell(t types.Type, at token.Pos) (string, bool) {
	scope := r.pkg.types.Scope().Innermost(at)
	if scope == nil {
		return "", false
	}
	names := map[*types.Package]string{}
	for _, name := range r.pkg.info.Scopes[r.file].Names() {
		if p, ok := r.pkg.info.Scopes[r.file].Lookup(name).(*types.PkgName); ok && name != "." {
			if _, seen := scope.LookupParent(name, at); seen == p {
				names[p.Imported()] = name
			}
		}
	}
	s := speller{pkg: r.pkg.types, scope: scope, at: at, names: names}
	if !s.can(t) {
		return "", false
	}
	return types.TypeString(t, func(p *types.Package) string { return names[p] }), true
}

// speller knows what can be written at a place.
type speller struct {
	pkg   *types.Package
	scope *types.Scope
	at    token.Pos
	names map[*types.Package]string // of imported packages
}

func (s *speller) can(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return s.names[types.Unsafe] != ""
		}
		_, obj := s.scope.LookupParent(t.Name(), s.at)
		return t.Info()&types.IsUntyped == 0 && obj == types.Universe.Lookup(t.Name())
	case *types.Alias:
		return s.name(t.Obj()) && s.all(t.TypeArgs())
	case *types.Named:
		return s.name(t.Obj()) && s.all(t.TypeArgs())
	case *types.TypeParam:
		return s.name(t.Obj())
	case *types.Pointer:
		return s.can(t.Elem())
	case *types.Slice:
		return s.can(t.Elem())
	case *types.Array:
		return s.can(t.Elem())
	case *types.Chan:
		return s.can(t.Elem())
	case *types.Map:
		return s.can(t.Key()) && s.can(t.Elem())
	case *types.Struct:
		return t.NumFields() == 0
	case *types.Interface:
		return t.Empty()
	case *types.Signature:
		return s.tuple(t.Params()) && s.tuple(t.Results())
	}
	return false
}

func (s *speller) tuple(t *types.Tuple) bool {
	for i := range t.Len() {
		if !s.can(t.At(i).Type()) {
			return false
		}
	}
	return true
}

func (s *speller) all(list *types.TypeList) bool {
	for i := range list.Len() {
		if !s.can(list.At(i)) {
			return false
		}
	}
	return true
}

// name tells whether a type's name means that type here.
func (s *speller) name(obj *types.TypeName) bool {
	if obj.Pkg() != nil && obj.Pkg() != s.pkg {
		return obj.Exported() && s.names[obj.Pkg()] != ""
	}
	_, found := s.scope.LookupParent(obj.Name(), s.at)
	return found == obj
}
