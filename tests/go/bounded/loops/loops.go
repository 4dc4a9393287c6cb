// Package loops has objects made before a loop that holds them in heap objects of its own.
package loops

type Node struct {
	V    *int
	Next *Node
}

// The nodes are carried and so on the heap; x is made once.
func List(n int) (s int) {
	x := 1 // want: bounded x
	var head *Node
	for i := 0; i < n; i++ {
		head = &Node{&x, head} // want: heap &Node{...}
	}
	for ; head != nil; head = head.Next {
		s += *head.V
	}
	return s
}

// Carried variables hold its address.
func Pointers(n int) (s int) {
	x := 1 // want: bounded x
	var prev **int
	for i := 0; i < n; i++ {
		p := &x // want: heap p
		if prev != nil {
			s += **prev
		}
		prev = &p
	}
	return s
}

// A carried closure captures it by reference.
func Closures(n int) int {
	x := 0 // want: bounded x
	var fs [3]func() int
	for i := range fs {
		fs[i] = func() int { // want: heap func literal
			x++
			return x
		}
	}
	return fs[0]() + fs[1]()
}
