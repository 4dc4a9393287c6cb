package loops

// Objects that are made anew in each round, when nobody uses the earlier ones any more: what those held is gone. The twins are in
// traps/loops/renewed.go.

type slot struct {
	p    *int
	next *slot
}

// The slot is made before what it holds: in the next round it is another slot, and empty.
func slots(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		s := &slot{}  // want: stack &slot{}
		x := new(int) // want[full,flow]: stack new(int) ; want[coarse,field]: heap new(int)
		s.p = x
		*s.p = i
		sum += *s.p
	}
	return sum
}

// The same through a variable that outlives the round: the slot that it names is another one by then.
func replaced(n int) int {
	var s *slot
	sum := 0
	for i := 0; i < n; i++ {
		if i%2 == 0 {
			s = &slot{}   // want: stack &slot{}
			x := new(int) // want: stack new(int)
			s.p = x
		}
		*s.p += i
		sum += *s.p
	}
	return sum
}

// A captured variable of the round.
func captured(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		var p *int                    // want: stack p
		set := func(q *int) { p = q } // want: stack func literal
		x := i                        // want: stack x
		set(&x)
		sum += *p
	}
	return sum
}

// The elements of a slice of the round.
func elements(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		s := make([]*int, 2) // want: stack make([]*int, 2)
		x := new(int)        // want: stack new(int)
		s[i%2] = x
		sum += *s[i%2]
	}
	return sum
}

// A goto makes the loop.
func jumps(n int) int {
	i, sum := 0, 0
again:
	s := &slot{}  // want: stack &slot{}
	x := new(int) // want: stack new(int)
	s.p = x
	sum += *s.p
	i++
	if i < n {
		goto again
	}
	return sum
}

// A variable that is captured by value: each round has one of its own.
func buffers(read func([]byte) int) int {
	for size := 16; ; size *= 2 {
		b := make([]byte, size)                 // want: stack make([]byte, size)
		k := once(func() int { return len(b) }) // want: stack func literal
		if k < size {
			return k
		}
	}
}

// The holder outlives the round, but names no slot of an earlier one: only where stores replace does one see that slots are made anew, and only
// then that a slot does not hold the int of an earlier round.
func emptied(n int) int {
	h := &struct{ s *slot }{} // want: stack &struct { s *slot }{}
	sum := 0
	for i := 0; i < n; i++ {
		s := &slot{}  // want[full,flow]: stack &slot{} ; want[coarse,field]: heap &slot{}
		x := new(int) // want[full,flow]: stack new(int) ; want[coarse,field]: heap new(int)
		h.s = s
		s.p = x
		*h.s.p = i
		sum += *x
		h.s = nil
	}
	return sum
}

// A closure that calls itself through the variable that holds it, which it captures: the variable is made before the closure.
func recursive(n int) int {
	m := make(map[int][]int) // want: stack make(map[int][]int)
	for i := 0; i < n; i++ { // want: stack i
		var fn func() // want: stack fn
		j := 0        // want: stack j
		fn = func() { // want: stack func literal
			m[i] = append(m[i], 0)
			if j < 25 {
				j++
				fn()
			}
		}
		fn()
	}
	return len(m)
}

func once(f func() int) int { return f() }

var _ = []any{slots, replaced, captured, elements, jumps, buffers, emptied, recursive}
