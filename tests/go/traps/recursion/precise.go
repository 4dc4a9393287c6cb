package recursion

// The parameters of recursion that change places, or frames, on the way down.

var keptPrecise *int

func swapping(a, b *int, k int) int {
	if k == 0 {
		keptPrecise = b
		return *a
	}
	return swapping(b, a, k-1)
}

func Swapping() int {
	a, b := 1, 2 // want: heap a, heap b
	return swapping(&a, &b, 3)
}

func rotating(a, b, c *int, k int) *int {
	if k == 0 {
		return a
	}
	return rotating(b, c, a, k-1)
}

func Rotating() *int {
	a, b, c := 1, 2, 3 // want: heap a, heap b, heap c
	return rotating(&a, &b, &c, 2)
}

// The local of an outer round is the parameter of an inner one.
func local(p *int, k int) *int {
	x := k // want: heap x
	if k == 0 {
		return p
	}
	return local(&x, k-1)
}

func Local() *int {
	a := 1 // want: heap a
	return local(&a, 3)
}

// What the inner call stores into the outer one's variable is found there.
func fill(to **int, k int) *int {
	x := k // want: heap x
	if k == 0 {
		*to = &x
		return nil
	}
	var q *int
	fill(&q, k-1)
	return q
}

func Fill() *int {
	var q *int
	return fill(&q, 1)
}

type joint struct {
	next *joint
	n    *int
}

// Each round puts its parameter one joint deeper.
func push(l *joint, k int) *joint {
	if k == 0 {
		return l
	}
	return push(&joint{next: l}, k-1) // want: heap &joint{...}
}

func Push() *int {
	a := 1 // want: heap a
	l := push(&joint{n: &a}, 3)
	for l.next != nil {
		l = l.next
	}
	return l.n
}

// Only the second round of two functions keeps.
func ping(a, b *int, k int) {
	if k > 0 {
		pong(a, b, k-1)
	}
}

func pong(a, b *int, k int) {
	keptPrecise = a
	ping(b, a, k)
}

func Ping() {
	a, b := 1, 2 // want: heap a, heap b
	ping(&a, &b, 3)
}

func visitAll(xs []*int, f func(*int)) {
	if len(xs) > 0 {
		f(xs[0])
		visitAll(xs[1:], f)
	}
}

func VisitAll() {
	a, b := 1, 2 // want: heap a, heap b
	visitAll([]*int{&a, &b}, func(p *int) { keptPrecise = p })
}
