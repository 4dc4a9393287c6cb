package main

import (
	"go/types"
	"sort"

	"golang.org/x/tools/go/types/typeutil"
)

// typeTable numbers types: identical types get one number, in the order in which they come up.
type typeTable struct {
	quick   map[types.Type]int // by identity of the object, in front of the slow structural map
	nums    typeutil.Map
	open    typeutil.Map  // *loop, for interfaces at work
	loops   map[int]*loop // by number: named types that stand for interfaces within themselves
	list    []types.Type  // list[n-1] has number n
	records []text        // of the newest types; nil while a named type awaits its underlying one
	depth   int
	flush   func(text)                  // takes finished records
	prefix  func(*types.Package) string // what the names of a package's types start with
	facts   map[types.Type]bool         // hasPointers, for named types
	sizes   types.Sizes
}

// deferStack stands for the type of go/ssa's defer stacks, which is none of Go's.
var deferStack = types.NewPointer(types.NewNamed(types.NewTypeName(0, nil, "deferStack", nil), types.NewStruct(nil, nil), nil))

func newTypeTable(sizes types.Sizes, prefix func(*types.Package) string, flush func(text)) *typeTable {
	return &typeTable{quick: map[types.Type]int{}, facts: map[types.Type]bool{}, loops: map[int]*loop{}, sizes: sizes, prefix: prefix, flush: flush}
}

// num is the number of a type; its record, and those of the types in it, are written if they are new.
func (tt *typeTable) num(t types.Type) int {
	if n, ok := tt.quick[t]; ok {
		return n
	}
	tt.depth++
	n := tt.slow(goType(t))
	tt.depth--
	tt.quick[t] = n
	if tt.depth == 0 {
		for _, r := range tt.records {
			tt.flush(r)
		}
		tt.records = tt.records[:0]
	}
	return n
}

// goType replaces what go/ssa adds to Go's types, resolves aliases and defaults untyped constants' types.
func goType(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Alias:
		return goType(types.Unalias(t))
	case *types.Basic:
		if t.Kind() != types.UntypedNil && t.Info()&types.IsUntyped != 0 {
			return types.Default(t)
		}
	case *types.Pointer:
		switch elem := t.Elem().(type) {
		case *types.Basic, *types.Named, *types.Alias, *types.Array, *types.Slice, *types.Struct, *types.Map,
			*types.Chan, *types.Signature, *types.Interface, *types.TypeParam, *types.Tuple:
		case *types.Pointer:
			if inner := goType(elem); inner != elem {
				return types.NewPointer(inner)
			}
		default: // go/ssa's opaque type
			return deferStack
		}
	}
	return t
}

// slow numbers a type that the quick map does not know.
func (tt *typeTable) slow(t types.Type) int {
	if n, ok := tt.nums.At(t).(int); ok {
		return n
	}
	if named, ok := t.(*types.Named); ok {
		return tt.named(named)
	}
	if param, ok := t.(*types.TypeParam); ok {
		return tt.typeParam(param)
	}
	if _, ok := t.(*types.Interface); ok {
		return tt.iface(t)
	}
	body := tt.body(t)
	// The parts of t may lead back to t through a named type.
	if n, ok := tt.nums.At(t).(int); ok {
		return n
	}
	n := tt.next(t)
	tt.records[len(tt.records)-1] = tt.record(n, body)
	return n
}

// iface numbers an interface. In `type I interface{ M() interface{ I } }` the unnamed interface has itself among its
// methods' types; .gir has such cycles through named types only, so that it becomes one.
func (tt *typeTable) iface(t types.Type) int {
	if l, ok := tt.open.At(t).(*loop); ok {
		l.num = tt.next(t)
		tt.loops[l.num] = l
		slot := len(tt.records) - 1
		l.waiting = append(l.waiting, func(iface int) { tt.records[slot] = tt.namedRecord(l.num, tt.text(t), iface) })
		return l.num
	}
	l := new(loop)
	tt.open.Set(t, l)
	body := tt.body(t)
	tt.open.Delete(t)
	n := tt.next(t)
	tt.records[len(tt.records)-1] = tt.record(n, body)
	l.close(n)
	if l.num > 0 {
		tt.nums.Set(t, l.num)
		return l.num
	}
	return n
}

// loop is an interface at work. If it comes up among its own parts, num is the number of the named type that stands
// for it. Named types whose underlying type it is wait for its own number.
type loop struct {
	num, iface int
	waiting    []func(iface int)
}

// close makes the interface's own number known.
func (l *loop) close(iface int) {
	l.iface = iface
	for _, f := range l.waiting {
		f(iface)
	}
}

func (tt *typeTable) namedRecord(n int, name string, under int) text {
	var body text
	body.str(" named")
	body.quoted(name)
	body.ref(under)
	return tt.record(n, body)
}

// next gives t the next number and an empty record.
func (tt *typeTable) next(t types.Type) int {
	tt.list = append(tt.list, t)
	n := len(tt.list)
	tt.nums.Set(t, n)
	tt.records = append(tt.records, nil)
	return n
}

func (tt *typeTable) record(n int, body text) text {
	var r text
	r.str("type #")
	r.num(n)
	r = append(r, body...)
	r.line()
	return r
}

// named takes its number before the types in it, so that they may mention it.
func (tt *typeTable) named(t *types.Named) int {
	return tt.declare(t, tt.text(t), t.Underlying())
}

// typeParam is written only for the signatures of generic functions, which have no bodies here.
func (tt *typeTable) typeParam(t *types.TypeParam) int {
	return tt.declare(t, t.Obj().Name(), types.NewInterfaceType(nil, nil))
}

func (tt *typeTable) declare(t types.Type, name string, under types.Type) int {
	n := tt.next(t)
	slot := len(tt.records) - 1
	define := func(under int) { tt.records[slot] = tt.namedRecord(n, name, under) }
	if l, ok := tt.open.At(under).(*loop); ok {
		l.waiting = append(l.waiting, define)
		return n
	}
	u := tt.num(under)
	if l := tt.loops[u]; l != nil {
		u = l.iface
	}
	define(u)
	return n
}

// text is a type's Go text with full package paths.
func (tt *typeTable) text(t types.Type) string { return typePrinter{tt.prefix}.text(t) }

// body is the TBODY of any type but a named one.
func (tt *typeTable) body(t types.Type) text {
	var b text
	switch t := t.(type) {
	case *types.Basic:
		b.str(" basic ")
		b.str(basicName(t))
	case *types.Pointer:
		tt.one(&b, " ptr", t.Elem())
	case *types.Slice:
		tt.one(&b, " slice", t.Elem())
	case *types.Array:
		n := tt.num(t.Elem())
		b.str(" array ")
		b.num(int(t.Len()))
		b.ref(n)
	case *types.Map:
		k, v := tt.num(t.Key()), tt.num(t.Elem())
		b.str(" map")
		b.ref(k)
		b.ref(v)
	case *types.Chan:
		tt.one(&b, " chan", t.Elem())
	case *types.Struct:
		tt.structBody(&b, t)
	case *types.Tuple:
		nums := tt.tuple(t)
		b.str(" tuple")
		refs(&b, nums)
	case *types.Signature:
		params, results := tt.tuple(t.Params()), tt.tuple(t.Results())
		b.str(" func (")
		refs(&b, params)
		b.str(" ) (")
		refs(&b, results)
		b.str(" )")
		if t.Variadic() {
			b.str(" ...")
		}
	case *types.Interface:
		tt.interfaceBody(&b, t)
	default:
		panic("type without a .gir form: " + t.String())
	}
	return b
}

func (tt *typeTable) one(b *text, kind string, elem types.Type) {
	n := tt.num(elem)
	b.str(kind)
	b.ref(n)
}

func (tt *typeTable) structBody(b *text, t *types.Struct) {
	nums := make([]int, t.NumFields())
	for i := range nums {
		nums[i] = tt.num(t.Field(i).Type())
	}
	b.str(" struct")
	for i, n := range nums {
		b.quoted(t.Field(i).Name())
		b.ref(n)
	}
}

// interfaceBody lists the whole method set by name.
func (tt *typeTable) interfaceBody(b *text, t *types.Interface) {
	type method struct {
		name string
		num  int
	}
	methods := make([]method, t.NumMethods())
	for i := range methods {
		m := t.Method(i)
		sig := m.Type().(*types.Signature)
		if sig.Recv() != nil {
			sig = types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
		}
		methods[i] = method{methodName(m), tt.num(sig)}
	}
	sort.Slice(methods, func(i, j int) bool { return methods[i].name < methods[j].name })
	b.str(" iface")
	for _, m := range methods {
		b.quoted(m.name)
		b.ref(m.num)
	}
}

func (tt *typeTable) tuple(t *types.Tuple) []int {
	nums := make([]int, t.Len())
	for i := range nums {
		nums[i] = tt.num(t.At(i).Type())
	}
	return nums
}

func refs(b *text, nums []int) {
	for _, n := range nums {
		b.ref(n)
	}
}

// methodName is how method tables and invokes name a method: unexported ones with their package.
func methodName(m *types.Func) string {
	if m.Exported() || m.Pkg() == nil {
		return m.Name()
	}
	return m.Pkg().Path() + "." + m.Name()
}

// basicName names a basic type without byte and rune.
func basicName(t *types.Basic) string {
	switch t.Kind() {
	case types.UnsafePointer:
		return "unsafe.Pointer"
	case types.UntypedNil, types.Invalid:
		return "nil"
	}
	return types.Typ[t.Kind()].Name()
}

// funcType is the type of a function with a method's receiver as its first parameter. It has no type parameters of its
// own: with them, generic functions would be identical that differ in the names of theirs.
func funcType(sig *types.Signature) *types.Signature {
	recv := sig.Recv()
	if recv == nil && sig.TypeParams().Len() == 0 {
		return sig
	}
	params := make([]*types.Var, 0, 1+sig.Params().Len())
	if recv != nil {
		params = append(params, recv)
	}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

// hasPointers tells whether values of a type hold any pointer; strings do.
func (tt *typeTable) hasPointers(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() == types.UnsafePointer || t.Kind() == types.UntypedNil || t.Info()&types.IsString != 0
	case *types.Named:
		if known, ok := tt.facts[t]; ok {
			return known
		}
		is := tt.hasPointers(t.Underlying())
		tt.facts[t] = is
		return is
	case *types.Array:
		return t.Len() > 0 && tt.hasPointers(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if tt.hasPointers(f.Type()) {
				return true
			}
		}
		return false
	case *types.Pointer:
		return !isNotInHeap(t.Elem())
	}
	return true
}

// isNotInHeap tells whether a type is one of the runtime's that live outside the heap: pointers to them do not count
// as pointers.
func isNotInHeap(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	if obj := named.Obj(); obj.Name() == "nih" && obj.Pkg() != nil && obj.Pkg().Path() == "internal/runtime/sys" {
		return true
	}
	if s, ok := named.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if isNotInHeap(f.Type()) {
				return true
			}
		}
	}
	return false
}

// pointerShaped tells whether an interface holds a value of type t directly, without a box.
func (tt *typeTable) pointerShaped(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return !isNotInHeap(u.Elem())
	case *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Array, *types.Struct:
		return tt.hasPointers(t) && tt.sizes.Sizeof(t) == tt.sizes.Sizeof(types.Typ[types.UnsafePointer])
	}
	return false
}
