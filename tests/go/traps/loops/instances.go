package loops

// Objects of one site, made in one loop: a store into the last one leaves what the others hold. Under --runtime=ideal this alone decides;
// under Go's runtime the carried objects lie on the heap, and what they hold with them.

func firstOfTwo() *int {
	x := 1 // want: heap x
	var first, last *slot
	for i := 0; i < 2; i++ {
		s := &slot{p: &x} // want: heap &slot{...}
		if i == 0 {
			first = s
		}
		last = s
	}
	last.p = nil
	return first.p
}

// The site lies behind a goto.
func firstOfJumps() *int {
	x := 2 // want: heap x
	var first, last *slot
	i := 0
again:
	last = &slot{p: &x} // want: heap &slot{...}
	if i == 0 {
		first = last
	}
	i++
	if i < 2 {
		goto again
	}
	last.p = nil
	return first.p
}

// The object was published before; a variable of each round is made anew before something is stored into it, and the loop is left at once.
func publishedBefore(sink **slot, n int) {
	x := 3       // want: heap x
	s := &slot{} // want: heap &slot{}
	*sink = s
	for i := 0; i < n; i++ {
		y := i
		advance(&y)
		if y > 0 {
			s.p = &x
			return
		}
	}
}

//go:noinline
func advance(p *int) { *p++ }

var _ = []any{firstOfTwo, firstOfJumps, publishedBefore}

func Instances() (int, int, int) {
	var s *slot
	publishedBefore(&s, 3)
	return *firstOfTwo(), *firstOfJumps(), *s.p
}
