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

var _ = []any{asText, roundTrip}
