// Package impl has the bodies of linknamed's functions.
package impl

type Box struct{ P, Q *int }

var (
	Kept  *int
	Queue []func()
)

func keep(p *int) { Kept = p }

func find(b *Box) *Box { return b }

func later(f func()) { Queue = append(Queue, f) }
