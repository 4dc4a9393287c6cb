// Package defers has objects held by defer records on the heap: a defer in a loop.
package defers

func add(p *int) { *p++ }

// x is made once, the records in the loop are on the heap.
func Loop(n int) (s int) {
	x := 0 // want: bounded x
	for i := 0; i < n; i++ {
		defer add(&x)
	}
	return x
}

type counter struct{ n int }

func (c *counter) add() { c.n++ }

// The receiver of a deferred method in a loop.
func LoopReceiver(n int) {
	var c counter // want: bounded c
	for i := 0; i < n; i++ {
		defer c.add()
	}
}

// A loop made of goto.
func LoopGoto(n int) {
	x := 0 // want: bounded x
again:
	defer add(&x)
	n--
	if n > 0 {
		goto again
	}
}
