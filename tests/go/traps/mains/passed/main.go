// Command passed hands objects to functions that keep nothing themselves, but pass them on, and has functions that are called by name and
// through a variable.
package main

var keptPassed, keptTaken *int

func lend(g func(*int)) {
	x := 1 // want: heap x
	g(&x)
}

// passer's function keeps nothing and calls nothing that it was given.
func passer(h func(*int)) func(*int) {
	return func(p *int) { h(p) }
}

func lendTaken(g func(*int)) {
	x := 2 // want: heap x
	g(&x)
}

func ignore(*int) {}

var lender func(func(*int))

func main() {
	lend(passer(func(p *int) { keptPassed = p }))
	lendTaken(ignore)
	lender = lendTaken
	lender(func(p *int) { keptTaken = p })
	if *keptPassed != 1 || *keptTaken != 2 {
		panic("they are gone")
	}
}
