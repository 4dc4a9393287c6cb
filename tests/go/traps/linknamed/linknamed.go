// Package linknamed holds traps on functions without a body: what they do is unknown (A14, A16).
package linknamed

import (
	_ "unsafe" // for linkname

	"stackproof.test/traps/linknamed/impl"
)

type Box = impl.Box

//go:linkname hide stackproof.test/traps/linknamed/impl.keep
func hide(p *int)

//go:linkname find stackproof.test/traps/linknamed/impl.find
func find(b *Box) *Box

// A14: a function without a body keeps its argument.
func Hidden() {
	x := 1 // want: heap x
	hide(&x)
}

// A16: the result of a function without a body is unknown: here it is the argument.
func Found() *int {
	x := 1 // want: heap x
	var b Box
	q := find(&b)
	q.P = &x
	return b.P
}

// A16: a store through an unknown result does not clear all memory.
func NotCleared() *int {
	x := 1 // want: heap x
	var b, c Box
	b.P = &x
	q := find(&c)
	q.P = nil
	return b.P
}

//go:linkname later stackproof.test/traps/linknamed/impl.later
func later(f func())

// A14: the hidden function stores the closure.
func Later() {
	x := 1         // want: heap x
	later(func() { // want: heap func literal
		x++
	})
}
