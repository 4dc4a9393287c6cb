package main

import (
	"go/types"
	"strconv"
)

// typePrinter writes types as gc does: aliases resolved and parameters without names, so that identical types have
// identical texts. Packages are written as it is told to.
type typePrinter struct {
	pkg func(*types.Package) string // empty for none
}

func (s typePrinter) text(t types.Type) string { return string(s.appendType(nil, t)) }

func (s typePrinter) appendType(b text, t types.Type) text {
	switch t := t.(type) {
	case *types.Alias:
		if t.Obj().Pkg() == nil { // any
			b.str(t.Obj().Name())
			return b
		}
		return s.appendType(b, types.Unalias(t))
	case *types.Named:
		return s.appendNamed(b, t)
	case *types.Pointer:
		b.byte('*')
		return s.appendType(b, t.Elem())
	case *types.Slice:
		b.str("[]")
		return s.appendType(b, t.Elem())
	case *types.Array:
		b = strconv.AppendInt(append(b, '['), t.Len(), 10)
		b.byte(']')
		return s.appendType(b, t.Elem())
	case *types.Map:
		b.str("map[")
		b = s.appendType(b, t.Key())
		b.byte(']')
		return s.appendType(b, t.Elem())
	case *types.Chan:
		return s.appendChan(b, t)
	case *types.Struct:
		return s.appendStruct(b, t)
	case *types.Signature:
		b.str("func")
		return s.appendSignature(b, t)
	case *types.Interface:
		return s.appendInterface(b, t)
	}
	b.str(types.TypeString(t, types.Qualifier(s.pkg)))
	return b
}

func (s typePrinter) appendNamed(b text, t *types.Named) text {
	obj := t.Obj()
	if obj.Pkg() != nil {
		if name := s.pkg(obj.Pkg()); name != "" {
			b.str(name)
			b.byte('.')
		}
	}
	b.str(obj.Name())
	for i := range t.TypeArgs().Len() {
		if i == 0 {
			b.byte('[')
		} else {
			b.byte(',')
		}
		b = s.appendType(b, t.TypeArgs().At(i))
	}
	if t.TypeArgs().Len() > 0 {
		b.byte(']')
	}
	return b
}

func (s typePrinter) appendChan(b text, t *types.Chan) text {
	switch t.Dir() {
	case types.SendOnly:
		b.str("chan<- ")
	case types.RecvOnly:
		b.str("<-chan ")
	default:
		b.str("chan ")
	}
	if inner, ok := t.Elem().(*types.Chan); ok && inner.Dir() == types.RecvOnly && t.Dir() != types.SendOnly {
		b.byte('(')
		b = s.appendType(b, inner)
		b.byte(')')
		return b
	}
	return s.appendType(b, t.Elem())
}

func (s typePrinter) appendStruct(b text, t *types.Struct) text {
	b.str("struct {")
	for i := range t.NumFields() {
		if i > 0 {
			b.byte(';')
		}
		b.byte(' ')
		if f := t.Field(i); !f.Embedded() {
			b.str(f.Name())
			b.byte(' ')
		}
		b = s.appendType(b, t.Field(i).Type())
		if tag := t.Tag(i); tag != "" {
			b.byte(' ')
			b = strconv.AppendQuote(b, tag)
		}
	}
	if t.NumFields() > 0 {
		b.byte(' ')
	}
	b.byte('}')
	return b
}

func (s typePrinter) appendSignature(b text, t *types.Signature) text {
	b.byte('(')
	for i := range t.Params().Len() {
		if i > 0 {
			b.str(", ")
		}
		p := t.Params().At(i).Type()
		if slice, ok := p.(*types.Slice); ok && t.Variadic() && i == t.Params().Len()-1 {
			b.str("...")
			p = slice.Elem()
		}
		b = s.appendType(b, p)
	}
	b.byte(')')
	switch n := t.Results().Len(); n {
	case 0:
	case 1:
		b.byte(' ')
		b = s.appendType(b, t.Results().At(0).Type())
	default:
		b.str(" (")
		for i := range n {
			if i > 0 {
				b.str(", ")
			}
			b = s.appendType(b, t.Results().At(i).Type())
		}
		b.byte(')')
	}
	return b
}

func (s typePrinter) appendInterface(b text, t *types.Interface) text {
	if !t.IsMethodSet() || t.NumEmbeddeds() > 0 { // the latter may have themselves among their methods' types
		b.str(types.TypeString(t, types.Qualifier(s.pkg)))
		return b
	}
	b.str("interface {")
	for i := range t.NumMethods() {
		if i > 0 {
			b.byte(';')
		}
		b.byte(' ')
		b.str(t.Method(i).Name())
		b = s.appendSignature(b, t.Method(i).Signature())
	}
	if t.NumMethods() > 0 {
		b.byte(' ')
	}
	b.byte('}')
	return b
}
