package interfaces

import "runtime"

// A function that only its own package calls lends to an interface's method, which keeps what its receiver has, not what it was lent. The twins
// are in traps/interfaces/lent.go.

type counter interface{ count(*int) }

type shelf struct {
	p, q *int
	n    int
}

func (s *shelf) count(x *int) {
	s.p = s.q
	s.n += *x
}

func countOne(c counter) {
	x := 1 // want: stack x
	c.count(&x)
}

func Counted() int {
	var s shelf // want: stack s
	countOne(&s)
	return s.n
}

// Statistics of the runtime are written to a variable.
func Allocated() uint64 {
	var s runtime.MemStats // want: stack s
	runtime.ReadMemStats(&s)
	return s.Alloc
}
