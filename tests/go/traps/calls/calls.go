// Package calls holds traps on summaries, residual calls and the order in which callees are known.
package calls

type Box struct{ V *int }

type Node struct {
	Next *Node
	V    *int
}

var (
	Kept *int
	All  []*int
)

func keep(p *int) { Kept = p }

func read(p *int) { *p++ }

// A8: an unknown f may keep x; nothing in Apply itself says so.
func Apply(f func(*int)) {
	x := 1 // want: heap x
	f(&x)
}

// A8: a caller that does keep it.
func ApplyKeep() { Apply(keep) }

// A8: a caller that does not.
func ApplyRead() { Apply(read) }

// A8: all callers are known, one of two keeps.
func visit(f func(*int)) {
	x := 1 // want: heap x
	f(&x)
}

// A8: the harmless caller of visit.
func VisitRead() { visit(func(p *int) { *p++ }) }

// A8: the caller of visit that keeps.
func VisitKeep() { visit(func(p *int) { Kept = p }) }

type Sinker interface{ Put(*int) }

type Keeper struct{ last *int }

func (k *Keeper) Put(p *int) { k.last = p }

type Dropper struct{}

func (Dropper) Put(p *int) { *p = 0 }

// A8: a method of an unknown type behind an interface parameter.
func Emit(w Sinker) {
	x := 1 // want: heap x
	w.Put(&x)
}

var TheKeeper Keeper

// A8: Emit with a type that keeps.
func EmitKeep() { Emit(&TheKeeper) }

// A8: Emit with a type that does not.
func EmitDrop() { Emit(Dropper{}) }

// A8: known callers, the receiver is a local of the caller, and x dies before it.
func emit(w Sinker) {
	x := 1 // want: heap x
	w.Put(&x)
}

// A8: reads k.last after emit's frame has ended.
func EmitLocal() int {
	var k Keeper
	emit(&k)
	return *k.last
}

// Residual of a residual: two callees pass the parameter down.
func outer(f func(*int)) { inner(f) }

// A8: the parameter of a parameter's function.
func inner(f func(*int)) {
	x := 1 // want: heap x
	f(&x)
}

// A8: resolved two frames up.
func TwoLevels() { outer(keep) }

type opts struct {
	name string
	cb   func(*int)
}

// A8: calls a function loaded from its argument.
func runOpts(o *opts) {
	x := 1 // want: heap x
	o.cb(&x)
}

// A8: the function value is in a field of a struct parameter.
func FieldCallback() { runOpts(&opts{cb: keep}) }

type Server struct{ handlers []func(*int) }

func (s *Server) Handle(f func(*int)) { s.handlers = append(s.handlers, f) }

// A8: calls functions that were appended to a slice.
func (s *Server) Serve() {
	x := 1 // want: heap x
	for _, h := range s.handlers {
		h(&x)
	}
}

// A8: handlers are stored first and called later.
func ServeKeep() {
	var s Server
	s.Handle(read)
	s.Handle(keep)
	s.Serve()
}

// A8: returns what the unknown function returns.
func through(f func(*int) *int) *int {
	x := 1 // want: heap x
	return f(&x)
}

// A8: the residual call's result is the argument.
func ResidualResult() *int { return through(func(p *int) *int { return p }) }

func hof(f func(g func(*int))) { f(keep) }

// A8: the callback is handed another function by the callee.
func HigherOrder() {
	hof(func(g func(*int)) {
		x := 1 // want: heap x
		g(&x)
	})
}

// A9: onTick is filled in init with a function further down.
var onTick func(*int)

func init() { onTick = late }

// A9: the target of onTick is found in the package's stores, not in the static call graph.
func Tick() {
	x := 1 // want: heap x
	onTick(&x)
}

func late(p *int) { later(p) }

func later(p *int) { Kept = p }

// A9: mutual reference: ping hands pong as a value, pong calls ping.
func ping(n int, f func(int) *int) *int {
	if n == 0 {
		x := 1 // want: heap x
		return &x
	}
	return f(n - 1)
}

func pong(n int) *int { return ping(n, pong) }

// A9: entry of ping and pong.
func PingPong(n int) *int { return pong(n) }

func link1(n *Node, v *int) { link2(n.Next, v) }

func link2(n *Node, v *int) { n.Next.V = v }

// A linked structure over two hops of calls.
func TwoHops() *int {
	x := 1 // want: heap x
	var a, b, c Node
	a.Next = &b
	b.Next = &c
	link1(&a, &x)
	return c.V
}

func get1(n *Node) *int { return get2(n.Next) }

func get2(n *Node) *int { return n.Next.V }

// Loaded over two hops of calls.
func TwoHopGetter() *int {
	x := 1 // want: heap x
	c := Node{V: &x}
	b := Node{Next: &c}
	a := Node{Next: &b}
	return get1(&a)
}

func move(dst, src *Box) { *dst = *src }

// Content flows from one parameter to the other.
func Moved() *int {
	x := 1 // want: heap x
	a := Box{&x}
	var b Box
	move(&b, &a)
	return b.V
}

func swap(p, q **int) { *p, *q = *q, *p }

// Contents of two parameters change places.
func Swapped() *int {
	x, y := 1, 2 // want: heap x
	a, b := &x, &y
	swap(&a, &b)
	_ = *a
	return b
}

func cross(p, q *int) (*int, *int) { return q, p }

// Results cross.
func Crossed() *int {
	x, y := 1, 2 // want: stack x, heap y
	a, b := cross(&x, &y)
	_ = *b
	return a
}

// A named result, set and returned naked.
func Named(k bool) (r *int) {
	x := 1 // want: heap x
	if k {
		r = &x
		return
	}
	return nil
}

func keepAll(ps ...*int) { All = ps }

// The variadic slice is kept, and with it all elements.
func Variadic() {
	x, y := 1, 2    // want: heap x, heap y
	keepAll(&x, &y) // want: heap ... argument
}

func setFirst(v *int, ps ...*int) { ps[0] = v }

// s... passes the slice itself, no copy.
func Spread() *int {
	x := 1 // want: heap x
	var a [2]*int
	setFirst(&x, a[:]...)
	return a[0]
}

// The parameter itself is moved to the heap.
func AddressOfParam(x int) *int { // want: heap x
	return &x
}

func (b *Box) set(p *int) { b.V = p }

// A method expression is a function with the receiver as parameter.
func MethodExpression() *int {
	x := 1 // want: heap x
	var b Box
	f := (*Box).set
	f(&b, &x)
	return b.V
}

// A function variable with two values.
func Either(k bool) {
	x := 1 // want: heap x
	f := read
	if k {
		f = keep
	}
	f(&x)
}

func choose(k bool) func(*int) {
	if k {
		return keep
	}
	return read
}

// The callee is a call's result.
func Chosen(k bool) {
	x := 1 // want: heap x
	choose(k)(&x)
}

func id(p *int) *int { return p }

// Two calls of id must not be mixed, nor forgotten: x through two of them, y through one.
func TwoContexts() *int {
	x, y := 1, 2 // want: heap x, stack y
	p := id(id(&x))
	q := id(&y)
	*q = *p
	return p
}

var table = map[string]func(*int){"read": read, "keep": keep}

// Dispatch by a global map of functions.
func Dispatch(name string) {
	x := 1 // want: heap x
	table[name](&x)
}

type HandlerFunc func(*int)

func (h HandlerFunc) Put(p *int) { h(p) }

// A8: the flaw of the wrapped handler, here with one that keeps.
func route(h Sinker) {
	x := 1 // want: heap x
	h.Put(&x)
}

// A function type with a method: the receiver is the function that keeps.
func Routed() { route(HandlerFunc(keep)) }

func swapIn(b *Box, v *int) *int {
	old := b.V
	b.V = v
	return old
}

// The old content is returned after it was overwritten.
func OldContent() *int {
	x := 1 // want: heap x
	b := Box{&x}
	return swapIn(&b, nil)
}

var cache struct {
	hit  bool
	last *int
}

// The callee returns its argument and keeps it in a cache too.
func memo(p *int) *int {
	if cache.hit {
		return cache.last
	}
	cache.hit, cache.last = true, p
	return p
}

// A hidden cache keeps what seems to come back only.
func Cached() int {
	x := 1 // want: heap x
	return *memo(&x)
}

// A value receiver with a pointer inside: the copy's content is the original's.
func (n Node) put(v *int) { n.Next.V = v }

// Store through a copied receiver.
func ValueReceiver() *int {
	x := 1 // want: heap x
	var b Node
	a := Node{Next: &b}
	a.put(&x)
	return b.V
}

// A1: the caller's variable holds the callee's object.
func outParam(out **int) {
	x := 1 // want: heap x
	*out = &x
}

// The callee's object in the caller's variable.
func OutParam() int {
	var p *int
	outParam(&p)
	return *p
}

func pass(p *int, fs ...func(*int)) {
	for _, f := range fs {
		f(p)
	}
}

// Function values in a variadic slice.
func VariadicFuncs() {
	x := 1 // want: heap x
	pass(&x, read, keep)
}

// The same field is set by a setter and read by a second method through an embedded receiver.
type wrap struct{ *Box }

func (w wrap) get() *int { return w.V }

// Setter on the embedded pointer, getter on the wrapper.
func Wrapped() *int {
	x := 1 // want: heap x
	w := wrap{&Box{}}
	w.set(&x)
	return w.get()
}
