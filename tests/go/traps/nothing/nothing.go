// Package nothing has the twins of stack/nothing: beside what is nil, or constant, or large, there is a way out.
package nothing

import "unsafe"

var sink *int

// The map is nil on one of two ways only.
func MaybeNilMap(k string, some bool) *int {
	var m map[string]*int
	x := 1 // want: heap x
	if some {
		m = map[string]*int{k: &x}
	}
	p, ok := m[k]
	if ok {
		return p
	}
	for _, v := range m {
		return v
	}
	return m[k]
}

func MaybeNilChannel(some bool) *int {
	var c chan *int
	x := 1 // want: heap x
	if some {
		c = make(chan *int, 1)
	}
	select {
	case c <- &x:
	default:
	}
	select {
	case p, ok := <-c:
		if ok {
			return p
		}
	default:
	}
	return nil
}

func MaybeNilSlice(some bool) *int {
	var s []*int
	x := 1 // want: heap x
	if some {
		s = make([]*int, 1)
	}
	copy(s, []*int{&x})
	return s[0]
}

// The keys are blank, the values leave.
func Values(k string) *int {
	x := 1                      // want: heap x
	m := map[string]*int{k: &x} // want: stack map[string]*int{...}
	for _, v := range m {
		return v
	}
	return nil
}

func Keys() *int {
	x := 1 // want: heap x
	m := map[*int]string{&x: "x"}
	for k := range m {
		return k
	}
	return nil
}

func two(p, q *int) [2]*int { return [2]*int{p, q} }

func Element() *int {
	y := 2 // want: heap y
	return two(nil, &y)[1]
}

func ElementAt(k int) *int {
	x, y := 1, 2 // want: heap x, heap y
	return two(&x, &y)[k&1]
}

type eight struct{ a, b, c, d, e, f, g, h *int }
type wide struct{ a, b, c, d, e, f, g, h eight }

func WideValue(k string) *int {
	m := map[string]wide{}
	var w wide
	x := 1 // want: heap x
	w.c.d = &x
	m[k] = w
	v, ok := m[k]
	if ok {
		return v.c.d
	}
	return nil
}

func WideResult(w wide) (wide, bool) { return w, true }

func WideLocal() *int {
	var w wide
	x := 1 // want: heap x
	w.c.d = &x
	v, ok := WideResult(w)
	if ok {
		return v.c.d
	}
	return nil
}

func WideChannel(c chan wide) *int {
	var w wide
	x := 1 // want: heap x
	w.h.h = &x
	c <- w
	v, ok := <-c
	if ok {
		return v.h.h
	}
	return nil
}

func WideAssertion(e any) *int {
	var w wide
	x := 1 // want: heap x
	w.a.b = &x
	if e == nil {
		e = w
	}
	v, ok := e.(wide)
	if ok {
		return v.a.b
	}
	return nil
}

// Results that come as one tuple of large and small parts.
func wideAndSmall(w wide, p *int) (int, wide, *int) { return 1, w, p }

func WideParts() (*int, *int) {
	var w wide
	x, y := 1, 2 // want: heap x, heap y
	w.b.a = &x
	_, v, p := wideAndSmall(w, &y)
	return v.b.a, p
}

// Raw addresses that come from calls.
type box struct{ p *int }

func at(p unsafe.Pointer, n uintptr) unsafe.Pointer { return unsafe.Add(p, n) }

func Moved() *int {
	x := 1 // want: heap x
	b := box{&x}
	return *(**int)(at(unsafe.Pointer(&b), 0))
}

func raw(b *box) unsafe.Pointer { return unsafe.Pointer(b) }

func Raw() *int {
	x := 1 // want: heap x
	return (*box)(raw(&box{&x})).p
}

// Functions behind a raw address.
func Functions() *int {
	x := 1                         // want: heap x
	f := func() *int { return &x } // want: heap func literal
	fs := unsafe.Slice(&f, 1)
	return fs[0]()
}

func FunctionsMade(p unsafe.Pointer) *int {
	fs := unsafe.Slice((*func(*int) *int)(p), 1)
	x := 1 // want: heap x
	return fs[0](&x)
}

// What a deferred call of panic is given travels to whoever recovers.
func DeferredPanic() {
	x := 1 // want: heap x
	defer panic(&x)
}

func DeferredPanics(n int) {
	for i := 0; i < n; i++ {
		x := 1 // want: heap x
		defer panic(&x)
	}
}

func StartedPanic() {
	x := 1 // want: heap x
	go panic(&x)
}

// What a deferred recover finds is dropped.
func DeferredRecover() {
	x := 1 // want: heap x
	defer recover()
	panic(&x)
}
