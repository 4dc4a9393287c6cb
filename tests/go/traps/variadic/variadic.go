// Package variadic passes objects in the implicit slice of a call, to callees that keep the slice, or an element that does not show.
package variadic

var kept *int
var keptAll []*int
var keptAny any

func all(xs ...*int) { keptAll = xs }

func All() {
	a, b := 1, 2 // want: heap a, heap b
	all(&a, &b)  // want: heap ... argument
}

func pass(xs ...*int) { all(xs...) }

func Passed() {
	a, b := 1, 2 // want: heap a, heap b
	pass(&a, &b) // want: heap ... argument
}

// The rest of the slice is the same array, and begins with another element.
func first(xs ...*int) { kept = xs[0] }

func rest(xs ...*int) { first(xs[1:]...) }

func Rest() {
	a, b := 1, 2 // want: heap b
	rest(&a, &b)
}

func restOfRest(xs ...*int) { rest(xs[1:]...) }

func RestOfRest() {
	a, b, c := 1, 2, 3 // want: heap c
	restOfRest(&a, &b, &c)
}

func middle(xs ...*int) {
	ys := xs[1:2]
	kept = ys[:2][1]
}

func Middle() {
	a, b, c := 1, 2, 3 // want: heap c
	middle(&a, &b, &c)
}

func last(xs ...*int) { kept = xs[len(xs)-1] }

func Last() {
	a, b := 1, 2 // want: heap b
	last(&a, &b)
}

// The callee moves the elements.
func swap(xs ...*int) { xs[0], xs[1] = xs[1], xs[0] }

func Swapped() *int {
	a, b := 1, 2 // want: heap b
	xs := []*int{&a, &b}
	swap(xs...)
	return xs[0]
}

func overwrite(xs ...*int) { copy(xs, xs[1:]) }

func Overwritten() *int {
	a, b := 1, 2 // want: heap b
	xs := [2]*int{&a, &b}
	overwrite(xs[:]...)
	return xs[0]
}

// append writes into the array behind the slice where there is room.
func appendTo(xs ...*int) []*int { return append(xs[:1], kept, xs[0]) }

func Appended() *int {
	a, b := 1, 2 // want: heap a
	return appendTo(&a, &b, nil)[2]
}

func room(xs []*int, p *int) { _ = append(xs, p) }

func Room() *int {
	x := 1 // want: heap x
	var array [2]*int
	room(array[:1], &x)
	return array[1]
}

// A slice that starts elsewhere than its array.
func From(k int) *int {
	a, b := 1, 2 // want: heap b
	array := [4]*int{0: &a, 2: &b}
	xs := array[2:]
	return xs[0]
}

func firstOf(xs ...*int) *int { return xs[0] }

func FromCall() *int {
	a, b := 1, 2 // want: heap b
	array := [4]*int{0: &a, 3: &b}
	return firstOf(array[3:]...)
}

// The slice comes back, and is read elsewhere.
func same(xs ...*int) []*int { return xs }

func Same() *int {
	a, b := 1, 2 // want: heap b
	return same(&a, &b)[1]
}

func tail(xs ...*int) []*int { return xs[1:] }

func Tail() *int {
	a, b := 1, 2 // want: heap b
	return tail(&a, &b)[0]
}

type holder struct{ xs []*int }

func hold(h *holder, xs ...*int) { h.xs = xs[1:] }

func Held() *int {
	a, b := 1, 2 // want: heap b
	var h holder
	hold(&h, &a, &b)
	return h.xs[0]
}

// Elements of more than one word.
type pair struct{ p, q *int }

func second(xs ...pair) *int { return xs[1].q }

func Pairs() *int {
	a, b := 1, 2 // want: heap b
	return second(pair{&a, &a}, pair{&a, &b})
}

func pointer(xs ...pair) **int { return &xs[1].p }

func PairPointer() *int {
	a, b := 1, 2 // want: heap b
	return *pointer(pair{&a, &a}, pair{&b, &a})
}

// Interfaces, and strings in them.
func lastAny(xs ...any) { keptAny = xs[len(xs)-1] }

func Any(k int, b []byte) {
	n := k             // want: heap n
	lastAny(k, &n)     // want: heap k, stack ... argument
	lastAny(string(b)) // want: heap string(b)
}

// As an array.
func array(xs ...*int) *int { return (*[2]*int)(xs)[1] }

func Array() *int {
	a, b := 1, 2 // want: heap b
	return array(&a, &b)
}

// The callee runs when the frame is gone.
func Spawned(done chan bool) {
	a, b := 1, 2 // want: heap a, heap b
	go func(xs ...*int) {
		*xs[0] = *xs[1]
		done <- true
	}(&a, &b) // want: heap ... argument
}
