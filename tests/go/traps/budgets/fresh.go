// Package budgets has programs that exceed what a summary may hold: what is left out must be leaked, not forgotten.
package budgets

type node struct{ p *int }

var sink *int

func mk(p *int) *node { return &node{p} } // want: heap &node{...}

func pick2(p *int, k int) *node {
	if k&1 == 0 {
		return mk(p)
	}
	return mk(p)
}

func pick4(p *int, k int) *node {
	if k&2 == 0 {
		return pick2(p, k)
	}
	return pick2(p, k)
}

func pick8(p *int, k int) *node {
	if k&4 == 0 {
		return pick4(p, k)
	}
	return pick4(p, k)
}

func pick16(p *int, k int) *node {
	if k&8 == 0 {
		return pick8(p, k)
	}
	return pick8(p, k)
}

func pick32(p *int, k int) *node {
	if k&16 == 0 {
		return pick16(p, k)
	}
	return pick16(p, k)
}

func pick64(p *int, k int) *node {
	if k&32 == 0 {
		return pick32(p, k)
	}
	return pick32(p, k)
}

func pick128(p *int, k int) *node {
	if k&64 == 0 {
		return pick64(p, k)
	}
	return pick64(p, k)
}

// One of many objects that come back holds q; whichever the summary has no room for, q must not get lost.
func first(p, q *int, k int) *node {
	if k == 0 {
		return mk(q)
	}
	return pick128(p, k)
}

func last(p, q *int, k int) *node {
	if k != 0 {
		return pick128(p, k)
	}
	return mk(q)
}

func ManyFreshFirst(k int) {
	x, y := 1, 2 // want: heap x, heap y
	sink = first(&x, &y, k).p
}

func ManyFreshLast(k int) {
	x, y := 1, 2 // want: heap x, heap y
	sink = last(&x, &y, k).p
}

type pair struct{ a, b *node }

func pairs(p, q *int, k int) *pair {
	if k == 0 {
		return &pair{mk(q), mk(p)} // want: heap &pair{...}
	}
	return &pair{pick128(p, k), pick64(p, k)} // want: heap &pair{...}
}

// The same, with the object that holds q a level below.
func ManyFreshBelow(k int) {
	x, y := 1, 2 // want: heap x, heap y
	sink = pairs(&x, &y, k).a.p
}
