// Package loops has the precise twins of traps/loops: nothing live holds an earlier instance.
package loops

type Node struct {
	V    *int
	Next *Node
}

// Twin of Previous: the pointer is cleared at the end of each iteration.
func Cleared(n int) int {
	var prev *int
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: stack x
		if prev != nil {
			s += *prev
		}
		prev = &x
		s += *prev
		prev = nil
	}
	return s
}

// Twin of Field: the field is cleared at the end of each iteration.
func FieldCleared(n int) int {
	var h struct{ a, p *int } // want: stack h
	q := &h
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: stack x
		q.p = &x
		s += *h.p
		q.p = nil
	}
	return s
}

// The variable is made outside of the loop.
func Outside(n int) int {
	x := 0 // want: stack x
	var prev *int
	s := 0
	for i := 0; i < n; i++ {
		if prev != nil {
			s += *prev
		}
		prev = &x
		x += i
	}
	return s
}

// The pointer variable is made in the loop too.
func Inside(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: stack x
		p := &x
		s += *p
	}
	return s
}

// The last instance is used after the loop: where x is made again, p is dead.
func Last(n int) int {
	var p *int
	for i := 0; i <= n; i++ {
		x := i // want: stack x
		p = &x
	}
	return *p
}

// The loop variable's address is used within the iteration.
func PerIteration(n int) int {
	s := 0
	for i := 0; i < n; i++ { // want: stack i
		p := &i
		s += *p
	}
	return s
}

// Twin of Goto: the goto leads out of the loop.
func Goto(n int) int {
	i, s := 0, 0
again:
	x := i // want: stack x
	p := &x
	s += *p
	i++
	if i < n {
		goto again
	}
	return s
}

// Twin of LabelledContinue: reset on both ways.
func Labelled(n int) int {
	var last *int
	s := 0
outer:
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			x := i * j // want: stack x
			last = &x
			s += *last
			if j == 1 {
				last = nil
				continue outer
			}
			last = nil
		}
	}
	if last != nil {
		return *last
	}
	return s
}

func count(n int, yield func(int) bool) {
	for i := 0; i < n; i++ {
		if !yield(i) {
			return
		}
	}
}

// Twin of RangeFunc: the pointer stays in the iteration.
func RangeFunc(n int) int {
	s := 0
	for v := range func(yield func(int) bool) { count(n, yield) } {
		x := v // want: stack x
		p := &x
		s += *p
	}
	return s
}

// A local struct and its content, both of one iteration.
func LocalPair(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		x := i     // want: stack x
		var h Node // want: stack h
		p := &h
		p.V = &x
		s += *h.V
	}
	return s
}

// The list is walked, not built: the nodes are made before the loop.
func Walked() int {
	x := 1              // want: stack x
	c := Node{V: &x}    // want: stack c
	b := Node{Next: &c} // want: stack b
	a := Node{Next: &b} // want: stack a
	s := 0
	for p := &a; p != nil; p = p.Next {
		if p.V != nil {
			s += *p.V
		}
	}
	return s
}

func sum(a, b *int) int { return *a + *b }

// Handed to a callee that keeps nothing.
func Call(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		x, y := i, s // want: stack x, stack y
		s = sum(&x, &y)
	}
	return s
}

// Overwritten by another object before the site runs again.
func Replaced(n int) int {
	y := 0 // want: stack y
	p := &y
	s := 0
	for i := 0; i < n; i++ {
		x := *p + i // want: stack x
		p = &x
		s += *p
		p = &y
	}
	return s
}

// The loop is left with the pointer, it does not run again.
func Break(n int) int {
	var p *int
	for i := 0; i < n; i++ {
		x := i // want: stack x
		if i == 3 {
			p = &x
			break
		}
	}
	if p != nil {
		return *p
	}
	return 0
}

// A buffer of constant size, used in one iteration.
func Buffers(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		b := make([]int, 4) // want: stack make([]int, 4)
		b[i&3] = i
		s += b[0]
	}
	return s
}
