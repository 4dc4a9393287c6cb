// Command borrowed hands objects to callees that keep nothing of what they get, but write into it: what the frame reads there afterwards
// may be known everywhere, and what it stores there outlives it.
package main

type node struct{ v *int }

type holder struct{ n *node }

type outer struct{ h *holder }

var world node

func setWorld(h *holder)         { h.n = &world }
func setInner(o *outer)          { o.h.n = &world }
func setFirst(s []*holder)       { s[0].n = &world }
func touch(p *int)               { *p++ }
func sameHolder(h *holder) *node { return h.n }

func check(want int) {
	if *world.v != want {
		panic("it is gone")
	}
}

func direct(g func(*holder)) {
	x := 1 // want: heap x
	h := &holder{}
	g(h)
	h.n.v = &x
}

// The object that is written into lies behind the one that is lent.
func behind(g func(*outer)) {
	x := 2 // want: heap x
	h := &holder{}
	g(&outer{h: h})
	h.n.v = &x
}

// ... behind an element of a slice of any length.
func behindElement(g func([]*holder), k int) {
	x := 3 // want: heap x
	h := &holder{}
	s := make([]*holder, k+1)
	s[k] = h
	g(s)
	h.n.v = &x
}

// It is lent on one way only.
func sometimes(g func(*holder), often bool) {
	x := 4 // want: heap x
	h := &holder{}
	if often {
		g(h)
	} else {
		h.n = &node{}
	}
	h.n.v = &x
}

// Something else is stored in between.
func later(g func(*holder)) {
	x := 5 // want: heap x
	h := &holder{}
	g(h)
	other := &node{}
	other.v = nil
	h.n.v = &x
	other.v = h.n.v
}

// A variable of each round is made anew in between.
func inRounds(g func(*holder), n int) {
	x := 6 // want: heap x
	h := &holder{}
	g(h)
	for i := 0; i < n; i++ {
		y := i
		touch(&y)
		sameHolder(h).v = &x
	}
}

func main() {
	direct(setWorld)
	check(1)
	behind(setInner)
	check(2)
	behindElement(setFirst, 0)
	check(3)
	sometimes(setWorld, true)
	check(4)
	later(setWorld)
	check(5)
	inRounds(setWorld, 1)
	check(6)
}
