package main

// Section 13, append: the array that append makes was not analysed. Since Go
// 1.25 it starts on the stack, while it is short, if the slice does not escape.
// It may be grown on the heap, so pointers in it are bounded at best.

func appended(n int) {
	var s []int
	s = append(s, n) // flaw: vyukov-13a append ; want: stack append
	println(s[0])
}

func appendedTwin(n int) {
	var s []int
	s = append(s, n) // want: heap append
	sinkInts = s
}

func appendedPointer(n int) {
	x := n // flaw: vyukov-13b appended pointer ; want: bounded x
	var s []*int
	s = append(s, &x) // want: stack append
	println(*s[0])
}

func appendedPointerTwin(n int) {
	x := n // want: heap x
	var s []*int
	s = append(s, &x) // want: heap append
	sinkRefs = s
}
