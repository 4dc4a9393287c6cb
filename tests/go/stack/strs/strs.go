// Package strs has the precise twins of traps/strs: strings that stay.
package strs

import (
	"strings"
	"unsafe"
)

var Saved string

// Twin of OfArray: the string is used here.
func OfArray() byte {
	b := [8]byte{'a', 'b'} // want: stack b
	s := unsafe.String(&b[0], 2)
	return s[1]
}

// Twin of Substring: its length leaves.
func Substring(a, b string) int {
	s := a + b // want: stack a + b
	return len(s[1:])
}

// Twin of Trimmed: the library's result is used here.
func Trimmed(a, b string) int {
	s := a + b // want: stack a + b
	return len(strings.TrimSpace(s))
}

// Twin of OfBytes: compared.
func OfBytes(b []byte) bool {
	s := string(b) // want: stack string(b)
	return s == Saved
}

// Twin of BytesOf: the bytes are written and counted here.
func BytesOf(s string) (n int) {
	b := []byte(s) // want: stack ([]byte)(s)
	for i := range b {
		b[i] |= 0x20
		n += int(b[i])
	}
	return n
}

type pair struct{ l, r string }

// The other string of a struct leaves.
func Other(a, b string) string {
	var p pair // want: stack p
	q := &p
	q.l = a + b // want: stack a + b
	q.r = a
	return p.r
}

type builder struct{ buf []byte }

func (b *builder) add(s string) { b.buf = append(b.buf, s...) }

func (b *builder) String() string {
	return unsafe.String(unsafe.SliceData(b.buf), len(b.buf))
}

// Twin of Builder: the string is compared here.
func Builder(s string) bool {
	var arr [64]byte      // want: stack arr
	b := builder{arr[:0]} // want: stack b
	b.add(s)
	b.add(".")
	return b.String() == Saved
}

// Twin of StdBuilder: the builder points to itself, and stays.
func StdBuilder(s string) int {
	var sb strings.Builder // want: stack sb
	sb.WriteString(s)
	sb.WriteByte('.')
	return sb.Len()
}

// Twin of Carried: used in one iteration.
func PerIteration(b []byte) (n int) {
	for i := range b {
		cur := string(b[i:]) // want: stack string(b[i:])
		if cur == Saved {
			n++
		}
	}
	return n
}

// Twin of EchoCarried: with a text that is not empty the operand is copied.
func EchoCopied(words [][]byte) int {
	t, n := "", 0
	for _, w := range words {
		s := string(w) // want: stack string(w)
		if t == s {
			n++
		}
		t = s + "."
	}
	return n
}

// The operand never escapes: the runtime copies what lies on a stack if the result leaves the frame.
func EchoReturned(b []byte, tail string) string {
	s := string(b)  // want: stack string(b)
	return s + tail // want: heap s + tail
}
