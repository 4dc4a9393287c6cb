package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// module writes files into a fresh module and returns its directory.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if _, ok := files["go.mod"]; !ok {
		put(t, dir, "go.mod", "module m\n\ngo 1.24\n")
	}
	for name, text := range files {
		put(t, dir, name, text)
	}
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// goir runs the exporter and returns exit status, output and messages.
func goir(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(args, &out, &errs)
	return status, out.String(), errs.String()
}

// exportText exports the package in dir, which must succeed.
func exportText(t *testing.T, dir string) string {
	t.Helper()
	status, out, errs := goir("-C", dir, ".")
	if status != exitOK {
		t.Fatalf("status %d: %s", status, errs)
	}
	return out
}

// exportSource exports a package of one file.
func exportSource(t *testing.T, src string) string {
	t.Helper()
	return exportText(t, module(t, map[string]string{"a.go": src}))
}

var (
	markedSite = regexp.MustCompile(`[ @](?:\d+:)?(\d+:\d+) !([a-z]+) "(.*)"$`)
	literalAt  = regexp.MustCompile(`^func .* \d+:(\d+:\d+) (?:anon|yield) .*!(func) "(.*)"$`)
)

// sites lists the marked sites of a text as `line:col category text`, sorted, each once. Variables and parameters are
// left out unless asked for.
func sites(text string, variables bool) []string {
	var list []string
	for _, line := range strings.Split(text, "\n") {
		m := markedSite.FindStringSubmatch(line)
		if strings.HasPrefix(line, "func ") {
			m = literalAt.FindStringSubmatch(line)
		}
		if m == nil || !variables && (m[2] == "var" || m[2] == "param") {
			continue
		}
		list = append(list, fmt.Sprintf("%s %s %s", m[1], m[2], strings.ReplaceAll(m[3], `\"`, `"`)))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// function cuts a function's records out of a text.
func function(t *testing.T, text, name string) string {
	t.Helper()
	at := regexp.MustCompile(`(?m)^func @\d+ "` + regexp.QuoteMeta(name) + `" `).FindStringIndex(text)
	if at == nil {
		t.Fatalf("no function %s", name)
	}
	rest := text[at[0]:]
	return rest[:strings.Index(rest, "\nend\n")+len("\nend\n")]
}

// contains fails unless a text has a match for each pattern.
func contains(t *testing.T, text string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(`(?m)` + p).MatchString(text) {
			t.Errorf("no match for %s in\n%s", p, text)
		}
	}
}

func lacks(t *testing.T, text string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if m := regexp.MustCompile(`(?m)` + p).FindString(text); m != "" {
			t.Errorf("unexpected %q in\n%s", m, text)
		}
	}
}

func TestOutputIsCompleteAndOrdered(t *testing.T) {
	text := exportSource(t, "package m\n\nvar x, _ = 1, 2\n\nfunc F() int { return x }\n")
	if !strings.HasPrefix(text, "gir 1\nmeta goir \"1\"\nmeta goversion ") || !strings.HasSuffix(text, "\nmeta complete \"1\"\n") {
		t.Errorf("bad ends:\n%s", text)
	}
	contains(t, text, `^pkg 0 "m" "m" root$`, `^global \$0 "m\.x" 0 #\d+ 0:3:5$`, `^func @\d+ "m\.F" 0 #\d+ 0:5:6 src exported go 1\.24$`)
	lacks(t, text, `"m\._"`)
}

func TestOutputIsDeterministic(t *testing.T) {
	_, first, _ := goir("strings", "slices", "errors")
	for range 3 {
		if _, again, _ := goir("strings", "slices", "errors"); again != first {
			t.Fatal("two runs differ")
		}
	}
}

// Unnamed results need no variables without defers, and neither do defer stacks and runs of deferred calls.
func TestResultVariables(t *testing.T) {
	text := exportSource(t, `package m

func plain(x int) (int, error) { return x, nil }

func deferred(f func()) int {
	defer f()
	return 1
}

func named() (n int) { return 2 }
`)
	plain := function(t, text, "m.plain")
	contains(t, plain, `^result "" #\d+ 3:20$`, `^result "" #\d+ 3:25$`, `^  ret %\d+ nil @3:34$`)
	lacks(t, plain, "deferstack", "rundefers", "result @")
	deferred := function(t, text, "m.deferred")
	contains(t, deferred, `src recover b1 `, `^result "" #\d+ 5:25 %1$`, `^  %1 = alloc #\d+ result`, `^  defer _ call %\d+ @6:2$`, `^  rundefers$`)
	lacks(t, deferred, "deferstack")
	contains(t, function(t, text, "m.named"), `^result "n" #\d+ 10:15 %n\.0$`, `%n\.0 = alloc #\d+ result @10:15 !var "n"$`)
}

// Constant scalars in the tables of a package are left out, with the addresses that only they use.
func TestConstantTables(t *testing.T) {
	text := exportSource(t, `package m

type T struct {
	n int
	s string
}

var table = []T{{n: 2, s: "x"}, {n: 3}}

func F(p *T) T {
	p.n = 1
	return T{n: 2}
}
`)
	init := function(t, text, "m.init")
	contains(t, init, `store %\d+ "x"`)
	lacks(t, init, `store %\d+ [23]`, `iaddr #\d+ %\d+ 1$`)
	contains(t, function(t, text, "m.F"), `store %\d+ 1 @11:4`, `store %\d+ 2 init @12:12`)
}

func TestDeferStackOfRangeOverFunc(t *testing.T) {
	text := exportSource(t, `package m

func F(seq func(func(int) bool), f func(int)) (n int) {
	defer f(0)
	for i := range seq {
		defer f(i)
		n++
	}
	return
}
`)
	contains(t, function(t, text, "m.F"), `^  %\d+ = builtin #\d+ ssa:deferstack$`, `^  defer _ call %\d+ 0 @4:2$`)
	contains(t, function(t, text, "m.F$1"), `yield in @`, `^free %n\.f`, `^free %defer\$stack\.f`, `^  defer %\d+ call %\d+ %\d+ @6:3$`)
}

func TestRangeIsTyped(t *testing.T) {
	text := exportSource(t, `package m

func F(m map[*int]string) (k any, r rune) {
	for k = range m {
	}
	for _, r = range "abc" {
	}
	return
}
`)
	f := function(t, text, "m.F")
	// The iterator has the type of what it iterates over, and an interface variable gets its conversion.
	contains(t, f, `%\d+ = range #\d+ %\d+ @4:2`, `%(\d+)\.part = extract #\d+ %\d+ \.1`, `%\d+ = iface #\d+ %\d+\.part #\d+$`,
		`%\d+ = next #\d+ %\d+ string$`)
}

func TestGenerics(t *testing.T) {
	text := exportSource(t, `package m

import "unsafe"

type L[T any] struct{ v T }

func (l *L[T]) Get() T { return l.v }

func Size[T any](x T, _ int) uintptr { return unsafe.Sizeof(x) }

func Use(l *L[string]) (string, uintptr) { return l.Get(), Size(int32(1), 2) }
`)
	contains(t, text, `^func @\d+ "m\.Size" \d+ #\d+ \d+:9:6 generic extern exported`, `^func @\d+ "m\.\(\*L\[T\]\)\.Get" .* generic extern`)
	contains(t, function(t, text, "m.Size[int32]"), `inst origin @\d+ exported`, `^param %x `, `^param %_\.1 #\d+ 9:23$`, `^  ret 4 @9:40$`)
	contains(t, function(t, text, "m.(*L[string]).Get"), `inst origin @\d+`)
	contains(t, text, `^mset #\d+ "Get" @\d+$`)
}

// Instances that are not there may write what the bodies of generic functions name, and call it.
func TestGenericNames(t *testing.T) {
	text := exportSource(t, `package m

type S struct{ field, left func() }

func (*S) method() {}

func (*S) alone() {}

var global func()

func function() {}

func helper[T any](T) {}

func unnamed() { new(S).alone() }

func G[T any](s *S, x T) {
	s.field = global
	s.method()
	function()
	helper(x)
}
`)
	contains(t, text, `^meta generic "([^" ]* )*m\.field m\.function m\.global m\.helper m\.method( [^" ]*)*"$`)
	if regexp.MustCompile(`(?m)^meta generic .*m\.(left|alone|unnamed)`).MatchString(text) {
		t.Error("names that no generic function has")
	}
}

func TestMethodTables(t *testing.T) {
	text := exportSource(t, `package m

type I interface{ M(); m() }

type A struct{}

func (A) M()  {}
func (*A) m() {}

type B struct{ *A }

var Sink, F any = B{}, A.M

func bound(i I) func() { return i.M }
`)
	contains(t, text,
		`^mset #\d+ "M" @\d+$`,             // A
		`^mset #\d+ "M" @\d+ "m\.m" @\d+$`, // *A and B
		`^func @\d+ "m\.B\.M" \d+ #\d+ .* wrapper exported`,
		`^func @\d+ "m\.\(\*A\)\.M" \d+ #\d+ .* wrapper exported`,
		`^func @\d+ "m\.A\.M\$thunk" \d+ #\d+ .* thunk`,
		`^func @\d+ "m\.I\.M\$bound" \d+ #\d+ .* bound`,
		`iface "M" #\d+ "m\.m" #\d+$`)
}

func TestPragmasAndAssembly(t *testing.T) {
	dir := module(t, map[string]string{"a.go": `package m

import _ "unsafe"

//go:noescape

func asm(p *int, _ *int) int

//go:uintptrescapes
func keep(p uintptr) {}

//go:linkname pulled runtime.pulled
func pulled()

//go:linkname pushed other.name
func pushed() {}

func called() {}

func private() {}

type T struct{}

func (*T) Open() {}

func (*T) inner() {}

func (*T) linked() {}

//go:linkname pulledMethod m.(*T).linked
func pulledMethod(*T)

var touched, untouched int
`, "a.s": "TEXT ·asm(SB), 0, $0-24\n\tCALL ·called(SB)\n\tMOVQ ·touched+8(SB), AX\n\tRET\n"})
	text := exportText(t, dir)
	contains(t, text, `^pkg \d+ "m" "m" root asm$`,
		`^func @\d+ "m\.asm" \d+ #\d+ \d+:7:6 src extern noescape asm exported go 1\.24\nparam %p #\d+ 7:10 !param "p"\nparam %_\.1 #\d+ 7:18\nresult "" #\d+ 7:26\nend$`,
		`^func @\d+ "m\.keep" .* src uintptrescapes go 1\.24$`,
		`^func @\d+ "m\.pulled" .* src extern linkname "runtime\.pulled" asm exported`,
		`^func @\d+ "m\.pushed" .* src linkname "other\.name" exported`, `^link @\d+ "other\.name"$`,
		`^func @\d+ "m\.called" .* src exported`, `^func @\d+ "m\.private" .* src go 1\.24$`,
		`^func @\d+ "m\.\(\*T\)\.Open" .* src exported`, `^func @\d+ "m\.\(\*T\)\.inner" .* src go 1\.24$`,
		`^func @\d+ "m\.\(\*T\)\.linked" .* src exported`,
		`^global \$\d+ "m\.touched" .* exported$`, `^global \$\d+ "m\.untouched" \d+ #\d+ \d+:\d+:\d+$`)
}

func TestLineDirectives(t *testing.T) {
	text := exportSource(t, "package m\n\nvar s any\n\n//line b.y:100:5\nfunc F(x int) { s = x }\n")
	contains(t, text, `^file \d+ ".*b\.y"$`)
	contains(t, function(t, text, "m.F"), ` \d+:100:10 src`, `!iface "x"$`, `@100:25 !iface`)
}

func TestTestsReplaceTheirPackage(t *testing.T) {
	dir := module(t, map[string]string{"a.go": "package m\n\nfunc F() {}\n", "a_test.go": "package m\n\nfunc helper() { F() }\n"})
	_, plain, _ := goir("-C", dir, ".")
	lacks(t, plain, `m\.helper`)
	status, tested, errs := goir("-C", dir, "-tests", ".")
	if status != exitOK {
		t.Fatal(errs)
	}
	contains(t, tested, `"m\.helper"`, `^pkg \d+ "m\.test" "main" root main$`)
	if n := strings.Count(tested, ` "m" root`); n != 1 {
		t.Errorf("the package is there %d times", n)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		name, file, src, pattern string
		message                  string
	}{
		{"syntax", "a.go", "package m\n\nfunc {\n", ".", `^(.*/)?a\.go:3:6: .*expected`},
		{"types", "a.go", "package m\n\nvar x int = \"\"\n\nfunc F() { undefined() }\n", ".", `^.*a\.go:3:13: cannot use[^\n]*\n.*a\.go:5:12: undefined: undefined`},
		{"import", "a.go", "package m\n\nimport _ \"no/such\"\n", ".", `a\.go:3:8: .*no/such`},
		{"package", "a.go", "package m\n", "no/such/package", `^no/such/package: .*is not in std`},
		{"no files", "a.txt", "", ".", `no Go files`},
		{"missing file", "a.go", "package m\n", "missing.go", `missing\.go`},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := module(t, map[string]string{test.file: test.src})
			status, out, errs := goir("-C", dir, "--", test.pattern)
			if status != exitError {
				t.Errorf("status %d", status)
			}
			if strings.Contains(out, "complete") {
				t.Error("the output claims to be complete")
			}
			contains(t, errs, test.message)
		})
	}
}

func TestUsage(t *testing.T) {
	if status, _, errs := goir("-bogus"); status != exitError || !strings.Contains(errs, "usage: goir") {
		t.Errorf("status %d: %s", status, errs)
	}
	if status, _, _ := goir("-h"); status != exitOK {
		t.Errorf("help: status %d", status)
	}
}

func TestTags(t *testing.T) {
	dir := module(t, map[string]string{"a.go": "package m\n", "b.go": "//go:build extra\n\npackage m\n\nfunc Extra() {}\n"})
	lacks(t, exportText(t, dir), `m\.Extra`)
	_, out, _ := goir("-C", dir, "-tags", "extra", ".")
	contains(t, out, `"m\.Extra"`)
}

// TestLoops checks what the model of gc's analysis reads off the syntax: loops as they are written, elements of literals,
// and calls of a type parameter's methods.
func TestLoops(t *testing.T) {
	text := exportSource(t, `package m

type named interface{ Name() string }

func F(xs []int, next func(func(int) bool)) (n int) {
	for i := 0; i < 3; i++ {
		for _, x := range xs {
			n += x
		}
	}
	for x := range next {
		for range x {
			n++
		}
	}
again:
	if n < 9 {
		n++
		goto again
	}
	goto done
done:
	return n
}

func G[T named](x T, s *S) string {
	y := S{a: x.Name()}
	y.a = s.Name()
	return y.a
}

type S struct{ a string }

func (s *S) Name() string { return s.a }

var Sink = G(&S{}, nil)
`)
	f := function(t, text, "m.F")
	contains(t, f, `^loop 6:2 6:12 10:3$`, `^loop 7:3 7:24 9:4 range$`, `^loop 16:1 16:1 24:2$`)
	lacks(t, f, `^loop 11:`, `^loop 12:`, `^loop 21:`, `^loop 22:`)
	contains(t, function(t, text, "m.F$1"), `^loop 12:3 12:15 14:4 range$`)
	g := function(t, text, "m.G[*m.S]")
	contains(t, g, `call #\d+ dict @\d+ %\d+ @27:18`, `store %\d+ %\d+ init @27:10`, `call #\d+ @\d+ %\d+ @28:14`, `store %\d+ %\d+ @28:4`)
}

// What a go or defer statement allocates for its call alone is allocated in a wrapper; what anything else uses is not.
func TestGoWrapper(t *testing.T) {
	out := exportSource(t, `package a

type T struct{ p, q *int }

func f(p ...*int)   {}
func g(t T, n *int) {}

func a(x *int) *int {
	go g(T{p: new(int), q: x}, x)
	defer f(new(int))
	y := new(int)
	go f(y)
	return y
}
`)
	for _, want := range []string{
		`(?m)^func @\d+ "m\.a\.gowrap1" .* src$\n^param %_\.0 #\d+ -$\n^param %_\.1 #\d+ -$`,
		`(?m)^  go call @\d+ %\d+ %\d+ @9:2$`,
		`(?m)^  defer _ call @\d+ @10:2$`,
		`(?ms)^func @\d+ "m\.a\.gowrap2".* alloc #\d+ new @10:13 !new "new\(int\)".* alloc #\d+ varargs @10:9 !dots.*^  call @\d+ %\d+ @10:2\n  ret\nend`,
		`(?ms)^func @\d+ "m\.a" .*alloc #\d+ new @11:10 !new.*^  go call @\d+ %\d+ @12:2.*^end\nfunc @\d+ "m\.a\.gowrap1"`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
