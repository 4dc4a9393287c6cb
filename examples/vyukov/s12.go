package main

// Section 12, read-only byte slices: a conversion that is only read needs no
// copy at all. gc leaves it out since Go 1.22. Copy or not, the bytes need no
// heap unless they are kept.

func indexOf(text []byte, c byte) int {
	for i, b := range text {
		if b == c {
			return i
		}
	}
	return -1
}

func readOnly(c byte) {
	text := []byte("hay, needle, hay") // flaw: vyukov-12 read-only bytes ; want: stack ([]byte)("hay, needle, hay")
	println(indexOf(text, c))
}

func readOnlyTwin(c byte) {
	text := []byte("hay, needle, hay") // want: heap ([]byte)("hay, needle, hay")
	sinkBytes = text
}
