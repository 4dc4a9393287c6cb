// Package containers holds traps on maps, slices, channels and linked structures.
package containers

import (
	"container/heap"
	"container/list"
	"maps"
	"slices"
)

type Box struct{ P, Q *int }

var Global []*int

// The map leaves with its values.
func MapReturned() map[string]*int {
	x := 1                 // want: heap x
	m := map[string]*int{} // want: heap map[string]*int{}
	m["x"] = &x
	return m
}

// Weak update: another key is overwritten.
func MapOtherKey(k int) *int {
	x := 1 // want: heap x
	m := map[int]*int{}
	m[1] = &x
	m[k] = nil
	return m[1]
}

// Weak update: delete removes one key.
func MapDelete(k int) *int {
	x := 1 // want: heap x
	m := map[int]*int{1: &x, 2: nil}
	delete(m, k)
	return m[1]
}

// Keys are kept too.
func MapKey() *int {
	x := 1 // want: heap x
	m := map[*int]bool{&x: true}
	for k := range m {
		return k
	}
	return nil
}

// A range assigns to fields.
func MapRangeFields() *int {
	x := 1 // want: heap x
	m := map[string]*int{"x": &x}
	var b Box
	var key string
	for key, b.Q = range m {
		_ = key
	}
	return b.Q
}

// A copy of a struct value in a map.
func MapStruct() *int {
	x := 1 // want: heap x
	m := map[string]Box{}
	m["x"] = Box{P: &x}
	b := m["x"]
	delete(m, "x")
	return b.P
}

// A map in a map.
func MapNested() *int {
	x := 1 // want: heap x
	m := map[int]map[int]*int{}
	m[1] = map[int]*int{}
	in := m[1]
	in[2] = &x
	return m[1][2]
}

// The map was copied by reference before it was cleared by name.
func MapCleared() *int {
	x := 1 // want: heap x
	m := map[int]*int{1: &x}
	p, ok := m[1]
	clear(m)
	if ok {
		return p
	}
	return nil
}

// A struct key that contains a pointer.
func MapStructKey() map[Box]int {
	x := 1                         // want: heap x
	return map[Box]int{{P: &x}: 1} // want: heap map[Box]int{...}
}

// Append may share: t and u have one backing array.
func AppendShares() *int {
	x := 1 // want: heap x
	s := make([]*int, 1, 2)
	t := append(s, nil)
	u := append(s, &x)
	_ = u
	return t[1]
}

// Append may grow: t has its own copy of the pointers.
func AppendGrows() *int {
	x := 1 // want: heap x
	s := []*int{&x}
	t := append(s, nil)
	s[0] = nil
	return t[0]
}

// Append to nil copies.
func AppendClone() *int {
	x := 1 // want: heap x
	s := []*int{&x}
	t := append([]*int(nil), s...)
	s[0] = nil
	return t[0]
}

// Append of a slice's own tail.
func AppendSelf() *int {
	x := 1 // want: heap x
	s := make([]*int, 3, 8)
	s[2] = &x
	s = append(s[:1], s[2:]...)
	return s[1]
}

func add(s []*int, v *int) { _ = append(s, v) }

// The callee's append writes into the caller's array, though its result is dropped.
func AppendInCallee() *int {
	x := 1 // want: heap x
	var a [2]*int
	add(a[:1], &x)
	return a[1]
}

func grow(s []*int, v *int) []*int { return append(s, v) }

// The grown slice comes back.
func AppendReturned() *int {
	x := 1 // want: heap x
	var s []*int
	s = grow(s, &x)
	s = grow(s, nil)
	return s[0]
}

// Append of structs with pointers inside.
func AppendStructs() *int {
	x := 1 // want: heap x
	var s []Box
	s = append(s, Box{Q: &x}, Box{})
	return s[0].Q
}

// copy out, then clear the source.
func CopyOut() *int {
	x := 1 // want: heap x
	src := []*int{nil, &x}
	dst := make([]*int, 2)
	copy(dst, src)
	src[1] = nil
	return dst[1]
}

// A slice of slices; the inner one is replaced after it was read.
func SliceOfSlices() *int {
	x := 1 // want: heap x
	ss := make([][]*int, 2)
	ss[0] = []*int{&x}
	in := ss[0]
	ss[0] = nil
	return in[0]
}

// A send and a receive of the same channel.
func ChanRoundTrip() *int {
	x := 1 // want: heap x
	c := make(chan *int, 1)
	c <- &x
	return <-c
}

// A channel of channels.
func ChanOfChan() *int {
	x := 1 // want: heap x
	cc := make(chan chan *int, 1)
	c := make(chan *int, 1)
	cc <- c
	c <- &x
	return <-<-cc
}

// A struct through a channel.
func ChanStruct() *int {
	x := 1 // want: heap x
	c := make(chan Box, 1)
	c <- Box{Q: &x}
	b, ok := <-c
	if ok {
		return b.Q
	}
	return nil
}

// Send by select, to the caller's channel.
func SelectSend(c chan *int) {
	x := 1 // want: heap x
	select {
	case c <- &x:
	default:
	}
}

// Receive by select, into a field.
func SelectReceive() *int {
	x := 1 // want: heap x
	c, d := make(chan *int, 1), make(chan *int)
	c <- &x
	var b Box
	select {
	case b.P = <-c:
	case b.Q = <-d:
	}
	return b.P
}

// range over a channel.
func ChanRange() (r *int) {
	x := 1 // want: heap x
	c := make(chan *int, 2)
	c <- &x
	c <- nil
	close(c)
	for p := range c {
		if p != nil {
			r = p
		}
	}
	return r
}

// container/list boxes the pointer in an element.
func StdList() *list.List {
	x := 1 // want: heap x
	l := list.New()
	l.PushFront(&x)
	l.PushFront(nil)
	return l
}

type byValue []*int

func (h byValue) Len() int           { return len(h) }
func (h byValue) Less(i, j int) bool { return *h[i] < *h[j] }
func (h byValue) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byValue) Push(v any)        { *h = append(*h, v.(*int)) }
func (h *byValue) Pop() any {
	s := *h
	v := s[len(s)-1]
	*h = s[:len(s)-1]
	return v
}

// container/heap stores and returns by calling back.
func StdHeap(n int) *int {
	x, y := n, 5 // want: heap x, heap y
	h := &byValue{}
	heap.Push(h, &y)
	heap.Push(h, &x)
	return heap.Pop(h).(*int)
}

// Generic iterators of the standard library: three layers of residual calls.
func StdIterators() *int {
	x := 1 // want: heap x
	m := map[string]*int{"x": &x}
	return slices.Collect(maps.Values(m))[0]
}

// slices.Insert moves pointers between backing arrays.
func StdInsert() *int {
	x := 1 // want: heap x
	s := slices.Insert([]*int{nil, nil}, 1, &x)
	return s[1]
}

type node struct {
	v    *int
	prev *node
	next *node
}

// A ring of locals: x is found two steps further.
func Ring() *int {
	x := 1 // want: heap x
	var a, b, c node
	a.next, b.next, c.next = &b, &c, &a
	c.v = &x
	p := &a
	for p.v == nil {
		p = p.next
	}
	return p.v
}

// Cleared in the heap object after it was read.
func ClearedLater() *int {
	x := 1 // want: heap x
	h := newNode()
	h.v = &x
	r := h.v
	h.v = nil
	return r
}

// A fresh node for the caller.
func newNode() *node {
	return &node{} // want: heap &node{}
}

// Unlinked from the list by its neighbour; the neighbour's old link was kept.
func Unlinked() *int {
	x := 1 // want: heap x
	a := newNode()
	b := newNode()
	a.next, b.prev = b, a
	b.v = &x
	q := a.next
	b.prev.next = nil
	b.prev = nil
	return q.v
}

// A slice in a struct, copied by value, still shares the array.
func SharedBacking() *int {
	x := 1 // want: heap x
	s := struct{ v []*int }{make([]*int, 2)}
	t := s
	s.v[1] = &x
	s.v = nil
	_ = s.v
	return t.v[1]
}

// The stack of an interpreter: pushed, resized, popped.
func Stack(n int) *int {
	x := 1 // want: heap x
	var st []*int
	st = append(st, &x)
	for i := 0; i < n; i++ {
		st = append(st, nil)
	}
	for len(st) > 1 {
		st = st[:len(st)-1]
	}
	top := st[0]
	st[0] = nil
	return top
}

// Stored into the global slice beyond its length.
func GlobalSlice() {
	x := 1 // want: heap x
	Global = append(Global, &x)
	Global = Global[:0]
}
