// What pointers lead to where memory is seen through another layout than its own, or by another activation. Read by tests/harness/pointsto.py: a line that ends in
// `// points: x` assigns what may point to x of that function, and the program itself sees to it that it does, when it is run; every
// variant has to say so. After `// only: y` no variant may say anything else. `// points: anything`: what code out of sight has.
package main

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

type raw struct {
	p        unsafe.Pointer
	len, cap int
}

func same(p, q *int) {
	if p != q {
		panic("the program does not do what its comments say")
	}
}

// Slices whose header is put together.

func headerRead() {
	x := 1
	var arr [4]*int
	arr[1] = &x
	h := raw{unsafe.Pointer(&arr[0]), 4, 4}
	s := *(*[]*int)(unsafe.Pointer(&h))
	r := s[1] // points: x
	same(r, &x)
}

func headerTyped() {
	x := 1
	var arr [4]*int
	arr[1] = &x
	h := struct {
		p        **int
		len, cap int
	}{&arr[0], 4, 4}
	s := *(*[]*int)(unsafe.Pointer(&h))
	r := s[1] // points: x
	same(r, &x)
}

func headerWritten() {
	x := 1
	var arr [4]*int
	arr[1] = &x
	var s []*int
	h := (*raw)(unsafe.Pointer(&s))
	h.p = unsafe.Pointer(&arr[0])
	h.len = 4
	r := s[1] // points: x
	same(r, &x)
}

func fill(h *raw, p unsafe.Pointer) {
	h.p = p
	h.len = 4
}

func headerByCallee() {
	x := 1
	var arr [4]*int
	arr[1] = &x
	var s []*int
	fill((*raw)(unsafe.Pointer(&s)), unsafe.Pointer(&arr[0]))
	r := s[1] // points: x
	same(r, &x)
}

func headerOfReflect() {
	x := 1
	var arr [4]*int
	arr[1] = &x
	var s []*int
	h := (*reflect.SliceHeader)(unsafe.Pointer(&s))
	h.Data = uintptr(unsafe.Pointer(&arr[0]))
	h.Len = 4
	r := s[1] // points: x
	same(r, &x)
}

func headerInMap() {
	x := 1
	var arr [4]*int
	arr[1] = &x
	m := map[int]raw{1: {unsafe.Pointer(&arr[0]), 4, 4}}
	h := m[1]
	s := *(*[]*int)(unsafe.Pointer(&h))
	r := s[1] // points: x
	same(r, &x)
}

// Pointers to a part, seen as pointers to more.

func asStruct() {
	x := 1
	var both struct{ a, b *int }
	both.b = &x
	p := &both.a
	q := *(**struct{ a, b *int })(unsafe.Pointer(&p))
	r := q.b // points: x
	same(r, &x)
}

func elementAsStruct() {
	x := 1
	var arr [100]*int
	arr[1] = &x
	p := &arr[0]
	q := *(**struct{ a, b *int })(unsafe.Pointer(&p))
	r := q.b // points: x
	same(r, &x)
}

func fieldAsArray() {
	x := 1
	var both struct{ a, b *int }
	both.b = &x
	p := &both.a
	q := *(**[2]*int)(unsafe.Pointer(&p))
	r := q[1] // points: x
	same(r, &x)
}

func fieldAsLongArray() {
	x := 1
	var all struct{ a, b, c, d, e, f, g, h, i *int }
	all.b = &x
	p := &all.a
	q := *(**[9]*int)(unsafe.Pointer(&p))
	r := q[1] // points: x
	same(r, &x)
}

func deeper() {
	x := 1
	var all struct{ a, b, c, d, e, f, g, h, i *int }
	all.b = &x
	p := &all.a
	pp := &p
	q := *(***[9]*int)(unsafe.Pointer(&pp))
	r := (*q)[1] // points: x
	same(r, &x)
}

func throughUnsafeSlice() {
	x := 1
	var all struct{ a, b, c, d, e, f, g, h, i *int }
	all.b = &x
	var two struct {
		a *[9]*int
		b **int
	}
	two.b = &all.a
	s := unsafe.Slice(&two.a, 2)
	r := s[1][1] // points: x
	same(r, &x)
}

func inInterface() {
	x := 1
	var all struct{ a, b, c, d, e, f, g, h, i *int }
	all.b = &x
	p := &all.a
	var i any = *(**[9]*int)(unsafe.Pointer(&p))
	r := i.(*[9]*int)[1] // points: x
	same(r, &x)
}

func inClosure() {
	x := 1
	var all struct{ a, b, c, d, e, f, g, h, i *int }
	all.b = &x
	p := &all.a
	q := *(**[9]*int)(unsafe.Pointer(&p))
	f := func(k int) *int { return q[k] }
	r := f(1) // points: x
	same(r, &x)
}

func inChannel() {
	x := 1
	var all struct{ a, b, c, d, e, f, g, h, i *int }
	all.b = &x
	c := make(chan **int, 1)
	c <- &all.a
	d := *(*chan *[9]*int)(unsafe.Pointer(&c))
	q := <-d
	r := q[1] // points: x
	same(r, &x)
}

// Addresses that are reckoned.

func byAdd() {
	x := 1
	var both struct{ a, b *int }
	both.b = &x
	r := *(**int)(unsafe.Add(unsafe.Pointer(&both), unsafe.Offsetof(both.b))) // points: x
	same(r, &x)
}

func byNumber() {
	x := 1
	var both struct{ a, b *int }
	both.b = &x
	r := *(**int)(unsafe.Pointer(uintptr(unsafe.Pointer(&both)) + unsafe.Offsetof(both.b))) // points: x
	same(r, &x)
}

func byAddOverElements() {
	x := 1
	var arr [4]*int
	arr[3] = &x
	p := unsafe.Pointer(&arr[0])
	for k := 0; k < 3; k++ {
		p = unsafe.Add(p, unsafe.Sizeof(arr[0]))
	}
	r := *(**int)(p) // points: x
	same(r, &x)
}

// Memory that is not for pointers by its type. (x is a package variable's, so that the collector need not see the pointer.)

var kept int

func amongNumbers() {
	x := &kept
	var buf [1]uint64
	*(**int)(unsafe.Pointer(&buf)) = x
	r := *(**int)(unsafe.Pointer(&buf)) // points: stackproof.test/pointsto.kept
	same(r, x)
}

// Where the layout is the memory's own nothing is lost.

func thereAndBack() {
	x, y := 1, 2
	var both struct{ a, b *int }
	both.a, both.b = &x, &y
	p := unsafe.Pointer(&both)
	r := (*struct{ a, b *int })(p).b // points: y // only: y
	same(r, &y)
}

func atomically() {
	x, y := 1, 2
	type pair struct{ a, b *int }
	var slot unsafe.Pointer
	atomic.StorePointer(&slot, unsafe.Pointer(&pair{&x, &y}))
	r := (*pair)(atomic.LoadPointer(&slot)).b // points: y // only: y
	same(r, &y)
}

func typedAtomically() {
	x, y := 1, 2
	type pair struct{ a, b *int }
	var slot atomic.Pointer[pair]
	slot.Store(&pair{&x, &y})
	r := slot.Load().b // points: y // only: y
	same(r, &y)
}

func ownElement() {
	x, y := 1, 2
	type pair struct{ a, b *int }
	var arr [3]pair
	for k := range arr {
		arr[k] = pair{&x, &y}
	}
	p := unsafe.Pointer(&arr[len(arr)-1])
	r := (*pair)(p).b // points: y // only: y
	same(r, &y)
}

// Offsets that are hard to write down: arrays of structs that hold arrays, and many small arrays in one struct.

func elementsOfElements(i, j int) {
	x, y := 1, 2
	var t [2]struct {
		x *int
		a [2]*int
	}
	t[i].a[j] = &x
	t[i].x = &y
	r := t[i].a[j] // points: x // only: x
	same(r, &x)
}

func manyElements() {
	x, y := 1, 2
	var t struct{ a, b, c, d, e, f, g [8]*int }
	t.a[0] = &x
	t.b[0] = &y
	r := t.b[0] // points: y // only: y
	same(r, &y)
}

// Text has no pointers in it; what the address of its bytes leads to is not followed.

func textData() {
	x := 1
	b := []byte("text")
	p := unsafe.StringData(string(b))
	if *p != 't' {
		same(&x, nil)
	}
	r := &x // points: x // only: x
	same(r, &x)
}

// Models say of what they return where it comes from; its type says the rest.

func iterated() {
	x := 1
	it := reflect.ValueOf(map[string]*int{"x": &x}).MapRange()
	it.Next()
	r := it.Value().Interface().(*int) // points: anything
	same(r, &x)
}

// What is thrown is caught, by whom it may concern; recover itself, deferred, catches nothing.

func throw(p *int) {
	defer recover()
	panic(p)
}

func caught() {
	x := 1
	defer func() {
		e := recover()
		r := e.(*int) // points: x
		same(r, &x)
	}()
	throw(&x)
}

// Captured variables, in closures made in two places and called as values, deferred and started.

func captured() {
	x, y := 1, 2
	p, q := &x, &y
	f := func() *int { return p }
	g := func() *int { return q }
	fs := []func() *int{f, g}
	r := fs[0]() // points: x
	same(r, &x)
	done := make(chan *int, 1)
	go func(c chan *int) { c <- q }(done)
	t := <-done // points: y // only: y
	same(t, &y)
}

// Methods through interfaces: by pointer, by value, embedded, and as values.

type holder interface{ held() *int }
type byPointer struct{ p *int }
type byValue struct{ p, q *int }
type outer struct{ byValue }

func (h *byPointer) held() *int { return h.p }
func (h byValue) held() *int    { return h.q }

func ask(h holder) *int { return h.held() }

func methods() {
	x, y, z := 1, 2, 3
	r := ask(&byPointer{&x}) // points: x
	same(r, &x)
	t := ask(byValue{&x, &y}) // points: y
	same(t, &y)
	u := ask(outer{byValue{&x, &z}}) // points: z
	same(u, &z)
	var h holder = &outer{byValue{&y, &x}}
	f := h.held
	v := f() // points: x
	same(v, &x)
	k := (*byPointer).held(&byPointer{&z}) // points: z
	same(k, &z)
	l := holder.held(h) // points: x
	same(l, &x)
}

// Code out of sight: what it is given, its own memory, and what is stored there.

//go:linkname memhash runtime.memhash
func memhash(p unsafe.Pointer, seed, size uintptr) uintptr

//go:linkname mallocgc runtime.mallocgc
func mallocgc(size uintptr, t unsafe.Pointer, clear bool) unsafe.Pointer

type shown struct{ p *int }

func given() {
	x, y := 1, 2
	h := &shown{&x}
	memhash(unsafe.Pointer(h), 0, 8)
	r := h.p // points: x
	same(r, &x)
	s := h.p // points: anything
	same(s, &x)
	beside := &shown{&y}
	t := beside.p // points: y // only: y
	same(t, &y)
}

// A new object of the type of the pointer that e holds.
func made(e any) unsafe.Pointer {
	t := (*[2]unsafe.Pointer)(unsafe.Pointer(&e))[0]
	return mallocgc(8, t, true)
}

func storedOutside() {
	x, y := 1, 2
	h, k := &shown{&x}, &shown{&y}
	slot := (**shown)(made(h))
	*slot = h
	r := *slot // points: anything
	if r != h {
		same(nil, &x)
	}
	atomic.StorePointer((*unsafe.Pointer)(made(k)), unsafe.Pointer(k))
	t := h.p // points: anything
	same(t, &x)
	u := k.p // points: anything
	same(u, &y)
}

// A recursion hands an object of its own to the next activation, which is the same instance of the function.

func handedDown(from *byPointer, depth int, want *int) {
	x := 1
	if from != nil {
		r := from.p // points: x
		same(r, want)
	}
	if depth > 0 {
		handedDown(&byPointer{&x}, depth-1, &x)
	}
}

func main() {
	headerRead()
	headerTyped()
	headerWritten()
	headerByCallee()
	headerOfReflect()
	headerInMap()
	asStruct()
	elementAsStruct()
	fieldAsArray()
	fieldAsLongArray()
	deeper()
	throughUnsafeSlice()
	inInterface()
	inClosure()
	inChannel()
	byAdd()
	byNumber()
	byAddOverElements()
	amongNumbers()
	thereAndBack()
	atomically()
	typedAtomically()
	ownElement()
	elementsOfElements(1, 0)
	manyElements()
	textData()
	iterated()
	caught()
	captured()
	methods()
	given()
	storedOutside()
	handedDown(nil, 2, nil)
}
