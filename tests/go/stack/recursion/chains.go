package recursion

import "errors"

// Recursion down a chain of results of methods that only callers know. The twins are in traps/recursion/chains.go.

type link interface{ next() link }

type ring struct{ n int }

func (r *ring) next() link {
	if r.n == 0 {
		return nil
	}
	r.n--
	return r
}

func visit(l link, f func(link)) {
	if l == nil {
		return
	}
	f(l)
	visit(l.next(), f)
}

// Whatever the links are, the function is only called.
func Count(l link) int {
	n := 0                       // want: stack n
	visit(l, func(link) { n++ }) // want: stack func literal
	return n
}

// The link gives itself back, again and again.
func CountRing() int {
	r := ring{3} // want: stack r
	n := 0       // want: stack n
	visit(&r, func(link) { n++ })
	return n
}

type code struct{ n int }

func (c *code) Error() string { return "" }

// The target is only written while errors.As runs.
func Code() int {
	var err error = &code{2} // goal: stack &code{...}
	var c *code              // want: stack c
	if errors.As(err, &c) {
		return c.n
	}
	return 0
}
