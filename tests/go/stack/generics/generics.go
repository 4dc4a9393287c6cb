// Package generics has the precise twins of traps/generics.
package generics

type fixed[T any] struct {
	items [8]T
	n     int
}

func (s *fixed[T]) push(v T) { s.items[s.n&7] = v; s.n++ }
func (s *fixed[T]) pop() T   { s.n--; return s.items[s.n&7] }

// Twin of Popped: the value leaves.
func Popped() int {
	x := 1            // want: stack x
	var s fixed[*int] // want: stack s
	s.push(&x)
	return *s.pop()
}

var texts int

// All callers of all instances are known.
func visit[T any](v T, f func(*T)) {
	cell := v // want: stack cell
	f(&cell)
}

// Twin of VisitInt: no instance keeps.
func VisitInt() int {
	n := 0
	visit(1, func(p *int) { n += *p })
	return n
}

// Twin of VisitString.
func VisitString() { visit("a", func(p *string) { texts += len(*p) }) }

type setter[T any] interface {
	*T
	Set(*int)
}

type cell struct{ p, q *int }

func (c *cell) Set(p *int) { c.p = p }

func install[T any, P setter[T]](t *T, v *int) { P(t).Set(v) }

// Twin of Installed: the other field leaves.
func Installed() *int {
	x := 1     // want: stack x
	var c cell // want: stack c
	install(&c, &x)
	return c.q
}

func fold[A, B any](in []A, b B, f func(B, A) B) B {
	for _, a := range in {
		b = f(b, a)
	}
	return b
}

// A fold over pointers to locals.
func Folded() int {
	x, y := 1, 2         // want: stack x, stack y
	in := []*int{&x, &y} // want: stack []*int{...}
	return fold(in, 0, func(s int, p *int) int { return s + *p })
}

type opt[T any] func(*T)

// The variable is filled by functions that do not keep its address.
func build[T any](opts ...opt[T]) T {
	var t T // want: stack t
	for _, o := range opts {
		o(&t)
	}
	return t
}

// Twin of Options: the struct that holds x stays.
func Options() int {
	x := 1 // goal: stack x
	c := build(func(c *cell) { c.p = &x })
	return *c.p
}

func swap[T any](a, b *T) { *a, *b = *b, *a }

// Pointers to pointers of locals.
func Swapped() int {
	x, y := 1, 2   // want: stack x, stack y
	p, q := &x, &y // want: stack p, stack q
	swap(&p, &q)
	return *p - *q
}
