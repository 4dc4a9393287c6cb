package main

import (
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// table makes a type table that collects its records.
func table(records *strings.Builder) *typeTable {
	prefix := func(p *types.Package) string { return p.Path() }
	return newTypeTable(types.SizesFor("gc", "amd64"), prefix, func(t text) { records.Write(t) })
}

func field(name string, t types.Type) *types.Var {
	return types.NewField(token.NoPos, nil, name, t, false)
}

func TestRecursiveTypes(t *testing.T) {
	pkg := types.NewPackage("m", "m")
	list := types.NewNamed(types.NewTypeName(0, pkg, "List", nil), nil, nil)
	list.SetUnderlying(types.NewStruct([]*types.Var{field("next", types.NewPointer(list))}, nil))
	var records strings.Builder
	tt := table(&records)
	if n := tt.num(types.NewPointer(list)); n != 2 {
		t.Errorf("number %d", n)
	}
	want := "type #1 named \"m.List\" #3\ntype #2 ptr #1\ntype #3 struct \"next\" #2\n"
	if records.String() != want {
		t.Errorf("got\n%s\nwant\n%s", records.String(), want)
	}
	if n := tt.num(list); n != 1 {
		t.Errorf("number %d for the same type", n)
	}
}

// type I interface{ M() interface{ I } }
func TestInterfaceWithinItself(t *testing.T) {
	pkg := types.NewPackage("m", "m")
	named := types.NewNamed(types.NewTypeName(0, pkg, "I", nil), nil, nil)
	inner := types.NewInterfaceType(nil, []types.Type{named})
	result := types.NewTuple(types.NewVar(0, nil, "", inner))
	method := types.NewFunc(0, pkg, "M", types.NewSignatureType(nil, nil, nil, nil, result, false))
	named.SetUnderlying(types.NewInterfaceType([]*types.Func{method}, nil).Complete())
	inner.Complete()
	var records strings.Builder
	tt := table(&records)
	if n, m := tt.num(inner), tt.num(named); n != 1 || m != 4 {
		t.Errorf("numbers %d, %d", n, m)
	}
	want := "type #1 named \"interface{m.I}\" #3\ntype #2 func ( ) ( #1 )\ntype #3 iface \"M\" #2\ntype #4 named \"m.I\" #3\n"
	if records.String() != want {
		t.Errorf("got\n%s\nwant\n%s", records.String(), want)
	}
}

func TestIdenticalTypesAreOne(t *testing.T) {
	var records strings.Builder
	tt := table(&records)
	str := types.Typ[types.String]
	alias := types.NewAlias(types.NewTypeName(0, nil, "A", nil), str)
	if tt.num(types.NewSlice(alias)) != tt.num(types.NewSlice(str)) {
		t.Error("an alias makes another type")
	}
	if tt.num(types.Universe.Lookup("byte").Type()) != tt.num(types.Typ[types.Uint8]) {
		t.Error("byte is not uint8")
	}
	if tt.num(types.NewChan(types.SendOnly, str)) == tt.num(types.NewChan(types.SendRecv, str)) {
		t.Error("directions of channels are lost")
	}
}

func TestPointersAndShape(t *testing.T) {
	tt := table(new(strings.Builder))
	intType, ptr := types.Typ[types.Int], types.NewPointer(types.Typ[types.Int])
	for _, test := range []struct {
		t                types.Type
		pointers, shaped bool
	}{
		{intType, false, false},
		{types.Typ[types.Uintptr], false, false},
		{types.Typ[types.String], true, false},
		{types.Typ[types.UnsafePointer], true, true},
		{ptr, true, true},
		{types.NewSlice(intType), true, false},
		{types.NewMap(intType, intType), true, true},
		{types.NewArray(ptr, 0), false, false},
		{types.NewArray(ptr, 1), true, true},
		{types.NewArray(ptr, 2), true, false},
		{types.NewStruct([]*types.Var{field("p", ptr)}, nil), true, true},
		{types.NewStruct([]*types.Var{field("p", ptr), field("n", intType)}, nil), true, false},
		{types.NewInterfaceType(nil, nil), true, false},
	} {
		if got := tt.hasPointers(test.t); got != test.pointers {
			t.Errorf("%v has pointers: %v", test.t, got)
		}
		if got := tt.pointerShaped(test.t); got != test.shaped {
			t.Errorf("%v is pointer-shaped: %v", test.t, got)
		}
	}
}
