// Command reached puts into its tables what keeps x, in code that no call of the program's own leads to at once.
package main

import "fmt"

type Noter interface{ Note(*int) }

// Harmless is what the tables hold otherwise.
type Harmless struct{}

func (Harmless) Note(p *int) { *p++ }

var kept *int

type viaString struct{}

func (viaString) Note(p *int) { kept = p }

var Strings = []Noter{Harmless{}}

type config struct{}

// String is called by package fmt.
func (config) String() string {
	Strings = append(Strings, viaString{})
	return "config"
}

func fromString() int {
	x := 1 // want: heap x
	for _, n := range Strings {
		n.Note(&x)
	}
	return x
}

// Spawner's type is converted on another goroutine, by a closure that a map holds.
type Spawner interface{ Spawn(*int) }

type idle struct{}

func (idle) Spawn(p *int) {}

type viaGo struct{ p *int }

func (v *viaGo) Spawn(p *int) { v.p = p }

var Spawners = map[int]Spawner{0: idle{}}
var Starters = map[string]func(chan bool){}

func fromGo(k int) int {
	x := 1 // want: heap x
	Spawners[k].Spawn(&x)
	return x
}

// Taker is what a generic function makes of its argument.
type Taker interface{ Take(*int) }

type none struct{}

func (none) Take(p *int) {}

type viaGeneric struct{ p *int }

func (v *viaGeneric) Take(p *int) { v.p = p }

var Takers []Taker

func register[T any](x T) { Takers = append(Takers, any(x).(Taker)) }

func fromGeneric() int {
	x := 1 // want: heap x
	for _, t := range Takers {
		t.Take(&x)
	}
	return x
}

// Opener is a struct that embeds the one that keeps.
type Opener interface{ Open(*int) }

type closed struct{}

func (closed) Open(p *int) {}

type inner struct{ p *int }

func (v *inner) Open(p *int) { v.p = p }

type outer struct {
	n int
	*inner
}

var Openers = []Opener{closed{}}

func fromEmbedded() int {
	x := 1 // want: heap x
	for _, o := range Openers {
		o.Open(&x)
	}
	return x
}

// A method expression and a bound method as func values.
type Step func(*int)

var Steps = []Step{func(p *int) { *p++ }}

func fromBound() int {
	x := 1 // want: heap x
	for _, s := range Steps {
		s(&x)
	}
	return x
}

type Method func(viaString, *int)

var Methods = []Method{func(v viaString, p *int) { *p++ }}

func fromExpression() int {
	x := 1 // want: heap x
	for _, m := range Methods {
		m(viaString{}, &x)
	}
	return x
}

func init() {
	Steps = append(Steps, viaString{}.Note)
	Methods = append(Methods, viaString.Note)
	Openers = append(Openers, outer{1, &inner{}})
	register(none{})
	register(&viaGeneric{})
	Starters["go"] = func(done chan bool) {
		defer close(done)
		Spawners[1] = &viaGo{}
	}
}

func main() {
	_ = fmt.Sprint(config{})
	done := make(chan bool)
	go Starters["go"](done)
	<-done
	if n := fromString() + fromGo(1) + fromGeneric() + fromEmbedded() + fromBound() + fromExpression(); n != 9 {
		panic(n)
	}
}
