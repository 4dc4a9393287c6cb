package recursion

// The twins of stack/recursion/chains.go: what the chain leads to is kept, however far down.

type link interface{ next() link }

type ring struct{ n int }

func (r *ring) next() link {
	if r.n == 0 {
		return nil
	}
	r.n--
	return r
}

func visit(l link, f func(link)) {
	if l == nil {
		return
	}
	f(l)
	visit(l.next(), f)
}

var lastLink link

func KeepRing() {
	r := ring{3} // want: heap r
	visit(&r, func(l link) { lastLink = l })
}

// Each link leads to another one: the fifth is kept.
type first struct{ l *second }
type second struct{ l *third }
type third struct{ l *fourth }
type fourth struct{ l *fifth }
type fifth struct{ n int }

func (f *first) next() link  { return f.l }
func (s *second) next() link { return s.l }
func (t *third) next() link  { return t.l }
func (f *fourth) next() link { return f.l }
func (f *fifth) next() link  { return nil }

func KeepFifth() {
	e := fifth{} // want: heap e
	a := first{&second{&third{&fourth{&e}}}}
	visit(&a, func(l link) {
		if f, ok := l.(*fifth); ok {
			lastLink = f
		}
	})
}

// A chain without recursion: the fourth link is returned.
func fourthOf(l link) link { return l.next().next().next().next() }

func KeepFourth() link {
	e := fifth{} // want: heap e
	a := first{&second{&third{&fourth{&e}}}}
	return fourthOf(&a)
}

// The links hand a variable on, and the fourth one keeps it.
type handler interface{ hand(*int) handler }

type passing struct{ h handler }

func (p *passing) hand(*int) handler { return p.h }

type keeping struct{ p *int }

func (k *keeping) hand(x *int) handler { k.p = x; return nil }

func handDown(h handler, x *int) {
	if h != nil {
		handDown(h.hand(x), x)
	}
}

func KeepHanded() *int {
	x := 1 // want: heap x
	k := keeping{}
	handDown(&passing{&passing{&passing{&passing{&k}}}}, &x)
	return k.p
}
