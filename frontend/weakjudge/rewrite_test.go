package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rewritten is a file of a package p after it has been rewritten, with one site to watch; "" as kind is for none.
func rewritten(t *testing.T, text, kind string, line, col int) (string, bool) {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(folder, "p.go")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	sites, err := readSites(strings.NewReader(fmt.Sprintf(`{"file":%q,"kind":%q,"line":%d,"col":%d}`, name, kind, line, col)))
	if err != nil {
		t.Fatal(err)
	}
	p := &program{fset: token.NewFileSet(), sizes: types.SizesFor("gc", "amd64")}
	file, err := parser.ParseFile(p.fset, name, text, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	c := &checked{files: []*ast.File{file}, info: newInfo()}
	if c.types, err = (&types.Config{}).Check("p", p.fset, c.files, c.info); err != nil {
		t.Fatal(err)
	}
	out, err := rewriteFile(p, c, file, []byte(text), sites)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), name, out, 0); err != nil {
		t.Errorf("%s\n%v", out, err)
	}
	if got, want := strings.Count(string(out), "\n"), strings.Count(text, "\n"); got != want {
		t.Errorf("%d lines have become %d", want, got)
	}
	return string(out), len(sites.list) > 0 && sites.list[0].Watched
}

func TestWatched(t *testing.T) {
	const head = "package p\n\ntype T struct{ p *int }\nfunc (t *T) m() {}\nfunc use(...any) {}\n"
	for _, test := range []struct {
		body, kind string
		col        int
		want       string
	}{
		{"x := new(T); use(x)", "new", 21, "zzjudge.Pointer(zzjudge.Fresh(zzf), 0, new(T))"},
		{"x := new(int); use(x)", "new", 21, "zzjudge.New(zzjudge.Fresh(zzf), 0, *new(int))"},
		{"x := &T{}; use(x)", "complit", 18, "zzjudge.Pointer(zzjudge.Fresh(zzf), 0, &T{})"},
		{"x := []*T{{}}; use(x)", "complit", 23, "[]*T{zzjudge.Pointer(zzjudge.Fresh(zzf), 0, &T{})}"},
		{"x := make([]int, 3); use(x)", "make", 22, "zzjudge.Slice(zzjudge.Fresh(zzf), 0, make([]int, 3))"},
		{"x := map[int]int{1: 2}; use(x)", "maplit", 29, "zzjudge.Map(zzjudge.Fresh(zzf), 0, map[int]int{1: 2})"},
		{"x := 1; use(&x)", "var", 13, "if zzjudge.Fresh(zzf) == nil { zzjudge.At(false) }; x := 1; zzjudge.Var(zzf, 0, &x); use(&x); zzjudge.At(false)"},
		{"use(1, s)", "varargs", 16, "use(zzjudge.Args[any](zzjudge.Fresh(zzf), 0, 1, s)...)"},
		{"use(s)", "iface", 17, "use(zzjudge.Box(zzjudge.Fresh(zzf), 0, 0, (any)(s)))"},
		{"use((&T{}).m)", "methodvalue", 23, "zzjudge.Func(zzjudge.Fresh(zzf), 0, (&T{}).m)"},
		{"use([]byte(s))", "conv", 24, "zzjudge.Slice(zzjudge.Fresh(zzf), 0, []byte(s))"},
		{"use(s + s + `a`)", "concat", 23, "zzjudge.Concat(zzjudge.Fresh(zzf), 0, s , s , `a`)"},
		{"use(append([]int(nil), 1))", "append", 23, "zzjudge.Grown(zzjudge.Fresh(zzf), 0, append(zzjudge.Grows(zzjudge.Fresh(zzf), 0, []int(nil)), 1))"},
		{"func() { use(s) }()", "closure", 13, "zzjudge.Func(zzjudge.Fresh(zzf), 0, func() { use(s); zzjudge.At(false) })()"},
	} {
		text := head + "func f(s string) {\n            " + test.body + "\n}\n"
		out, watched := rewritten(t, text, test.kind, 7, test.col)
		if !watched || !strings.Contains(out, test.want) || !strings.Contains(out, "zzf := zzjudge.At(true)") {
			t.Errorf("%s: watched is %v, want %s in\n%s", test.body, watched, test.want, out)
		}
	}
}

func TestNotWatched(t *testing.T) {
	for _, test := range []struct {
		text, kind string
		line, col  int
	}{
		// Captured by value: watching it would make it captured by reference.
		{"package p\nfunc f() func() int {\n\tx := 1\n\treturn func() int { return x }\n}\n", "var", 3, 2},
		// No calls may be added.
		{"package p\n//go:nosplit\nfunc f() *int {\n\treturn new(int)\n}\n", "new", 4, 12},
		// Another place.
		{"package p\nfunc f() *int {\n\treturn new(int)\n}\n", "new", 3, 9},
		// No conversion in one of the instances.
		{"package p\nfunc f[T []byte | string](x T) int {\n\treturn len(string(x))\n}\n", "conv", 3, 20},
		// The places are not those of the file.
		{"package p\nfunc f() *int {\n//line q.go:3\n\treturn new(int)\n}\n", "new", 4, 12},
	} {
		if out, watched := rewritten(t, test.text, test.kind, test.line, test.col); watched || out != test.text {
			t.Errorf("watched is %v:\n%s", watched, out)
		}
	}
}

// TestTicks checks where time is told: never where a statement may not follow.
func TestTicks(t *testing.T) {
	const text = `package p
func g() bool { return true }
func f() int {
	g()
	if g() {
		panic(g())
	}
	for g() { break }
	switch { case g(): g(); fallthrough
	default: }
	return 1
}
`
	const want = `
func g() bool { return true }
func f() int {
	g(); zzjudge.At(false)
	if g() { zzjudge.At(false); 
		panic(g())
	}
	for g() { zzjudge.At(false);  break }
	switch { case g(): g(); zzjudge.At(false); fallthrough
	default: }
	return 1
}
`
	if out, _ := rewritten(t, text, "new", 1, 1); out != "package p; import zzjudge \"zzjudge\""+want {
		t.Errorf("%s", out)
	}
}

func TestReadSites(t *testing.T) {
	const line = `{"file":"rewrite_test.go","line":1,"col":%d,"kind":%q,"reason":%q}` + "\n"
	text := fmt.Sprintf(line+line+line+line+line, 1, "new", "", 1, "new", "", 2, "chan", "", 3, "iface", "needs no allocation", maxColumn, "new", "")
	sites, err := readSites(strings.NewReader(text))
	if err != nil || len(sites.list) != 1 || sites.list[0].Col != 1 {
		t.Errorf("%v, %v", sites.list, err)
	}
	if _, err := readSites(strings.NewReader("{")); err == nil {
		t.Error("half a line is read")
	}
}
