// Package defers holds traps on deferred calls, panics, recover and named results.
package defers

import "runtime"

type Box struct {
	P, Q *int
	n    int
}

var (
	Saved *int
	Gone  *Box
)

func may(k int) {
	if k > 0 {
		panic("may")
	}
}

func keep(p *int) { Saved = p }

// A11: may panics while r is &x; recover makes that the result.
func NamedResult(k int) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	may(k)
	r = nil
	return r
}

// A11: an index out of range, a struct as named result.
func NamedStruct(s []int, k int) (b Box) {
	x := 1 // want: heap x
	defer func() { recover() }()
	b.P = &x
	b.n = s[k]
	b.P = nil
	return b
}

// A11: a nil dereference.
func NamedNil(q *Box) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	q.n = 1
	r = nil
	return r
}

// A11: an integer division.
func NamedDivision(d int) (n int, r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	n = 10 / d
	r = nil
	return n, r
}

// A11: a type assertion.
func NamedAssertion(e any) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	_ = e.(string)
	r = nil
	return r
}

// A11: an assignment to a nil map.
func NamedNilMap(m map[int]int) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	m[1] = 1
	r = nil
	return r
}

// A11: a send on a closed channel.
func NamedClosed(c chan int) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	c <- 1
	r = nil
	return r
}

// A11: a conversion of a slice that is too short.
func NamedShort(s []int) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	_ = [4]int(s)
	r = nil
	return r
}

// A11: a negative make.
func NamedMake(n int) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	s := make([]int, n)
	r = nil
	_ = len(s)
	return r
}

// A11: an uncomparable map key behind an interface.
func NamedKey(m map[any]int, e any) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	_ = m[e]
	r = nil
	return r
}

// A11: the comparison of interfaces may panic.
func NamedCompare(a, b any) (r *int) {
	x := 1 // want: heap x
	defer func() { recover() }()
	r = &x
	if a == b {
		r = nil
	}
	r = nil
	return r
}

// A11: the deferred function reads the field as the panic left it.
func FieldAfterPanic(k int) {
	x := 1 // want: heap x
	var b Box
	defer func() {
		recover()
		Saved = b.P
	}()
	b.P = &x
	may(k)
	b.P = nil
}

// A11: nobody recovers here; the deferred function runs all the same.
func Unrecovered(k int) {
	x := 1 // want: heap x
	var b Box
	defer func() { Saved = b.P }()
	b.P = &x
	may(k)
	b.P = nil
}

func leave(k int) {
	if k > 0 {
		runtime.Goexit()
	}
}

// A11: Goexit runs deferred calls and is no panic.
func Goexit(k int) {
	x := 1 // want: heap x
	var b Box
	defer func() { Saved = b.P }()
	b.P = &x
	leave(k)
	b.P = nil
}

func lend(b *Box, v *int, k int) {
	b.P = v
	may(k)
	b.P = nil
}

// A11: lend clears the field on its normal exit only.
func CalleeUnwinds(k int) *int {
	x := 1 // want: heap x
	var b Box
	func() {
		defer func() { recover() }()
		lend(&b, &x, k)
	}()
	return b.P
}

// A11: clears the field on its normal exit only; its own object stays in *b.
func half(b *Box, k int) {
	x := 1 // want: heap x
	b.P = &x
	may(k)
	b.P = nil
}

// A11: the callee's own object stays in the caller's box.
func CalleeObject(k int) int {
	var b Box
	func() {
		defer func() { recover() }()
		half(&b, k)
	}()
	if b.P != nil {
		return *b.P
	}
	return 0
}

// Deferred calls run last in, first out.
func Order() {
	x := 1 // want: heap x
	var p *int
	defer func() { Saved = p }()
	defer func() { p = &x }()
}

// The arguments are evaluated at the defer statement.
func Arguments() {
	x := 1 // want: heap x
	p := &x
	defer keep(p)
	p = nil
	_ = p
}

func (b Box) save() { Saved = b.P }

// A value receiver is copied at the defer statement.
func ReceiverCopy() {
	x := 1 // want: heap x
	b := Box{P: &x}
	defer b.save()
	b.P = nil
}

func (b *Box) flush() { Saved = b.P }

// A pointer receiver is read when the deferred call runs.
func ReceiverPointer() {
	x := 1 // want: heap x
	var b Box
	defer b.flush()
	b.P = &x
}

// The result is evaluated before the deferred function clears the field.
func ResultFirst() *int {
	x := 1 // want: heap x
	b := Box{P: &x}
	defer func() { b.P = nil }()
	return b.P
}

// The deferred function sets the named result.
func ResultLast() (r *int) {
	x := 1 // want: heap x
	var p *int
	defer func() { r = p }()
	p = &x
	return nil
}

// The operand of a panic leaves the frame.
func throw() {
	x := 1 // want: heap x
	panic(&x)
}

// The panic's operand is caught by the caller, after the frame of throw has ended.
func Catch() (r *int) {
	defer func() { r, _ = recover().(*int) }()
	throw()
	return nil
}

// The boxed operand of a panic leaves the frame, and what it holds.
func throwBox() {
	x := 1            // want: heap x
	panic(Box{P: &x}) // want: heap Box{...}
}

// The operand is a boxed struct.
func CatchBox() (r *int) {
	defer func() {
		if b, ok := recover().(Box); ok {
			r = b.P
		}
	}()
	throwBox()
	return nil
}

type wrapped struct{ p *int }

// A deferred function panics again with something new.
func rethrow(k int) {
	x := 1 // want: heap x
	defer func() {
		if e := recover(); e != nil {
			panic(wrapped{&x})
		}
	}()
	may(k)
}

// Catches the second panic.
func CatchAgain(k int) (r *int) {
	defer func() {
		if w, ok := recover().(wrapped); ok {
			r = w.p
		}
	}()
	rethrow(k)
	return nil
}

// A12: &v is an argument of a pending deferred call when v is made again.
func LoopArgument(n int) (s int) {
	for i := 0; i < n; i++ {
		v := i // want: heap v
		defer func(p *int) { s += *p }(&v)
	}
	return 0
}

// A12: captured by reference by a deferred literal in a loop.
func LoopCapture(n int) (s int) {
	for i := 0; i < n; i++ {
		v := i // want: heap v
		v++
		defer func() { // want: heap func literal
			v++
			s += v
		}()
	}
	return 0
}

type counter struct{ n int }

func (c *counter) add() { c.n++; total += c.n }

var total int

// A12: the receiver of a deferred method in a loop.
func LoopReceiver(n int) {
	for i := 0; i < n; i++ {
		c := counter{i} // want: heap c
		defer c.add()
	}
}

// A12: a loop made of goto.
func LoopGoto(n int) {
	i := 0
again:
	c := counter{i} // want: heap c
	defer c.add()
	i++
	if i < n {
		goto again
	}
}

// The iterator is a closure that leaves.
func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) { // want: heap func literal
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// A12: the defer belongs to the outer function, the variable to the body's frame.
func RangeFuncDefer(n int) {
	for i := range seq(n) {
		c := counter{i} // want: heap c
		defer c.add()
	}
}

// A12: the same with a literal that captures a variable of the body.
func RangeFuncCapture(n int) (s int) {
	for i := range seq(n) {
		v := i         // want: heap v
		defer func() { // want: heap func literal
			v++
			s += v
		}()
	}
	return 0
}

// A12: only some iterations defer.
func LoopSometimes(n int) (s int) {
	for i := 0; i < n; i++ {
		v := i // want: heap v
		if i%2 == 0 {
			defer func(p *int) { s += *p }(&v)
		}
	}
	return 0
}

// The deferred function defers another one that runs after its store.
func Nested() {
	x := 1 // want: heap x
	var p *int
	defer func() {
		defer func() { Saved = p }()
		p = &x
	}()
}

// A panic inside a deferred function is seen by the ones deferred before it.
func PanicInDefer(k int) {
	x := 1 // want: heap x
	var b Box
	defer func() {
		recover()
		Saved = b.P
	}()
	defer func() {
		b.P = &x
		may(k)
		b.P = nil
	}()
}

// Deferred on one path only.
func OnePath(k bool) {
	x := 1 // want: heap x
	if k {
		defer keep(&x)
	}
	x++
}

// Retry: the failed attempt's object is looked at in the next one.
func Retry(n int) int {
	var last *int
	s := 0
	for i := 0; i < n; i++ {
		func() {
			x := i // want: heap x
			defer func() { recover() }()
			last = &x
			may(i % 2)
			last = nil
		}()
		if last != nil {
			s += *last
		}
	}
	return s
}

// A deferred function value is evaluated at the defer statement.
func FunctionValue() {
	x := 1 // want: heap x
	f := keep
	defer f(&x)
	f = func(*int) {}
	_ = f
}

// The deferred function stores the frame's variable in what was published before.
func LateStore() {
	x := 1      // want: heap x
	b := &Box{} // want: heap &Box{}
	Gone = b
	defer func() { b.Q = &x }()
}

// Recovered and then continued: the caller's variable still has the pointer.
func safely(f func()) {
	defer func() { recover() }()
	f()
}

// A11: the residual call is cut short by a panic.
func Safely(k int) *int {
	x := 1 // want: heap x
	var p *int
	safely(func() {
		p = &x
		may(k)
		p = nil
	})
	return p
}

// A deferred copy moves pointers when the function ends.
func LateCopy(into []*int) {
	x := 1             // want: heap x
	from := []*int{&x} // want: stack []*int{...}
	defer copy(into, from)
}

// A deferred builtin: copy stores what the function has in its frame.
func DeferredCopy(dst []*int) {
	x := 1 // want: heap x
	src := []*int{&x}
	defer copy(dst, src)
}

// The same on the way out of a literal that the frame calls.
func DeferredCopyInside() *int {
	x := 1 // want: heap x
	src := []*int{&x}
	dst := make([]*int, 1)
	func() {
		defer copy(dst, src)
	}()
	return dst[0]
}
