// Package unsafeptr holds traps on unsafe casts, offsets and pointers of unknown origin.
package unsafeptr

import "unsafe"

type Pair struct{ A, B *int }

type Outer struct {
	n  int
	In Pair
	P  *int
}

type twin struct{ L, R *int }

var Root Pair

// A13: the same memory by another struct type.
func OtherType() *int {
	x := 1 // want: heap x
	var p Pair
	q := (*twin)(unsafe.Pointer(&p))
	q.R = &x
	return p.B
}

// A21: a struct seen as an array; the array's index is unknown.
func AsArray(i int) *int {
	x := 1 // want: heap x
	var p Pair
	q := (*[2]*int)(unsafe.Pointer(&p))
	q[i&1] = &x
	return p.B
}

// A21: an array seen as a struct.
func AsStruct() *int {
	x := 1 // want: heap x
	var a [2]*int
	q := (*Pair)(unsafe.Pointer(&a[0]))
	q.B = &x
	return a[1]
}

// A21: a write through a smaller type does not clear the cells behind it.
func SmallerWrite() *int {
	x := 1 // want: heap x
	var a [3]*int
	a[2] = &x
	*(*Pair)(unsafe.Pointer(&a[0])) = Pair{}
	return a[2]
}

// A21: a write of a part of the cast object leaves the rest.
func PartWrite() *int {
	x := 1 // want: heap x
	var a [3]*int
	a[0] = &x
	q := (*Pair)(unsafe.Pointer(&a[0]))
	q.B = nil
	return a[0]
}

// A21: the field by its offset.
func ByOffset() *int {
	x := 1 // want: heap x
	var p Pair
	*(**int)(unsafe.Add(unsafe.Pointer(&p), unsafe.Offsetof(p.B))) = &x
	return p.B
}

// A21: the field by uintptr arithmetic in one expression.
func ByUintptr() *int {
	x := 1 // want: heap x
	var p Pair
	*(**int)(unsafe.Pointer(uintptr(unsafe.Pointer(&p)) + unsafe.Offsetof(p.B))) = &x
	return p.B
}

// A21: the address of the element leaves through uintptr arithmetic in one expression.
func ElementByUintptr() *int {
	var a [4]int // want: heap a
	return (*int)(unsafe.Pointer(uintptr(unsafe.Pointer(&a[0])) + 8))
}

// A21: from the inner object to the one around it.
func Around() *Outer {
	var o Outer // want: heap o
	in := &o.In
	return (*Outer)(unsafe.Add(unsafe.Pointer(in), -int(unsafe.Offsetof(o.In))))
}

// A21: the field behind the embedded one, reached from it.
func Behind() *int {
	x := 1 // want: heap x
	var o Outer
	in := &o.In
	*(**int)(unsafe.Add(unsafe.Pointer(in), unsafe.Sizeof(*in))) = &x
	return o.P
}

// A21: a slice made of a pointer.
func Slice() []int {
	var a [4]int // want: heap a
	return unsafe.Slice(&a[0], 4)
}

// A21: a pointer made of a slice.
func SliceData() *int {
	var a [4]int // want: heap a
	s := a[:]
	return unsafe.SliceData(s)
}

type raw struct{ p unsafe.Pointer }

// An unsafe.Pointer in a field is a pointer.
func RawField() *int {
	x := 1 // want: heap x
	r := raw{unsafe.Pointer(&x)}
	s := r
	r.p = nil
	_ = r.p
	return (*int)(s.p)
}

// A21, A16: a pointer made of an integer points to something unknown, not to nothing.
func ToUnknown(u uintptr) {
	x := 1 // want: heap x
	p := (*Pair)(unsafe.Pointer(u))
	p.A = &x
}

// A16: the store through q has no known target; it must not clear all memory.
func UnknownTarget(u uintptr) *int {
	x := 1 // want: heap x
	var p Pair
	p.A = &x
	q := (*Pair)(unsafe.Pointer(u))
	q.A = nil
	return p.A
}

// A16: q is nil on every path: the store through it clears nothing.
func NilTarget(k bool) *int {
	x := 1 // want: heap x
	var p Pair
	p.A = &x
	var q *Pair
	if k {
		q.A = nil
	}
	return p.A
}

// A16: the target comes out of an empty map.
func EmptyMapTarget() (r *int) {
	x := 1 // want: heap x
	var p Pair
	p.A = &x
	m := map[string]*Pair{}
	if q := m["q"]; q != nil {
		q.A = nil
	}
	return p.A
}

// A21: the data word of an interface.
func IfaceWord() *int {
	x := 1 // want: heap x
	var e any = &x
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&e))
	return (*int)(w[1])
}

// A21: the pointer word of a slice header.
func SliceWord() *int {
	var a [4]int // want: heap a
	s := a[1:]
	h := (*struct {
		p    unsafe.Pointer
		l, c int
	})(unsafe.Pointer(&s))
	return (*int)(h.p)
}

// A21: a slice header is overwritten in place with the pointer of another array.
func SliceForged() []int {
	var a [4]int // want: heap a
	var s []int
	h := (*struct {
		p    unsafe.Pointer
		l, c int
	})(unsafe.Pointer(&s))
	h.p, h.l, h.c = unsafe.Pointer(&a[0]), 4, 4
	return s
}

// A21: through a pointer to a pointer of another type.
func DoubleCast() *int {
	x := 1 // want: heap x
	p := &x
	q := (**[1]int)(unsafe.Pointer(&p))
	r := *q
	return &r[0]
}

// A21: pointer to a longer array than there is; only the first elements are used.
func Longer(n int) *int {
	a := [4]int{1, 2, 3, 4} // want: heap a
	p := (*[1 << 20]int)(unsafe.Pointer(&a))
	s := p[:n:n]
	return &s[0]
}
