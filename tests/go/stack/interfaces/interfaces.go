// Package interfaces has the precise twins of traps/interfaces.
package interfaces

type Box struct{ P, Q *int }

type putter interface{ put(*int) }

type getter interface{ get() *int }

type T1 struct {
	n int
	P *int
}

type T2 T1

func (b *Box) put(p *int) { b.P = p }
func (b *Box) get() *int  { return b.P }

type adder struct{ n int }

func (a *adder) put(p *int) { a.n += *p }

type dropper struct{ n int }

func (d *dropper) put(p *int) { d.n = *p }

var (
	Saved  *int
	SavedS *string
)

// Twin of Pun: all stays.
func Pun() int {
	x := 1   // want: stack x
	var v T1 // want: stack v
	var e any = (*T2)(&v)
	e.(*T2).P = &x
	return *v.P
}

// Twin of PunField: the other field leaves.
func PunField() int {
	x := 1   // want: stack x
	var v T1 // want: stack v
	w := (*T2)(&v)
	w.P = &x
	return v.n
}

// Twin of TypeSwitch: what leaves has another dynamic type.
func TypeSwitch(k bool) {
	x := 1   // want: stack x
	s := "s" // want: heap s
	var e any = &x
	if k {
		e = &s
	}
	switch v := e.(type) {
	case *int:
		*v = 2
	case *string:
		SavedS = v
	}
}

// Twin of CommaOk: asserted to a type that it does not have.
func CommaOk() {
	x := 1 // want: stack x
	var e any = &x
	if v, ok := e.(*string); ok {
		SavedS = v
	}
}

// Twin of BoxedCopy: the value was boxed before the store.
func BoxedBefore() *int {
	x := 1 // want: stack x
	b := Box{}
	var e any = b // want: stack b
	b.P = &x
	_ = *b.P
	return e.(Box).P
}

// Twin of BoxedInt: asserted here.
func BoxedInt(n int) int {
	var e any = n // want: stack n
	return e.(int)
}

// Twin of BoxedStruct: asserted here.
func BoxedStruct() int {
	x := 1                 // want: stack x
	var e any = Box{Q: &x} // want: stack Box{...}
	return *e.(Box).Q
}

// Twin of TwoTypes: neither keeps.
func TwoTypes(k bool) int {
	x := 1        // want: stack x
	var a adder   // want: stack a
	var d dropper // want: stack d
	var w putter = &a
	if k {
		w = &d
	}
	w.put(&x)
	return a.n
}

// Twin of TwoTypes: one keeps, and stays.
func LocalKeeper(k bool) int {
	x := 1        // want: stack x
	var b Box     // want: stack b
	var d dropper // want: stack d
	var w putter = &d
	if k {
		w = &b
	}
	w.put(&x)
	if b.P == nil {
		return 0
	}
	return *b.P
}

// Twin of AssertInterface: the value leaves.
func AssertInterface() int {
	x := 1             // want: stack x
	var e any = &Box{} // want: stack &Box{}
	e.(putter).put(&x)
	return *e.(getter).get()
}

type wrapper struct{ putter }

// Twin of EmbeddedInterface: the other field leaves.
func EmbeddedInterface() *int {
	x := 1    // want: stack x
	var b Box // want: stack b
	w := wrapper{&b}
	w.put(&x)
	return b.Q
}

type failure struct{ at *int }

func (f *failure) Error() string { return "failure" }

// Twin of Fails: the error is handled here.
func Fails(k bool) int {
	x := 1 // want: stack x
	var err error
	if k {
		err = &failure{&x} // want: stack &failure{...}
	}
	if err != nil {
		return len(err.Error())
	}
	return x
}

// Twin of MethodValue: an interface's method value on a local.
func MethodValue() int {
	x := 1    // want: stack x
	var b Box // want: stack b
	var w putter = &b
	f := w.put // want: stack w.put
	f(&x)
	return *b.P
}

type sorter interface {
	less(i, j int) bool
	swap(i, j int)
}

type ptrs struct{ a, b *int }

func (p *ptrs) less(i, j int) bool { return *p.a < *p.b }
func (p *ptrs) swap(i, j int)      { p.a, p.b = p.b, p.a }

func sortTwo(s sorter) {
	if s.less(1, 0) {
		s.swap(0, 1)
	}
}

// Twin of Sorted: the value leaves.
func Sorted(n int) int {
	x, y := n, 5      // want: stack x, stack y
	p := ptrs{&x, &y} // want: stack p
	sortTwo(&p)
	return *p.a
}

type num struct{ n int }

// The receiver's address stays.
func (v num) value() int { // want: stack v
	p := &v.n
	return *p
}

type valued interface{ value() int }

// Twin of ReceiverAddress: the copy's address stays.
func ReceiverAddress(n int) int {
	var a valued = num{n} // want: stack num{...}
	return a.value()
}

// A comparison with nil, in a loop, keeps nothing.
func Compared(n int) (s int) {
	for i := 0; i < n; i++ {
		x := i // want: stack x
		var e any = &x
		if e != nil {
			s++
		}
	}
	return s
}

func last(vs ...any) any { return vs[len(vs)-1] }

// Twin of Variadic: boxed in the elements of a variadic slice, asserted here.
func Variadic() int {
	x := 1                       // want: stack x
	return *last("a", &x).(*int) // want: stack ... argument
}
