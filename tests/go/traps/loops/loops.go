// Package loops holds traps on loop-carried objects: an earlier instance is live where the site runs again.
package loops

type Node struct {
	V    int
	P    *int
	Next *Node
}

// carried: prev points to the object of the previous iteration.
func Previous(n int) int {
	var prev *int
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		if prev != nil {
			s += *prev
		}
		prev = &x
	}
	return s
}

// A17: prev is only compared, but the answer needs two distinct objects.
func Identity(n int) int {
	var prev *int
	same := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		p := &x
		if p == prev {
			same++
		}
		prev = p
	}
	return same
}

// A17: a map key uses the address and nothing else.
func IdentityKey(n int) int {
	seen := map[*int]bool{}
	for i := 0; i < n; i++ {
		x := i // want: heap x
		seen[&x] = true
	}
	return len(seen)
}

// A17: compared as interface values.
func IdentityIface(n int) int {
	var prev any
	same := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		var cur any = &x
		if cur == prev {
			same++
		}
		prev = cur
	}
	return same
}

// A17: compared as fields of a struct.
func IdentityStruct(n int) int {
	var prev struct{ a, b *int }
	same := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		cur := struct{ a, b *int }{&x, nil}
		if cur == prev {
			same++
		}
		prev = cur
	}
	return same
}

// carried: the first instance lives as long as the loop.
func First(n int) int {
	var first *int
	for i := 0; i < n; i++ {
		x := i // want: heap x
		if first == nil {
			first = &x
		}
	}
	return *first
}

// carried: a loop made of goto.
func Goto(n int) int {
	i, s := 0, 0
	var prev *int
again:
	x := i // want: heap x
	if prev != nil {
		s += *prev
	}
	prev = &x
	i++
	if i < n {
		goto again
	}
	return s
}

// carried: a loop with two entries (irreducible).
func Irreducible(n int, k bool) int {
	i, s := 0, 0
	var prev, p *int
	if k {
		goto b
	}
a:
	p = new(int) // want: heap new(int)
	*p = i
	if prev != nil {
		s += *prev
	}
	prev = p
b:
	i++
	if i < n {
		goto a
	}
	return s
}

// carried: continue of the outer loop jumps over the reset.
func LabelledContinue(n int) int {
	var last *int
	s := 0
outer:
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			x := i * j // want: heap x
			if last != nil {
				s += *last
			}
			if j == 1 {
				last = &x
				continue outer
			}
			last = nil
		}
	}
	return s
}

// carried: the loop is left by break and entered again by the outer one.
func LabelledBreak(n int) int {
	var keep *int
	s := 0
	for i := 0; i < n; i++ {
	scan:
		for j := 0; ; j++ {
			x := i + j // want: heap x
			switch {
			case keep == nil:
				keep = &x
				break scan
			case j > 2:
				break scan
			}
		}
		s += *keep
	}
	return s
}

// carried: best of the inner loop, held by a variable of the outer loop's body.
func InnerHeldByOuter(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		var best *int
		for j := 0; j < n; j++ {
			x := (i + j) % 3 // want: heap x
			if best == nil || x > *best {
				best = &x
			}
		}
		if best != nil {
			s += *best
		}
	}
	return s
}

// carried: a local list of unbounded length.
func LocalList(n int) int {
	var head *Node
	for i := 0; i < n; i++ {
		head = &Node{V: i, Next: head} // want: heap &Node{...}
	}
	s := 0
	for ; head != nil; head = head.Next {
		s += head.V
	}
	return s
}

// A20: unbounded objects that leave; they can not be in the caller's frame either.
func Build(n int) *Node {
	var head *Node
	for i := 0; i < n; i++ {
		head = &Node{V: i, Next: head} // want: heap &Node{...}
	}
	return head
}

// A20: the caller keeps the list to itself, and still no frame can hold it.
func BuildAndSum(n int) int {
	s := 0
	for p := Build(n); p != nil; p = p.Next {
		s += p.V
	}
	return s
}

// A20: one fresh node for each call.
func cons(v int, next *Node) *Node {
	return &Node{V: v, Next: next} // want: heap &Node{...}
}

// A20: the object is made by a callee, the loop is in the caller.
func ConsList(n int) int {
	var head *Node
	for i := 0; i < n; i++ {
		head = cons(i, head)
	}
	s := 0
	for ; head != nil; head = head.Next {
		s += head.V
	}
	return s
}

// carried: an array holds all instances.
func ArrayKeeps() int {
	var keep [4]*int
	for i := 0; i < len(keep); i++ {
		x := i // want: heap x
		keep[i] = &x
	}
	s := 0
	for _, p := range keep {
		s += *p
	}
	return s
}

// carried: the loop variable is one per iteration since Go 1.22.
func PerIteration() int {
	var ps [3]*int
	for i := 0; i < 3; i++ { // want: heap i
		ps[i] = &i
	}
	return *ps[0] + *ps[1] + *ps[2]
}

// carried, A19: the loop variable is copied from iteration to iteration; two objects, one site.
func PerIterationPrev(n int) int {
	var prev *int
	s := 0
	for i := 0; i < n; i++ { // want: heap i
		if prev != nil {
			s += *prev
		}
		prev = &i
	}
	return s
}

// carried: captured by reference, one variable per iteration, i is written by the closure.
func PerIterationClosure() int {
	var fs [3]func() int
	for i := 0; i < 3; i++ { // want: heap i
		fs[i] = func() int { // want: heap func literal
			i += 10
			return i
		}
	}
	return fs[0]() + fs[1]() + fs[2]()
}

// carried: range over an integer.
func RangeInt(n int) int {
	var prev *int
	s := 0
	for i := range n { // want: heap i
		if prev != nil {
			s += *prev
		}
		prev = &i
	}
	return s
}

// carried and returned: the value variable of a range.
func RangeValue(in []int) (out []*int) {
	for _, v := range in { // want: heap v
		out = append(out, &v)
	}
	return out
}

// The iterator is a closure that leaves.
func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) { // want: heap func literal
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// carried: range over a function; the body's frame ends with the iteration.
func RangeFunc(n int) int {
	var prev *int
	s := 0
	for v := range count(n) {
		x := v // want: heap x
		if prev != nil {
			s += *prev
		}
		prev = &x
	}
	return s
}

// carried: the variable of a range over a function.
func RangeFuncVar(n int) int {
	var prev *int
	s := 0
	for v := range count(n) { // want: heap v
		if prev != nil {
			s += *prev
		}
		prev = &v
	}
	return s
}

// carried: returned out of the body of a range over a function, through two frames.
func RangeFuncReturn(n int) *int {
	for v := range count(n) {
		x := v // want: heap x
		if v == 1 {
			return &x
		}
	}
	return nil
}

// carried: the previous instance is in a field.
func Field(n int) int {
	var h struct {
		n int
		p *int
	}
	for i := 0; i < n; i++ {
		x := i // want: heap x
		if h.p != nil {
			h.n += *h.p
		}
		h.p = &x
	}
	return h.n
}

func newer(old, now *int) *int {
	if old != nil && *old > *now {
		return old
	}
	return now
}

// carried: the callee gives back the old one or the new one.
func ThroughCall(n int) int {
	var q *int
	for i := 0; i < n; i++ {
		x := -i // want: heap x
		q = newer(q, &x)
	}
	return *q
}

// carried: the previous instance waits in a channel.
func ThroughChannel(n int) int {
	c := make(chan *int, 1)
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		select {
		case old := <-c:
			s += *old
		default:
		}
		c <- &x
	}
	return s
}

// carried: the previous closure is called in the next iteration.
func ThroughClosure(n int) int {
	var f func() int
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		if f != nil {
			s += f()
		}
		f = func() int { // want: stack func literal
			x++
			return x
		}
	}
	return s
}

// carried: moved on by a struct assignment.
func ThroughStruct(n int) int {
	var prev, cur Node
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		cur.P = &x
		if prev.P != nil {
			s += *prev.P
		}
		prev = cur
	}
	return s
}

// carried: two iterations back, through two variables.
func TwoBack(n int) int {
	var a, b *int
	s := 0
	for i := 0; i < n; i++ {
		x := i // want: heap x
		if a != nil {
			s += *a
		}
		a, b = b, &x
	}
	return s
}

// carried: a buffer of constant size made in each iteration.
func Buffers(n int) int {
	var prev []int
	s := 0
	for i := 0; i < n; i++ {
		b := make([]int, 4) // want: heap make([]int, 4)
		b[0] = i
		if prev != nil {
			s += prev[0]
		}
		prev = b
	}
	return s
}

// A19: two sites of one spelling in one line, the first runs once, the second is carried: the line is heap.
func InitAndPost(n int) int {
	var prev *int
	s := 0
	for p, i := new(int), 0; i < n; p, i = new(int), i+1 { // want: heap new(int)
		*p = i
		if prev != nil {
			s += *prev
		}
		prev = p
	}
	return s
}

// carried: only every second iteration runs the site; the outer cycle counts.
func Alternating(n int) int {
	var p *int
	s := 0
	for i := 0; i < n; i++ {
		if i%2 == 0 {
			x := i // want: heap x
			if p != nil {
				s += *p
			}
			p = &x
		} else {
			s += *p
		}
	}
	return s
}

// carried: the loop is left by return only; the pointer is live on the back edge.
func Endless(stop int) int {
	var best *int
	for i := 0; ; i++ {
		x := i % 7 // want: heap x
		if best == nil || *best < x {
			best = &x
		}
		if i == stop {
			return *best
		}
	}
}

// carried: a local map holds the instances.
func MapKeeps(n int) int {
	m := map[int]*int{}
	for i := 0; i < n; i++ {
		x := i // want: heap x
		m[i] = &x
	}
	s := 0
	for _, p := range m {
		s += *p
	}
	return s
}
