package main

// Both at once: fields keep the cells apart, and only then is there a single
// cell that a later statement can overwrite, or that is filled too late.

func both() {
	fieldReused(1)
	fieldReusedTwin(2)
	elementReused(3)
	elementReusedTwin(4)
	otherFirst(5)
	otherFirstTwin(6)
	forgotten(7)
	forgottenTwin(8)
	hookReplaced(9)
	hookReplacedTwin(10)
	clearedField(11)
	clearedFieldTwin(12)
}

// fieldReused overwrites a field of an object that has two.
func fieldReused(n int) {
	x := n  // flaw: ladder-both strong update of a field ; want[full]: stack x ; want[coarse,field,flow]: heap x
	y := -n // want: heap y
	var s pair
	s.a = &x
	println(*s.a)
	s.a = &y
	sinkInt = s.a
}

func fieldReusedTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	var s pair
	s.a = &x
	sinkInt = s.a
	s.a = &y
	sinkInt = s.a
}

func elementReused(n int) {
	x := n  // flaw: ladder-both strong update of an element ; want[full]: stack x ; want[coarse,field,flow]: heap x
	y := -n // want: heap y
	var s [2]*int
	s[1] = &x
	println(*s[1])
	s[1] = &y
	sinkInt = s[1]
}

func elementReusedTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	var s [2]*int
	s[1] = &x
	sinkInt = s[1]
	s[1] = &y
	sinkInt = s[1]
}

// otherFirst needs no strong update: x is in the other field before the leak
// and in the leaked field after it.
func otherFirst(n int) {
	x := n  // flaw: ladder-both store after the leak of a field ; want[full]: stack x ; want[coarse,field,flow]: heap x
	y := -n // want: heap y
	s := pair{a: &y, b: &x}
	sinkInt = s.a
	s.a = &x
	println(*s.a, *s.b)
}

func otherFirstTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	s := pair{a: &y, b: &x}
	sinkInt = s.a
	s.a = &x
	sinkInt = s.a
}

// forgotten clears one field and lets a copy of the rest go.
func forgotten(n int) {
	x := n  // flaw: ladder-both cleared field, copied struct ; want[full]: stack x ; want[coarse,field,flow]: heap x
	y := -n // want: heap y
	s := pair{a: &x, b: &y}
	s.a = nil
	sinkPair = s
}

func forgottenTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	s := pair{a: &x, b: &y}
	println(*s.a)
	sinkPair = s
}

// hookReplaced needs both to know what is called.
func hookReplaced(n int) {
	x := n  // flaw: ladder-both replaced function in a field ; want[full]: stack x ; want[coarse,field,flow]: heap x
	y := -n // want: heap y
	h := hooks{before: keep, after: look}
	h.before(&y)
	h.before = look
	h.before(&x)
}

func hookReplacedTwin(n int) {
	x := n  // want: heap x
	y := -n // want: heap y
	h := hooks{before: keep, after: look}
	h.before(&y)
	h.after = look
	h.before(&x)
}

// clearedField is cleared with a second field, so that fields are needed too.
// The pair is a heap object, and so x is bounded at best.
func clearedField(n int) {
	x := n       // flaw: ladder-both cleared field before the leak ; want[full]: bounded x ; want[coarse,field,flow]: heap x
	p := &pair{} // want: heap &pair{}
	p.a = &x
	p.a = nil
	sinkPairs = p
}

func clearedFieldTwin(n int) {
	x := n       // want: heap x
	p := &pair{} // want: heap &pair{}
	p.a = &x
	p.b = nil
	sinkPairs = p
}
