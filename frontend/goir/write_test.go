package main

import (
	"strings"
	"testing"
)

func TestQuoting(t *testing.T) {
	for in, want := range map[string]string{
		"":               `""`,
		`a"b\c`:          `"a\"b\\c"`,
		"\n\t\r\x00\x7f": `"\n\t\r\x00\x7f"`,
		"ä→":             `"ä→"`,
		"\xff\xe2\x82":   `"\xff\xe2\x82"`,
	} {
		if got := string(appendQuoted(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestCutKeepsCharactersWhole(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"short", "short"},
		{strings.Repeat("x", 33), strings.Repeat("x", 32)},
		{strings.Repeat("x", 31) + "ä", strings.Repeat("x", 31)},
		{strings.Repeat("\x80", 40), strings.Repeat("\x80", 28)},
	} {
		if got := cut(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}
