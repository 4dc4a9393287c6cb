package loops

// The twins of stack/loops/renewed.go: an earlier object is still in use where its site runs again, so that what it holds is not gone.

type slot struct {
	p    *int
	next *slot
}

// carried: the slot of the round before is read after the next one is made.
func slotsKept(n int) int {
	var last *slot
	sum := 0
	for i := 0; i < n; i++ {
		s := &slot{}  // want: heap &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		if last != nil {
			sum += *last.p
		}
		last = s
	}
	return sum
}

// carried: the old slot is still named where the new one is made.
func replacedKept(n int) int {
	var s *slot
	sum := 0
	for i := 0; i < n; i++ {
		old := s
		s = &slot{}   // want: heap &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		if old != nil {
			sum += *old.p
		}
	}
	return sum
}

// carried: slots in a list.
func chained(n int) int {
	var head *slot
	for i := 0; i < n; i++ {
		s := &slot{}  // want: heap &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		s.next = head
		head = s
	}
	sum := 0
	for ; head != nil; head = head.next {
		sum += *head.p
	}
	return sum
}

// carried: the variable's slot is gone, but what it held was copied out.
func copiedOut(n int) int {
	var kept *int
	sum := 0
	for i := 0; i < n; i++ {
		s := &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		if kept != nil {
			sum += *kept
		}
		kept = s.p
	}
	return sum
}

// carried: a closure of an earlier round still holds the variable.
func capturedKept(n int) int {
	sum := 0
	var get func() int
	for i := 0; i < n; i++ {
		var p *int // want: heap p
		x := i     // want: heap x
		set := func(q *int) { p = q }
		if get != nil {
			sum += get()
		}
		set(&x)
		get = func() int { return *p } // nobody calls the earlier one any more: no trap
	}
	return sum
}

// carried: the elements of the slice before are read after the next one is made.
func elementsKept(n int) int {
	var before []*int
	sum := 0
	for i := 0; i < n; i++ {
		s := make([]*int, 2) // want: heap make([]*int, 2)
		x := new(int)        // want: heap new(int)
		s[i%2] = x
		if before != nil {
			sum += *before[(i+1)%2]
		}
		before = s
	}
	return sum
}

// carried: a deferred call of each round reads its slot in the end.
func deferredSlots(n int) (sum int) {
	for i := 0; i < n; i++ {
		s := &slot{}  // want: heap &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		defer func() { sum += *s.p }()
	}
	return 0
}

// A goto makes the loop; the slot before is named by another variable.
func jumpsKept(n int) int {
	i, sum := 0, 0
	var before *slot
again:
	s := &slot{}  // want: heap &slot{}
	x := new(int) // want: heap new(int)
	s.p = x
	if before != nil {
		sum += *before.p
	}
	before = s
	i++
	if i < n {
		goto again
	}
	return sum
}

// carried: the holder names the slot of the round before until the next one is made and filled.
func emptiedLate(n int) int {
	h := &struct{ s *slot }{}
	sum := 0
	for i := 0; i < n; i++ {
		s := &slot{}  // want: heap &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		if h.s != nil {
			sum += *h.s.p
		}
		h.s = s
	}
	return sum
}

// carried: the slot is not held any more where the next one is made, but what it held is.
func emptiedInPart(n int) int {
	h := &struct {
		s *slot
		p *int
	}{}
	sum := 0
	for i := 0; i < n; i++ {
		s := &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		if h.p != nil {
			sum += *h.p
		}
		h.s = s
		h.p = h.s.p
		h.s = nil
	}
	return sum
}

// carried: a closure that calls itself is called in the next round, with all that it captures.
func recursiveKept(n int) int {
	var before func()
	sum := 0
	for i := 0; i < n; i++ {
		var fn func() // want: heap fn
		j := i        // want: heap j
		fn = func() { // want: heap func literal
			if j < 25 {
				j++
				sum++
				fn()
			}
		}
		if before != nil {
			before()
		}
		before = fn
	}
	return sum
}

var lastSlot *slot

// publish: each slot is published, and others may still read what the earlier ones hold.
func published(n int) {
	for i := 0; i < n; i++ {
		s := &slot{}  // want: heap &slot{}
		x := new(int) // want: heap new(int)
		s.p = x
		lastSlot = s
		s.p = nil
	}
}

var _ = []any{slotsKept, replacedKept, chained, copiedOut, capturedKept, elementsKept, deferredSlots, jumpsKept, published, emptiedLate, emptiedInPart, recursiveKept}
