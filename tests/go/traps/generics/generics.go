// Package generics holds traps on type parameters: several instances share a site.
package generics

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(v T) { s.items = append(s.items, v) }

func (s *Stack[T]) Pop() (v T) {
	n := len(s.items) - 1
	v = s.items[n]
	s.items = s.items[:n]
	return v
}

var (
	Kept  *int
	Texts int
)

// Pushed and popped.
func Popped() *int {
	x := 1 // want: heap x
	var s Stack[*int]
	s.Push(&x)
	s.Push(nil)
	s.Pop()
	return s.Pop()
}

// A19: one source site, two instances: the one for int is kept, the one for string is not.
func visit[T any](v T, f func(*T)) {
	cell := v // want: heap cell
	f(&cell)
}

// A19: the instance that keeps.
func VisitInt() { visit(1, func(p *int) { Kept = p }) }

// A19: the instance that does not.
func VisitString() { visit("a", func(p *string) { Texts += len(*p) }) }

type sink[T any] interface{ take(*T) }

type keeper struct{ p *int }

func (k *keeper) take(p *int) { k.p = p }

type dropper struct{ n int }

func (d *dropper) take(p *string) { d.n += len(*p) }

// A19: a site in a generic function whose instances differ in the argument's method.
func feed[T any, S sink[T]](s S, v T) {
	box := v // want: heap box
	s.take(&box)
}

// A19: both instances of feed.
func Feed() *int {
	var k keeper
	var d dropper
	feed(&k, 1)
	feed(&d, "a")
	return k.p
}

// The parameter of a generic function is moved to the heap.
func Ptr[T any](v T) *T { // want: heap v
	return &v
}

// Instance of Ptr.
func PtrInt() *int { return Ptr(1) }

// Instance of Ptr.
func PtrString() *string { return Ptr("a") }

type setter[T any] interface {
	*T
	Set(*int)
}

type cell struct{ p *int }

func (c *cell) Set(p *int) { c.p = p }

func install[T any, P setter[T]](t *T, v *int) { P(t).Set(v) }

// A method by a constraint with a pointer to the type parameter.
func Installed() *int {
	x := 1 // want: heap x
	var c cell
	install(&c, &x)
	return c.p
}

func apply[A, B any](in []A, f func(A) B) (out []B) {
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

// Results of the residual call are collected.
func Applied() []*int {
	x := 1 // want: heap x
	return apply([]int{1, 2}, func(int) *int { return &x })
}

type List[T any] struct {
	head *elem[T]
}

type elem[T any] struct {
	v    T
	next *elem[T]
}

func (l *List[T]) Add(v T) { l.head = &elem[T]{v, l.head} }

// The iterator of an instantiated type.
func (l *List[T]) All() func(func(T) bool) {
	return func(yield func(T) bool) { // want: heap func literal
		for e := l.head; e != nil; e = e.next {
			if !yield(e.v) {
				return
			}
		}
	}
}

// Through a generic list and a range over its iterator.
func Ranged() (r *int) {
	x := 1 // want: heap x
	var l List[*int]
	l.Add(nil)
	l.Add(&x)
	for p := range l.All() {
		if p != nil {
			r = p
		}
	}
	return r
}

// A method value of an instantiated type.
func MethodValue() *int {
	x := 1 // want: heap x
	var s Stack[*int]
	f := s.Push
	f(&x)
	return s.items[0]
}

type Tree[K any] struct {
	l, r *Tree[K]
	key  K
}

func (t *Tree[K]) insert(k K, less func(a, b K) bool) *Tree[K] {
	if t == nil {
		return &Tree[K]{key: k}
	}
	if less(k, t.key) {
		t.l = t.l.insert(k, less)
	} else {
		t.r = t.r.insert(k, less)
	}
	return t
}

func (t *Tree[K]) min() K {
	for t.l != nil {
		t = t.l
	}
	return t.key
}

// Recursive generic insertion with a comparison function.
func Least(n int) *int {
	x, y := n, 5 // want: heap x, heap y
	less := func(a, b *int) bool { return *a < *b }
	var t *Tree[*int]
	t = t.insert(&y, less)
	t = t.insert(&x, less)
	return t.min()
}

type Opt[T any] func(*T)

func build[T any](opts ...Opt[T]) T {
	var t T
	for _, o := range opts {
		o(&t)
	}
	return t
}

// Functional options: the option captures x and stores it in the callee's variable.
func Options() cell {
	x := 1 // want: heap x
	return build(func(c *cell) { c.p = &x })
}
