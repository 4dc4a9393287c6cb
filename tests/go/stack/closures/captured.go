package closures

// Twins of traps/closures/captured.go.

func applyCaptured(f func()) { f() }

var total int

func OneThatKeepsNot() {
	x := 1                            // want: stack x
	f := func(p *int) { total += *p } // want: stack func literal
	applyCaptured(func() {            // want: stack func literal
		applyCaptured(func() { f(&x) }) // want: stack func literal
	})
}

func Variadic(n int) {
	add := func(ps ...*int) { // want: stack func literal
		for _, p := range ps {
			total += *p
		}
	}
	applyCaptured(func() {
		x := n  // want: stack x
		add(&x) // want: stack ... argument
	})
}

type tree struct {
	kids []*tree
	n    int
}

func Visit(t *tree) int {
	sum := 0                // want: stack sum
	var visit func(t *tree) // want: stack visit
	visit = func(t *tree) { // want: stack func literal
		sum += t.n
		for _, k := range t.kids {
			visit(k)
		}
	}
	visit(t)
	return sum
}

func MutualNot(n int) int {
	x, calls := 1, 0 // want: stack x, stack calls
	var even, odd func(n int, p *int) int
	even = func(n int, p *int) int { // want: stack func literal
		calls++
		if n == 0 {
			return *p
		}
		return odd(n-1, p)
	}
	odd = func(n int, p *int) int { // want: stack func literal
		calls++
		if n == 0 {
			return -*p
		}
		return even(n-1, p)
	}
	return even(n, &x) + calls
}
