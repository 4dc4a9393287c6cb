package main

import (
	"bytes"
	"strings"
	"testing"
)

const reportText = `# m/a
stackproof:	heap	var	"$GOROOT/src/x.go"	3	4	pointers	
stackproof:	stack	lit	"/m/a/a.go"	5	6	data	
stackproof:	heap	var	""	0	0	data	no position of a file
# m/b [m/b.test]
stackproof:	heap	wrapper	"/m/b/b.go"	7	8	pointers	kind of site
# m/c
c.go:1:1: something else
`

func TestReport(t *testing.T) {
	var rest bytes.Buffer
	entries := readReport(strings.NewReader(reportText), &rest, "/go")
	if rest.String() != "# m/c\nc.go:1:1: something else\n" {
		t.Errorf("passed on %q", rest.String())
	}
	want := []entry{
		{pkg: "m/a", at: "var\t\"/go/src/x.go\"\t3\t4", raw: "var\t\"$GOROOT/src/x.go\"\t3\t4", pointers: true},
		{pkg: "m/a", at: "lit\t\"/m/a/a.go\"\t5\t6", raw: "lit\t\"/m/a/a.go\"\t5\t6", stack: true},
		{pkg: "m/b", at: "wrapper\t\"/m/b/b.go\"\t7\t8", raw: "wrapper\t\"/m/b/b.go\"\t7\t8", pointers: true, refusal: "kind of site"},
	}
	for i, e := range entries {
		if i >= len(want) || e != want[i] {
			t.Errorf("%+v", e)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d entries", len(entries))
	}
}

// A name stands for all sites that share it: it is on the stack if all are, and only what was proved counts.
func TestSites(t *testing.T) {
	line := func(col, kind, verdict, reason string) string {
		return `{"file":"/m/a.go","line":1,"col":` + col + `,"kind":"` + kind + `","verdict":"` + verdict + `","reason":"` + reason + `"}` + "\n"
	}
	sites, err := readSites([]byte(line("1", "var", "stack", stays) +
		line("2", "complit", "stack", stays) + line("2", "varargs", "stack", stays) +
		line("3", "iface", "stack", stays) + line("3", "iface", "heap", "outlives its frame") +
		line("4", "iface", "heap", "outlives its frame") + line("4", "iface", "stack", stays) +
		line("5", "iface", "stack", "needs no allocation") +
		line("6", "new", "heap", "outlives its frame")))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]sitesAt{"var 1": allStack, "lit 2": allStack, "iface 3": mixed, "iface 4": mixed, "iface 5": allHeap, "new 6": allHeap, "new 7": noSite} {
		kind, col, _ := strings.Cut(name, " ")
		if got := sites[newSite(kind, "/m/a.go", "1", col)]; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

// What stays on the heap and was not judged to be there is pinned, and only that.
func TestPinRest(t *testing.T) {
	p := &plan{pins: map[string]bool{"/m/a.go\t4\t1": true}}
	for line, pointers := range map[string]bool{"1": true, "2": true, "3": true, "4": true, "5": true, "6": false} {
		p.entries = append(p.entries, entry{at: newSite("var", "/m/a.go", line, "1"), pointers: pointers})
	}
	sites := map[site]sitesAt{}
	for line, s := range map[string]sitesAt{"1": allStack, "2": allHeap, "3": mixed} {
		sites[newSite("var", "/m/a.go", line, "1")] = s
	}
	if !p.pinRest(sites) || lines(p.pins) != "/m/a.go\t3\t1\n/m/a.go\t4\t1\n/m/a.go\t5\t1\n" {
		t.Errorf("%q", lines(p.pins))
	}
	if p.pinRest(sites) {
		t.Error("there is no end")
	}
}

// A build that does not follow the plan is noticed.
func TestSurprises(t *testing.T) {
	at := func(line string) site { return newSite("var", "/m/a.go", line, "1") }
	p := &plan{targets: []string{"m"}, stack: map[site]bool{at("1"): true}, entries: []entry{{pkg: "m", at: at("1")}, {pkg: "m", at: at("2"), pointers: true}}}
	moved, stays := entry{pkg: "m", at: at("1"), stack: true}, entry{pkg: "m", at: at("2"), pointers: true}
	for name, test := range map[string]struct {
		report []entry
		want   string
	}{
		"as planned":            {[]entry{moved, stays}, ""},
		"also elsewhere":        {[]entry{moved, stays, {pkg: "other", at: at("1")}}, ""},
		"new, but data":         {[]entry{moved, {pkg: "m", at: at("3")}}, ""},
		"not moved":             {[]entry{{pkg: "m", at: at("1")}, stays}, string(at("1") + at("1"))},
		"refused now":           {[]entry{{pkg: "m", at: at("1"), refusal: "too large for stack"}, stays}, string(at("1"))},
		"gone":                  {[]entry{stays}, string(at("1"))},
		"moved elsewhere":       {[]entry{moved, {pkg: "other", at: at("1"), stack: true}}, string(at("1"))},
		"moved without verdict": {[]entry{moved, {pkg: "m", at: at("2"), stack: true}}, string(at("2"))},
		"new":                   {[]entry{moved, {pkg: "other", at: at("3"), pointers: true}}, string(at("3"))},
	} {
		got := ""
		for _, s := range p.surprises(test.report) {
			got += string(s)
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestTargets(t *testing.T) {
	p := &plan{targets: []string{"m/a"}, command: command{verb: "test"}}
	for pkg, want := range map[string]bool{"m/a": true, "m/a_test": true, "m/b": false, "m/a_": false} {
		if p.isTarget(pkg) != want {
			t.Error(pkg)
		}
	}
	p.command.verb = "build"
	if p.isTarget("m/a_test") {
		t.Error("there is no test in a build")
	}
}
