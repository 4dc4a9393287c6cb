package main

import (
	"strconv"
	"unicode/utf8"
)

// text is a growing piece of .gir. Its methods append; none of them formats through reflection, as they run some
// ten million times for a large program.
type text []byte

func (t *text) str(s string) { *t = append(*t, s...) }
func (t *text) byte(b byte)  { *t = append(*t, b) }
func (t *text) num(n int)    { *t = strconv.AppendInt(*t, int64(n), 10) }
func (t *text) ref(n int)    { *t = strconv.AppendInt(append(*t, " #"...), int64(n), 10) }
func (t *text) fn(n int)     { *t = strconv.AppendInt(append(*t, " @"...), int64(n), 10) }
func (t *text) line()        { *t = append(*t, '\n') }
func (t *text) quoted(s string) {
	*t = append(*t, ' ')
	*t = appendQuoted(*t, s)
}

// appendQuoted writes a string in .gir's quotes: \" \\ \n \t \r, and \xHH for other control characters and for bytes
// that are not UTF-8; anything else stands for itself.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
			} else {
				b = append(b, s[i:i+size]...)
			}
			i += size
			continue
		}
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}

// cut shortens a string constant to the 32 bytes that .gir keeps, without splitting a character.
func cut(s string) string {
	const limit = 32
	if len(s) <= limit {
		return s
	}
	n := limit
	for n > limit-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
