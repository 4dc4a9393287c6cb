// Package lattice has one function for each corner of coarse, field, flow and full. A field-insensitive variant
// needs two pointer fields in one object to err, a flow-insensitive one two versions of one cell.
package lattice

type pair struct{ a, b *int }

var Saved *int

// Field sensitivity alone decides: stored once, another field leaves.
func Field() {
	var p pair
	x := 1 // want[full,field]: stack x ; want[coarse,flow]: heap x
	q := &p
	q.a = &x
	Saved = q.b
}

// The same through a callee.
func FieldOfCallee() {
	var p pair
	x := 1 // want[full,field]: stack x ; want[coarse,flow]: heap x
	setA(&p, &x)
	Saved = getB(&p)
}

func setA(p *pair, v *int) { p.a = v }

func getB(p *pair) *int { return p.b }

// The same with two results of one struct result.
func FieldOfResult() {
	x := 1 // want[full,field]: stack x ; want[coarse,flow]: heap x
	y := 2 // want: heap y
	p := pack(&x, &y)
	Saved = p.b
}

func pack(a, b *int) pair { return pair{a, b} }

// The same with a captured struct.
func FieldOfCapture() {
	var p pair
	x := 1 // want[full,field]: stack x ; want[coarse,flow]: heap x
	set := func() { p.a = &x }
	set()
	Saved = p.b
}

// Flow sensitivity alone decides: one cell, two values.
func Flow() {
	var p *int
	x := 1 // want[full,flow]: stack x ; want[coarse,field]: heap x
	y := 2 // want: heap y
	pp := &p
	*pp = &x
	*pp = &y
	Saved = p
}

// The same for a variable that is no memory.
func FlowOfVariable() {
	x := 1 // want[full,flow]: stack x ; want[coarse,field]: heap x
	y := 2 // want: heap y
	p := &x
	*p = 3
	p = &y
	Saved = p
}

// Published before the store.
func FlowOfPublication() {
	var p *int
	x := 1 // want[full,flow]: stack x ; want[coarse,field]: heap x
	pp := &p
	Saved = *pp
	*pp = &x
}

// Published on one branch, stored on the other.
func FlowOfBranch(k bool) {
	var p *int
	x := 1 // want[full,flow]: stack x ; want[coarse,field]: heap x
	pp := &p
	if k {
		*pp = &x
	} else {
		Saved = *pp
	}
}

// Both decide: two fields, and two values of the one that leaves.
func Both() {
	var p pair
	x := 1 // want[full]: stack x ; want[coarse,field,flow]: heap x
	y := 2 // want: heap y
	q := &p
	q.a = &x
	q.a = &y
	Saved = q.a
}

// Both decide: cleared, and the other field is in use.
func BothCleared() {
	var p pair
	x, y := 1, 2 // want[full]: stack x ; want[coarse,field,flow]: heap x
	q := &p
	q.b = &y
	q.a = &x
	*q.b = *q.a
	q.a = nil
	q.b = nil
	Saved = q.a
}

// No variant needs more than Andersen: nothing leaves.
func Neither() int {
	var p pair
	x := 1 // want[full,field,flow,coarse]: stack x
	q := &p
	q.a = &x
	return *p.a
}

// Context alone decides, and all variants have it: two calls of one callee.
func Context() {
	x, y := 1, 2 // want[full,field,flow,coarse]: stack x ; want: heap y
	p := id(&x)
	*p = 3
	Saved = id(&y)
}

func id(p *int) *int { return p }

// A loop: p is live where x is made again, and then it is &y on both edges.
func FlowOfLoop(n int) int {
	y := 0
	s := 0
	p := &y
	for i := 0; i < n; i++ {
		x := i // want[full,flow]: stack x ; want[coarse,field]: heap x
		s += *p
		p = &x
		s += *p
		p = &y
	}
	return s
}
