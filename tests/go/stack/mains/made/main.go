// Command made calls what comes out of maps, slices and channels: what may be in there is what the program makes, and none of it keeps x.
// What would keep it is there as well, and nobody gets to it.
package main

import "fmt"

// Noter is exported, and so are the tables: only a closed world knows what is in them.
type Noter interface{ Note(*int) }

type Adder struct{ N int }

func (a *Adder) Note(p *int) { a.N += *p }

type Setter struct{ n int }

func (s Setter) Note(p *int) { *p = s.n }

// Both is a Noter by what it embeds.
type Both struct {
	Adder
	Name string
}

// Keeper is one too, and in no interface: only a function that nobody calls would put it there.
type Keeper struct{ P *int }

func (k *Keeper) Note(p *int) { k.P = p }

func unreached() { Noters["keeper"] = &Keeper{} }

var Noters = map[string]Noter{}

func fromMap(name string) int {
	x := 1 // want[full]: stack x
	Noters[name].Note(&x)
	return x
}

var Queue = make(chan Noter, 1)

func fromChannel() int {
	x := 1 // want[full]: stack x
	n := <-Queue
	n.Note(&x)
	return x
}

// The fmt package's Fprint does the same to its writer.
type Sink interface{ Put([]byte) int }

type counter struct{ n int }

func (c *counter) Put(b []byte) int { c.n += len(b); return len(b) }

var Sinks []Sink

func flush() int {
	n := 0
	for _, s := range Sinks {
		buf := make([]byte, 8) // want[full]: stack make([]byte, 8)
		n += s.Put(buf)
	}
	return n
}

type Step func(*int, int)

var Steps = map[string]Step{}

var kept *int

// A Step as well, whose address nobody takes; keepUnreached's is taken where nobody gets to.
func keep(p *int, n int) { kept = p }

func keepUnreached() Step { return func(p *int, n int) { kept = p } }

func step(name string) int {
	x := 1 // want[full]: stack x
	if f := Steps[name]; f != nil {
		f(&x, 2)
	}
	return x
}

// The func value is of a method of what an interface holds.
func bind(n Noter) func(*int) { return n.Note } // want: heap n.Note

var Bound []func(*int)

func bound() int {
	x := 1 // want[full]: stack x
	for _, f := range Bound {
		f(&x)
	}
	return x
}

// What the callee hands back may be what it got, which stays in the frame then.
type Picker interface{ Pick(p, q *int) *int }

type first struct{}

func (first) Pick(p, q *int) *int { return p }

type second struct{}

func (second) Pick(p, q *int) *int { return q }

var Pickers = map[bool]Picker{false: first{}, true: second{}}

func pick(which bool) int {
	a, b := 1, 2 // want[full]: stack a, stack b
	p := Pickers[which].Pick(&a, &b)
	*p = 5
	return a + b
}

func main() {
	Noters["a"] = &Adder{}
	Noters["s"] = Setter{3}
	Noters["b"] = &Both{Name: "b"}
	Queue <- &Adder{}
	Sinks = append(Sinks, &counter{})
	Steps["add"] = func(p *int, n int) { *p += n }
	Bound = append(Bound, bind(Noters["a"]))
	total := fromMap("a") + fromMap("s") + fromMap("b") + fromChannel() + flush() + step("add") + bound() + pick(true)
	if fmt.Sprint(total) != "24" {
		panic(total)
	}
	local := 0
	keep(&local, total)
}
