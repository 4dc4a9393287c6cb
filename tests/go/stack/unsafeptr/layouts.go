package unsafeptr

import "unsafe"

// Twins of traps/unsafeptr/layouts.go: what is read again leads to no other pointers.

func asText() int {
	b := []byte{0x61, 0x62} // want: stack []byte{...}
	s := *(*string)(unsafe.Pointer(&b))
	return len(s)
}

type linked struct {
	self *linked
	p    *int
}

// The address goes back to the type it was made for.
func roundTrip() int {
	x := 1             // want: stack x
	l := linked{p: &x} // want: stack l
	q := (*linked)(unsafe.Pointer(&l))
	q.self = q
	return *q.self.p
}

// Elements that lead to no other pointers.
func bySlice() int {
	x := 1          // want: stack x
	var arr [4]*int // want: stack arr
	arr[1] = &x
	s := unsafe.Slice(&arr[0], 4)
	return *s[1]
}

var _ = []any{asText, roundTrip, bySlice}
