// Package containers has the precise twins of traps/containers: linked structures and slices in the frame.
package containers

type node struct {
	v    *int
	n    int
	prev *node
	next *node
}

var (
	Saved *int
	Queue = make(chan int, 8)
)

// Twin of Ring: the value leaves (issue 13493).
func Ring() int {
	x := 1           // want: stack x
	var a, b, c node // want: stack a, stack b, stack c
	a.next, b.next, c.next = &b, &c, &a
	a.prev, b.prev, c.prev = &c, &a, &b
	c.v = &x
	p := &a
	for p.v == nil {
		p = p.next
	}
	return *p.v
}

// Twin of ClearedLater: another field leaves.
func OtherLink() *int {
	x := 1           // want: stack x
	h := new(node)   // want: stack new(node)
	h.prev = &node{} // want: stack &node{}
	h.v = &x
	return h.prev.v
}

func insert(at, n *node) {
	n.next = at.next
	n.prev = at
	at.next = n
}

// A doubly linked list of locals, linked by a callee.
func Inserted() int {
	x := 1           // want: stack x
	var a, b, c node // want: stack a, stack b, stack c
	c.v = &x
	insert(&a, &b)
	insert(&b, &c)
	s := 0
	for p := &a; p != nil; p = p.next {
		if p.v != nil {
			s += *p.v
		}
	}
	return s
}

type fixed struct {
	items [8]*int
	n     int
}

func (f *fixed) push(p *int) { f.items[f.n&7] = p; f.n++ }
func (f *fixed) pop() *int   { f.n--; return f.items[f.n&7] }

// Twin of Stack: of fixed size, in the frame.
func Stack() int {
	x, y := 1, 2 // want: stack x, stack y
	var s fixed  // want: stack s
	s.push(&x)
	s.push(&y)
	return *s.pop() + *s.pop()
}

// A ring buffer on a made slice of constant size.
func Buffer(n int) int {
	x := 1                 // want: stack x
	buf := make([]*int, 8) // want: stack make([]*int, 8)
	for i := 0; i < n; i++ {
		buf[i&7] = &x
	}
	if buf[0] == nil {
		return 0
	}
	return *buf[0]
}

// Twin of MapReturned: values of no pointers.
func MapOfValues() int {
	x := 1 // want: stack x
	p := &x
	m := map[string]int{} // want: stack map[string]int{}
	m["x"] = *p
	return m["x"]
}

// A made map, used here.
func MadeMap(n int) int {
	m := make(map[int]int) // want: stack make(map[int]int)
	for i := 0; i < n; i++ {
		m[i]++
	}
	return len(m)
}

// Twin of ChanRoundTrip: the value is sent.
func SendValue() {
	x := 1 // want: stack x
	p := &x
	*p = 2
	Queue <- *p
}

// Received into a field of a local.
func Receive(c chan int) int {
	var n node // want: stack n
	p := &n
	p.n = <-c
	select {
	case p.n = <-c:
	default:
	}
	return n.n
}

// A slice of the parameters' slices.
func join(a, b []int) (n int) {
	for _, s := range [][]int{a, b} { // want: stack [][]int{...}
		n += len(s)
	}
	return n
}

// Slices of locals in a slice of slices.
func Join() int {
	var a [4]int     // want: stack a
	b := []int{1, 2} // want: stack []int{...}
	return join(a[:2], b)
}

// Twin of SharedBacking: the copy was made before the array was.
func OtherBacking() *int {
	x := 1                                   // want: stack x
	s := struct{ v []*int }{make([]*int, 1)} // want: stack make([]*int, 1)
	t := s
	s.v = make([]*int, 2) // want: stack make([]*int, 2)
	s.v[1] = &x
	return t.v[0]
}

type tree struct {
	l, r *tree
	key  *int
}

func (t *tree) find(k int) *tree {
	for t != nil && *t.key != k {
		if k < *t.key {
			t = t.l
		} else {
			t = t.r
		}
	}
	return t
}

// A search tree of locals.
func Search(k int) bool {
	x, y, z := 1, 2, 3              // want: stack x, stack y, stack z
	l := &tree{key: &x}             // want: stack &tree{...}
	r := &tree{key: &z}             // want: stack &tree{...}
	t := &tree{key: &y, l: l, r: r} // want: stack &tree{...}
	return t.find(k) != nil
}

func unlink(n *node) {
	n.prev.next = n.next
	n.next.prev = n.prev
}

// Twin of Unlinked: all nodes are locals.
func Unlinked() int {
	x := 1           // want: stack x
	var a, b, c node // want: stack a, stack b, stack c
	a.next, b.prev = &b, &a
	b.next, c.prev = &c, &b
	b.v = &x
	unlink(&b)
	if a.next == &c {
		return *b.v
	}
	return 0
}
