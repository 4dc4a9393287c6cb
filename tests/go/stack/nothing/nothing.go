// Package nothing uses maps, slices, channels and pointers that are known to be nil: nothing is kept in them, and nothing comes out.
// Also constants that index arrays, and values too large to be told apart part by part.
package nothing

import "unsafe"

//go:noinline
func read(p *int) int { return *p }

func NilMap(k string) *int {
	var m map[string]*int
	x := 1 // want: stack x
	p := m[k]
	q, ok := m[k]
	if ok {
		p = q
	}
	for _, v := range m {
		p = v
	}
	read(&x)
	return p
}

// A store in a nil map panics.
func NilMapStore() {
	var m map[string]*int
	x := 1 // want: stack x
	m["a"] = &x
}

// Nobody ever receives what is sent on a nil channel.
func NilChannel() *int {
	var c chan *int
	x, y := 1, 2 // want: stack x, stack y
	select {
	case c <- &x:
	case p := <-c:
		return p
	case q, ok := <-c:
		if ok {
			return q
		}
	default:
	}
	read(&y)
	return nil
}

func NilChannelReceive() *int {
	var c chan *int
	x := 1 // want: stack x
	read(&x)
	p := <-c
	q, ok := <-c
	if ok {
		return q
	}
	return p
}

func NilChannelSend() {
	var c chan *int
	x := 1 // want: stack x
	c <- &x
}

func NilSlice() *int {
	var s []*int
	x := 1                             // want: stack x
	n := copy(s, []*int{&x})           // want: stack []*int{...}
	m := copy([]*int{&x}, []*int(nil)) // want: stack []*int{...}
	for _, p := range s {
		return p
	}
	return s[n+m]
}

func NilInterface() *int {
	var e any
	x := 1 // want: stack x
	read(&x)
	p, ok := e.(*int)
	if ok {
		return p
	}
	return e.(*int)
}

type pair struct{ a, b *int }

func NilPointers(n int) *int {
	var p *pair
	var s []*int
	x := 1 // want: stack x
	u := unsafe.Pointer(p)
	q := (*int)(u)
	a := (*[1]*int)(s)
	t := unsafe.Slice(p, n)
	if n > 0 {
		return a[0]
	}
	read(&x)
	if q != nil {
		return q
	}
	return t[0].a
}

func RangeText(s string) (last rune) {
	x := 1 // want: stack x
	for _, r := range s {
		last = r
	}
	for _, r := range "constant" {
		last += r
	}
	return last + rune(read(&x))
}

// The second element of two is x, the first leaves.
func two(p, q *int) [2]*int { return [2]*int{p, q} }

func Element() *int {
	x, y := 1, 2 // want: heap x ; want[full,field]: stack y ; want[coarse,flow]: heap y
	return two(&x, &y)[0]
}

// Whichever element: one of them is asked for by an index that is not known.
func ElementAt(k int) int {
	x, y := 1, 2 // want: stack x, stack y
	return *two(&x, &y)[k&1]
}

// An index beyond the end panics; the array holds x, and goes nowhere.
func Beyond() int {
	var a [4]*int
	x := 1 // want: stack x
	i := 7
	a[i] = &x
	j := -1
	a[j] = &x
	return read(a[0])
}

func BeyondResult() int {
	x, y := 1, 2 // want: stack x, stack y
	i := 7
	return read(two(&x, &y)[i])
}

type eight struct{ a, b, c, d, e, f, g, h *int }
type wide struct{ a, b, c, d, e, f, g, h eight }

// A map of large values holds x on the heap, but only for a while.
func WideValue(k string) *int {
	m := map[string]wide{} // want: stack map[string]wide{}
	var w wide
	x := 1 // want: bounded x
	w.c.d = &x
	m[k] = w
	v, ok := m[k]
	if ok {
		read(v.c.d)
	}
	return nil
}

func WideResult(w wide) (wide, bool) { return w, true }

func WideLocal() int {
	var w wide
	x := 1 // want: stack x
	w.c.d = &x
	v, ok := WideResult(w)
	if ok {
		return read(v.c.d)
	}
	return 0
}

// The empty string adds nothing. The result leaves, so that the runtime copies what lies on the stack.
func Echoed(b []byte) string {
	s := string(b) // want: stack string(b)
	return s + ""  // want: heap s + ""
}

func EchoedLocal(b []byte) int {
	s := string(b)     // want: stack string(b)
	return len("" + s) // want: stack "" + s
}

// Through eight calls that return what they are given.
func at(p unsafe.Pointer, n uintptr) unsafe.Pointer { return unsafe.Add(p, n) }

func Moved() int {
	x := [2]int{1, 2} // want: stack x
	return *(*int)(at(unsafe.Pointer(&x), 8))
}
