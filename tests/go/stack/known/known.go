// Package known holds the twins of traps/known: what unexported fields and package variables hold is known, and none of it keeps x.
package known

import "errors"

var count int

func fill(p *int) { *p = 1 }

func tally(p *int) { count += *p }

// One function, several, and none.

type one struct{ fOne func(*int) }

func NewOne() *one { return &one{fOne: fill} }

func (o *one) Use() int {
	x := 0 // want: stack x
	o.fOne(&x)
	return x
}

type several struct{ fSeveral func(*int) }

func NewSeveral(n int) *several {
	if n > 0 {
		return &several{fill}
	}
	return &several{fSeveral: tally}
}

func (s *several) Use() int {
	x := 0 // want: stack x
	s.fSeveral(&x)
	return x
}

type none struct{ fNone func(*int) }

func NewNone() *none { return new(none) }

func (n *none) Use() int {
	x := 0 // want: stack x
	if n.fNone != nil {
		n.fNone(&x)
	}
	return x
}

// Package variables.

var hook = fill

func Set(n int) {
	if n > 0 {
		hook = tally
	}
}

func Hooked() int {
	x := 0 // want: stack x
	hook(&x)
	return x
}

// Copies of whole structs, and structs in structs.

type copied struct{ fCopied func(*int) }

type around struct{ in copied }

func NewCopied() *around {
	c := copied{fill}
	a := &around{}
	a.in = c
	return a
}

func (a *around) Use() int {
	x := 0 // want: stack x
	a.in.fCopied(&x)
	return x
}

// A struct of fields without a name.

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
	var buf [64]byte // want: stack buf
	_, err := s.ops.writeAt(buf[:], 0)
	return err
}

// Types of the same layout.

type first struct{ fFirst func(*int) }

type second first

func NewFirst() *first {
	f := first(second{fFirst: fill})
	return &f
}

func (f *first) Use() int {
	x := 0 // want: stack x
	f.fFirst(&x)
	return x
}

// A generic function that the program does not use touches another field.

type filled struct {
	generically func(*int)
	other       func(*int)
}

func Hook[T any](f *filled, g func(*int), _ T) { f.other = g }

func NewFilled() *filled { return &filled{generically: fill} }

func (f *filled) Use() int {
	x := 0 // want: stack x
	f.generically(&x)
	return x
}

// Interfaces: the types that are ever there.

type filler interface{ fill(*int) }

type quiet struct{}

func (quiet) fill(p *int) { *p = 1 }

type adder struct{ n int }

func (a *adder) fill(p *int) { a.n += *p }

type holder struct{ in filler }

func NewHolder(n int) *holder {
	h := &holder{quiet{}}
	if n > 0 {
		h.in = &adder{}
	}
	return h
}

func (h *holder) Use() int {
	x := 0 // want: stack x
	h.in.fill(&x)
	return x
}

type Filler interface{ Fill(*int) }

type Quiet struct{}

func (Quiet) Fill(p *int) { *p = 1 }

type taker struct{ in Filler }

func newTaker(f Filler) *taker { return &taker{f} }

func NewTaker() *taker { return newTaker(Quiet{}) }

func (t *taker) Use() int {
	x := 0 // want: stack x
	t.in.Fill(&x)
	return x
}

// By way of results, two of them, and of a type assertion.

type maker struct{ fMaker func(*int) }

func pick(n int) (func(*int), error) {
	if n > 0 {
		return tally, nil
	}
	return nil, errors.New("none")
}

func NewMaker(n int) (*maker, error) {
	f, err := pick(n)
	return &maker{f}, err
}

func (m *maker) Use() int {
	x := 0 // want: stack x
	m.fMaker(&x)
	return x
}

type wide interface {
	filler
	more()
}

func (*adder) more() {}

type narrowed struct{ in wide }

func NewNarrowed() *narrowed {
	var f filler = &adder{}
	w, _ := f.(wide)
	return &narrowed{w}
}

func (n *narrowed) Use() int {
	x := 0 // want: stack x
	n.in.fill(&x)
	return x
}

// By way of a variable that a closure shares.

type shared struct{ fShared func(*int) }

func NewShared() *shared {
	f := fill
	turn := func() { f = tally }
	turn()
	return &shared{f}
}

func (s *shared) Use() int {
	x := 0 // want: stack x
	s.fShared(&x)
	return x
}

// The call lies in a callee.

type lower struct{ fLower func(*int) }

func NewLower() *lower { return &lower{fill} }

func (l *lower) inner(p *int) { l.fLower(p) }

func (l *lower) Use() int {
	x := 0 // want: stack x
	l.inner(&x)
	return x
}

// What is called calls something that is known, in turn.

type outer struct{ fOuter func(*int) }

type inner struct{ fInner func(*int) }

var within = &inner{fill}

func NewOuter() *outer { return &outer{func(p *int) { within.fInner(p) }} }

func (o *outer) Use() int {
	x := 0 // goal: stack x
	o.fOuter(&x)
	return x
}

// A generic function that the program does not use calls another function.

func named(f func(*int)) int {
	x := 0 // want: stack x
	f(&x)
	return x
}

func other(f func(*int)) { f(&count) }

func CallOther[T any](f func(*int), _ T) { other(f) }

func Named() int { return named(fill) }
