// Every kind of site, with an object that outlives its frame, one that is alive when its site runs again, and twins that are not. At the end
// of a line: what is seen of the line's objects, and of which kind they are. Of all other lines nothing may be seen.
package main

import "errors"

type point struct{ x, y int }

type node struct {
	next *node
	v    int
}

func (p *point) sum() int { return p.x + p.y }

type summer interface{ sum() int }

type pair struct{ a, b int }

func (p pair) sum() int { return p.a + p.b }

var (
	ints    *int
	first   *int
	third   *int
	other   any
	grown   []int
	points  *point
	nodes   *node
	slices  []int
	bytes   []byte
	maps    map[string]int
	text    string
	call    func() int
	boxed   any
	summed  summer
	many    []any
	pointer **point
	lists   [][]int
	refs    []*point
)

func clear() {
	ints, points, nodes, slices, bytes, maps, text, call, boxed, summed, many, pointer = nil, nil, nil, nil, nil, nil, "", nil, nil, nil, nil, nil
	lists, refs = nil, nil
	first, third, other, grown = nil, nil, nil, nil
}

func newInt(n int) {
	p := new(int) // outlived: new
	*p = n
	ints = p
	q := new(int)
	*q = n
	println(*q)
}

func newPoint() *point {
	p := new(point) // outlived: new
	q := new(point)
	p.x = q.sum()
	return p
}

func newLoop(n int) {
	var last *point
	for i := range n {
		p := new(point) // carried: new
		p.x = i
		if last != nil {
			println(last.x)
		}
		last = p
	}
	for i := range n {
		p := new(point)
		p.x = i
		println(p.sum())
	}
}

func literal(n int) {
	p := &point{n, 2} // outlived: complit
	points = p
	q := &point{n, 2}
	println(q.sum())
	small := &struct{ b byte }{byte(n)}
	println(small.b)
}

func chain(n int) {
	var head *node
	for i := range n {
		head = &node{head, i} // carried: complit
	}
	for ; head != nil; head = head.next {
		println(head.v)
	}
}

func elided(n int) {
	refs = []*point{{n, 1}, // outlived: complit slicelit
		{n, 2}} // outlived: complit
	here := []*point{{n, 1}, {n, 2}}
	println(here[0].sum())
}

func nested(n int) {
	lists = [][]int{{n}, // outlived: slicelit
		{n, n}} // outlived: slicelit
	here := [][]int{{n}, {n, n}}
	println(len(here[1]))
}

func address(n int) {
	list := &[]*point{{n, n}} // outlived: complit
	points = (*list)[0]
}

func variable(n int) {
	x := n // outlived: var
	ints = &x
}

// The compiler allocates small variables of one function together: this twin has a function of its own.
func variableTwin(n int) {
	y := n
	z := &y
	*z++
	println(y)
}

func parameter(p point, n int) { // outlived: var
	points = &p
	q := &n
	*q++
	println(n)
}

func results() (p point) { // outlived: var
	points = &p
	return
}

func (p point) receiver() { // outlived: var
	points = &p
}

func loopVariable(n int) {
	var last *int
	for i := 0; i < n; i++ { // carried: var
		if last != nil {
			println(*last)
		}
		last = &i
	}
	for i := 0; i < n; i++ {
		p := &i
		println(*p)
	}
}

func rangeVariable(list []int) {
	for _, v := range list { // carried: var
		ints = &v
	}
	for _, v := range list {
		p := &v
		println(*p)
	}
}

func inHeads(v any, c chan int) {
	if x := len(c); x == 0 { // outlived: var
		first = &x
	}
	switch y := v.(type) {
	case int: // outlived: var
		ints = &y
	case string:
		z := &y
		println(*z)
	}
	select {
	case n := <-c: // outlived: var
		third = &n
	default:
	}
}

func declared(n int) {
	var a, b = n, point{n, n} // outlived: var
	points = &b
	p := &a
	println(*p)
}

func makes(n int) {
	s := make([]int, n) // outlived: make
	slices = s
	t := make([]int, n)
	t[0] = 1
	m := make(map[string]int) // outlived: make
	maps = m
	o := make(map[string]int)
	o["a"] = n
	three := make([]byte, 3, 3)
	println(len(t), len(o), string(three) == "abc")
}

func literals(n int) {
	slices = []int{n, 2, 3}       // outlived: slicelit
	maps = map[string]int{"a": n} // outlived: maplit
	s := []int{n, 2, 3}
	m := map[string]int{"a": n}
	println(s[0], len(m))
}

func sumAll(list ...int) int { return len(list) }

func keepAll(list ...int) { slices = list }

func keepAny(list ...any) { many = list }

func variadic(n int) {
	keepAll(n, n+1) // outlived: varargs
	println(sumAll(n, n+1))
	keepAny(n+1000, n+2000) // outlived: varargs iface
}

func closures(n int) {
	call = func() int { return n } // outlived: closure
	n2 := n
	f := func() int { return n2 }
	g := func() int { n2++; return n2 }
	println(f(), g())
}

func closureLoop(n int) {
	var last func() int
	for i := range n {
		f := func() int { return i } // carried: closure
		if last != nil {
			println(last())
		}
		last = f
	}
}

func methodValues(p *point) {
	call = p.sum // outlived: methodvalue
	f := p.sum
	println(f())
}

func boxes(n int) {
	other = n + 1000       // outlived: iface
	summed = pair{n, 2}    // outlived: iface
	boxed = any(n + 10000) // outlived: iface
	var local summer = pair{n, 3}
	println(local.sum())
}

func boxedError(n int) error {
	return failure{n} // outlived: iface
}

type failure struct{ n int }

func (f failure) Error() string { return "failure" }

func conversions(s string, b []byte) {
	bytes = []byte(s) // outlived: conv
	text = string(b)  // outlived: conv
	c := []byte(s)
	c[0] = 'x'
	println(string(c))
}

func concat(a, b string) {
	text = a + "-" + b // outlived: concat
	t := a + "+" + b
	println(t)
	same := a + ""
	println(same)
}

// What is added to an empty string does not become the sum while it lies on the stack.
func concatEmpty(b []byte) {
	text += string(b)
	other := ""
	other += "x" + string(b)
	println(other)
}

func concatLoop(n int) {
	s := ""
	for range n {
		s = s + "x" // carried: concat
	}
	println(s)
}

func appends(n int) {
	s := append([]int(nil), n) // outlived: append
	grown = s
	t := append([]int(nil), n, n)
	println(len(t))
	room := make([]int, 1, 10) // outlived: make
	slices = append(room, n)
}

func recovered(n int) (err error) {
	p := &point{n, n} // outlived: complit
	q := &point{n, n}
	defer func() {
		if recover() != nil {
			points = p
			println(q.sum())
		}
	}()
	panic(q)
}

func spawned(n int) {
	p := &point{n, n} // outlived: complit
	done := make(chan bool)
	go func() {
		points = p
		q := &point{n, n}
		println(q.sum())
		close(done)
	}()
	<-done
}

func inBody(n int) {
	each := func(yield func(int) bool) {
		_ = yield(n) && yield(n+1)
	}
	for i := range each {
		p := &point{i, n} // carried: complit
		points = p
		q := &point{i, n}
		println(q.sum())
	}
}

func generic[T any](v T) *T {
	p := &v
	q := new(T) // outlived: new
	*q = *p
	return q
}

func recursive(n int) *node {
	here := &node{nil, n}
	if n == 0 {
		return &node{nil, here.v} // outlived: complit
	}
	rest := recursive(n - 1)
	return &node{rest, here.v} // outlived: complit
}

func main() {
	newInt(3)
	p := newPoint()
	println(p.x)
	newLoop(3)
	literal(4)
	chain(3)
	elided(5)
	nested(6)
	address(7)
	variable(8)
	variableTwin(8)
	parameter(point{1, 2}, 3)
	println(results().x)
	point{3, 4}.receiver()
	loopVariable(3)
	rangeVariable([]int{1, 2})
	c := make(chan int, 1)
	inHeads(300, c)
	c <- 1
	inHeads("text", c)
	declared(9)
	makes(5)
	literals(6)
	variadic(300)
	closures(7)
	closureLoop(3)
	methodValues(p)
	boxes(300)
	if err := boxedError(7000); !errors.Is(err, nil) {
		println(err.Error())
	}
	conversions("text", []byte("bytes"))
	concat("left", "right")
	text = ""
	concatEmpty([]byte("right"))
	concatLoop(5)
	appends(8)
	_ = recovered(9)
	spawned(10)
	inBody(11)
	q, r := generic(5), generic("five")
	println(*q, *r)
	list := recursive(3)
	println(list.v)
	clear()
}
