package main

// Section 8, the level of indirection of interfaces: boxing a value makes a
// hidden copy, an assertion or a method call reads it again. gc models both
// now, but at a call of an unknown method box and content are lost still.

type pair struct {
	left, right *int
}

func leftOf(v any) *int { return v.(pair).left }

func keepBox(v any) *int {
	sinkAny = v
	return nil
}

// assertionLevel leaks what is in the box and not the box.
func assertionLevel(n int) {
	x := n // want: heap x
	b := pair{left: &x}
	sinkInt = leftOf(b) // flaw: vyukov-8a level of assertions ; want: stack b
}

func assertionLevelTwin(n int) {
	x := n // want: heap x
	b := pair{left: &x}
	sinkInt = keepBox(b) // want: heap b
}

type chooser interface {
	choose() *int
}

func (b pair) choose() *int { return b.left }

func ask(c chooser) *int { return c.choose() }

func methodLevel(n int) {
	x := n // flaw: vyukov-8b level of method calls ; want: stack x
	b := pair{left: &x}
	p := ask(b) // flaw: vyukov-8b level of method calls ; want: stack b
	println(*p)
}

func methodLevelTwin(n int) {
	x := n // want: heap x
	b := pair{left: &x}
	p := ask(b) // want: stack b
	sinkInt = p
}
