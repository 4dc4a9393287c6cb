// Package defers has the precise twins of traps/defers.
package defers

type Box struct {
	P, Q *int
	n    int
}

var Saved *int

func may(k int) {
	if k > 0 {
		panic("may")
	}
}

func use(p *int) { *p++ }

func keep(p *int) { Saved = p }

// Twin of NamedResult: nothing can panic while r is &x.
func NamedResult(k int) (r *int) {
	x := 1 // goal: stack x
	defer func() { recover() }()
	r = &x
	r = nil
	may(k)
	return r
}

// Twin of FieldAfterPanic: cleared before anything can panic.
func Cleared(k int) {
	x := 1    // goal: stack x
	var b Box // want: stack b
	defer func() {
		recover()
		Saved = b.P
	}()
	b.P = &x
	b.P = nil
	may(k)
}

// Twin of FieldAfterPanic: the other field is saved.
func OtherField(k int) {
	x := 1         // want: stack x
	var b Box      // want: stack b
	defer func() { // want: stack func literal
		recover()
		Saved = b.Q
	}()
	b.P = &x
	may(k)
	b.P = nil
}

// Twin of Arguments: evaluated before the store.
func Arguments() int {
	x := 1 // want: stack x
	var p *int
	defer keep(p)
	p = &x
	return *p
}

// Twin of Arguments: a deferred call that keeps nothing.
func Deferred() (n int) {
	x := 1 // want: stack x
	defer use(&x)
	return x
}

func (b Box) save() { Saved = b.P }

// Twin of ReceiverCopy: copied before the store.
func ReceiverCopy() int {
	x := 1 // want: stack x
	var b Box
	defer b.save()
	b.P = &x
	return *b.P
}

func (b *Box) drop() { b.P = nil }

// Twin of ReceiverPointer: the deferred method keeps nothing.
func ReceiverPointer() int {
	x := 1    // want: stack x
	var b Box // want: stack b
	defer b.drop()
	b.P = &x
	return *b.P
}

// Twin of ResultLast: a deferred literal adds to the named result.
func ResultLast() (n int) {
	x := 1         // want: stack x
	defer func() { // want: stack func literal
		x++
		n += x
	}()
	return x
}

func safely(f func()) {
	defer func() { recover() }()
	f()
}

// Twin of Safely: the value leaves.
func Safely(k int) int {
	x := 1          // want: stack x
	var p *int      // want: stack p
	safely(func() { // want: stack func literal
		p = &x
		may(k)
	})
	if p != nil {
		return *p
	}
	return 0
}

// Twin of LoopArgument: each iteration has a frame of its own that runs its deferred call.
func LoopFrame(n int) (s int) {
	for i := 0; i < n; i++ {
		func() {
			v := i // want: stack v
			defer func(p *int) { s += *p }(&v)
			v++
		}()
	}
	return s
}

func lend(b *Box, v *int, k int) {
	b.P = v
	may(k)
	b.P = nil
}

// Twin of CalleeUnwinds: the box is read here only.
func CalleeUnwinds(k int) int {
	x := 1    // want: stack x
	var b Box // want: stack b
	safely(func() { lend(&b, &x, k) })
	if b.P != nil {
		return *b.P
	}
	return 0
}

type lock struct{ held *int }

func (l *lock) acquire(p *int) { l.held = p }
func (l *lock) release()       { l.held = nil }

// The lock pattern on a local.
func Locked(k int) int {
	x := 1     // want: stack x
	var l lock // want: stack l
	l.acquire(&x)
	defer l.release()
	may(k)
	return x
}

// Deferred on one path, not in a loop.
func OnePath(k bool) int {
	x := 1 // want: stack x
	if k {
		defer use(&x)
	}
	return x
}

// The panic's operand is not the object.
func PanicValue(k int) {
	x := k // want: stack x
	p := &x
	if *p > 0 {
		panic("positive")
	}
}

// Twin of LateCopy: copied into an array of the frame's own.
func LateCopy() {
	x := 1             // want: stack x
	from := []*int{&x} // want: stack []*int{...}
	var into [1]*int   // want: stack into
	defer copy(into[:], from)
}

// A deferred builtin: copy from the caller's slice stores nothing of the frame.
func DeferredCopy(src []*int) int {
	x := 1 // want[full]: stack x
	p := []*int{&x, nil}
	defer copy(p[1:], src)
	return *p[0]
}
