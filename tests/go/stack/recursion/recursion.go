// Package recursion has the precise twins of traps/recursion: pointers go down, not up.
package recursion

type Frame struct {
	up *Frame
	v  int
}

// Points up to the caller's frame.
func depth(f *Frame, n int) int {
	if n == 0 {
		s := 0
		for ; f != nil; f = f.up {
			s += f.v
		}
		return s
	}
	me := Frame{f, n} // want: stack me
	return depth(&me, n-1)
}

// Twin of Down: the chain of frames is read at the bottom, nothing keeps it (issue 13547).
func Depth(n int) int {
	root := Frame{nil, n} // want: stack root
	return depth(&root, n)
}

func add(p *int, n int) {
	if n > 0 {
		*p += n
		add(p, n-1)
	}
}

// Twin of FillUp: the callee writes values into the caller's variable.
func Add(n int) int {
	x := 0 // want: stack x
	add(&x, n)
	return x
}

func even(p *int, n int) bool {
	if n == 0 {
		return true
	}
	*p++
	return odd(p, n-1)
}

func odd(p *int, n int) bool {
	if n == 0 {
		return false
	}
	*p++
	return even(p, n-1)
}

// Mutual recursion hands the pointer down.
func Even(n int) int {
	x := 0 // want: stack x
	even(&x, n)
	return x
}

type Tree struct {
	l, r *Tree
	v    *int
}

func (t *Tree) sum() int {
	if t == nil {
		return 0
	}
	return *t.v + t.l.sum() + t.r.sum()
}

// Twin of Tree: a tree of locals.
func Sum() int {
	x := 1                          // want: stack x
	l := Tree{v: &x}                // want: stack l
	r := Tree{v: &x}                // want: stack r
	t := &Tree{l: &l, r: &r, v: &x} // want: stack &Tree{...}
	return t.sum()
}

func hanoi(n int, from, via, to *[]int, moves *int) {
	if n == 0 {
		return
	}
	hanoi(n-1, from, to, via, moves)
	*moves++
	hanoi(n-1, via, from, to, moves)
}

// Parameters change places in the recursion.
func Hanoi(n int) int {
	var a, b, c []int // want: stack a, stack b, stack c
	moves := 0        // want: stack moves
	hanoi(n, &a, &b, &c, &moves)
	return moves
}

// The address is used in its own activation.
func local(n int) int {
	x := n // want: stack x
	p := &x
	if n > 0 {
		*p += local(n - 1)
	}
	return x
}

// Each activation has its own x, and keeps it to itself.
func Local(n int) int { return local(n) }

func permute(a []int, k int, f func([]int)) {
	if k == len(a) {
		f(a)
		return
	}
	for i := k; i < len(a); i++ {
		a[k], a[i] = a[i], a[k]
		permute(a, k+1, f)
		a[k], a[i] = a[i], a[k]
	}
}

// A local array and a closure through a recursion.
func Permute() int {
	a := [4]int{1, 2, 3, 4}          // want: stack a
	n := 0                           // want: stack n
	permute(a[:], 0, func(p []int) { // want: stack func literal
		n += p[0]
	})
	return n
}

// The closure recurs and captures the frame.
func Closure(n int) int {
	x := 0            // want: stack x
	var f func(int)   // want: stack f
	f = func(k int) { // want: stack func literal
		if k > 0 {
			x += k
			f(k - 1)
		}
	}
	f(n)
	return x
}

// Hands its object down, and reads through the older one.
func older(p *Frame, n int) int {
	x := Frame{v: n} // want: stack x
	if p != nil {
		x.up = p
		return (&x).total()
	}
	return older(&x, n+1)
}

func (f *Frame) total() (s int) {
	for ; f != nil; f = f.up {
		s += f.v
	}
	return s
}

// Twin of Older: the younger activation points to the older one.
func Older(n int) int { return older(nil, n) }
