// Package sites has an allocation site of every kind that gc reports.
package sites

import "fmt"

type T struct {
	a int
	p *int
}

type I interface{ M() int }

type outer struct{ T }

func (t T) M() int        { return t.a }
func (t *T) PM(x *int)    {}
func pair() (int, string) { return 1, "a" }
func any2(a, b any)       {}
func anys(xs ...any)      {}

var (
	sink any
	fn   func()
	list = []any{1, "x", &T{}}
	lit  = func(p *int) any { return *p }
)

// Allocations has new, make and literals.
func Allocations(n int) {
	sink = new(T)
	sink = make([]int, n)
	sink = make([]int, 3)
	sink = make(map[string]int)
	sink = make(chan int, 3)
	sink = &T{a: n}
	sink = &(T{})
	sink = T{a: n}
	sink = []int{1, 2}
	sink = []*T{{a: 1}, {}}
	sink = map[string]*T{"a": {a: 1}}
	_ = [...]any{n, 2: "s"}
	_ = struct{ a, b any }{a: n, b: "s"}
}

// Functions has literals, method values and arguments.
func Functions(n int, p *T, o *outer, i I) {
	fn = func() { fmt.Println(n) }
	sink = p.M
	sink = o.M
	sink = i.M
	sink = T.M
	func(p *int) {}(nil)
	anys(n, "s", 1)
	anys(pair())
	any2(pair())
	defer anys(n)
	go anys("s")
	fmt.Println(p.a, *p, p.M(), o.M(), len("s"), n > 1, !(n > 1), -n, o.T.a, o.
		T.a)
}

// Conversions has implicit and explicit ones.
func Conversions(x int, s string, b []byte, t T, m map[any]any, c chan any) (any, error) {
	sink = x
	sink = (x)
	sink = (T{})
	var a, d any = pair()
	a, d = pair()
	m[x] = s
	_, _ = m[s], d
	c <- x
	if a == x {
		panic(s)
	}
	switch a {
	case x, 5:
	}
	select {
	case c <- t:
	default:
	}
	sink = any(x + 1)
	sink = I(t)
	sink = []byte(s)
	sink = string(b)
	sink = []rune(s)
	sink = string(rune(x))
	s += s + "x" + s
	s = s + (s + s)
	var l []any
	l = append(l, x, s)
	sink = append(l, l...)
	a, ok := m[1].(I)
	_ = ok
	return x, nil
}

func tuple() (any, any) { return pair() }

// Variables has some that are moved to the heap.
func Variables(x any, _ *int, p *int, n int) (r *int, err error) {
	y := n
	sink = &y
	switch v := x.(type) {
	case int:
		sink = &v
	case *T, []map[string]T:
		sink = &v
	case fmt.Stringer:
		sink = &v
	default:
		sink = &v
	}
	for i := 0; i < 3; i++ {
		fn = func() { sink = i }
	}
	r = p
	sink = &r
	return
}

// Loops has bodies that are functions.
func Loops(seq func(yield func(int, *T) bool)) (any, error) {
	for i, p := range seq {
		sink = i
		defer func() { sink = p }()
	}
	for range seq {
	}
	var q *T
	for _, q = range seq {
		_ = q
	}
	for sink = range seq {
		return 1, nil
	}
	return q, nil
}

func generic[E any](x E, s ...E) any {
	f := func(y *E) any { return *y }
	return []any{x, f(&x), append(s, x), new(E)}
}

// Instances uses generic functions.
func Instances() { sink = []any{generic(1), generic("x", "y"), generic(T{}), generic(&T{}, nil)} }
