package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestClassify(t *testing.T) {
	for _, test := range []struct{ message, text, categories string }{
		{"moved to heap: x", "x", "var"},
		{"moved to heap: .autotmp_3", ".autotmp_3", "new"},
		{"leaking param: p to result ~r0 level=0", "p", "param"},
		{"leaking param content: p", "p", "param"},
		{"p does not escape", "p", "iface param"},
		{"#p2 does not escape", "#p2", "iface param"},
		{"&T{...} escapes to heap", "&T{...}", "amp"},
		{"[]int{...} does not escape", "[]int{...}", "slicelit iface"},
		{"map[string]int{} does not escape", "map[string]int{}", "maplit"},
		{"T{...} does not escape", "T{...}", "slicelit maplit iface"},
		{"struct {}{} escapes to heap", "struct {}{}", "iface"},
		{"new(T) escapes to heap", "new(T)", "new iface"},
		{"make([]int, n) escapes to heap", "make([]int, n)", "make iface"},
		{"... argument does not escape", "... argument", "dots"},
		{"func literal escapes to heap", "func literal", "func"},
		{"append escapes to heap", "append", "append"},
		{"x.M escapes to heap", "x.M", "iface methval"},
		{"string(b) does not escape", "string(b)", "conv iface"},
		{"([]byte)(s) does not escape", "([]byte)(s)", "conv iface"},
		{`"a" + x.s escapes to heap`, `"a" + x.s`, "concat iface conv methval"},
		{"can inline F", "", ""},
		{"zero-copy string->[]byte conversion", "", ""},
	} {
		text, categories := classify(test.message)
		if text != test.text || strings.Join(categories, " ") != test.categories {
			t.Errorf("%s: %q %v", test.message, text, categories)
		}
	}
}

func TestLinesThatAreNoVerdicts(t *testing.T) {
	for _, line := range []string{
		"# m",
		"./a.go:3:4:   flow: {heap} = &x:",
		"./a.go:3:4: x escapes to heap in F:",
		"./a.go:3:4: parameter p leaks to {heap} for F with derefs=0:",
		"/tmp/_cgo_gotypes.go:3:4: x escapes to heap",
		"./a.go:3:4: F capturing by ref: x (addr=false assign=true width=8)",
	} {
		if d, ok := parseLine(line); ok {
			t.Errorf("%s: %v", line, d)
		}
	}
}

// inputs writes a log and returns its name with a text that has some of its sites.
func inputs(t *testing.T, log string) (name, gir string) {
	t.Helper()
	dir := t.TempDir()
	name = filepath.Join(dir, "log")
	if err := os.WriteFile(name, []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	gir = `gir 1
file 0 "` + dir + `/a.go"
func @0 "m.F" 0 #1 0:1:6 src
param %p #2 1:8 !param "p"
block b0
  %0 = alloc #2 new @2:7 !new "new(T)"
  ret @3:1
end
func @1 "m.F$1" 0 #1 0:4:6 anon in @0 !func "func literal"
block b0
  ret
end
meta complete "1"
`
	return name, gir
}

func TestComparison(t *testing.T) {
	log, gir := inputs(t, `# m
./a.go:1:8: leaking param: p
./a.go:1:8: leaking param: p
./a.go:2:7: new(T) escapes to heap in F:
./a.go:2:7:   flow: {heap} = &{storage for new(T)}:
./a.go:2:7: new(T) escapes to heap
./a.go:4:6: func literal does not escape
./a.go:9:9: moved to heap: lost
`)
	var out bytes.Buffer
	args := []string{"-C", filepath.Dir(log), log}
	if status := run(args, strings.NewReader(gir), &out, &out); status != 1 {
		t.Errorf("status %d", status)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if !strings.HasSuffix(lines[0], "/a.go:9:9: var: lost") {
		t.Errorf("miss: %s", lines[0])
	}
	if last := lines[len(lines)-1]; last != "aligned 3 of 4 (75.00 %)" {
		t.Errorf("last line: %s", last)
	}
	if status := run(append([]string{"-min", "75"}, args...), strings.NewReader(gir), &out, &out); status != 0 {
		t.Errorf("status %d with a lower minimum", status)
	}
}

func TestTruncatedInput(t *testing.T) {
	log, gir := inputs(t, "")
	var errs bytes.Buffer
	gir = strings.TrimSuffix(gir, "meta complete \"1\"\n")
	if status := run([]string{log}, strings.NewReader(gir), &errs, &errs); status != 2 || !strings.Contains(errs.String(), "truncated") {
		t.Errorf("status %d: %s", status, errs.String())
	}
}

// The exporter and the installed compiler agree on a package with every kind of site and on some of the library.
func TestAgainstCompiler(t *testing.T) {
	if testing.Short() {
		t.Skip("builds packages with the compiler's diagnostics on")
	}
	_, self, _, _ := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(filepath.Dir(self)))
	goir := filepath.Join(t.TempDir(), "goir")
	command(t, root, "go", "build", "-o", goir, ".")
	dir := filepath.Join(root, "testdata", "sites")
	patterns := []string{".", "strings", "slices", "errors", "strconv"}
	log := command(t, dir, "go", append([]string{"build", "-gcflags=all=-m=2 -l"}, patterns...)...)
	gir := command(t, dir, goir, patterns...)
	name := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(name, log, 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if status := run([]string{"-C", dir, name}, bytes.NewReader(gir), &out, &out); status != 0 {
		t.Errorf("status %d:\n%s", status, out.String())
	}
	t.Log(out.String())
}

// command runs a program and returns its output and messages.
func command(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOFLAGS=") }), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return out
}
