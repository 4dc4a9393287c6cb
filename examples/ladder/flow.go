package main

// Order alone: every object has a single pointer cell, or there is only a
// variable, and x is not in it when its content leaves.

func flow() {
	reused(1)
	reusedTwin(2)
	overwritten(3)
	overwrittenTwin(4)
	tooLate(5)
	tooLateTwin(6)
	otherFunction(7)
	otherFunctionTwin(8)
	cleared(9)
	clearedTwin(10)
}

// reused gives a second pointer to a variable.
func reused(n int) {
	x := n  // flaw: ladder-flow reused variable ; want[full,flow]: stack x ; want[coarse,field]: heap x
	y := -n // want: heap y
	p := &x
	println(*p)
	p = &y
	sinkInt = p
}

func reusedTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	p := &x
	sinkInt = p
	p = &y
	sinkInt = p
}

// overwritten does the same in memory: a strong update.
func overwritten(n int) {
	x := n     // flaw: ladder-flow strong update ; want[full,flow]: stack x ; want[coarse,field]: heap x
	y := -n    // want: heap y
	var p *int // want[coarse,field,flow,full]: stack p
	pp := &p
	*pp = &x
	println(*p)
	*pp = &y
	sinkInt = *pp
}

func overwrittenTwin(n int) {
	x := n     // want: heap x
	y := -n    // want: heap y
	var p *int // want[coarse,field,flow,full]: stack p
	pp := &p
	*pp = &x
	sinkInt = *pp
	*pp = &y
	sinkInt = *pp
}

// tooLate stores x when the content has left already: no strong update.
func tooLate(n int) {
	x := n  // flaw: ladder-flow store after the leak ; want[full,flow]: stack x ; want[coarse,field]: heap x
	y := -n // want: heap y
	p := &y // want[coarse,field,flow,full]: stack p
	pp := &p
	sinkInt = *pp
	*pp = &x
	println(*p)
}

func tooLateTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	p := &y // want[coarse,field,flow,full]: stack p
	pp := &p
	sinkInt = *pp
	*pp = &x
	sinkInt = *pp
}

// otherFunction needs order to know what is called.
func otherFunction(n int) {
	x := n  // flaw: ladder-flow reused function variable ; want[full,flow]: stack x ; want[coarse,field]: heap x
	y := -n // want: heap y
	f := keep
	f(&y)
	f = look
	f(&x)
}

func otherFunctionTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	f := keep
	f(&y)
	f = keep
	f(&x)
}

// cleared empties its cell before it lets it go. The cell is a heap object all
// the time, so that x may not be in the frame, though it dies with it.
func cleared(n int) {
	x := n          // flaw: ladder-flow cleared before the leak ; want[full,flow]: bounded x ; want[coarse,field]: heap x
	pp := new(*int) // want: heap new(*int)
	*pp = &x
	*pp = nil
	sinkRef = pp
}

func clearedTwin(n int) {
	x := n          // want: heap x
	pp := new(*int) // want: heap new(*int)
	*pp = &x
	println(**pp)
	sinkRef = pp
}
