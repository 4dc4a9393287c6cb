// Package words has pointers in words of other types.
package words

import "unsafe"

var target *int

// Address is where target lies, as a number.
var Address = uint64(uintptr(unsafe.Pointer(&target)))

// An address turned into a plain number is turned back.
func Number() *int {
	x := 1 // want: heap x
	n := uint64(uintptr(unsafe.Pointer(&x)))
	return (*int)(unsafe.Pointer(uintptr(n + uint64(x) - 1))) // x is read last, so that it is not collected before
}

// A plain number is the address of a package variable.
func OfNumber() *int {
	x := 2 // want: heap x
	*(**int)(unsafe.Pointer(uintptr(Address))) = &x
	return target
}

type keeper interface{ keep() }

type thing struct{ n int }

var kept *thing

func (t *thing) keep() { kept = t }

// An interface put together from two words: its method keeps the second.
func Forged() *thing {
	t := &thing{n: 3} // want: heap &thing{...}
	var k keeper = (*thing)(nil)
	words := *(*[2]unsafe.Pointer)(unsafe.Pointer(&k))
	words[1] = unsafe.Pointer(t)
	forged := *(*keeper)(unsafe.Pointer(&words))
	forged.keep()
	return kept
}

// A func put together from the word of another one.
func ForgedFunc() *thing {
	t := &thing{n: 4} // want: heap &thing{...}
	f := func() { kept = t }
	word := *(*unsafe.Pointer)(unsafe.Pointer(&f))
	g := *(*func())(unsafe.Pointer(&word))
	g()
	return kept
}

// A pointer to one element, seen as a slice.
func AsSlice() *int {
	x := 5        // want: heap x
	var a [4]*int // want: heap a
	a[1] = &x
	h := struct {
		p        **int
		len, cap int
	}{&a[0], 4, 4}
	return (*(*[]*int)(unsafe.Pointer(&h)))[1]
}

func Added() *int {
	x := 6 // want: heap x
	var a [2]*int
	a[1] = &x
	return *(**int)(unsafe.Add(unsafe.Pointer(&a), unsafe.Sizeof(a[0])))
}

func Sliced() *int {
	x := 7 // want: heap x
	var a [2]*int
	a[1] = &x
	return unsafe.Slice(&a[0], 2)[1]
}

// The bytes of a string are those of an array.
func Text() string {
	var b [4]byte // want: heap b
	b[0] = 'x'
	return unsafe.String(&b[0], 4)
}

func Data() *byte {
	b := make([]byte, 4) // want: heap make([]byte, 4)
	return unsafe.SliceData(b)
}

// The data word of an interface is written raw: its method keeps what is there now.
func WordOfInterface() *thing {
	t := &thing{n: 8} // want: heap &thing{...}
	var k keeper = (*thing)(nil)
	(*(*[2]unsafe.Pointer)(unsafe.Pointer(&k)))[1] = unsafe.Pointer(t)
	k.keep()
	return kept
}

// A func variable is overwritten with the word of another one.
func WordOfFunc() *thing {
	t := &thing{n: 9} // want: heap &thing{...}
	f, g := func() {}, func() { kept = t }
	*(*unsafe.Pointer)(unsafe.Pointer(&f)) = *(*unsafe.Pointer)(unsafe.Pointer(&g))
	f()
	return kept
}
