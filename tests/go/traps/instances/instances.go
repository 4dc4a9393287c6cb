// Package instances has several objects of one site, handed back by callees, and functions that are passed to themselves.
package instances

// A callee hands back several objects of one site: a store into one leaves what the others hold.

type link struct {
	next *link
	val  *int
}

func firstAndLast(v *int, n int) (first, last *link) {
	for i := 0; i < n; i++ {
		l := &link{val: v} // want: heap &link{...}
		if i == 0 {
			first = l
		}
		last = l
	}
	return first, last
}

func FirstOfCallee() *int {
	x := 1 // want: heap x
	first, last := firstAndLast(&x, 2)
	last.val = nil
	return first.val
}

// ... in two calls.
func oneLink(v *int) *link { return &link{val: v} } // want: heap &link{...}

func FirstOfCalls() *int {
	x := 2 // want: heap x
	var first, last *link
	for i := 0; i < 2; i++ {
		last = oneLink(&x)
		if i == 0 {
			first = last
		}
	}
	last.val = nil
	return first.val
}

// ... and all that recursion made: the last link but one keeps what the last one loses.
func Chain(k int) *link {
	l := &link{} // want: heap &link{}
	if k <= 0 || k > 10 {
		l.next = l
		return l
	}
	x := k // want: heap x
	m := Chain(k - 1)
	m.val = &x
	m.next.val = nil
	l.next = m
	return l
}

type self func(s self, q, r *int)

var keptArgument *int

func start(f self, q, r *int) { f(f, q, r) }

func swap(s self, q, r *int) {
	if q != nil {
		keptArgument = q
		return
	}
	s(s, r, q)
}

// The function that is passed to itself gets its arguments in the other order.
func Swapped() {
	x := 3 // want: heap x
	start(swap, nil, &x)
}

type answering func(s answering, q, r *int) *int

var keptAnswer *int

func ask(f answering, q, r *int) *int { return f(f, q, r) }

func answer(s answering, q, r *int) *int {
	if q != nil {
		return q
	}
	keptAnswer = s(s, r, q)
	return nil
}

func Answered() {
	x := 4 // want: heap x
	ask(answer, nil, &x)
}

var keptLast *int

func rotate(k int, a, b, c, d *int) {
	if k == 0 {
		keptLast = d
		return
	}
	rotate(k-1, nil, a, b, c)
}

// That the first argument leaks shows after as many rounds as there are arguments.
func Rotated() {
	x := 5 // want: heap x
	rotate(3, &x, nil, nil, nil)
}

type taker interface{ take(p *int) }

type quiet struct{}

func (quiet) take(p *int) { *p++ }

type loud struct{}

func (loud) take(p *int) { keptLast = p }

// One site, two instances: heap if one of them is, in whatever order they come.
func quietFirst[T taker](t T) {
	x := 6 // want: heap x
	t.take(&x)
}

func loudFirst[T taker](t T) {
	x := 7 // want: heap x
	t.take(&x)
}

func Given() {
	quietFirst(quiet{})
	quietFirst(loud{})
	loudFirst(loud{})
	loudFirst(quiet{})
}
