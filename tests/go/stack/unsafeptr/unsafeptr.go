// Package unsafeptr has the precise twins of traps/unsafeptr: casts of locals that stay.
package unsafeptr

import "unsafe"

type pair struct{ a, b *int }

type twin struct{ l, r *int }

// Twin of OtherType: the same layout, the other field leaves.
func OtherType() *int {
	x := 1     // goal: stack x
	var p pair // want: stack p
	q := (*twin)(unsafe.Pointer(&p))
	q.r = &x
	return p.a
}

// Twin of AsArray: the value leaves.
func AsArray(i int) int {
	x := 1     // want: stack x
	var p pair // want: stack p
	q := (*[2]*int)(unsafe.Pointer(&p))
	q[i&1] = &x
	if p.b == nil {
		return 0
	}
	return *p.b
}

// Twin of ByOffset: the value leaves.
func ByOffset() int {
	x := 1     // want: stack x
	var p pair // want: stack p
	*(**int)(unsafe.Add(unsafe.Pointer(&p), unsafe.Offsetof(p.b))) = &x
	return *p.b
}

// Twin of ElementByUintptr: the value leaves.
func ByUintptr() int {
	a := [4]int{1, 2, 3, 4} // want: stack a
	return *(*int)(unsafe.Pointer(uintptr(unsafe.Pointer(&a[0])) + unsafe.Sizeof(a[0])))
}

// Twin of Slice: used here.
func Slice() int {
	a := [4]int{1, 2, 3, 4} // want: stack a
	s := unsafe.Slice(&a[0], 4)
	return s[3]
}

// The bits of a float.
func Bits(f float64) uint64 { // want: stack f
	return *(*uint64)(unsafe.Pointer(&f))
}

// The address as a number, printed by nobody and compared only.
func Aligned() bool {
	var x int64 // want: stack x
	return uintptr(unsafe.Pointer(&x))&7 == 0
}

var lastNumber uintptr

// A variable of the package that is a number keeps nothing alive, and no valid program makes it a pointer again.
func Numbered(n int) int { // want: stack n
	lastNumber = uintptr(unsafe.Pointer(&n))
	return n
}
