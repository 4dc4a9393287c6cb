package main

// Section 6, the level of indirection of arguments: a callee that leaks what
// its argument points to used to leak the argument too. Exact since Go 1.14:
// x must go, q can stay.

func leakPointee(pp **int) { sinkInt = *pp }

func leakPointer(pp **int) { sinkRef = pp }

func argumentLevel(n int) {
	x := n  // want: heap x
	q := &x // flaw: vyukov-6 level of arguments ; want: stack q
	leakPointee(&q)
}

func argumentLevelTwin(n int) {
	x := n  // want: heap x
	q := &x // want: heap q
	leakPointer(&q)
}
