// Objects that outlive their frame: put on the stack, they are overwritten.
package main

import "fmt"

type node struct {
	value int
	next  *node
}

//go:noinline
func list(n int) *node {
	var head *node
	for i := range n {
		head = &node{i, head} // wrong
	}
	return head
}

//go:noinline
func counter() func() int {
	n := 0
	return func() int { n++; return n }
}

func main() {
	l, next := list(5), counter()
	next()
	for ; l != nil; l = l.next {
		fmt.Println(l.value, next())
	}
}
