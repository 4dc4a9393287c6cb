// Package closures holds traps on captured variables and on objects made in closures.
package closures

type Pair struct{ A, B *int }

type Node struct {
	V    *int
	Next *Node
}

func times(n int, f func(int)) {
	for i := 0; i < n; i++ {
		f(i)
	}
}

func twice(f func()) {
	f()
	f()
}

// A5: the loop is in the callee; first and last are two objects of one site.
func MadeInCallback() *int {
	x := 1 // want: heap x
	var first, last *Pair
	times(2, func(k int) {
		p := &Pair{A: &x} // want: heap &Pair{...}
		if k == 0 {
			first = p
		}
		last = p
	})
	last.A = nil
	return first.A
}

// A5: no loop at all, but two residual calls of the same closure.
func MadeTwice() *int {
	x := 1 // want: heap x
	var a, b *Node
	twice(func() {
		a, b = b, &Node{V: &x} // want: heap &Node{...}
	})
	b.V = nil
	return a.V
}

// A5: a closure called twice in its own frame makes two objects.
func CalledTwice() *int {
	x := 1 // want: heap x
	mk := func() *Pair {
		return &Pair{A: &x} // want: heap &Pair{...}
	}
	p := mk()
	q := mk()
	q.A = nil
	return p.A
}

// A5: the same in a loop of the caller.
func CalledInLoop(n int) *int {
	x := 1 // want: heap x
	mk := func() *Pair {
		return &Pair{A: &x} // want: heap &Pair{...}
	}
	var p *Pair
	for i := 0; i < n; i++ {
		q := mk()
		if p == nil {
			p = q
		} else {
			q.A = nil
		}
	}
	return p.A
}

// Several closures share one variable.
func SetterGetter() *int {
	x := 1 // want: heap x
	var v *int
	set := func(p *int) { v = p }
	get := func() *int { return v }
	set(&x)
	return get()
}

// By reference: the closure sees the value assigned after the capture.
func LaterValue() *int {
	x, y := 1, 2 // want: heap x, stack y
	p := &y
	f := func() *int { return p }
	p = &x
	return f()
}

// By reference: what f returned before the variable was cleared.
func EarlierValue() *int {
	x := 1 // want: heap x
	p := &x
	f := func() *int { return p }
	r := f()
	p = nil
	return r
}

// The counter lives as long as the closure.
func Counter() func() int {
	x := 0              // want: heap x
	return func() int { // want: heap func literal
		x++
		return x
	}
}

// Captured through two levels; the outermost frame ends first.
func Nested() func() func() *int {
	x := 1                      // want: heap x
	return func() func() *int { // want: heap func literal
		return func() *int { // want: heap func literal
			return &x
		}
	}
}

type handler struct {
	n int
	f func() *int
}

// The closure is in a field of a struct that is returned by value.
func InField() handler {
	x := 1 // want: heap x
	var h handler
	h.f = func() *int { return &x } // want: heap func literal
	return h
}

// The closure captures itself.
func SelfCapture(n int) *int {
	x := 1 // want: heap x
	var walk func(int) *int
	walk = func(k int) *int {
		if k == 0 {
			return &x
		}
		return walk(k - 1)
	}
	return walk(n)
}

// Called through an element of an array with unknown index.
func FromArray(i int) *int {
	x := 1 // want: heap x
	fs := [2]func() *int{
		func() *int { return nil },
		func() *int { return &x },
	}
	return fs[i&1]()
}

func run(f func(s []*int)) *int {
	var buf [2]*int
	f(buf[:])
	return buf[1]
}

// A7: a residual call writes the callee's buffer.
func WritesBuffer() *int {
	x := 1 // want: heap x
	return run(func(s []*int) { s[len(s)-1] = &x })
}

func reset(p *Pair, f func()) *int {
	p.A = nil
	f()
	return p.A
}

// A7: the residual call writes a cell that the callee has just overwritten.
func WritesOverwritten() *int {
	x := 1 // want: heap x
	var p Pair
	return reset(&p, func() { p.A = &x })
}

func wire(p *Node, f func(), v *int) {
	p.Next = nil
	f()
	if p.Next != nil {
		p.Next.V = v
	}
}

var Root Node

// A7: what the residual call wrote is the target of the callee's next store.
func WritesTarget() {
	x := 1 // want: heap x
	var n Node
	wire(&n, func() { n.Next = &Root }, &x)
}

func chain(f, g func(*int) *int, v *int) *int { return g(f(v)) }

// A7: the result of one residual call is the argument of another.
func Chained() *int {
	x := 1 // want: heap x
	id := func(p *int) *int { return p }
	return chain(id, id, &x)
}

func fill(f func(**int)) *int {
	var p *int
	f(&p)
	q := p
	p = nil
	f(&p)
	return q
}

// A7: the first residual call's content was read before the second one.
func WritesTwice() *int {
	x := 1 // want: heap x
	n := 0
	return fill(func(pp **int) {
		if n == 0 {
			*pp = &x
		}
		n++
	})
}

// The closure leaves with the captured parameter.
func getter(p *int) func() *int {
	return func() *int { return p } // want: heap func literal
}

// The closure made by a callee holds the argument.
func FromCallee() *int {
	x := 1 // want: heap x
	g := getter(&x)
	return g()
}

// Captured by value as a field of a struct.
func InCapturedStruct() *int {
	x := 1 // want: heap x
	p := Pair{B: &x}
	f := func() *int { return p.B }
	return f()
}

// More than 128 bytes are captured by reference, though never written after the capture.
func BigCapture() func(int) int {
	big := [32]int{1, 2, 3}                     // want: heap big
	return func(i int) int { return big[i&31] } // want: heap func literal
}

// The content of a big array captured by reference.
func BigContent(i int) *int {
	x := 1 // want: heap x
	var big [32]*int
	big[3] = &x
	f := func(i int) *int { return big[i&31] }
	return f(i)
}

var Leak func() int

// Two closures share x, one of them leaks.
func OneLeaks() int {
	x := 0 // want: heap x
	inc := func() { x++ }
	Leak = func() int { return x } // want: heap func literal
	inc()
	return x
}

// The pointer is assigned in a closure only.
func AssignedInside() *int {
	x := 1 // want: heap x
	var p *int
	func() { p = &x }()
	return p
}

// A9: the closure calls its maker back.
func Maker(n int) *int {
	x := n // want: heap x
	f := func(k int) *int {
		if k <= 0 {
			return &x
		}
		return Maker(k - 1)
	}
	return call(f, n)
}

func call(f func(int) *int, n int) *int { return f(n) }

// The variable of the callee's frame is captured by the closure it returns, and two such closures share it.
func pairOf() (func(*int), func() *int) {
	var v *int                     // want: heap v
	return func(p *int) { v = p }, // want: heap func literal
		func() *int { return v } // want: heap func literal
}

// x goes in by one closure of pairOf and out by the other.
func ThroughPair() *int {
	x := 1 // want: heap x
	set, get := pairOf()
	set(&x)
	return get()
}

// Captured by a method value's receiver and by a literal at once.
func (p *Pair) first() *int { return p.A }

// A method value reads the receiver when called, not when made.
func BoundThenStored() *int {
	x := 1 // want: heap x
	var p Pair
	f := p.first
	p.A = &x
	return f()
}

// A curried function: the captured argument comes back after three calls.
func Curried() *int {
	x := 1 // want: heap x
	f := func(a *int) func() func() *int {
		return func() func() *int { // want: heap func literal
			return func() *int { return a } // want: heap func literal
		}
	}
	return f(&x)()()
}
