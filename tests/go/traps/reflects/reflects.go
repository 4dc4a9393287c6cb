// Package reflects holds traps on what reflect stores, copies, wraps and calls: one for each effect of the table of models.
package reflects

import (
	"errors"
	"maps"
	"reflect"
	"sort"
	"unique"
	"unsafe"
)

type Box struct {
	P, Q *int
	F    func() *int
	I    any
}

type keeper interface{ Keep(*int) }

func (b *Box) Keep(p *int) { b.P = p }

type static struct{}

func (static) Keep(p *int) { Saved = p }

var (
	Saved  *int
	Any    any
	Value  reflect.Value
	Iter   *reflect.MapIter
	Holder struct{ v reflect.Value }
	Values []reflect.Value
	Fn     func() *int
	Key    any
	Text   string
	Chan   = make(chan *int, 1)
	Handle any
)

// A14: into a global.
func SetGlobal() {
	x := 1 // want: heap x
	reflect.ValueOf(&Saved).Elem().Set(reflect.ValueOf(&x))
}

// A14: into a parameter's memory.
func SetParameter(b *Box) {
	x := 1 // want: heap x
	reflect.ValueOf(b).Elem().Field(0).Set(reflect.ValueOf(&x))
}

// A14: the Value is a parameter.
func SetValue(v reflect.Value) {
	x := 1 // want: heap x
	v.Set(reflect.ValueOf(&x))
}

// A14: what is set is copied from where the Value points; clearing that later undoes nothing.
func SetCopied() *int {
	x := 1 // want: heap x
	p := &x
	var q *int
	reflect.ValueOf(&q).Elem().Set(reflect.ValueOf(&p).Elem())
	p = nil
	return q
}

// A14: an interface made by Set is called: its method keeps the receiver's argument.
func SetInterface() *int {
	x := 1 // want: heap x
	var b Box
	p := &b
	var k keeper
	reflect.ValueOf(&k).Elem().Set(reflect.ValueOf(&p).Elem())
	k.Keep(&x)
	return b.P
}

// A14: the same, with a type that no conversion names.
func SetStatic() {
	x := 1 // want: heap x
	var s static
	var k keeper
	reflect.ValueOf(&k).Elem().Set(reflect.ValueOf(&s).Elem())
	k.Keep(&x)
}

// A14: a func stored by Set is called: it returns its captured variable.
func SetFunc() *int {
	x := 1 // want: heap x
	f := func() *int { return &x }
	var g func() *int
	reflect.ValueOf(&g).Elem().Set(reflect.ValueOf(&f).Elem())
	return g()
}

// A14: out by Interface, and then called.
func InterfaceCalled() *int {
	x := 1 // want: heap x
	var b Box
	reflect.ValueOf(&b).Interface().(keeper).Keep(&x)
	return b.P
}

// A14: a method Value holds its receiver.
func MethodHeld() {
	var b Box // want: heap b
	Value = reflect.ValueOf(&b).Method(0)
}

// A14: and gives it to the method when it is called.
func MethodCalled() *int {
	x := 1 // want: heap x
	var b Box
	m := reflect.ValueOf(&b).Method(0)
	m.Call([]reflect.Value{reflect.ValueOf(&x)})
	return b.P
}

// A14: a method Value becomes a func by Set.
func MethodSet() *int {
	x := 1 // want: heap x
	var b Box
	var f func(*int)
	reflect.ValueOf(&f).Elem().Set(reflect.ValueOf(&b).MethodByName("Keep"))
	f(&x)
	return b.P
}

// A14: the callee keeps what the slice of arguments holds.
func Called() {
	x := 1 // want: heap x
	in := []reflect.Value{reflect.ValueOf(&x)}
	reflect.ValueOf(func(p *int) { Saved = p }).Call(in)
}

// A14: the callee returns a captured variable.
func CalledCaptured() *int {
	x := 1 // want: heap x
	f := func() *int { return &x }
	return (*int)(reflect.ValueOf(f).Call(nil)[0].UnsafePointer())
}

// A14: a Value in a struct that is a global.
func Held() {
	x := 1 // want: heap x
	Holder.v = reflect.ValueOf(&x)
}

// A14: the Value of a field leads to the whole variable.
func HeldField() {
	var b Box // want: heap b
	Value = reflect.ValueOf(&b).Elem().FieldByName("Q")
}

// A14: and so does its address.
func HeldAddress() {
	var b Box // want: heap b
	Value = reflect.ValueOf(&b).Elem().FieldByIndex([]int{1}).Addr()
}

// A14: elements of an array and of a slice.
func HeldElements(k int) {
	var a [4]int // want: heap a
	var b [4]int // want: heap b
	Values = append(Values, reflect.ValueOf(&a).Elem().Index(k), reflect.ValueOf(b[:]).Index(k))
}

// A14: the bytes of an array are the array.
func HeldBytes() []byte {
	var a [8]byte // want: heap a
	return reflect.ValueOf(&a).Elem().Bytes()
}

// A14: the bytes of a string are the string's.
func HeldString(b []byte) {
	s := string(b) // want: heap string(b)
	Text = reflect.ValueOf(&s).Elem().String()
}

// A14: what Indirect leads to.
func HeldIndirect() {
	x := 1 // want: heap x
	Value = reflect.Indirect(reflect.ValueOf(&x))
}

// A14: what an interface within holds.
func HeldInner() {
	x := 1 // want: heap x
	b := Box{I: &x}
	Value = reflect.ValueOf(&b).Elem().Field(3).Elem()
}

// A14: a slice of a slice has a header of its own, with the same array.
func Sliced() {
	var a [4]int // want: heap a
	s := a[:]
	Value = reflect.ValueOf(&s).Elem().Slice(1, 2)
	s = nil
}

// A14: a slice of an array.
func SlicedArray() {
	var a [4]int // want: heap a
	Value = reflect.ValueOf(&a).Elem().Slice3(1, 2, 2)
}

// A14: the element of a map is a copy: clearing the map later does not undo it.
func MapCopied() *int {
	x := 1 // want: heap x
	m := map[string]Box{"x": {P: &x}}
	v := reflect.ValueOf(m).MapIndex(reflect.ValueOf("x"))
	clear(m)
	return (*int)(v.Field(0).UnsafePointer())
}

// A14: as are the keys.
func KeysCopied() *int {
	x := 1 // want: heap x
	m := map[*int]bool{&x: true}
	keys := reflect.ValueOf(m).MapKeys()
	clear(m)
	return (*int)(keys[0].UnsafePointer())
}

// A14: an iterator holds its map.
func IterKept() {
	x := 1 // want: heap x
	Iter = reflect.ValueOf(map[string]*int{"x": &x}).MapRange()
}

// A14: it gives keys and elements.
func IterRead() *int {
	x := 1 // want: heap x
	y := 1 // want: heap y
	it := reflect.ValueOf(map[*int]*int{&y: &x}).MapRange()
	for it.Next() {
		Saved = (*int)(it.Key().UnsafePointer())
		return (*int)(it.Value().UnsafePointer())
	}
	return nil
}

// A14: also one that was made for another map.
func IterReset(it *reflect.MapIter) {
	x := 1 // want: heap x
	it.Reset(reflect.ValueOf(map[string]*int{"x": &x}))
}

// A14: and a local one.
func IterLocal() *int {
	x := 1 // want: heap x
	var it reflect.MapIter
	it.Reset(reflect.ValueOf(map[string]*int{"x": &x}))
	it.Next()
	return (*int)(it.Value().UnsafePointer())
}

// A14: it stores into a variable.
func IterSet() *int {
	x := 1 // want: heap x
	it := reflect.ValueOf(map[string]*int{"x": &x}).MapRange()
	var p *int
	for it.Next() {
		reflect.ValueOf(&p).Elem().SetIterValue(it)
	}
	return p
}

// A14: keys and elements stored in a map of the caller.
func MapSet(m map[*int]*int) {
	x := 1 // want: heap x
	y := 1 // want: heap y
	reflect.ValueOf(m).SetMapIndex(reflect.ValueOf(&x), reflect.ValueOf(&y))
}

// A14: in a local map of interfaces, with a method that is called.
func MapSetCalled() *int {
	x := 1 // want: heap x
	var b Box
	p := &b
	m := map[string]keeper{}
	reflect.ValueOf(m).SetMapIndex(reflect.ValueOf("b"), reflect.ValueOf(&p).Elem())
	m["b"].Keep(&x)
	return b.P
}

// A14: appended within the capacity: the old array holds it too.
func Appended() *int {
	x := 1 // want: heap x
	s := make([]*int, 0, 4)
	reflect.Append(reflect.ValueOf(s), reflect.ValueOf(&x))
	return s[:1][0]
}

// A14: growth copies the old elements.
func AppendedGrown() *int {
	x := 1 // want: heap x
	s := []*int{&x}
	v := reflect.Append(reflect.ValueOf(s), reflect.ValueOf((*int)(nil)))
	s[0] = nil
	return (*int)(v.Index(0).UnsafePointer())
}

// A14: an interface made by Append is called.
func AppendedCalled() *int {
	x := 1 // want: heap x
	var b Box
	p := &b
	s := make([]keeper, 0, 1)
	reflect.Append(reflect.ValueOf(s), reflect.ValueOf(&p).Elem())
	s[:1][0].Keep(&x)
	return b.P
}

// A14: Grow replaces the array by a copy; the old one is cleared.
func Grown() *int {
	x := 1 // want: heap x
	s := []*int{&x}
	old := s
	reflect.ValueOf(&s).Elem().Grow(8)
	old[0] = nil
	return s[0]
}

// A14: interfaces that are copied keep their types.
func CopiedCalled() *int {
	x := 1 // want: heap x
	var b Box
	from, to := []keeper{&b}, make([]keeper, 1)
	reflect.Copy(reflect.ValueOf(to), reflect.ValueOf(from))
	from[0] = static{}
	to[0].Keep(&x)
	return b.P
}

// A14: funcs that are copied keep their code.
func CopiedFunc() *int {
	x := 1 // want: heap x
	from, to := []func() *int{func() *int { return &x }}, make([]func() *int, 1)
	reflect.Copy(reflect.ValueOf(to), reflect.ValueOf(from))
	return to[0]()
}

// A14: into an array that is a variable.
func CopiedArray() *int {
	x := 1 // want: heap x
	var a [2]*int
	reflect.Copy(reflect.ValueOf(&a).Elem(), reflect.ValueOf([]*int{&x}))
	return a[0]
}

// A14: appended slices.
func AppendedSlice() *int {
	x := 1 // want: heap x
	s := make([]*int, 0, 4)
	reflect.AppendSlice(reflect.ValueOf(s), reflect.ValueOf([]*int{&x}))
	return s[:1][0]
}

// A14: sent to a channel of the package.
func Sent() {
	x := 1 // want: heap x
	reflect.ValueOf(Chan).Send(reflect.ValueOf(&x))
}

// A14: tried.
func Tried() {
	x := 1 // want: heap x
	reflect.ValueOf(Chan).TrySend(reflect.ValueOf(&x))
}

// A14: received from a local channel.
func Received() *int {
	x := 1 // want: heap x
	c := make(chan *int, 1)
	c <- &x
	v, _ := reflect.ValueOf(c).Recv()
	return (*int)(v.UnsafePointer())
}

// A14: sent by Select.
func Selected() {
	x := 1 // want: heap x
	reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: reflect.ValueOf(Chan), Send: reflect.ValueOf(&x)}})
}

// A14: received by Select.
func SelectReceived() *int {
	x := 1 // want: heap x
	c := make(chan *int, 1)
	c <- &x
	_, v, _ := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)}})
	return (*int)(v.UnsafePointer())
}

// A14: a string stored in a variable that outlives the frame.
func SetText(b []byte) {
	s := string(b) // want: heap string(b)
	reflect.ValueOf(&Text).Elem().SetString(s)
}

// A14: bytes stored in a local that is returned.
func SetBytes() []byte {
	var a [4]byte // want: heap a
	var s []byte
	reflect.ValueOf(&s).Elem().SetBytes(a[:])
	return s
}

// A14: a raw pointer.
func SetRaw() unsafe.Pointer {
	x := 1 // want: heap x
	var p unsafe.Pointer
	reflect.ValueOf(&p).Elem().SetPointer(unsafe.Pointer(&x))
	return p
}

// A14: stored in an object that New made.
func SetNew() {
	x := 1 // want: heap x
	v := reflect.New(reflect.TypeOf((*int)(nil)))
	v.Elem().Set(reflect.ValueOf(&x))
	Value = v
}

// A14: in one that MakeSlice made.
func SetMade() *int {
	x := 1 // want: heap x
	v := reflect.MakeSlice(reflect.TypeOf([]*int(nil)), 1, 1)
	v.Index(0).Set(reflect.ValueOf(&x))
	return (*int)(v.Index(0).UnsafePointer())
}

// A14: a conversion to an interface holds what is converted.
func Converted() {
	x := 1 // want: heap x
	Value = reflect.ValueOf(&x).Convert(reflect.TypeOf((*any)(nil)).Elem())
}

// A14: an address as a number.
func Number() uintptr {
	x := 1 // want: heap x
	return reflect.ValueOf(&x).Pointer()
}

// A14: the predicate of FieldByNameFunc is called.
func Predicate() {
	var b Box
	reflect.ValueOf(&b).Elem().FieldByNameFunc(func(string) bool {
		x := 1 // want: heap x
		Saved = &x
		return false
	})
}

// A14: a sequence holds its Value.
func Sequence() {
	var a [2]int // want: heap a
	Any = reflect.ValueOf(&a).Elem().Seq2()
}

// A14: Swapper's func holds the slice.
func Swapping() func(int, int) {
	var a [4]*int // want: heap a
	return reflect.Swapper(a[:])
}

// A14: sorted by reflection, structures of two words: moved whole.
func SortedPairs() *int {
	x, y := 2, 1 // want: heap x, heap y
	s := [2]struct{ n, p *int }{{nil, &x}, {nil, &y}}
	sort.Slice(s[:], func(i, j int) bool { return *s[i].p < *s[j].p })
	return s[0].p
}

// A14: sorted by reflection: strings have a case of their own.
func SortedStrings(a, b []byte) string {
	s := [2]string{
		string(a), // want: heap string(a)
		string(b), // want: heap string(b)
	}
	sort.Slice(s[:], func(i, j int) bool { return s[i] < s[j] })
	return s[0]
}

// A14: the function that compares keeps an element, which the sort has moved.
func SortedAndKept() {
	x, y := 2, 1 // want: heap x, heap y
	s := []*int{&x, &y}
	sort.SliceStable(s, func(i, j int) bool {
		Any = s[0]
		return *s[i] < *s[j]
	})
}

// A14: sorted by reflection: the elements change places.
func Sorted() *int {
	x, y := 2, 1 // want: heap x, heap y
	s := []*int{&x, &y}
	sort.Slice(s, func(i, j int) bool { return *s[i] < *s[j] })
	return s[0]
}

type wide struct {
	p    *int
	n, m int
}

// A14: elements of several words are swapped by typedmemmove.
func SortedWide() *int {
	x, y := 2, 1 // want: heap x, heap y
	s := []wide{{p: &x}, {p: &y}}
	sort.Slice(s, func(i, j int) bool { return *s[i].p < *s[j].p })
	return s[1].p
}

type failure struct{ p *int }

func (f *failure) Error() string { return "failure" }

// A14: errors.As stores into its target by reflectlite.
func As() *int {
	x := 1 // want: heap x
	var err error = &failure{&x}
	var f *failure
	if errors.As(err, &f) {
		return f.p
	}
	return nil
}

// A14: a clone of a map holds what the map held, though that is cleared.
func Cloned() *int {
	x := 1 // want: heap x
	m := map[string]*int{"x": &x}
	c := maps.Clone(m)
	clear(m)
	return c["x"]
}

// A14: interfaces in a clone keep their types.
func ClonedCalled() *int {
	x := 1 // want: heap x
	var b Box
	m := maps.Clone(map[string]keeper{"b": &b})
	m["b"].Keep(&x)
	return b.P
}

type named struct {
	s string
	p *int
}

// A14: unique clones strings, not what pointers lead to.
func Unique(s string) {
	x := 1 // want: heap x
	Handle = unique.Make(named{s, &x})
}

// A14: nor what an interface leads to.
func UniqueInterface() {
	x := 1 // want: heap x
	Handle = unique.Make[any](&x)
}

// A14: an address as a number, and a pointer again.
func Numbered() unsafe.Pointer {
	x := 1 // want: heap x
	return unsafe.Pointer(reflect.ValueOf(&x).Pointer())
}

// A14: of a variable that is looked through.
func Addressed() unsafe.Pointer {
	x := 1 // want: heap x
	return unsafe.Pointer(reflect.ValueOf(&x).Elem().UnsafeAddr())
}

// A14: of the array of a slice.
func NumberedSlice() unsafe.Pointer {
	var a [2]int // want: heap a
	return unsafe.Pointer(reflect.ValueOf(a[:]).Pointer())
}
