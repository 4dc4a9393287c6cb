// Package calls has the precise twins of traps/calls: callees that keep nothing.
package calls

type Box struct{ V, W *int }

type Node struct {
	Next *Node
	V    *int
}

var Saved *int

func read(p *int) { *p++ }

func zero(p *int) { *p = 0 }

// Twin of visit: all callers are known, none of them keeps x.
func visit(f func(*int)) int {
	x := 1 // want: stack x
	f(&x)
	return x
}

// First caller of visit.
func VisitRead() int { return visit(read) }

// Second caller of visit.
func VisitZero() int { return visit(func(p *int) { *p = 0 }) }

type sinker interface{ put(*int) }

type adder struct{ n int }

func (a *adder) put(p *int) { a.n += *p }

type dropper struct{}

func (dropper) put(p *int) { *p = 0 }

// Twin of emit: known callers, their types do not keep x (issues 36964, 72036).
func emit(w sinker) {
	x := 1 // want: stack x
	w.put(&x)
}

// Both types of sinker, local.
func Emit() int {
	var a adder // want: stack a
	emit(&a)
	emit(dropper{})
	return a.n
}

type keeper struct{ last *int }

func (k *keeper) put(p *int) { k.last = p }

func emitTo(w sinker, p *int) { w.put(p) }

// Twin of EmitLocal: the receiver keeps x and dies with it.
func EmitTo() int {
	x := 1       // want: stack x
	var k keeper // want: stack k
	emitTo(&k, &x)
	return *k.last
}

func outer(f func(*int)) { inner(f) }

// Called by outer only, which is called by TwoLevels only.
func inner(f func(*int)) {
	x := 1 // want: stack x
	f(&x)
}

// Twin of TwoLevels.
func TwoLevels() { outer(read) }

type opts struct {
	name string
	cb   func(*int)
}

// Calls a function loaded from its argument.
func runOpts(o *opts) int {
	x := 1 // want: stack x
	o.cb(&x)
	return x
}

// Twin of FieldCallback.
func FieldCallback() int {
	o := &opts{cb: read} // want: stack &opts{...}
	return runOpts(o)
}

type handlerFunc func(*int)

func (h handlerFunc) put(p *int) { h(p) }

func route(h sinker, r *int) { h.put(r) }

// Twin of Routed: the wrapped handler keeps nothing (flaw 2b).
func Routed() int {
	x := 1 // want: stack x
	route(handlerFunc(read), &x)
	return x
}

// Twin of Either: two callees, neither keeps.
func Either(k bool) int {
	x := 1 // want: stack x
	f := read
	if k {
		f = zero
	}
	f(&x)
	return x
}

func choose(k bool) func(*int) {
	if k {
		return zero
	}
	return read
}

// Twin of Chosen.
func Chosen(k bool) int {
	x := 1 // want: stack x
	choose(k)(&x)
	return x
}

// Twin of Dispatch: a local table.
func Dispatch(i int) int {
	x := 1 // want: stack x
	table := [2]func(*int){read, zero}
	table[i&1](&x)
	return x
}

var onTick = read

// Twin of Tick: an unexported variable holds what this package stores in it.
func Tick() int {
	x := 1 // want: stack x
	onTick(&x)
	return x
}

func link1(n *Node, v *int) { link2(n.Next, v) }

func link2(n *Node, v *int) { n.Next.V = v }

// Twin of TwoHops: the list is local and the value leaves.
func TwoHops() int {
	x := 1           // want: stack x
	var a, b, c Node // want: stack a, stack b, stack c
	a.Next = &b
	b.Next = &c
	link1(&a, &x)
	return *c.V
}

// Twin of TwoHops: what leaves is the content of another node.
func TwoHopsOther() *int {
	x := 1           // want: stack x
	var a, b, c Node // want: stack a, stack b, stack c
	a.Next = &b
	b.Next = &c
	link1(&a, &x)
	return b.V
}

func (b *Box) setV(p *int) { b.V = p }
func (b *Box) setW(p *int) { b.W = p }
func (b *Box) getV() *int  { return b.V }

// A setter on a local receiver (Vyukov 5).
func Setter() int {
	x := 1    // want: stack x
	var b Box // want: stack b
	b.setV(&x)
	return *b.V
}

// A setter and a getter of different fields.
func OtherGetter() *int {
	x := 1    // want: stack x
	var b Box // want: stack b
	b.setW(&x)
	return b.getV()
}

func move(dst, src *Box) { *dst = *src }

// Twin of Moved: the other field leaves.
func Moved() *int {
	x := 1          // want: stack x
	a := Box{V: &x} // want: stack a
	var b Box       // want: stack b
	move(&b, &a)
	return b.W
}

func swap(p, q **int) { *p, *q = *q, *p }

// Twin of Swapped: both stay.
func Swapped() int {
	x, y := 1, 2   // want: stack x, stack y
	a, b := &x, &y // want: stack a, stack b
	swap(&a, &b)
	return *a - *b
}

func cross(p, q *int) (*int, *int) { return q, p }

// Twin of Crossed: the other result leaves.
func Crossed() *int {
	x, y := 1, 2 // want: heap x, stack y
	a, b := cross(&x, &y)
	_ = *a
	return b
}

func sum(ps ...*int) (s int) {
	for _, p := range ps {
		s += *p
	}
	return s
}

// Twin of Variadic.
func Variadic() int {
	x, y := 1, 2       // want: stack x, stack y
	return sum(&x, &y) // want: stack ... argument
}

func rotate(ps ...*int) { ps[0], ps[1] = ps[1], ps[0] }

// The callee stores into the variadic slice.
func Rotated() int {
	x, y := 1, 2   // want: stack x, stack y
	rotate(&x, &y) // want: stack ... argument
	return x + y
}

func setFirst(v *int, ps ...*int) { ps[0] = v }

// Twin of Spread: the array is local and the value leaves.
func Spread() int {
	x := 1        // want: stack x
	var a [2]*int // want: stack a
	setFirst(&x, a[:]...)
	if a[0] == nil {
		return 0
	}
	return *a[0]
}

// Twin of AddressOfParam: the parameter's address is used here only.
func Param(x int) int { // want: stack x
	p := &x
	*p++
	return x
}

func outParam(out **int, v *int) { *out = v }

// Twin of OutParam: both objects are the caller's.
func OutParam() int {
	x := 1     // want: stack x
	var p *int // want: stack p
	outParam(&p, &x)
	return *p
}

type query struct{ a, b, c *int }

func (q *query) withA(p *int) *query { q.a = p; return q }
func (q *query) withB(p *int) *query { q.b = p; return q }
func (q *query) run() int            { return *q.a + *q.b }

// A fluent builder.
func Fluent() int {
	x, y := 1, 2  // want: stack x, stack y
	q := &query{} // want: stack &query{}
	return q.withA(&x).withB(&y).run()
}

func pack(p, q *int) Box { return Box{V: p, W: q} }

// A struct result, one field of which leaves (issue 80806).
func Packed() *int {
	x, y := 1, 2 // want: stack x, heap y
	b := pack(&x, &y)
	return b.W
}

func unpack(b Box) *int { return b.W }

// A struct argument, one field of which leaves.
func Unpacked() *int {
	x, y := 1, 2 // want: stack x, heap y
	return unpack(Box{&x, &y})
}

func id(p *int) *int { return p }

// Two contexts of one callee.
func TwoContexts() {
	x, y := 1, 2 // want: stack x, heap y
	p := id(&x)
	*p = 3
	Saved = id(&y)
}

func (n Node) put(v *int) { n.Next.V = v }

// Twin of ValueReceiver: the value leaves.
func ValueReceiver() int {
	x := 1     // want: stack x
	var b Node // want: stack b
	a := Node{Next: &b}
	a.put(&x)
	return *b.V
}

type wrap struct{ *Box }

func (w wrap) get() *int { return w.W }

// Twin of Wrapped: the getter reads the other field.
func Wrapped() *int {
	x := 1            // want: stack x
	w := wrap{&Box{}} // want: stack &Box{}
	w.setV(&x)
	return w.get()
}

type server struct{ handlers [4]func(*int) }

func (s *server) handle(i int, f func(*int)) { s.handlers[i&3] = f }

// Calls functions that were stored in an array.
func (s *server) serve() int {
	x := 1 // want: stack x
	for _, h := range s.handlers {
		if h != nil {
			h(&x)
		}
	}
	return x
}

// Twin of ServeKeep: handlers are stored first and called later, none of them keeps.
func Serve() int {
	var s server // want: stack s
	s.handle(0, read)
	s.handle(1, zero)
	return s.serve()
}

func selfLink(n *Node) { n.Next = n }

// A local that points to itself.
func SelfReference() bool {
	var n Node // want: stack n
	selfLink(&n)
	return n.Next == &n
}
