package closures

// Captured variables that look as if they held one function only.

var sinkCaptured *int

func keep(p *int) { sinkCaptured = p }

func drop(*int) {}

func apply(f func()) { f() }

// Assigned twice, the second time after the capture.
func Reassigned() {
	x := 1 // want: heap x
	f := drop
	apply(func() { f(&x) })
	f = keep
	apply(func() { f(&x) })
}

// Assigned once, but a closure writes it too.
func WrittenByClosure() {
	x := 1 // want: heap x
	f := drop
	set := func() { f = keep }
	set()
	apply(func() { f(&x) })
}

// Its address is taken.
func WrittenByPointer() {
	x := 1 // want: heap x
	f := drop
	p := &f
	*p = keep
	apply(func() { f(&x) })
}

// The one function keeps what it gets, two closures down.
func OneThatKeeps() {
	x := 1 // want: heap x
	f := func(p *int) { sinkCaptured = p }
	apply(func() {
		apply(func() { f(&x) })
	})
}

// It keeps it in a variable that it captured itself.
func KeepsInCaptured() *int {
	x := 1 // want: heap x
	var out *int
	f := func(p *int) { out = p }
	apply(func() { f(&x) })
	return out
}

// Recursion: the inner call's store is seen by the outer one.
type list struct {
	next *list
	p    *int
}

func Recursive(n int) *int {
	x := 1 // want: heap x
	var last *int
	var visit func(n int, p *int)
	visit = func(n int, p *int) {
		if n == 0 {
			last = p
			return
		}
		visit(n-1, p)
	}
	visit(n, &x)
	return last
}

// In a loop, the variable outside holds the last iteration's closure, which captured that iteration's variables.
func LoopOuter(n int) {
	var f func() *int
	for i := 0; i < n; i++ {
		y := i // want: heap y
		g := f
		if g != nil {
			sinkCaptured = g()
		}
		f = func() *int { return &y }
	}
}

// Each iteration has a variable of its own, captured by a closure that calls the one of the iteration before.
func LoopChain(n int) {
	var before func() *int
	for i := 0; i < n; i++ {
		y := i // want: heap y
		inner := before
		f := func() *int {
			if inner != nil {
				return inner()
			}
			return &y
		}
		before = f
	}
	sinkCaptured = before()
}

// Mutual recursion through two variables.
func Mutual(n int) *int {
	x := 1 // want: heap x
	var res *int
	var even, odd func(n int, p *int)
	even = func(n int, p *int) {
		if n == 0 {
			res = p
		} else {
			odd(n-1, p)
		}
	}
	odd = func(n int, p *int) {
		if n > 0 {
			even(n-1, p)
		}
	}
	even(n, &x)
	return res
}

// The same captured variable in a loop: the closure called is another iteration's.
func LoopSelf(n int) {
	var f func(k int) *int
	for i := 0; i < n; i++ {
		y := i // want: heap y
		old := f
		f = func(k int) *int {
			if k > 0 && old != nil {
				return old(k - 1)
			}
			return &y
		}
	}
	if f != nil {
		sinkCaptured = f(n)
	}
}
