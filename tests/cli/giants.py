"""A Go function whose callees' summaries, one after the other, exceed any budget: `giant` of so many blocks.

Each allocation site stands on a line of its own, and that says by a comment whether it escapes."""

from __future__ import annotations

HEAD = """\
package giants

type node struct {
	next, other *node
	val         *int
}

type state struct {
	free *node
	sink *int
}

type tree struct {
	kind       int
	l, r, m, n *tree
}

var global *node

func read(n *node) int {
	total := 0
	for ; n != nil; n = n.next {
		if n.val != nil {
			total += *n.val
		}
	}
	return total
}

func give(n *node) *node          { return n }
func beneath(n *node) *int        { return n.next.val }
func fill(n *node, p *int)        { n.next.val = p }
func keep(s *state, p *int)       { s.free.val = p }
func publish(n *node)             { global = n }
func each(n *node, f func(*node)) { f(n); f(n.next) }
func swap(a, b *node)             { a.other, b.other = b.other, a.other }

func wrap(p *int) *node {
	return &node{val: p} // heap: published by its caller
}

func rewrite(t *tree) *tree {
	if t == nil {
		return nil
	}
	switch t.kind {
"""

BLOCK = """\
	{
		t = rewrite(t.l)
		t.r = rewrite(&tree{l: t, m: rewrite(t.n)}) // heap: in the caller's tree
		a := k // stack: read alone
		n := node{val: &a} // stack: read alone
		total += read(&n)
		b := k // stack: handed back, read alone
		m := &node{next: &n, val: &b} // stack: handed back, read alone
		total += read(give(m))
		c := k // stack: what comes out beneath is read alone
		fill(m, &c)
		total += *beneath(m)
		d := k // heap: stored in the caller's state
		keep(s, &d)
		e := k // heap: held by an object of a callee's that is published
		publish(wrap(&e))
		seen := 0 // stack: captured alone
		each(m, func(x *node) { // stack: called alone
			seen++
		})
		var last *node // stack: captured alone
		each(m, func(x *node) { // stack: called alone
			last = x
		})
		total += seen + read(last)
		f := k // heap: captured by a closure that publishes it
		each(m, func(x *node) { // stack: called alone
			publish(&node{val: &f}) // heap: published
		})
		g := k // heap: held by o
		o := node{val: &g} // heap: out by swapping
		h := node{other: &o} // stack: read alone
		swap(&h, s.free)
	}
"""


def kind(number: int) -> str:
    a, b, c = ("lrmn"[number >> 2 * k & 3] for k in range(3))
    beside = "rmnl"["lrmn".index(a)]
    return f"""\
	case {number}:
		t.{a} = &tree{{{a}: rewrite(t.{b}), {beside}: t.{c}}} // heap: in the caller's tree
		t.{b} = rewrite(t.{c}.{a})
"""


def giant(blocks: int, kinds: int = 16) -> str:
    """The program, with its function of @blocks blocks and, in the callee that makes it expensive, @kinds cases."""
    rest = "\t}\n\treturn t\n}\n\nfunc giant(s *state, t *tree, k int) (total int) {\n"
    return HEAD + "".join(map(kind, range(kinds))) + rest + BLOCK * blocks + "\treturn\n}\n\nvar Giant = giant\n"
