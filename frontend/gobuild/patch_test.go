package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const escapeText = `package escape

func (b *batch) finish(fns []*ir.Func) {
	for _, loc := range b.allLocs {
		n := loc.n
		if loc.hasAttr(attrEscapes) {
			n.SetEsc(ir.EscHeap)
		} else {
			n.SetEsc(ir.EscNone)
		}
	}
}
`

func TestPatch(t *testing.T) {
	got, err := patchEscape("escape.go", []byte(escapeText))
	want := strings.Replace(escapeText, "if loc.hasAttr(attrEscapes)", "if stackproofEscapes(loc, loc.hasAttr(attrEscapes))", 1)
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

// A tree that is not as expected is refused with a message that names the file.
func TestPatchRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"no method":       {"finish", "end"},
		"a function":      {"(b *batch) finish(", "finish(b *batch, "},
		"another test":    {"attrEscapes", "attrPersists"},
		"other locations": {"b.allLocs", "b.locs"},
		"two tests":       {"n := loc.n", "if loc.hasAttr(attrEscapes) {\n}"},
		"negated":         {"if loc.", "if !loc."},
		"no Go":           {"package", "packages"},
	} {
		text := strings.Replace(escapeText, change[0], change[1], 1)
		if text == escapeText {
			t.Fatal(name)
		}
		if got, err := patchEscape("escape.go", []byte(text)); err == nil || !strings.Contains(err.Error(), "escape.go") {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// The compiler of the Go that runs this test can be changed.
func TestPatchOfThisGo(t *testing.T) {
	name := filepath.Join(runtime.GOROOT(), "src", "cmd", "compile", "internal", "escape", "escape.go")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Skip(err)
	}
	got, err := patchEscape(name, src)
	if err != nil {
		t.Fatal(err)
	}
	if added := len(got) - len(src); added != len("stackproofEscapes(loc, )") {
		t.Errorf("%d bytes more", added)
	}
}

func TestHookIsKeptOutOfThisModule(t *testing.T) {
	if !strings.HasPrefix(string(hookSource), hookConstraint) {
		t.Error("hook.go has another build constraint")
	}
}
