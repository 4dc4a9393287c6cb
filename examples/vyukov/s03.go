package main

// Section 3, assignment to an indirection: a pointer stored through a pointer
// escapes, even where the target is plainly a local.

func storeThroughPointer(n int) {
	x := n     // flaw: vyukov-3a store through a pointer ; want: stack x
	var p *int // want: stack p
	pp := &p
	*pp = &x
	println(*p)
}

func storeThroughPointerTwin(n int) {
	x := n     // want: heap x
	var p *int // want: stack p
	pp := &p
	*pp = &x
	sinkInt = p
}

type node struct {
	val  *int
	next *node
}

func storeThroughField(n int) {
	x := n                     // flaw: vyukov-3b store through a field's pointer ; want: stack x
	var tail node              // want: stack tail
	head := &node{next: &tail} // want: stack &node{...}
	head.next.val = &x
	println(*tail.val)
}

func storeThroughFieldTwin(n int) {
	x := n                     // want: heap x
	var tail node              // want: stack tail
	head := &node{next: &tail} // want: stack &node{...}
	head.next.val = &x
	sinkInt = tail.val
}
