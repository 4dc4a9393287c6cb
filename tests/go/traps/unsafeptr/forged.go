package unsafeptr

import (
	"reflect"
	"unsafe"
)

// A slice made of raw words leads to elements that the pointer it was made of does not point to.

type sliceWords struct {
	data     unsafe.Pointer
	len, cap int
}

func ForgedHeader() *int {
	x := 1 // want: heap x
	var a [4]*int
	a[1] = &x
	var s []*int
	h := (*reflect.SliceHeader)(unsafe.Pointer(&s))
	h.Data = uintptr(unsafe.Pointer(&a[0]))
	h.Len = 4
	h.Cap = 4
	return s[1]
}

func ForgedRead() *int {
	x := 1 // want: heap x
	var a [4]*int
	a[1] = &x
	h := sliceWords{unsafe.Pointer(&a[0]), 4, 4}
	s := *(*[]*int)(unsafe.Pointer(&h))
	return s[1]
}

func ForgedWrite() *int {
	x := 1 // want: heap x
	var a [4]*int
	h := sliceWords{unsafe.Pointer(&a), 4, 4}
	s := *(*[]*int)(unsafe.Pointer(&h))
	s[1] = &x
	return a[1]
}
