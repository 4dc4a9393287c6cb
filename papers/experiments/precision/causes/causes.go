// Package causes holds the smallest programs of README.md's causes: each object named in a comment `should be stack: CAUSE` is on the heap for
// stackproof or was when its cause was found, and could stay in its frame. `precision.py causes` prints what the verdicts are now.
package causes

import (
	"errors"
	"runtime"
	"sync"
)

// A recursive call whose argument is the result of a method that only callers know.

type node interface{ next() node }

func walk(n node, f func(node)) {
	f(n)
	walk(n.next(), f)
}

func recursion(n node, x *int) {
	walk(n, func(node) { *x++ }) // should be stack: recursion over a residual call's result
}

// The same by way of a visitor that its method hands back, as in go/ast.Walk.

type visitor interface{ visit(n *tree) visitor }

type tree struct{ kids []*tree }

func walkTree(v visitor, n *tree) {
	if v = v.visit(n); v == nil {
		return
	}
	for _, k := range n.kids {
		walkTree(v, k)
	}
}

type counter struct{ n int }

func (c *counter) visit(*tree) visitor { c.n++; return c }

func visitors(t *tree) int {
	c := &counter{} // should be stack: visitor handed back
	walkTree(c, t)
	return c.n
}

// errors.Is and errors.As recurse over Unwrap's results.

type failure struct{ n int }

func (*failure) Error() string { return "" }

func unwrapped() int {
	var err error = &failure{2} // should be stack: errors.As
	var f *failure              // should be stack: errors.As
	if errors.As(err, &f) {
		return f.n
	}
	return 0
}

// Unexported methods are taken for exported ones, whose callers are unknown.

type table struct{ root int }

func (t *table) each(f func([]int)) {
	f([]int{t.root}) // should be stack: unexported method
}

func stats(t *table) (n int) {
	t.each(func(s []int) { n += s[0] })
	return
}

// A target that stores part of its receiver in its receiver keeps nothing of its argument.

type adder interface{ add(*int) }

type sum struct{ p, q, n *int }

func (s *sum) add(x *int) { s.p = s.q; *s.n += *x }

func addOne(a adder) {
	x := 1 // should be stack: receiver stored in itself
	a.add(&x)
}

func Sum(n int) int {
	addOne(&sum{n: &n})
	return n
}

// Functions in unexported fields are those that the package stores there.

type file struct{ n int }

func (f *file) writeAt(b []byte, _ int64) (int, error) { f.n += len(b); return len(b), nil }

type Store struct {
	f   *file
	ops struct {
		writeAt func(b []byte, off int64) (int, error)
	}
}

func Open() *Store {
	s := &Store{f: &file{}}
	s.ops.writeAt = s.f.writeAt
	return s
}

func (s *Store) Meta() error {
	var buf [64]byte // should be stack: function in an unexported field
	_, err := s.ops.writeAt(buf[:], 0)
	return err
}

// What a type switch's cases took does not reach its default.

var sink any

func scan(to any, s string) {
	switch to := to.(type) {
	case *string:
		*to = s
	case *int:
		*to = len(s)
	default:
		sink = to
	}
}

func scanned(s string) int {
	var n int // should be stack: failed type test
	scan(&n, s)
	return n
}

// Functions of the runtime that only read or fill what they get.

func memory() uint64 {
	var s runtime.MemStats // should be stack: model of runtime
	runtime.ReadMemStats(&s)
	return s.Alloc
}

// A map of package sync hashes its key through a function in a field.

var known sync.Map

func isKnown(s string) bool {
	_, ok := known.Load(s) // should be stack: model of sync.Map
	return ok
}

// Nobody waits for a mutex that nobody else knows.

func locked() int {
	var mu sync.Mutex // should be stack: unshared mutex
	mu.Lock()
	defer mu.Unlock()
	return 1
}
