// What outlives the activation or the loop pass that made it, as `stackproof-run --outlived` has to find it: a line says
// `outlives:` with what is observed of its sites, and every other line's sites must not be reported.
package main

import "fmt"

type node struct {
	next *node
	p    *int
	f    func() int
}

var (
	global   *int
	anything any
	list     *node
	table    = map[string]*int{} // outlives: exit
)

func stays() int {
	x := 1
	p := &x
	n := &node{p: p}
	n.next = n
	return *n.p
}

func leaks() {
	x := 1 // outlives: exit
	global = &x
}

// leaksForAMoment leaves nothing behind.
func leaksForAMoment() {
	x := 1
	global = &x
	global = nil
}

func returns() *node {
	x := 2                 // outlives: exit
	n := &node{p: &x}      // outlives: exit
	unused := &node{p: &x} // not part of the result
	unused.next = n
	return n
}

func fills(n *node) {
	x := 3 // outlives: exit
	n.p = &x
}

func fillsUnread(n *node) {
	x := 3
	n.p = &x
}

func boxes() {
	anything = [2]int{1, 2} // a constant's box is made once: nothing outlives
	v := len(table)
	anything = v // outlives: exit
	var local any = v + 1
	_ = local
}

func closures() func() int {
	a, b := 1, 2                          // outlives: exit
	inner := func() int { b++; return b } // stays
	inner()
	return func() int { a++; return a } // outlives: exit
}

func carried(n int) int {
	var prev *node
	sum := 0
	for i := range n {
		cur := &node{next: prev} // outlives: rerun
		if prev != nil && prev.next != nil {
			sum += i
		}
		prev = cur
	}
	return sum
}

func notCarried(n int) int {
	sum := 0
	for i := range n {
		x := i
		cur := &node{p: &x}
		sum += *cur.p
	}
	return sum
}

func loopVariable(n int) (s int) {
	var fs []func() int
	for i := range n { // a copy does for the closure
		fs = append(fs, func() int { return i }) // outlives: rerun
	}
	for i := range n { // outlives: rerun
		fs = append(fs, func() int { i++; return i }) // outlives: rerun
	}
	for _, f := range fs {
		s += f()
	}
	return s
}

func grows(n int) []int {
	var s []int
	for i := range n {
		s = append(s, i) // outlives: exit
	}
	return s
}

func throughMap() {
	x, y := 1, 2 // outlives: exit
	table["x"] = &x
	local := map[string]*int{"y": &y}
	_ = *local["y"]
}

func throughChannel() int {
	c := make(chan *int) // the goroutine has ended before this function
	go func() {
		v := 7 // outlives: exit
		c <- &v
	}()
	return *<-c
}

func panics() {
	x := 5 // outlives: exit
	panic(&x)
}

func catches() (v int) {
	defer func() {
		if p, ok := recover().(*int); ok {
			v = *p
		}
	}()
	panics()
	return 0
}

func deferred() (s int) {
	for i := range 3 {
		x := i                    // a copy does
		defer func() { s += x }() // outlives: rerun
	}
	return s
}

func pushes(depth int, above *node) int {
	n := &node{next: above}
	if depth == 0 {
		length := 0
		for ; n != nil; n = n.next {
			length++
		}
		return length
	}
	return pushes(depth-1, n)
}

func concatenates(s string) (string, int) {
	kept := s + "kept" // outlives: exit
	lost := s + "lost"
	return kept, len(lost)
}

func pairs(yield func(*int) bool) {
	for i := range 3 {
		x := i // outlives: exit rerun
		if !yield(&x) {
			return
		}
	}
}

func rangesOverFunction() int {
	var last *int
	for p := range pairs {
		if last != nil && *last > *p {
			return -1
		}
		last = p
	}
	return *last
}

func iteratesInTurn(n int) (s int) {
	for range n {
		m := map[int]int{1: 2} // the iterator of the pass before is dead
		for k := range m {
			s += k
		}
	}
	return s
}

func main() {
	stays()
	leaks()
	leaksForAMoment()
	r := returns()
	n := &node{}
	fills(n)
	fmt.Println(*n.p, *r.p)
	fillsUnread(&node{})
	boxes()
	f := closures()
	fmt.Println(f(), carried(4), notCarried(4), loopVariable(3), len(grows(9)))
	throughMap()
	fmt.Println(throughChannel(), catches(), deferred(), pushes(3, nil))
	fmt.Println(concatenates("s"))
	fmt.Println(rangesOverFunction(), iteratesInTurn(3))
}
