// Package hidden holds traps on library functions whose bodies hide the flow (A14).
package hidden

import (
	"iter"
	"reflect"
	"runtime"
	"unique"
	"unsafe"
	"weak"
)

type Box struct {
	P, Q *int
	pad  [4]int
}

var (
	Saved  *int
	Handle unique.Handle[key]
	Weak   weak.Pointer[Box]
	Value  reflect.Value
)

// A14: the collector keeps a finalizer for the object; it can not be in a frame.
func Finalizer() {
	b := &Box{} // want: heap &Box{}
	runtime.SetFinalizer(b, func(b *Box) { Saved = b.P })
}

// A14: the finalizer is called after the frame has ended.
func FinalizerCaptures() {
	x := 1                               // want: heap x
	b := new(Box)                        // want: heap new(Box)
	runtime.SetFinalizer(b, func(*Box) { // want: heap func literal
		x++
	})
}

// A14: the argument of a cleanup is kept until then.
func Cleanup() {
	x := 1      // want: heap x
	b := &Box{} // want: heap &Box{}
	runtime.AddCleanup(b, func(p *int) { *p = 0 }, &x)
}

// A14: a cleanup's function captures.
func CleanupCaptures() {
	x := 1                                      // want: heap x
	b := new(Box)                               // want: heap new(Box)
	runtime.AddCleanup(b, func(int) { x++ }, 1) // want: heap func literal
}

// A14: a pinned object does not move, a frame does.
func Pinned(p *runtime.Pinner) {
	var b Box // want: heap b
	p.Pin(&b)
}

// A14: a weak pointer's object must be the collector's.
func WeakPointer() {
	b := &Box{} // want: heap &Box{}
	Weak = weak.Make(b)
}

type key struct{ p *int }

// A14: the canonical value holds its pointers.
func Unique() {
	x := 1 // want: heap x
	Handle = unique.Make(key{&x})
}

// A14: reflect stores into a local.
func ReflectSet() *int {
	x := 1 // want: heap x
	var p *int
	reflect.ValueOf(&p).Elem().Set(reflect.ValueOf(&x))
	return p
}

// A14: reflect stores into a field.
func ReflectField() *int {
	x := 1 // want: heap x
	var b Box
	reflect.ValueOf(&b).Elem().Field(1).Set(reflect.ValueOf(&x))
	return b.Q
}

// A14: out again by Interface.
func ReflectInterface() any {
	x := 1 // want: heap x
	return reflect.ValueOf(&x).Interface()
}

// A14: reflect calls a function.
func ReflectCall() *int {
	x := 1 // want: heap x
	id := func(p *int) *int { return p }
	out := reflect.ValueOf(id).Call([]reflect.Value{reflect.ValueOf(&x)})
	return out[0].Interface().(*int)
}

func (b *Box) Keep(p *int) { b.P = p }

// A14: reflect calls a method by name.
func ReflectMethod() *int {
	x := 1 // want: heap x
	var b Box
	reflect.ValueOf(&b).MethodByName("Keep").Call([]reflect.Value{reflect.ValueOf(&x)})
	return b.P
}

// A14: a function made by reflect calls the literal.
func ReflectMakeFunc() {
	x := 1 // want: heap x
	t := reflect.TypeOf(func(*int) {})
	f := reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		Saved = args[0].Interface().(*int)
		return nil
	}).Interface().(func(*int))
	f(&x)
}

// A14: reflect stores into a map.
func ReflectMap() *int {
	x := 1 // want: heap x
	m := map[string]*int{}
	reflect.ValueOf(m).SetMapIndex(reflect.ValueOf("x"), reflect.ValueOf(&x))
	return m["x"]
}

// A14: reflect appends.
func ReflectAppend() *int {
	x := 1 // want: heap x
	s := reflect.Append(reflect.ValueOf([]*int(nil)), reflect.ValueOf(&x))
	return s.Index(0).Interface().(*int)
}

// A14: reflect copies from slice to slice. gc 1.26 itself gets this one wrong: it leaves x on the stack, and the
// returned pointer dangles (run it and look). The expectation is right all the same.
func ReflectCopy() *int {
	x := 1 // want: heap x
	src, dst := []*int{&x}, make([]*int, 1)
	reflect.Copy(reflect.ValueOf(dst), reflect.ValueOf(src))
	return dst[0]
}

// A14: reflect appends a whole slice.
func ReflectAppendSlice() *int {
	x := 1 // want: heap x
	s := reflect.AppendSlice(reflect.ValueOf([]*int{nil}), reflect.ValueOf([]*int{&x}))
	return s.Index(1).Interface().(*int)
}

// A14: reflect swaps elements.
func ReflectSwapper() *int {
	x := 1 // want: heap x
	s := []*int{&x, nil}
	reflect.Swapper(s)(0, 1)
	return s[1]
}

// A14: reflect sends.
func ReflectSend() *int {
	x := 1 // want: heap x
	c := make(chan *int, 1)
	reflect.ValueOf(c).Send(reflect.ValueOf(&x))
	return <-c
}

// A14: a reflect.Value is a holder.
func ReflectValue() {
	x := 1 // want: heap x
	Value = reflect.ValueOf(&x)
}

// A14: NewAt makes a pointer of another type to the same memory.
func ReflectNewAt() any {
	x := 1 // want: heap x
	return reflect.NewAt(reflect.TypeOf(0), unsafe.Pointer(&x)).Interface()
}

// A14, A16: the pointer that reflect gives back is b, and it does not clear everything.
func ReflectPointer() *int {
	x := 1 // want: heap x
	var b Box
	b.P = &x
	q := (*Box)(reflect.ValueOf(&b).UnsafePointer())
	q.Q = nil
	return b.P
}

// A14: iter.Pull runs the sequence as a coroutine: x of its frame comes out.
func Pulled() *int {
	seq := func(yield func(*int) bool) {
		x := 1 // want: heap x
		yield(&x)
	}
	next, stop := iter.Pull(iter.Seq[*int](seq))
	p, _ := next()
	stop()
	return p
}

// A14: KeepAlive keeps nothing, but what is kept before it stays kept.
func KeptAlive() *int {
	x := 1 // want: heap x
	b := Box{P: &x}
	p := b.P
	runtime.KeepAlive(&b)
	return p
}
