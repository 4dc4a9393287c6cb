package main

// Section 7, the level of indirection of assignments: a dereferenced argument
// goes into a variable whose address is returned, and the address of the one
// was taken for that of the other. Right since Go 1.5.

type holder struct {
	val *int
	ref **int
}

func holdPointee(pp **int) *holder {
	var h holder // want: heap h
	h.val = *pp
	return &h
}

func holdPointer(pp **int) *holder {
	var h holder // want: heap h
	h.ref = pp
	return &h
}

func assignmentLevel(n int) {
	x := n  // want: heap x
	q := &x // flaw: vyukov-7 level of assignments ; want: stack q
	sinkHolder = holdPointee(&q)
}

func assignmentLevelTwin(n int) {
	x := n  // want: heap x
	q := &x // want: heap q
	sinkHolder = holdPointer(&q)
}
