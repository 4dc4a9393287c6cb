// Package embedding holds traps on promoted fields and methods and on interior pointers.
package embedding

type Base struct{ P *int }

func (b *Base) Set(p *int) { b.P = p }
func (b *Base) Get() *int  { return b.P }
func (b Base) Val() *int   { return b.P }

type Mid struct {
	n int
	Base
}

type ByValue struct {
	s string
	Mid
}

type ByPointer struct {
	n int
	*Mid
}

var Kept *int

// The promoted setter writes two levels down.
func PromotedSetter() *int {
	x := 1 // want: heap x
	var o ByValue
	o.Set(&x)
	return o.Mid.Base.P
}

// Through an embedded pointer: the copy shares it.
func PromotedByPointer() *int {
	x := 1 // want: heap x
	o := ByPointer{Mid: &Mid{}}
	c := o
	c.Set(&x)
	return o.P
}

// A value method of the embedded part, called on a copy made earlier.
func PromotedValue() *int {
	x := 1 // want: heap x
	var o ByValue
	o.P = &x
	c := o
	o.P = nil
	_ = o.P
	return c.Val()
}

// The method value of a promoted method binds the embedded part.
func PromotedMethodValue() *int {
	x := 1 // want: heap x
	var o ByValue
	f := o.Set
	f(&x)
	return o.Get()
}

// The method expression of the outer type.
func PromotedExpression() *int {
	x := 1 // want: heap x
	var o ByValue
	(*ByValue).Set(&o, &x)
	return o.P
}

type setter interface{ Set(*int) }

// The wrapper method behind the interface belongs to the embedded type.
func PromotedInterface() *int {
	x := 1 // want: heap x
	var o ByPointer
	o.Mid = new(Mid)
	var s setter = o
	s.Set(&x)
	return o.Base.P
}

// The address of the embedded part keeps the whole.
func InteriorPointer() *Base {
	var o ByValue // want: heap o
	return &o.Base
}

// The address of a field of an embedded part, by a promoted name.
func InteriorField() **int {
	var o ByValue // want: heap o
	return &o.P
}

// A method that returns the address of a field of its receiver.
func (m *Mid) inside() *int { return &m.n }

// The interior pointer comes out of a promoted method.
func InteriorMethod() *int {
	var o ByValue // want: heap o
	return o.inside()
}

type shadow struct {
	P *int
	Base
}

// The shadowing field and the promoted one are two cells; the getter reads the inner one.
func Shadowed() *int {
	x := 1 // want: heap x
	var o shadow
	o.Base.P = &x
	o.P = nil
	_ = o.P
	return o.Get()
}

type twoBases struct {
	Left
	Right
}

type Left struct{ L *int }

type Right struct{ R *int }

func (r *Right) keep(p *int) { r.R = p }

// Only the second embedded part is handed on.
func SecondBase() *int {
	x := 1 // want: heap x
	var o twoBases
	o.keep(&x)
	return keepRight(&o.Right)
}

func keepRight(r *Right) *int { return r.R }

type generic struct{ setter }

// Overridden: the outer Set calls the embedded interface's Set after its own store.
func (g generic) Set(p *int) {
	g.setter.Set(nil)
	g.setter.Set(p)
}

// A decorator around a local.
func Decorated() *int {
	x := 1 // want: heap x
	var b Base
	var s setter = generic{generic{&b}}
	s.Set(&x)
	return b.P
}
