// Package unknown calls what nobody knows: it may keep what it gets, and return that and whatever is known everywhere, but no other object.
package unknown

type node struct {
	next *node
	p    *int
}

var Hook func(*int) *int
var Make func() *node
var Any func(any) any

// What is not given to the call does not come back.
func NotGiven() *int {
	x, y := 1, 2 // want: heap x, stack y
	p := Hook(&x)
	*p += y
	q := &y
	*q = 3
	return p
}

func Unrelated() int {
	x := 1 // want: stack x
	n := Make()
	n.next = nil
	q := &x
	if n.p != nil {
		*n.p = *q
	}
	return *q
}

// The result is read into the frame's own memory.
func ReadInto() int {
	var n node // want: stack n
	x := 1     // want: stack x
	n.p = &x
	n.next = Make()
	return *n.p
}

// The result is overwritten before it matters.
func Overwritten() *int {
	x := 1 // want: stack x
	p := &x
	*p = 2
	p = Hook(nil)
	return p
}

func Interface() any {
	x, y := 1, 2 // want: heap x, stack y
	var kept any = &y
	e := Any(&x)
	_ = kept
	return e
}

// A parameter's call, and an interface's.
func ByParameter(f func(*int) *int) *int {
	x, y := 1, 2 // want: heap x, stack y
	q := &y
	p := f(&x)
	*q = *p
	return p
}

type source interface{ Get(*int) *int }

func ByInterface(s source) int {
	x, y := 1, 2 // want: heap x, stack y
	q := &y
	*q += *s.Get(&x)
	return y
}

// More results than one.
var Two func(*int) (*int, error)

func Several() (int, error) {
	x, y := 1, 2 // want: heap x, stack y
	q := &y
	p, err := Two(&x)
	if err != nil {
		return *q, err
	}
	return *p, nil
}
