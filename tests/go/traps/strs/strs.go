// Package strs holds traps on strings: they are pointers too.
package strs

import (
	"strings"
	"unsafe"
)

type Rec struct {
	n    int
	name string
}

var (
	Saved string
	Recs  = map[string]int{}
	Any   any
	First *byte
)

// A15: the string's bytes are the array.
func OfArray() string {
	b := [8]byte{'a', 'b'} // want: heap b
	return unsafe.String(&b[0], 2)
}

// A15: the string's bytes are the made slice.
func OfSlice() string {
	b := make([]byte, 16) // want: heap make([]byte, 16)
	b[0] = 'a'
	return unsafe.String(unsafe.SliceData(b), 1)
}

// A15: a substring keeps the whole.
func Substring(a, b string) string {
	s := a + b // want: heap a + b
	return s[1:]
}

// A15: a substring made by the library.
func Trimmed(a, b string) string {
	s := a + b // want: heap a + b
	return strings.TrimSpace(s)
}

// A15: both halves of strings.Cut are substrings; one is kept.
func CutOff(a, b string) {
	s := a + b // want: heap a + b
	_, Saved, _ = strings.Cut(s, "=")
}

// A15: a conversion from bytes, stored as a substring.
func OfBytes(b []byte) {
	s := string(b) // want: heap string(b)
	Saved = s[:1]
}

// A15: a field of a struct in a global.
func InStruct(r *Rec) {
	var b [4]byte // want: heap b
	b[0] = 'x'
	r.name = unsafe.String(&b[0], 1)
}

// A15: a map that outlives the frame keeps its key.
func MapKey(b []byte) {
	Recs[string(b)] = 1 // want: heap string(b)
}

// A15: boxed.
func Boxed(a, b string) {
	s := a + b // want: heap a + b
	Any = s    // want: heap s
}

// A15: a pointer to the bytes of a string.
func DataOf(a, b string) {
	s := a + b // want: heap a + b
	First = unsafe.StringData(s)
}

// A15: max gives one of its operands.
func Greater(a, b string) string {
	s := a + b // want: heap a + b
	return max(s, a)
}

// A15: the previous string is compared with the current one.
func Carried(b []byte) int {
	prev, same := "", 0
	for i := range b {
		cur := string(b[i:]) // want: heap string(b[i:])
		if cur == prev {
			same++
		}
		prev = cur
	}
	return same
}

type builder struct {
	buf []byte
}

func (b *builder) add(s string) { b.buf = append(b.buf, s...) }

func (b *builder) String() string {
	return unsafe.String(unsafe.SliceData(b.buf), len(b.buf))
}

// A15: a builder on a local array: as long as it fits, the string's bytes are arr.
func Builder(s string) string {
	var arr [64]byte // want: heap arr
	b := builder{arr[:0]}
	b.add(s)
	b.add(".")
	return b.String()
}

// A15: strings.Builder leaves with its buffer.
func StdBuilder(s string) *strings.Builder {
	var sb strings.Builder // want: heap sb
	sb.WriteString(s)
	return &sb
}

// A15: a reader keeps the string.
func Reader(a, b string) *strings.Reader {
	s := a + b // want: heap a + b
	return strings.NewReader(s)
}

// A15: []byte(s) is a copy, the sub-slice leaves.
func BytesOf(s string) []byte {
	b := []byte(s) // want: heap ([]byte)(s)
	return b[1:]
}

// A15: []rune(s) is a copy, the sub-slice leaves.
func RunesOf(s string) []rune {
	r := []rune(s) // want: heap ([]rune)(s)
	return r[1:]
}

// A15: elements of a split are substrings.
func Field(a, b string) string {
	s := a + b // want: heap a + b
	return strings.Split(s, ",")[0]
}

// A15: captured by value.
func Closure(a, b string) func() byte {
	s := a + b                         // want: heap a + b
	return func() byte { return s[0] } // want: heap func literal
}

// A15: through a channel of strings.
func Sent(c chan string, a, b string) {
	s := a + b // want: heap a + b
	c <- s
}

// A15: a named string type with a method that cuts.
type path string

func (p path) base() path { return p[strings.LastIndexByte(string(p), '/')+1:] }

// A15: the method's result is a substring of the receiver.
func Base(a, b string) string {
	p := path(a + b) // want: heap a + b
	return string(p.base())
}

// A15: the array of strings in a copied struct.
func Copied(a, b string) (r [2]string) {
	s := a + b // want: heap a + b
	t := struct{ v [2]string }{[2]string{"", s}}
	u := t
	t.v[1] = ""
	r = u.v
	return r
}

// A concatenation with an empty string may be its operand itself, and lives on when the operand's site runs again.
func EchoCarried(words [][]byte, empty string) int {
	t, n := "", 0
	for _, w := range words {
		s := string(w) // want: heap string(w)
		if t == s {
			n++
		}
		t = s + empty // its earlier instance is dead when it runs again
	}
	return n
}
