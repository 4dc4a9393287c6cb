// Package variadic passes objects in the implicit slice of a call, to callees that keep nothing of what they get.
package variadic

var kept *int
var keptAny any

func sum(xs ...*int) int {
	n := 0
	for _, x := range xs {
		n += *x
	}
	return n
}

func Reads() int {
	a, b := 1, 2       // want: stack a, stack b
	return sum(&a, &b) // want: stack ... argument
}

func pass(xs ...*int) int { return sum(xs...) }

func Passed() int {
	a, b := 1, 2        // want: stack a, stack b
	return pass(&a, &b) // want: stack ... argument
}

// The slice itself leaves nowhere, though what it holds does.
func first(xs ...*int) { kept = xs[0] }

func FirstLeaks() {
	a, b := 1, 2  // want: heap a, stack b
	first(&a, &b) // want: stack ... argument
}

func firstOf(xs ...*int) *int { return xs[0] }

func FirstUsed() int {
	a, b := 1, 2            // want: stack a, stack b
	return *firstOf(&a, &b) // want: stack ... argument
}

func FirstReturned() *int {
	a, b := 1, 2           // want: heap a, stack b
	return firstOf(&a, &b) // want: stack ... argument
}

func passRest(xs ...*int) { first(xs[1:]...) }

func PassedRest() {
	a, b := 1, 2     // want: heap b ; goal: stack a
	passRest(&a, &b) // want: stack ... argument
}

// append copies the elements into another array, copy into the caller's.
func appended(dst []*int, xs ...*int) []*int { return append(dst, xs...) }

func AppendedOut() []*int {
	a, b := 1, 2                 // want: heap a, heap b
	return appended(nil, &a, &b) // want: stack ... argument
}

func copied(dst []*int, xs ...*int) { copy(dst, xs) }

func Copied() int {
	var d [2]*int        // want: stack d
	a, b := 1, 2         // want: stack a, stack b
	copied(d[:], &a, &b) // want: stack ... argument
	return *d[0] + *d[1]
}

// No argument, no slice; a nil one holds nothing.
func None() int { return sum() + sum(nil...) }

// A callee that keeps its slice, and gets one that holds nothing of the frame's.
var keptAll []*int

func all(xs ...*int) { keptAll = xs }

func AllNil() int {
	x := 1 // want: stack x
	all()
	all(nil...)
	return sum(&x) // want: stack ... argument
}

func numbers(xs ...any) int {
	n := 0
	for _, x := range xs {
		switch x := x.(type) {
		case int:
			n += x
		case *int:
			n += *x
		}
	}
	return n
}

func Any(k int) int {
	n := k                // want: stack n
	return numbers(k, &n) // want: stack ... argument, stack k
}

func firstAny(xs ...any) { keptAny = xs[0] }

func FirstAny(k, l int) {
	firstAny(k, l) // want: stack ... argument, heap k, stack l
}

func Strings(b []byte) int { return longest(string(b), "x") } // want: stack ... argument, stack string(b)

func longest(xs ...string) int {
	n := 0
	for _, x := range xs {
		n = max(n, len(x))
	}
	return n
}

func InLoop(n int) int {
	t := 0 // want: stack t
	for i := range n {
		a := i           // want: stack a
		t += sum(&a, &t) // want: stack ... argument
	}
	return t
}

type adder struct{}

func (adder) sum(xs ...*int) int { return sum(xs...) }

type summer interface{ sum(xs ...*int) int }

func total(s summer) int {
	a, b := 1, 2         // want: stack a, stack b
	return s.sum(&a, &b) // want: stack ... argument
}

func ByInterface() int { return total(adder{}) }

func Deferred() (n int) {
	a, b := 1, 2              // want: stack a, stack b
	defer func() { n += b }() // want: stack func literal
	defer sum(&a, &b)         // want: stack ... argument
	return a
}

// Functional options: the closures are called, and dropped.
type config struct{ n *int }
type option func(*config)

func build(options ...option) int {
	var c config // want: stack c
	for _, o := range options {
		o(&c)
	}
	return *c.n
}

func Options() int {
	x := 1                                          // goal: stack x
	return build(func(c *config) { c.n = &x }, nop) // want: stack ... argument, stack func literal
}

func nop(c *config) {}
