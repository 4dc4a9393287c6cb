// Package gcmodel has one of each construct that the compiler's escape analysis treats in a way of its own. What the model
// (--variant=gc) says of every site and parameter is compared with what the compiler says (tests/harness/gcmodel.py).
package gcmodel

import (
	"hash/maphash"
	"reflect"
	"unsafe"
)

type node struct {
	next, prev *node
	val        *int
	buf        []byte
	small      [4]*int
	pairs      [2]pair
}

type pair struct{ a, b *int }

type taker interface{ take(*int) *int }

type plain struct{ n, m int }

func (plain) take(p *int) *int { return p }

type keeping struct{ at *int }

func (k *keeping) take(p *int) *int { k.at = p; return nil }

func (n *node) self() *node      { return n }
func (n *node) first() *int      { return n.val }
func (n *node) count(int) int    { return 1 }
func identity(p *int) *int       { return p }
func both(p, q *int) (a, b *int) { return q, p }

var (
	kept    any
	global  [3]int
	header  reflect.SliceHeader
	pointer unsafe.Pointer
	sink    *int
)

// --- make ---------------------------------------------------------------------------------------------

func makes(n int) int {
	a := make([]byte, 1000)
	b := make([]byte, 70000)
	c := make([]struct{}, 5)
	k := 70000
	d := make([]byte, k)
	few := 10
	e := make([]byte, few)
	list := []int{1, 2, 3}
	f := make([]int, len(list))
	g := make([]int, len(list), n)
	array := [3]int{}
	part := array[:]
	h := make([]int, len(part))
	rest := list[1:]
	i := make([]int, len(rest))
	whole := global[:]
	j := make([]int, len(whole))
	text := "constant"
	l := make([]byte, len(text))
	minus := -1
	m := make([]byte, minus)
	huge := 1 << 40
	o := make([]byte, huge)
	var none []int
	q := make([]int, len(none))
	params := make([]byte, n)
	r := make([]byte, len(params))
	s := make([]byte, n+1)
	return len(a) + len(b) + len(c) + len(d) + len(e) + len(f) + len(g) + len(h) + len(i) + len(j) + len(l) + len(m) + len(o) +
		len(q) + len(r) + len(s)
}

type counter int

func converted() []byte {
	k := 5
	n := counter(k)
	return make([]byte, 10+int(n))[:0]
}

// --- calls --------------------------------------------------------------------------------------------

func started(f func(*int), g func() *int, t taker) {
	x, y, z, w := 1, 2, 3, 4
	go f(&x)
	go g()
	go t.take(&y)
	go identity(&z)
	defer identity(&w)
	var u, v int
	defer f(&u)
	defer t.take(&v)
	defer g()
}

func looped(n int, f func(*int)) {
	for i := 0; i < n; i++ {
		var x, y int
		defer identity(&x)
		go f(&y)
		var e error
		defer panic(&e)
	}
	var z int
	defer panic(&z)
}

func panicking(again bool) {
	if again {
		var x int
		go panic(&x)
	}
	var x int
	defer print(&x)
	var y int
	panic(&y)
}

func ranged(seq func(func(int) bool), f func(*int)) {
	for i := range seq {
		x := i
		defer f(&x)
		var y int
		defer identity(&y)
	}
}

func values(n *node, t taker) (func() *node, func(*int) *int) {
	local := node{}
	f := local.self
	g := (&node{}).first
	h := (&node{}).count
	f()
	g()
	h(1)
	k := (&node{}).self
	var x int
	u := t.take
	u(&x)
	return k, u
}

func devirtualised() {
	var x, y, z, w int
	var a taker = plain{1, 2}
	a.take(&x)
	var b taker = &keeping{}
	b.take(&y)
	var c taker
	c = &keeping{}
	c.take(&z)
	d := any(a).(taker)
	d.take(&w)
}

func narrowed(t any) *int {
	var x, y, z, w int
	var a taker
	if t != nil {
		a = nil
	}
	a = &keeping{}
	a = a
	a.take(&x)
	var b taker = plain{}
	c, ok := b.(interface{ take(*int) *int })
	if ok {
		c.take(&y)
	}
	type named taker
	d := named(b)
	d.take(&z)
	var e taker = nil
	e.take(&w)
	return nil
}

func blank(n int, _ *int) {
	if n > 0 {
		var x int
		blank(n-1, &x)
	}
}

func dropped(f func() (int, int), g func() (*int, int)) *int {
	a, _ := f()
	p, _ := g()
	var x, y int
	q, _ := both(&x, &y)
	_ = a
	_ = q
	return p
}

func hashed(s maphash.Seed) {
	var x, y, z int
	maphash.Comparable(s, &x)
	maphash.Comparable(s, [1]*int{&y})
	maphash.Comparable(s, pair{a: &z})
	maphash.Comparable(s, "text")
	maphash.Comparable(s, [2]string{"a", "b"})
	maphash.Comparable(s, struct {
		n int
		s string
	}{1, "b"})
}

// --- values -------------------------------------------------------------------------------------------

func least(a, b string) string              { return min(a, b) }
func most(a, b, c string) string            { return max(a, b, c) }
func array(s []*int) *[2]*int               { return (*[2]*int)(s) }
func copied(s []*int) [2]*int               { return [2]*int(s) }
func bytes(s string) []byte                 { return []byte(s) }
func runes(s string) []rune                 { return []rune(s) }
func text(b []byte) string                  { return string(b) }
func letter(r rune) string                  { return string(r) }
func added(p unsafe.Pointer) unsafe.Pointer { return unsafe.Add(p, 8) }
func sliced(p *int) []int                   { return unsafe.Slice(p, 2) }
func data(s []int) *int                     { return unsafe.SliceData(s) }
func stringed(p *byte) string               { return unsafe.String(p, 2) }
func stringData(s string) *byte             { return unsafe.StringData(s) }

func joined(a, b string) string {
	a += b
	c := a + b + a
	return c
}

func walked(m map[string]*int) (string, *int) {
	for k, v := range m {
		return k, v
	}
	return "", nil
}

func letters(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func asserted(x any) (*int, bool) {
	p, ok := x.(*int)
	q, fine := x.(pair)
	if fine {
		return q.a, ok
	}
	return p, ok
}

func looked(m map[string]*int, c chan *int) (*int, *int) {
	p, ok := m["a"]
	q, more := <-c
	if ok && more {
		return p, q
	}
	return nil, nil
}

func conjunction(a, b bool, p *int) (bool, *int) {
	c := a && b || p != nil
	return c, p
}

// --- uintptr ------------------------------------------------------------------------------------------

func roundTrip(p *int, q *int) (unsafe.Pointer, unsafe.Pointer) {
	u := uintptr(unsafe.Pointer(p))
	return unsafe.Pointer(uintptr(unsafe.Pointer(q)) + 8), unsafe.Pointer(u)
}

func negated(p *int) unsafe.Pointer {
	return unsafe.Pointer(^uintptr(unsafe.Pointer(p)) &^ 7)
}

func counted(n int) unsafe.Pointer { return unsafe.Pointer(uintptr(n)) }

func zero() unsafe.Pointer { return unsafe.Pointer(uintptr(0)) }

func headers(s []byte, t string) (unsafe.Pointer, unsafe.Pointer, unsafe.Pointer) {
	h := (*reflect.SliceHeader)(unsafe.Pointer(&s))
	g := (*reflect.StringHeader)(unsafe.Pointer(&t))
	return unsafe.Pointer(h.Data), unsafe.Pointer(g.Data), unsafe.Pointer(header.Data)
}

type pretender struct {
	Data uintptr
	Len  int
}

func pretended(p *pretender) unsafe.Pointer { return unsafe.Pointer(p.Data) }

func lengths(h *reflect.SliceHeader) unsafe.Pointer { return unsafe.Pointer(uintptr(h.Len)) }

func setData(s *[]byte) {
	x := byte(1)
	h := (*reflect.SliceHeader)(unsafe.Pointer(s))
	h.Data = uintptr(unsafe.Pointer(&x))
	h.Len = 1
	var local reflect.SliceHeader
	y := byte(2)
	local.Data = uintptr(unsafe.Pointer(&y))
	var g *reflect.StringHeader
	g = (*reflect.StringHeader)(unsafe.Pointer(s))
	z := byte(3)
	g.Data = uintptr(unsafe.Pointer(&z))
}

// --- self-assignment ----------------------------------------------------------------------------------

type indices struct {
	at   [4]*int
	list []*int
	k    int
	ks   [2]int
	in   struct{ k int }
	ptr  *int
}

func (n *node) rotate(i, j int) {
	n.buf = n.buf[i:j]
	n.next = n.prev
	n.val, n.val = n.val, n.val
}

func (n *node) elsewhere(m *node) {
	n.buf = m.buf[1:2]
	n.next = m.prev
	n.next.next = n.next.prev
}

func (n *node) fields(i int) {
	n.pairs[i].a = n.pairs[i].b
	n.pairs[0].a = n.pairs[1].b
	n.small[0] = n.small[1]
	n.small[i] = n.small[i+1]
}

func swap(s []*int, i, j int) { s[i], s[j] = s[j], s[i] }

func moves(x *indices, s []*int, i int, f func() int) {
	x.at[i] = x.at[i+1]
	x.at[x.k] = x.at[x.ks[0]]
	x.at[x.in.k] = x.at[-i]
	x.at[len(s)] = x.at[cap(s)]
	x.at[int(uint8(i))] = x.at[counter(i)]
	x.at[f()] = x.at[0]
	x.at[0] = x.at[f()]
	x.at[copy(s, s)] = x.at[0]
	x.at[*x.ptr] = x.at[min(i, 2)]
	x.list[i] = x.list[0]
}

type table []*node

func nested(t table, rows [][]*int, arr *[2][]*int, i int) {
	t[i].next = t[i].prev
	t[i].next = t[i+1].prev
	rows[i][0] = rows[i][1]
	rows[-i][0] = rows[-i][1]
	rows[^i][0] = rows[-i][1]
	arr[i][0] = arr[i][1]
	rows[int(counter(i))][0] = rows[int(counter(i))][1]
	rows[i*2][0] = rows[i*2][1]
	rows[i*2][0] = rows[i*3][1]
	get()[0] = get()[1]
	pick(t)[0].next = pick(t)[0].prev
	at := [2]int{0, 1}
	rows[at[i]][0] = rows[at[i]][1]
	p := pair{}
	p.a = p.b
}

func get() []*int           { return nil }
func pick(t table) table    { return t }
func kind() struct{ k int } { return struct{ k int }{} }

func structured(rows [][]*int) {
	rows[kind().k][0] = rows[kind().k][1]
	rows[[2]int{0, 1}[len(rows)]][0] = rows[0][1]
}

// --- variables ----------------------------------------------------------------------------------------

func captures(n int) (func() int, func() int) {
	a := 1
	b := 2
	f := func() int { return a + b }
	b = 3
	var c int
	c = 4
	g := func() int {
		h := func() int { return c }
		return h()
	}
	for i := 0; i < n; i++ {
		d := i
		kept = func() int { return i + d }
	}
	e := 5
	late := func() func() int {
		e++
		return func() int { return e }
	}
	kept = late
	var self func(int) int
	self = func(k int) int {
		if k == 0 {
			return 0
		}
		return self(k - 1)
	}
	return f, g
}

func named(p *int) (result *int, err error) {
	defer func() { err = nil }()
	result = p
	return result, err
}

func following(x *int) {
	f := func(p *int) *int { return p }
	g := f
	h := g
	h(x)
	type fn func(*int) *int
	k := fn(h)
	k(x)
	var l func(*int) *int
	l = f
	l(x)
	m := f
	pm := &m
	(*pm)(x)
}

func twice(p *int) {
	var pairs [2]func(*int) *int
	pairs[0] = identity
	pairs[0](p)
	f := pairs[1]
	f(p)
}

const debug = "off"

func dead(p *int) {
	if debug == "on" {
		sink = p
	}
	if debug != "off" {
		sink = p
	}
	const level = 3
	if level == 4 {
		sink = p
	}
	const long = "0123456789012345678901234567890123456789"
	if long == "0123456789012345678901234567890123456789" {
		kept = nil
	}
}

func blanked(s []*int) {
	for range s {
		s[0] = s[1]
	}
}

func typed(x any) *int {
	switch v := x.(type) {
	case *int:
		kept = func() *int { return v }
		return v
	case *node:
		return v.val
	}
	return nil
}

func channels(c chan *int, d chan pair) {
	var x, y, z int
	c <- &x
	select {
	case c <- &y:
	case d <- pair{a: &z}:
	case p := <-c:
		_ = p
	}
	close(c)
	clear([]*int{&x})
}

func appended(s []*int, t []int, b []byte) []*int {
	var x, y int
	t = append(t, 1)
	u := append(b, "text"...)
	_ = u
	s = append(s, &x)
	local := append([]*int(nil), &y)
	_ = local
	copy(s, []*int{&y})
	copy(b, "abc")
	return append(s, s...)
}

func more(int) []*int     { return nil }
func numbers() [3]int     { return [3]int{} }
func chosen(a, b int) int { return a }

func sources(x *indices, rows [][]*int, i int) {
	get()[0] = more(1)[1]
	x.at[numbers()[i]] = x.at[0]
	rows[numbers()[i]][0] = rows[numbers()[i]][1]
	x.at[kind().k] = x.at[0]
}
