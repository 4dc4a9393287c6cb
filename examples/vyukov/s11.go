package main

import "unsafe"

// Section 11, retaking storage: string(b) copies though b is dead afterwards.
// That is no question of stack or heap: b is on the stack already, and the
// string, which is returned, must be on the heap. The twin does by hand what
// the section asks for, and then it is b's storage that leaves.

func copiedOut(n int) string {
	b := make([]byte, 4) // want: stack make([]byte, 4)
	for i := range b {
		b[i] = 'a' + byte(n&7)
	}
	return string(b) // flaw: vyukov-11 storage taken over ; want: heap string(b)
}

func copiedOutTwin(n int) string {
	b := make([]byte, 4) // want: heap make([]byte, 4)
	for i := range b {
		b[i] = 'a' + byte(n&7)
	}
	return unsafe.String(&b[0], len(b))
}
