// Package unknown calls what nobody knows, and what that returns may be what it was given, now or before, or what lies there.
package unknown

type node struct {
	next *node
	p    *int
}

var Hook func(*int) *int
var Keep func(*node)
var Make func() *node
var Get func() *int

// The result may be a node that an earlier call was given.
func Later() {
	x := 1     // want: heap x
	var n node // want: heap n
	Keep(&n)
	Make().p = &x
}

func LaterRead() *int {
	x := 1      // want: heap x
	n := node{} // want: heap n
	Keep(&n)
	m := Make()
	m.p = nil
	n.p = &x
	m.p = nil
	return m.p
}

// The result is memory from elsewhere: what is stored there is gone.
func StoredInResult() {
	x := 1 // want: heap x
	n := Make()
	n.next = &node{p: &x} // want: heap &node{...}
}

// What was reachable from what was given.
func Beneath() *int {
	x := 1           // want: heap x
	n := node{p: &x} // want: heap n
	Keep(&n)
	return Get()
}

// The callee writes what it was given: what was there is no longer all that is.
func Written() {
	x := 1            // want: heap x
	n := node{}       // want: heap n
	m := node{p: nil} // want: heap m
	n.next = &m
	Keep(&n)
	n.next.p = &x
}

// The result is the frame's own object: a store through it is one to that, and no strong one to something else.
func SameObject() *int {
	x, y := 1, 2     // want: heap x, heap y
	n := node{p: &x} // want: heap n
	Keep(&n)
	m := Make()
	m.p = &y
	return n.p
}

func ByParameter(f func(*int) *int, g func() *int) (*int, *int) {
	x := 1 // want: heap x
	p := f(&x)
	return p, g()
}

// Captured by a closure that was given away.
func Captured(run func(func(*int))) *int {
	var kept *int                  // want: heap kept
	x := 1                         // want: heap x
	run(func(p *int) { kept = p }) // want: heap func literal
	*(&kept) = &x
	return Get()
}

type source interface {
	Put(*int)
	Get() *int
}

func ByInterface(s source) *int {
	x := 1 // want: heap x
	s.Put(&x)
	return s.Get()
}

// A result that goes to a channel and back.
func Channel() *int {
	x := 1 // want: heap x
	c := make(chan *int, 2)
	c <- Hook(&x)
	c <- &x
	<-c
	return <-c
}
