package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCommand(t *testing.T) {
	for _, test := range []struct{ line, flags, packages, rest, tags string }{
		{"build", "", ".", "", ""},
		{"build -o x ./a ./b", "-o x", "./a ./b", "", ""},
		{"build -v -tags a,b .", "-v -tags a,b", ".", "", "a,b"},
		{"build --tags=a", "--tags=a", ".", "", "a"},
		{"test -run X . -bench . -count=1", "-run X", ".", "-bench . -count=1", ""},
		{"test -short ./... -args -gcflags x", "-short", "./...", "-args -gcflags x", ""},
		{"run . a b", "", ".", "a b", ""},
		{"run a.go b.go -x c.go", "", "a.go b.go", "-x c.go", ""},
		{"run -race=false .", "", "", "", "refused"},
		{"test . -cover", "", "", "", "refused"},
		{"build -gcflags=-l .", "", "", "", "refused"},
		{"build -mod=mod .", "", "", "", "refused"},
		{"build -tags", "", "", "", "refused"},
		{"build . -v", "", "", "", "refused"},
		{"vet .", "", "", "", "refused"},
	} {
		c, err := parseCommand(strings.Fields(test.line))
		if (err != nil) != (test.tags == "refused") {
			t.Errorf("%s: %v", test.line, err)
		}
		if err != nil {
			continue
		}
		for name, pair := range map[string][2]string{
			"flags": {strings.Join(c.flags, " "), test.flags}, "packages": {strings.Join(c.packages, " "), test.packages},
			"rest": {strings.Join(c.rest, " "), test.rest}, "tags": {c.tags, test.tags},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s: %q, want %q", test.line, name, pair[0], pair[1])
			}
		}
	}
}

func TestSettings(t *testing.T) {
	s, rest, err := parseSettings(strings.Fields("test -n -sites -verdicts=f -run X ."))
	if err != nil || !s.dry || !s.list || s.verdicts != "f" || !slices.Equal(rest, []string{"test", "-run", "X", "."}) {
		t.Errorf("%v %v %v", s, rest, err)
	}
	s, rest, err = parseSettings(strings.Fields("build -- -n ."))
	if err != nil || s.dry || !slices.Equal(rest, []string{"build", "-n", "."}) {
		t.Errorf("%v %v %v", s, rest, err)
	}
}
