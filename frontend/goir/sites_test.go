package main

import (
	"slices"
	"strings"
	"testing"
)

// Each row of the table in the position recipe: what gc reports, and where.
func TestSites(t *testing.T) {
	const prelude = `package m

type T struct {
	a int
	p *int
}

func (T) M()     {}
func (t *T) PM() {}
func g() (int, string) { return 0, "" }
func h(...any)         {}
func k(a, b any)       {}

type I interface{ M() }

var sink, other any
var f func()
var e any

`
	for _, test := range []struct{ name, src, want string }{
		{"new and make", `func F(n int, s string) {
	sink = new(T)
	sink = make([]int, n)
	_ = make([]int, 3)
	_ = make(map[string]int, n)
	sink = make(chan int)
}`, `2:12 new new(T)
3:13 iface make([]int, n)
3:13 make make([]int, n)
4:10 make make([]int, 3)
5:10 make make(map[string]int, n)
6:13 chan make(chan int)`},
		{"literals", `func F() {
	sink = &T{a: 1}
	sink = & (T{})
	_ = []*T{{}, {a: 1}}
	_ = map[string]*T{"a": {}}
	_ = T{}
	_ = [2]T{}
}`, `2:9 amp &T{...}
3:9 amp &T{}
4:10 slicelit []*T{...}
4:11 amp &T{}
4:15 amp &T{...}
5:19 maplit map[string]*T{...}
5:25 amp &T{}`},
		{"arguments", `func F(x int) {
	h(x, 1)
	h()
	h(g())
	k(g())
	h(sink.([]any)...)
	_ = append([]any(nil), x, "s")
}`, `2:3 dots ... argument
2:4 iface x
2:7 iface 1
4:3 dots ... argument
4:3 iface .autotmp
5:3 iface .autotmp
7:12 append append
7:25 iface x
7:28 iface "s"`},
		{"functions", `func F(x int, t T, p *T, i I) {
	f = func() {}
	f = func() { sink = x }
	f = t.M
	f = p.PM
	f = i.M
	sink = T.M
}`, `2:6 func func literal
3:22 iface x
3:6 func func literal
4:7 methval t.M
5:7 methval p.PM
6:7 methval i.M`},
		{"dots", `func F(t struct{ in struct{ T } }) {
	sink = t.
		in. /* not. here */
			a
	sink = e.
		(int)
}`, `3:5 iface t.in.T.a
5:10 iface e.(int)`},
		{"implicit conversions", `func F(x int, s string, t T, p *T, m map[any]any, c chan any) (any, error) {
	sink = x
	sink = (x)
	sink = p
	sink, other = g()
	var a, b any = g()
	m[x] = s
	_ = m[2]
	c <- -x
	if a == x || b == len(s) {
		panic(s[1:2])
	}
	switch a {
	case x, 5:
	}
	select {
	case c <- *p:
	default:
	}
	_ = []any{x, 3: t.a}
	_ = struct{ v any }{v: 'c'}
	return x > 1, nil
}`, `10:10 iface x
10:23 iface len(s)
11:10 iface s[1:2]
14:7 iface x
14:10 iface 5
17:12 iface *p
20:11 slicelit []any{...}
20:12 iface x
20:19 iface t.a
21:25 iface 'c'
22:11 iface x > 1
2:9 iface x
3:9 iface x
5:14 iface .autotmp
6:6 iface .autotmp
7:4 iface x
7:9 iface s
8:8 iface 2
9:7 iface -x`},
		{"returned tuple", `func F() (any, any) {
	return g()
}`, `2:2 iface .autotmp`},
		{"explicit conversions", `func F(x int, s string, t T, r rune) {
	sink = any(x + 1)
	_ = I(t)
	_ = []byte(s)
	_ = string([]byte(s))
	_ = []rune(s[1:])
	_ = string(r)
	_ = float64(x)
}`, `2:15 iface any(x + 1)
3:8 iface I(t)
4:13 conv ([]byte)(s)
5:20 conv ([]byte)(s)
5:19 conv string(([]byte)(s))
6:14 conv ([]rune)(s[1:])
7:13 conv string(r)`},
		{"concatenations", `func F(s, t string) string {
	s += t + "x"
	s += t
	return s + (t + ("a" + "b"))
}`, `2:9 concat t + "x"
4:11 concat s + t + "ab"`},
		{"variadic calls", `func F(s string) { sink = T{}.a; sink = id(s); sink = id(s, s) }
func id(s string, rest ...string) string { return s }`, `1:30 iface T{}.a
1:43 iface id(s, nil...)
1:57 dots ... argument
1:57 iface id(s, ... argument...)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := exportSource(t, prelude+"//line a.go:1:1\n"+test.src+"\n")
			var got []string
			for _, s := range sites(text, false) {
				if !strings.HasPrefix(s, "1:") || test.name == "variadic calls" {
					got = append(got, s)
				}
			}
			want := strings.Split(test.want, "\n")
			slices.Sort(want)
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// Variables stand at their identifiers, but for those of a type switch, which has one for each clause.
func TestVariables(t *testing.T) {
	text := exportSource(t, `package m

type S struct{}

func (s *S) F(x any, _ *int, n int, p *int) (r *int, err error) {
	switch v := x.(type) {
	case int:
		r = &v
	case []*S, map[string]error:
		_ = v
	default:
		_ = v
	case nil:
		_ = v
	}
	for i := 0; i < n; i++ {
		defer func() { _ = i }()
	}
	return
}
`)
	var got []string
	for _, s := range sites(function(t, text, "m.(*S).F"), true) {
		if strings.Contains(s, " var ") || strings.Contains(s, " param ") {
			got = append(got, s)
		}
	}
	want := `11:2 var v
13:7 var v
16:6 var i
5:15 param x
5:15 var x
5:30 var n
5:37 param p
5:37 var p
5:46 var r
5:54 var err
5:7 param s
5:7 var s
7:7 var v
9:24 var v`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// The body of a range-over-func loop is a function literal at the keyword; gc gives its state, the parameters without
// variables and the results that it assigns names of their own.
func TestRangeOverFunc(t *testing.T) {
	text := exportSource(t, `package m

func F(seq func(func(*int, *int) bool)) (any, error) {
	for p := range seq {
		return p, nil
	}
	var q any
	for q, _ = range seq {
	}
	return q, nil
}
`)
	got := strings.Join(sites(text, true), "\n")
	want := `3:42 var #rv1
3:47 var #rv2
3:8 param seq
3:8 var seq
4:2 func func literal
4:2 param #p2
4:2 var #state1
4:6 param p
4:6 var p
7:6 var q
8:2 func func literal
8:2 param #p1
8:2 param #p2
8:2 var #state2`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Variables may have the names of go/ssa's own.
func TestOddNames(t *testing.T) {
	text := exportSource(t, `package m

func F(complit, varargs *int, t1 int) *int {
	new := t1
	makeslice, _1 := &new, varargs
	_, _ = complit, _1
	return makeslice
}
`)
	f := function(t, text, "m.F")
	contains(t, f, `alloc #\d+ var @3:8 !var "complit"`, `alloc #\d+ var @3:17 !var "varargs"`, `alloc #\d+ var @4:2 !var "new"`,
		`alloc #\d+ var @5:2 !var "makeslice"`)
	lacks(t, f, "alloc #\\d+ (new|complit|varargs|makeslice)")
}
