// Package interfaces holds traps on boxing, assertions, type switches and dynamic dispatch.
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

type dropper struct{ n int }

func (d *dropper) put(p *int) { d.n = *p }

var Kept any

// A13: allocated as T1, boxed and asserted as *T2.
func Pun() *T2 {
	var v T1 // want: heap v
	var e any = (*T2)(&v)
	return e.(*T2)
}

// A13: stored by the field of one type, loaded by the field of the other.
func PunField() *int {
	x := 1 // want: heap x
	var v T1
	w := (*T2)(&v)
	w.P = &x
	return v.P
}

type slim struct {
	P *int `json:"p"`
	n int
}

// A13: struct types that differ in tags only convert into each other.
func PunTags() *int {
	x := 1 // want: heap x
	var v slim
	w := (*struct {
		P *int
		n int
	})(&v)
	var e any = w
	e.(*struct {
		P *int
		n int
	}).P = &x
	return v.P
}

type F1 func(*int)

type F2 func(*int)

func keep(p *int) { Kept = p }

// A13: a function boxed as F2, made as F1.
func PunFunc() {
	x := 1 // want: heap x
	f := F1(keep)
	var e any = F2(f)
	switch g := e.(type) {
	case F1:
		g(nil)
	case F2:
		g(&x)
	}
}

// The boxed copy keeps what the original lost.
func BoxedCopy() *int {
	x := 1 // want: heap x
	b := Box{P: &x}
	var e any = b
	b.P = nil
	_ = b.P
	return e.(Box).P
}

// The boxed value itself outlives the frame.
func BoxedInt(n int) any {
	return n // want: heap n
}

// A boxed struct stored in a global.
func BoxedStruct() {
	x := 1            // want: heap x
	Kept = Box{Q: &x} // want: heap Box{...}
}

// Type switch: only one of the cases returns it.
func TypeSwitch(k bool) *int {
	x := 1 // want: heap x
	var e any = "none"
	if k {
		e = &x
	}
	switch v := e.(type) {
	case nil:
		return nil
	case *int:
		return v
	case string:
		return nil
	}
	return nil
}

// Type switch: in a clause of several types v is still the interface.
func TypeSwitchMany() any {
	x := 1 // want: heap x
	var e any = &x
	switch v := e.(type) {
	case *int, *string:
		return v
	}
	return nil
}

// Comma-ok assertion.
func CommaOk() *int {
	x := 1 // want: heap x
	var e any = &x
	if v, ok := e.(*int); ok {
		return v
	}
	return nil
}

// Two dynamic types, one of which keeps; the receiver is local.
func TwoTypes(k bool) *int {
	x := 1 // want: heap x
	var b Box
	var w putter = &dropper{}
	if k {
		w = &b
	}
	w.put(&x)
	return b.P
}

// From any to an interface with methods, and the object back by a third one.
func AssertInterface() *int {
	x := 1 // want: heap x
	var e any = &Box{}
	e.(putter).put(&x)
	return e.(getter).get()
}

type wrapper struct{ putter }

// The method is promoted from an embedded interface.
func EmbeddedInterface() *int {
	x := 1 // want: heap x
	var b Box
	w := wrapper{&b}
	w.put(&x)
	return b.P
}

type failure struct{ at *int }

func (*failure) Error() string { return "failure" }

// An error keeps a pointer to the frame.
func Fails() error {
	x := 1              // want: heap x
	return &failure{&x} // want: heap &failure{...}
}

// A method value of an interface.
func MethodValue() *int {
	x := 1 // want: heap x
	var b Box
	var w putter = &b
	f := w.put
	f(&x)
	return b.get()
}

type num struct{ n int }

// The receiver is moved to the heap.
func (v num) addr() *int { // want: heap v
	return &v.n
}

type addressable interface{ addr() *int }

// The value receiver of a boxed value is a copy of its own: the address of that copy leaves.
func ReceiverAddress() *int {
	var a addressable = num{1}
	return a.addr()
}

// An interface in an interface stays the same pair.
func Rewrapped() *int {
	x := 1 // want: heap x
	var e any = &x
	var f any = e
	var g interface{} = f
	return g.(*int)
}

// A map with interface keys.
func IfaceKey() map[any]int {
	x := 1             // want: heap x
	m := map[any]int{} // want: heap map[any]int{}
	m[&x] = 1
	return m
}

func keepAny(vs ...any) { Kept = vs[len(vs)-1] }

// Boxed in the elements of a variadic slice.
func Variadic() {
	x := 1 // want: heap x
	keepAny("a", &x)
}

// An array of interfaces, unknown index.
func Array(i int) *int {
	x := 1 // want: heap x
	var es [3]any
	es[i%3] = &x
	p, _ := es[1].(*int)
	return p
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

// The callee moves pointers about by calling back.
func Sorted(n int) *int {
	x, y := n, 5 // want: heap x, heap y
	p := ptrs{&x, &y}
	sortTwo(&p)
	return p.a
}

// A13: an interface stored behind unsafe-free pointer-to-interface.
func PointerToInterface() *int {
	x := 1 // want: heap x
	var e any
	p := &e
	*p = &x
	return e.(*int)
}

type self interface{ self() self }

type looped struct{ p *int }

func (l *looped) self() self { return l }

// The receiver comes back as an interface, twice.
func Returned() *int {
	x := 1 // want: heap x
	l := &looped{&x}
	var s self = l
	return s.self().self().(*looped).p
}

// A named function type with a method that calls itself, boxed.
func (f F1) put(p *int) { f(p) }

// The receiver is the function that keeps.
func FuncReceiver() {
	x := 1 // want: heap x
	var w putter = F1(keep)
	w.put(&x)
}

// A boxed array is copied, and the copy is asserted.
func BoxedArray() *int {
	x := 1 // want: heap x
	a := [2]*int{nil, &x}
	var e any = a
	a[1] = nil
	_ = a[0]
	b := e.([2]*int)
	return b[1]
}
