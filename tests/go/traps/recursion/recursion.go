// Package recursion holds traps on recursive functions.
package recursion

type Node struct {
	V        *int
	Up, Down *Node
}

// A6: the callee's fresh node is not n, so m.V = nil leaves n.V.
func fresh(k int, v *int) *Node {
	if k == 0 {
		return &Node{} // want: heap &Node{}
	}
	n := &Node{} // want: heap &Node{}
	m := fresh(k-1, v)
	n.V = v
	m.V = nil
	return n
}

// A6: caller of fresh.
func Fresh(k int) *int {
	x := 1 // want: heap x
	return fresh(k, &x).V
}

// A6: the same over two functions, and the older object is returned.
func even(k int, v *int) *Node {
	n := &Node{V: v} // want: heap &Node{...}
	if k > 0 {
		m := odd(k-1, v)
		m.V = nil
	}
	return n
}

// A6: the other half of even.
func odd(k int, v *int) *Node {
	n := &Node{V: v} // want: heap &Node{...}
	if k > 0 {
		m := even(k-1, v)
		m.V = nil
	}
	return n
}

// A6: caller of the mutual recursion.
func Mutual(k int) *int {
	x := 1 // want: heap x
	return even(k, &x).V
}

// A18: x of the inner activation is stored in q of the outer one.
func Older(p **int, n int) int {
	x := n // want: heap x
	if p != nil {
		*p = &x
		return 0
	}
	var q *int
	Older(&q, n+1)
	return *q
}

// A18: the older activation of an unexported function, through a struct and two levels.
func deeper(up *Node, n int) int {
	x := n // want: heap x
	if n == 0 {
		up.V = &x
		return 0
	}
	var me Node
	me.Up = up
	deeper(&me, n-1)
	if me.V != nil {
		return *me.V
	}
	return x
}

// A18: entry of deeper.
func Deeper(n int) int {
	var top Node
	return deeper(&top, n)
}

// The pointer is carried up by the results of all activations.
func Up(n int) *int {
	if n == 0 {
		x := 1 // want: heap x
		return &x
	}
	return Up(n - 1)
}

// The pointer is carried up through the one variable of the oldest frame.
func fillUp(pp **int, n int) {
	x := n // want: heap x
	if n == 1 {
		*pp = &x
		return
	}
	fillUp(pp, n-1)
}

// Reads it after all frames of fillUp have ended.
func FillUp(n int) int {
	var p *int
	fillUp(&p, n)
	return *p
}

var Top *Node

// Frames linked upwards are all reachable once the youngest is published.
func down(up *Node, n int) {
	me := Node{Up: up} // want: heap me
	if n == 0 {
		Top = &me
		return
	}
	down(&me, n-1)
}

// Entry of down: the oldest frame's node too is reached by Top.
func Down(n int) {
	var root Node // want: heap root
	down(&root, n)
}

// The recursion is in a closure, the object is captured from the frame that ends.
func Closure(n int) func() *int {
	x := 1                 // want: heap x
	var f func(int) *int   // want: heap f
	f = func(k int) *int { // want: heap func literal
		if k == 0 {
			return &x
		}
		return f(k - 1)
	}
	return func() *int { return f(n) } // want: heap func literal
}

// An unbounded tree made by recursion: each node outlives the activation that made it.
func tree(n int) *Node {
	if n == 0 {
		return nil
	}
	l := tree(n - 1)
	r := tree(n - 2 + n%2)
	return &Node{Up: l, Down: r} // want: heap &Node{...}
}

// A20: the tree stays in its caller, and still is of unbounded size.
func Tree(n int) int {
	s := 0
	for t := tree(n); t != nil; t = t.Up {
		s++
	}
	return s
}

// The parameter of an older activation is stored into by a younger one that got it by its content.
func content(p *Node, n int) *int {
	x := n // want: heap x
	q := Node{Up: p}
	if n == 0 {
		q.Up.V = &x
		return nil
	}
	content(&q, n-1)
	return q.V
}

// Entry of content.
func Content(n int) *int {
	var root Node
	return content(&root, n)
}

// Recursion through an interface method.
type walker interface{ walk(n int) *int }

type leaf struct{}

type branch struct{ next walker }

// The end of the recursion makes the object.
func (leaf) walk(n int) *int {
	x := n // want: heap x
	return &x
}

func (b branch) walk(n int) *int { return b.next.walk(n) }

// A9: branch.walk calls itself or leaf.walk, known only where the chain is made.
func Walk() *int { return branch{branch{leaf{}}}.walk(1) }
