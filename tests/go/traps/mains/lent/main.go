// Command lent hands objects to callees that keep nothing of what they get, but call it: what is called keeps its captured variables.
package main

import "fmt"

var keptVariable *int

type holder struct{ f func() }

func lendHolder(g func(*holder)) {
	x := 1 // want: heap x
	h := &holder{f: func() { keptVariable = &x }}
	g(h)
}

func callHeld(h *holder) { h.f() }

func lendFunc(g func(func())) {
	x := 2 // want: heap x
	g(func() { keptVariable = &x })
}

func callFunc(f func()) { f() }

type keeper interface{ keep() }

var keptReceiver *pair

type pair struct{ p *int }

func (p *pair) keep() { keptReceiver = p }

type keeperHolder struct{ k keeper }

func lendKeeper(g func(*keeperHolder)) {
	x := 3                            // want: heap x
	g(&keeperHolder{k: &pair{p: &x}}) // want: heap &pair{...}
}

func callKeeper(h *keeperHolder) { h.k.keep() }

func main() {
	lendHolder(callHeld)
	a := *keptVariable
	lendFunc(callFunc)
	b := *keptVariable
	lendKeeper(callKeeper)
	c := *keptReceiver.p
	if a != 1 || b != 2 || c != 3 {
		panic(fmt.Sprint(a, b, c))
	}
}
