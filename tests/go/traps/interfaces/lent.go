package interfaces

import "runtime"

// The twins of stack/interfaces/lent.go: the method keeps what it was lent, in its receiver or by way of what its receiver has.

type lentCounter interface{ count(*int) }

type lentShelf struct{ p, q *int }

func (s *lentShelf) count(x *int) { s.p = x }

func countKept(c lentCounter) {
	x := 1 // want: heap x
	c.count(&x)
}

func CountedKept() *int {
	var s lentShelf
	countKept(&s)
	return s.p
}

// The receiver hands on what it was lent, to a function that it has.
type handCounter interface{ hand(*int) }

type handShelf struct {
	keep func(*int)
	p    *int
}

func (s *handShelf) hand(x *int) { s.keep(x) }

func handKept(c handCounter) {
	x := 1 // want: heap x
	c.hand(&x)
}

func HandedKept() *int {
	var s handShelf
	s.keep = func(x *int) { s.p = x }
	handKept(&s)
	return s.p
}

// The frame's own object is the receiver, by way of a recursion that chooses.
type selfCounter interface{ self() selfCounter }

type selfShelf struct{ n int }

func (s *selfShelf) self() selfCounter { return s }

func selfKept(c selfCounter, deep bool) selfCounter {
	var s selfShelf // want: heap s
	if deep {
		return selfKept(&s, false)
	}
	return c.self()
}

func SelfKept() selfCounter { return selfKept(&selfShelf{}, true) }

// Statistics that are kept.
var kept *runtime.MemStats

func AllocatedKept() uint64 {
	var s runtime.MemStats // want: heap s
	runtime.ReadMemStats(&s)
	kept = &s
	return s.Alloc
}
