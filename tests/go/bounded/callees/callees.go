// Package callees: a callee's heap storage holds what it was given, for a while.
package callees

func inMap(p *int) int {
	m := map[int]*int{}
	m[1] = p
	return *m[1]
}

func Map() int {
	x := 1 // want: bounded x
	return inMap(&x)
}

// Twin: the callee's storage lies in its frame.
func inStruct(p *int) int {
	var m struct{ p *int }
	m.p = p
	return *m.p
}

func Struct() int {
	x := 1 // want: stack x
	return inStruct(&x)
}

func inAppend(p *int) int {
	var s []*int
	s = append(s, p)
	return *s[0]
}

func Append() int {
	x := 1 // want: bounded x
	return inAppend(&x)
}

func variadic(p *int, more ...*int) int {
	more = append(more, p)
	return *more[0]
}

func Variadic() int {
	x, y := 1, 2 // want: bounded x, bounded y
	return variadic(&x, &y)
}

func inChan(p *int) int {
	c := make(chan *int, 1)
	c <- p
	return *<-c
}

func Chan() int {
	x := 1 // want: bounded x
	return inChan(&x)
}

func inHuge(p *int) int {
	h := new([65537]*int)
	h[0] = p
	return *h[0]
}

func Huge() int {
	x := 1 // want: bounded x
	return inHuge(&x)
}

func inDefers(p *int, n int) {
	for i := 0; i < n; i++ {
		defer read(p)
	}
}

func read(p *int) { _ = *p }

func Defers(n int) {
	x := 1 // want: bounded x
	inDefers(&x, n)
}

// What the parameter leads to, two calls down.
type box struct{ p *int }

func deeper(b *box) int { return inMap(b.p) }

func Deeper() int {
	x := 1        // want: bounded x
	b := &box{&x} // want: stack &box{...}
	return deeper(b)
}

// Through an interface that the caller made.
type holder interface{ hold(p *int) int }

type inMaps struct{}

func (inMaps) hold(p *int) int { return inMap(p) }

type inStructs struct{}

func (inStructs) hold(p *int) int { return inStruct(p) }

func call(h holder, p *int) int { return h.hold(p) }

func Interface() int {
	x := 1 // want: bounded x
	return call(inMaps{}, &x)
}

func InterfaceTwin() int {
	x := 1 // want: stack x
	return call(inStructs{}, &x)
}

// A settled function: all callers are known, and what they pass keeps x only while it runs.
func lend(f func(*int) int) int {
	x := 1 // want[coarse,field,flow,full]: heap x
	return f(&x)
}

func Lend() int { return lend(inMap) }

func lendTwin(f func(*int) int) int {
	x := 1 // want: stack x
	return f(&x)
}

func LendTwin() int { return lendTwin(inStruct) }

// A method value holds its receiver whole, and has the size of it.
type big [20000]*int

func (b big) first() *int { return b[0] }

type small [4]*int

func (b small) first() *int { return b[0] }

func MethodValue() int {
	x := 1
	b := small{&x}
	g := b.first // want: stack b.first
	return *g()
}

func MethodValueBig() int {
	x := 1             // want: bounded x
	g := big{&x}.first // want: heap big{...}.first
	return *g()
}
