// Package known holds traps on calls of functions and methods that unexported fields and package variables hold: each x is kept by what is
// really called. stack/known has the twins.
package known

import (
	"reflect"
	"unsafe"
)

var sink *int

func keep(p *int) { sink = p }

func fill(p *int) { *p = 1 }

// What others hand in.

type given struct{ fGiven func(*int) }

func NewGiven(f func(*int)) *given { return &given{fGiven: f} }

func (g *given) use() {
	x := 0 // want: heap x
	g.fGiven(&x)
}

type set struct{ fSet func(*int) }

func (s *set) Set(f func(*int)) { s.fSet = f }

func (s *set) use() {
	x := 0 // want: heap x
	s.fSet(&x)
}

// One of several keeps.

type several struct{ fSeveral func(*int) }

func newSeveral(n int) *several {
	if n > 0 {
		return &several{fill}
	}
	return &several{fSeveral: keep}
}

func (s *several) use() {
	x := 0 // want: heap x
	s.fSeveral(&x)
}

func Several(n int) { newSeveral(n).use() }

// The field's address is taken, and something else is stored there.

type addressed struct{ fAddressed func(*int) }

func change(f *func(*int)) { *f = keep }

func newAddressed() *addressed {
	a := &addressed{fill}
	change(&a.fAddressed)
	return a
}

func (a *addressed) use() {
	x := 0 // want: heap x
	a.fAddressed(&x)
}

func Addressed() { newAddressed().use() }

// A package variable's address is taken.

var hook func(*int) = fill

func hooked() {
	x := 0 // want: heap x
	hook(&x)
}

func Hooked() {
	change(&hook)
	hooked()
}

// What another function stores.

var late = fill

func Late() { late = keep }

func calledLate() {
	x := 0 // want: heap x
	late(&x)
}

func CallLate() { calledLate() }

// A whole struct is copied from another one, and from within another one.

type copied struct{ fCopied func(*int) }

type around struct{ in copied }

func newCopied() *copied {
	a := around{copied{keep}}
	c := &copied{fill}
	*c = a.in
	return c
}

func (c *copied) use() {
	x := 0 // want: heap x
	c.fCopied(&x)
}

func Copied() { newCopied().use() }

// Types of the same layout: values and pointers are converted.

type first struct{ fFirst func(*int) }

type second first

func newFirst() *first {
	s := second{fFirst: keep}
	f := first(s)
	return &f
}

func (f *first) use() {
	x := 0 // want: heap x
	f.fFirst(&x)
}

func First() { newFirst().use() }

type tagged struct{ g func(*int) }

type untagged struct {
	g func(*int) `tag:"other"`
}

func newTagged() *tagged { return (*tagged)(&untagged{keep}) }

func (t *tagged) use() {
	x := 0 // want: heap x
	t.g(&x)
}

func Tagged() { newTagged().use() }

// Nor does reflection look at tags, nor a conversion at those deep within the types.

type reflected struct{ r func(*int) }

type retagged struct {
	r func(*int) `tag:"other"`
}

func (t retagged) use() {
	x := 0 // want: heap x
	t.r(&x)
}

func Reflected() {
	v := reflect.ValueOf(reflected{keep}).Convert(reflect.TypeFor[retagged]())
	v.Interface().(retagged).use()
}

// gc 1.26 refuses to inline it through the conversion below: "cannot use s".
//
//go:noinline
func within(s struct{ s func(*int) }) {
	x := 0 // want: heap x
	s.s(&x)
}

type taker1 func(struct {
	s func(*int) `tag:"other"`
})

func Within() {
	var s struct {
		s func(*int) `tag:"other"`
	}
	s.s = keep
	taker1(within)(s)
}

// Memory is seen through another layout.

type plain struct{ fPlain func(*int) }

type mirror struct{ m func(*int) }

func newPlain() *plain {
	p := &plain{fill}
	(*mirror)(unsafe.Pointer(p)).m = keep
	return p
}

func (p *plain) use() {
	x := 0 // want: heap x
	p.fPlain(&x)
}

func Plain() { newPlain().use() }

// The raw pointer is to what points there.

type deep struct{ h func(*int) }

type mirrored struct{ k func(*int) }

func newDeep() *deep {
	m := &mirrored{keep}
	return *(**deep)(unsafe.Pointer(&m))
}

func (d *deep) use() {
	x := 0 // want: heap x
	d.h(&x)
}

func Deep() { newDeep().use() }

// Reflection tells where the field is.

type told struct{ fTold func(*int, int) }

func keepTold(p *int, _ int) { sink = p }

func fillTold(p *int, n int) { *p = n }

func newTold() *told {
	t := &told{fillTold}
	at := reflect.ValueOf(t).Elem().Field(0).UnsafeAddr()
	*(*func(*int, int))(unsafe.Pointer(at)) = keepTold
	return t
}

func (t *told) use() {
	x := 0 // want: heap x
	t.fTold(&x, 1)
}

func Told() { newTold().use() }

// A generic function that the program does not use stores it: another package may.

type filled struct{ generically func(*int) }

func Hook[T any](f *filled, _ T) { f.generically = keep }

func NewFilled() *filled { return &filled{fill} }

func (f *filled) Use() {
	x := 0 // want: heap x
	f.generically(&x)
}

// So does one that makes the whole struct.

type made struct{ wholly func(*int) }

func Make[T any](T) *made { return &made{keep} }

func NewMade() *made { return &made{fill} }

func (m *made) Use() {
	x := 0 // want: heap x
	m.wholly(&x)
}

// A method of what an interface field holds keeps its argument.

type filler interface{ fill(*int) }

type quiet struct{}

func (quiet) fill(p *int) { *p = 1 }

type greedy struct{ p *int }

func (g *greedy) fill(p *int) { g.p = p }

type holder struct{ in filler }

func newHolder(n int) *holder {
	h := &holder{quiet{}}
	if n > 0 {
		h.in = &greedy{}
	}
	return h
}

func (h *holder) use() {
	x := 0 // want: heap x
	h.in.fill(&x)
}

func Holder(n int) { newHolder(n).use() }

// An exported interface: others have types with that method.

type Filler interface{ Fill(*int) }

type Quiet struct{}

func (Quiet) Fill(p *int) { *p = 1 }

type taker struct{ in Filler }

func newTaker(f Filler) *taker { return &taker{f} }

func NewTaker(f Filler) *taker {
	if f == nil {
		f = Quiet{}
	}
	return newTaker(f)
}

func (t *taker) Use() {
	x := 0 // want: heap x
	t.in.Fill(&x)
}

// What is called keeps it in a captured variable, or hands it back.

type catcher struct {
	fCatcher func(*int)
	last     func() *int
}

func newCatcher() *catcher {
	var last *int
	return &catcher{func(p *int) { last = p }, func() *int { return last }}
}

func (c *catcher) use() *int {
	x := 0 // want: heap x
	c.fCatcher(&x)
	return c.last()
}

func Catcher() *int { return newCatcher().use() }

type giver struct{ fCatcher func(*int) *int }

func newGiver() *giver { return &giver{func(p *int) *int { return p }} }

func (g *giver) use() *int {
	x := 0 // want: heap x
	return g.fCatcher(&x)
}

func Giver() *int { return newGiver().use() }

// By way of memory that is told apart by nobody.

type picked struct{ fPicked func(*int) }

var table = map[string]func(*int){"fill": fill, "keep": keep}

func newPicked(name string) *picked { return &picked{table[name]} }

func (p *picked) use() {
	x := 0 // want: heap x
	p.fPicked(&x)
}

func Picked(name string) { newPicked(name).use() }

// By way of a variable that a closure shares.

type shared struct{ fShared func(*int) }

func newShared() *shared {
	f := fill
	turn := func() { f = keep }
	turn()
	return &shared{f}
}

func (s *shared) use() {
	x := 0 // want: heap x
	s.fShared(&x)
}

func Shared() { newShared().use() }

// A method value keeps its argument in its receiver.

type store struct{ p *int }

func (s *store) put(p *int) { s.p = p }

type bound struct{ fBound func(*int) }

func newBound(s *store) *bound { return &bound{s.put} }

func (b *bound) use() {
	x := 0 // want: heap x
	b.fBound(&x)
}

func Bound(s *store) { newBound(s).use() }

// What is called calls what it was given with the argument.

type passer struct{ fPasser func(*int, func(*int)) }

func newPasser() *passer { return &passer{func(p *int, g func(*int)) { g(p) }} }

func (s *passer) use(g func(*int)) {
	x := 0 // want: heap x
	s.fPasser(&x, g)
}

func Passer(g func(*int)) { newPasser().use(g) }

// An exported field, and one of an exported embedded interface, are anybody's.

type Open struct {
	F func(*int)
	Filler
}

func NewOpen() *Open { return &Open{fill, Quiet{}} }

func (o *Open) use() {
	x, y := 0, 0 // want: heap x, heap y
	o.F(&x)
	o.Fill(&y)
}

func UseOpen(o *Open) { o.use() }

// The call lies in a callee.

type lower struct{ fLower func(*int) }

func newLower(n int) *lower {
	l := &lower{fill}
	if n > 0 {
		l.fLower = keep
	}
	return l
}

func (l *lower) inner(p *int) { l.fLower(p) }

func (l *lower) Use() {
	x := 0 // want: heap x
	l.inner(&x)
}

func Lower(n int) *lower { return newLower(n) }

// A generic function that the program does not use calls it, by its name or by that of a method.

func named(f func(*int)) {
	x := 0 // want: heap x
	f(&x)
}

func CallNamed[T any](f func(*int), _ T) { named(f) }

func Named() { named(fill) }

type method struct{}

func (*method) named(f func(*int)) {
	x := 0 // want: heap x
	f(&x)
}

type namer interface{ named(func(*int)) }

func CallMethod[T any](f func(*int), n namer, _ T) { n.named(f) }

func NewMethod() *method { return new(method) }

func Method() { NewMethod().named(fill) }

func instance[T any](f func(*int), _ T) {
	x := 0 // want: heap x
	f(&x)
}

func CallInstance[T any](f func(*int), x T) { instance(f, x) }

func Instance() { instance(fill, 1) }
