// Package closures has the precise twins of traps/closures: closures and captured variables that stay.
package closures

type Pair struct{ A, B *int }

var Saved *int

// Twin of SetterGetter: only the value leaves.
func SetterGetter() int {
	x := 1                          // want: stack x
	var v *int                      // want: stack v
	set := func(p *int) { v = p }   // want: stack func literal
	get := func() *int { return v } // want: stack func literal
	set(&x)
	return *get()
}

// Twin of LaterValue: the closure sees y, x was overwritten before the call.
func Replaced() *int {
	x, y := 1, 2 // want: stack x, heap y
	p := &x      // want: stack p
	f := func() *int { return p }
	p = &y
	return f()
}

// Twin of EarlierValue: the closure was called before the store.
func Earlier() *int {
	x := 1     // want: stack x
	var v *int // want: stack v
	f := func() *int { return v }
	r := f()
	v = &x
	return r
}

// Twin of Counter: the closure does not leave.
func Counter() int {
	n := 0            // want: stack n
	f := func() int { // want: stack func literal
		n++
		return n
	}
	return f() + f()
}

type handler struct {
	n int
	f func(int) *int
}

// Twin of InField: the struct does not leave.
func InField() int {
	x := 1        // want: stack x
	var h handler // want: stack h
	p := &h
	p.f = func(int) *int { return &x } // want: stack func literal
	return *h.f(1)
}

// Twin of SelfCapture: the value leaves.
func SelfCapture(n int) int {
	x := 1                    // want: stack x
	var walk func(int) *int   // want: stack walk
	walk = func(k int) *int { // want: stack func literal
		if k == 0 {
			return &x
		}
		return walk(k - 1)
	}
	return *walk(n)
}

func times(n int, f func(int)) {
	for i := 0; i < n; i++ {
		f(i)
	}
}

// A captured sum over a residual call in a loop.
func Sum(n int) int {
	s := 0                           // want: stack s
	times(n, func(i int) { s += i }) // want: stack func literal
	return s
}

// Residual call in a loop; its callers are known.
func each(n int, f func(*int)) {
	for i := 0; i < n; i++ {
		v := i // want: stack v
		f(&v)
	}
}

// All callers of each are known and none of them keeps the pointer.
func Each(n int) int {
	s := 0                            // want: stack s
	each(n, func(p *int) { s += *p }) // want: stack func literal
	return s
}

// Residual call on a local buffer; its callers are known.
func collect(f func(s []*int)) int {
	var buf [2]*int // want: stack buf
	f(buf[:])
	if buf[0] == nil || buf[1] == nil {
		return 0
	}
	return *buf[0] + *buf[1]
}

// Twin of WritesBuffer: the pointers go into the callee's frame and die there.
func WritesBuffer() int {
	x, y := 1, 2                    // goal: stack y ; goal: stack x
	return collect(func(s []*int) { // want: stack func literal
		s[0], s[1] = &x, &y
	})
}

func reset(p *Pair, f func()) int {
	p.A = nil
	f()
	if p.A == nil {
		return 0
	}
	return *p.A
}

// Twin of WritesOverwritten: a captured local, written by the residual call.
func WritesOverwritten() int {
	x := 1     // want: stack x
	var p Pair // want: stack p
	return reset(&p, func() { p.A = &x })
}

// Twin of InCapturedStruct: the other field leaves.
func OtherField() *int {
	x := 1 // want: stack x
	p := Pair{B: &x}
	f := func() *int { return p.A }
	return f()
}

func (p *Pair) swap() { p.A, p.B = p.B, p.A }

// A method value on a local.
func MethodValue() int {
	x, y := 1, 2      // want: stack x, stack y
	p := Pair{&x, &y} // want: stack p
	f := p.swap       // want: stack p.swap
	f()
	f()
	return *p.A
}

// Twin of BigCapture: more than 128 bytes, captured by reference, called here.
func BigCapture(i int) int {
	big := [32]int{1, 2, 3}                   // want: stack big
	f := func(i int) int { return big[i&31] } // want: stack func literal
	return f(i)
}

// Twin of OneLeaks: two closures share x, the one that leaks does not have it.
func Shared() int {
	x, y := 0, 1 // want: stack x, heap y
	inc := func() { x++ }
	Leak = func() int { y++; return y } // want: heap func literal
	inc()
	return x
}

var Leak func() int

func chain(f, g func(*int) *int, v *int) int { return *g(f(v)) }

// Twin of Chained: results of residual calls, the value leaves.
func Chained() int {
	x := 1 // want: stack x
	id := func(p *int) *int { return p }
	return chain(id, id, &x)
}

// Twin of AssignedInside: called in place.
func InPlace() int {
	x := 1     // want: stack x
	var p *int // want: stack p
	func() { p = &x }()
	return *p
}

// Closures in a local array, called with unknown index.
func FromArray(i int) int {
	x := 1 // want: stack x
	fs := [2]func(*int){
		func(p *int) { *p++ },
		func(p *int) { *p = x },
	}
	fs[i&1](&x)
	return x
}
