// Package embedding has the precise twins of traps/embedding.
package embedding

type Base struct{ P *int }

func (b *Base) set(p *int) { b.P = p }
func (b *Base) get() *int  { return b.P }

type Mid struct {
	n int
	Base
}

type ByValue struct {
	s *int
	Mid
}

type ByPointer struct {
	n *int
	*Mid
}

// Twin of PromotedSetter: the value leaves.
func PromotedSetter() int {
	x := 1        // want: stack x
	var o ByValue // want: stack o
	o.set(&x)
	return *o.Mid.Base.P
}

// Twin of PromotedSetter: another field leaves.
func OtherField() *int {
	x := 1        // want: stack x
	var o ByValue // want: stack o
	o.set(&x)
	return o.s
}

// Twin of PromotedByPointer.
func PromotedByPointer() int {
	x := 1                      // want: stack x
	o := ByPointer{Mid: &Mid{}} // want: stack &Mid{}
	c := o
	c.set(&x)
	return *o.P
}

// Twin of PromotedMethodValue.
func PromotedMethodValue() int {
	x := 1        // want: stack x
	var o ByValue // want: stack o
	f := o.set
	f(&x)
	return *o.get()
}

type setter interface{ set(*int) }

// Twin of PromotedInterface.
func PromotedInterface() int {
	x := 1 // want: stack x
	o := ByPointer{}
	o.Mid = new(Mid) // want: stack new(Mid)
	var s setter = o
	s.set(&x)
	return *o.Base.P
}

// Twin of InteriorField: the interior pointer stays.
func InteriorField() int {
	x := 1        // want: stack x
	var o ByValue // want: stack o
	p := &o.P
	*p = &x
	return *o.P
}

type shadow struct {
	P *int
	Base
}

// Twin of Shadowed: the shadowing field leaves.
func Shadowed() *int {
	x := 1       // want: stack x
	var o shadow // want: stack o
	o.set(&x)
	return o.P
}
