// Package publish has objects that a heap object held for a while, before anybody could see it.
package publish

type Pair struct{ A, B *int }

var (
	G     *Pair
	Saved *int
)

// Twin of traps Overwritten: cleared before p is published, but p is on the heap from the start.
func ClearedBefore() {
	x := 1       // want: bounded x
	p := &Pair{} // want: heap &Pair{}
	p.A = &x
	p.A = nil
	G = p
}

// Overwritten before p is published.
func OverwrittenBefore() {
	x := 1       // want: bounded x
	y := 2       // want: heap y
	p := &Pair{} // want: heap &Pair{}
	p.B = &x
	p.B = &y
	G = p
}

// B5: returned on the other path.
func OtherReturn(k bool) *Pair {
	x := 1       // want: bounded x
	p := &Pair{} // want: heap &Pair{}
	if k {
		return p
	}
	p.A = &x
	return nil
}

// Published on the other path.
func OtherPath(k bool) {
	x := 1       // want: bounded x
	p := &Pair{} // want: heap &Pair{}
	if k {
		G = p
		return
	}
	p.A = &x
}

// Goes to the heap by a goroutine that starts after the field was cleared.
func ClearedBeforeGo() {
	x := 1       // want: bounded x
	p := &Pair{} // want: heap &Pair{}
	p.A = &x
	Saved = p.B
	p.A = nil
	go func() { Saved = p.A }() // want: heap func literal
}
