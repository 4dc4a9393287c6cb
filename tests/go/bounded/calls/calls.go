// Package calls has objects that are held by what a callee made on the heap, and that stays in the caller.
package calls

type A struct{ p, q *int }

// A10: the object is the callee's, and it is handed back.
func newA(p *int) *A {
	return &A{p: p} // want: heap &A{...}
}

// A10: a stays in this frame, but the callee has put it on the heap.
func Constructed() int {
	x := 1 // want: bounded x
	a := newA(&x)
	return *a.p
}

// A10: stored after the call.
func Filled() int {
	x, y := 1, 2 // want: bounded x, bounded y
	a := newA(&x)
	a.q = &y
	return *a.p + *a.q
}

// A10: cleared before the end; a heap object may not hold it even for an instant.
func Cleared() int {
	x := 1 // want: bounded x
	a := newA(nil)
	a.q = &x
	r := *a.q
	a.q = nil
	return r
}

// A10: the closure is the callee's.
func getter(p *int) func() int {
	return func() int { return *p } // want: heap func literal
}

// A10: a closure made by a callee.
func Closure() int {
	x := 1 // want: bounded x
	g := getter(&x)
	return g()
}

type node struct {
	v    *int
	next *node
}

type list struct{ head *node }

// A10: the node is the callee's.
func (l *list) push(p *int) {
	l.head = &node{p, l.head} // want: heap &node{...}
}

// A10: the method links a node into the local list.
func Pushed() int {
	x, y := 1, 2 // want: bounded x, bounded y
	var l list   // want: stack l
	l.push(&x)
	l.push(&y)
	return *l.head.v + *l.head.next.v
}

func push(s []*int, p *int) []*int { return append(s, p) }

// The callee appends.
func PushedSlice() int {
	x := 1 // want: bounded x
	s := push(nil, &x)
	return *s[0]
}

// A10: the map is the callee's.
func index(ps ...*int) map[int]*int {
	m := map[int]*int{} // want: heap map[int]*int{}
	for i, p := range ps {
		m[i] = p
	}
	return m
}

// The callee makes a map.
func Indexed() int {
	x := 1         // want: bounded x
	m := index(&x) // want: stack ... argument
	return *m[0]
}

type shape interface{ side() int }

type square struct{ p *int }

func (s *square) side() int { return *s.p }

// A10: the object behind the interface is the callee's.
func newShape(p *int) shape {
	return &square{p} // want: heap &square{...}
}

// An interface made by a callee.
func Shape() int {
	x := 1 // want: bounded x
	return newShape(&x).side()
}

// A10: one node for each activation.
func tree(n int, p *int) *node {
	if n == 0 {
		return nil
	}
	return &node{p, tree(n-1, p)} // want: heap &node{...}
}

// A list made by recursion points to x.
func Recursive(n int) (s int) {
	x := 1 // want: bounded x
	for t := tree(n, &x); t != nil; t = t.next {
		s += *t.v
	}
	return s
}

// A10: the parameter is moved to the heap.
func ptr(p *int) **int { // want: heap p
	return &p
}

// The callee's parameter is on the heap.
func Parameter() int {
	x := 1 // want: bounded x
	return **ptr(&x)
}
