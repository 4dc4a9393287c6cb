package recursion

// Recursion keeps parameters apart: what happens to one of them does not happen to the others.

var keptPrecise *int

func keepSecond(a, b *int, k int) int {
	if k == 0 {
		keptPrecise = b
		return *a
	}
	return keepSecond(a, b, k-1)
}

func KeepSecond() int {
	a, b := 1, 2 // want: stack a, heap b
	return keepSecond(&a, &b, 3)
}

func pick(a, b *int, k int) *int {
	if k == 0 {
		return a
	}
	return pick(a, b, k-1)
}

func Pick() *int {
	a, b := 1, 2 // want: heap a, stack b
	return pick(&a, &b, 3)
}

// Two functions that call each other, each with its own order.
func evenp(a, b *int, k int) {
	if k == 0 {
		keptPrecise = a
		return
	}
	oddp(b, a, k-1)
}

func oddp(b, a *int, k int) {
	if k == 0 {
		return
	}
	evenp(a, b, k-1)
}

func EvenP() {
	a, b := 1, 2 // want: heap a, stack b
	evenp(&a, &b, 4)
}

// A list of frames: each holds the address of the one before.
type frame struct {
	up *frame
	n  *int
}

func depthp(up *frame, k int) int {
	n := k             // want: stack n
	f := frame{up, &n} // want: stack f
	if k > 0 {
		return depthp(&f, k-1)
	}
	total := 0
	for p := &f; p != nil; p = p.up {
		total += *p.n
	}
	return total
}

func DepthP() int { return depthp(nil, 5) }

// The result of the inner call is of the same kind as the parameter, and another object.
func chain(f *frame, k int) *frame {
	if k == 0 {
		return f
	}
	n := k                                  // want: heap n
	return chain(&frame{up: f, n: &n}, k-1) // want: heap &frame{...}
}

func Chain() int {
	n := 1                          // want: bounded n
	last := chain(&frame{n: &n}, 3) // want: bounded &frame{...}
	return *last.n
}

// A closure that calls itself with its own parameters.
func ClosureP() int {
	var walk func(a, b *int, k int) int // want: stack walk
	walk = func(a, b *int, k int) int { // want: stack func literal
		if k == 0 {
			keptPrecise = b
			return *a
		}
		return walk(a, b, k-1)
	}
	a, b := 1, 2 // want: stack a, heap b
	return walk(&a, &b, 3)
}

// Through a slice: the callee gets the rest of it.
func sumOf(xs []*int) int {
	if len(xs) == 0 {
		return 0
	}
	return *xs[0] + sumOf(xs[1:])
}

func SumOf() int {
	a, b := 1, 2                     // want: stack a, stack b
	return sumOf([]*int{&a, &b, &a}) // want: stack []*int{...}
}

// A tree of the frame's own, walked with a visitor that keeps nothing.
type branch struct {
	left, right *branch
	n           int
}

func visitBranch(b *branch, f func(*int)) {
	if b == nil {
		return
	}
	f(&b.n)
	visitBranch(b.left, f)
	visitBranch(b.right, f)
}

func VisitBranch() int {
	total := 0                                       // want: stack total
	leaf := branch{n: 1}                             // want: stack leaf
	root := branch{left: &leaf, n: 2}                // want: stack root
	visitBranch(&root, func(p *int) { total += *p }) // want: stack func literal
	return total
}
