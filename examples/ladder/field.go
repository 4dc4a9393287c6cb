package main

// Fields alone: x is put into one cell and another cell's content leaves,
// after x was put there, so that order is of no help.

func field() {
	fields(1)
	fieldsTwin(2)
	elements(3)
	elementsTwin(4)
	nested(5)
	nestedTwin(6)
	copied(7)
	copiedTwin(8)
	interior(9)
	interiorTwin(10)
	getter(11)
	getterTwin(12)
	handlers(13)
	handlersTwin(14)
}

func fields(n int) {
	x := n  // flaw: ladder-field struct fields ; want[full,field]: stack x ; want[coarse,flow]: heap x
	y := -n // want: heap y
	var s pair
	s.a = &x
	s.b = &y
	sinkInt = s.b
}

func fieldsTwin(n int) {
	x := n  // want: heap x
	y := -n // want[full,field]: stack y ; want[coarse,flow]: heap y
	var s pair
	s.a = &x
	s.b = &y
	sinkInt = s.a
}

func elements(n int) {
	x := n  // flaw: ladder-field array elements ; want[field,full]: stack x ; want[coarse,flow]: heap x
	y := -n // want: heap y
	var s [3]*int
	s[0] = &x
	s[2] = &y
	sinkInt = s[2]
}

func elementsTwin(n int) {
	x := n  // want: heap x
	y := -n // want[field,full]: stack y ; want[coarse,flow]: heap y
	var s [3]*int
	s[0] = &x
	s[2] = &y
	sinkInt = s[0]
}

type couple struct {
	left, right pair
}

// nested needs paths of two steps: the last one is the same.
func nested(n int) {
	x := n  // flaw: ladder-field nested fields ; want[full,field]: stack x ; want[coarse,flow]: heap x
	y := -n // want: heap y
	var c couple
	c.left.a = &x
	c.right.a = &y
	sinkInt = c.right.a
}

func nestedTwin(n int) {
	x := n  // want: heap x
	y := -n // want[full,field]: stack y ; want[coarse,flow]: heap y
	var c couple
	c.left.a = &x
	c.right.a = &y
	sinkInt = c.left.a
}

// copied takes the pointers through a struct assignment.
func copied(n int) {
	x := n  // flaw: ladder-field struct copy ; want[full,field]: stack x ; want[coarse,flow]: heap x
	y := -n // want: heap y
	s := pair{a: &x, b: &y}
	t := s
	sinkInt = t.b
}

func copiedTwin(n int) {
	x := n  // want: heap x
	y := -n // want[full,field]: stack y ; want[coarse,flow]: heap y
	s := pair{a: &x, b: &y}
	t := s
	sinkInt = t.a
}

// interior stores through a pointer to one field.
func interior(n int) {
	x := n     // flaw: ladder-field pointer to a field ; want[full,field]: stack x ; want[coarse,flow]: heap x
	y := -n    // want: heap y
	var s pair // want[coarse,field,flow,full]: stack s
	p, q := &s.a, &s.b
	*p = &x
	*q = &y
	sinkInt = *q
}

func interiorTwin(n int) {
	x := n     // want: heap x
	y := -n    // want[full,field]: stack y ; want[coarse,flow]: heap y
	var s pair // want[coarse,field,flow,full]: stack s
	p, q := &s.a, &s.b
	*p = &x
	*q = &y
	sinkInt = *p
}

func (s *pair) second() *int { return s.b }

func (s *pair) first() *int { return s.a }

// getter needs the field in a callee's summary.
func getter(n int) {
	x := n     // flaw: ladder-field getter ; want[full,field]: stack x ; want[coarse,flow]: heap x
	y := -n    // want: heap y
	var s pair // want[coarse,field,flow,full]: stack s
	s.a = &x
	s.b = &y
	sinkInt = s.second()
}

func getterTwin(n int) {
	x := n     // want: heap x
	y := -n    // want[full,field]: stack y ; want[coarse,flow]: heap y
	var s pair // want[coarse,field,flow,full]: stack s
	s.a = &x
	s.b = &y
	sinkInt = s.first()
}

type hooks struct {
	before, after func(*int)
}

// handlers needs fields to know what is called.
func handlers(n int) {
	x := n // flaw: ladder-field functions in fields ; want[full,field]: stack x ; want[coarse,flow]: heap x
	h := hooks{before: look, after: keep}
	h.before(&x)
}

func handlersTwin(n int) {
	x := n // want: heap x
	h := hooks{before: look, after: keep}
	h.after(&x)
}
