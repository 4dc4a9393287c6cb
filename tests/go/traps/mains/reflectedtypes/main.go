// Command reflectedtypes has interfaces of types that only reflection converts: each keeps x.
package main

import "reflect"

// By a field of what is in an interface.
type Noter interface{ Note(*int) }

type quiet struct{}

func (quiet) Note(p *int) {}

type Keeper struct{ P *int }

func (k *Keeper) Note(p *int) { k.P = p }

type holder struct{ K Keeper }

var Noters = []Noter{quiet{}}

func byField() int {
	x := 1 // want: heap x
	for _, n := range Noters {
		n.Note(&x)
	}
	return x
}

// By reflect.New of the type of a value.
type Taker interface{ Take(*int) }

type none struct{}

func (none) Take(p *int) {}

type Made struct{ P *int }

func (m *Made) Take(p *int) { m.P = p }

var Takers = []Taker{none{}}

func byNew() int {
	x := 1 // want: heap x
	for _, t := range Takers {
		t.Take(&x)
	}
	return x
}

// By the parameter of a method.
type Opener interface{ Open(*int) }

type closed struct{}

func (closed) Open(p *int) {}

type Param struct{ P *int }

func (m *Param) Open(p *int) { m.P = p }

type Server struct{}

func (Server) Serve(*Param) {}

var Openers = []Opener{closed{}}

func byParameter() int {
	x := 1 // want: heap x
	for _, o := range Openers {
		o.Open(&x)
	}
	return x
}

// By the element of a map's value.
type Reader interface{ Read(*int) }

type zero struct{}

func (zero) Read(p *int) {}

type Elem struct{ P *int }

func (m *Elem) Read(p *int) { m.P = p }

var Readers = []Reader{zero{}}

func byElement() int {
	x := 1 // want: heap x
	for _, r := range Readers {
		r.Read(&x)
	}
	return x
}

func main() {
	h := &holder{} // want: heap &holder{}
	Noters = append(Noters, reflect.ValueOf(h).Elem().Field(0).Addr().Interface().(Noter))
	Takers = append(Takers, reflect.New(reflect.TypeOf(Made{})).Interface().(Taker))
	parameter := reflect.TypeOf(Server{}).Method(0).Type.In(1)
	Openers = append(Openers, reflect.New(parameter.Elem()).Interface().(Opener))
	table := reflect.TypeOf(map[string][]*Elem{})
	Readers = append(Readers, reflect.New(table.Elem().Elem().Elem()).Interface().(Reader))
	if n := byField() + byNew() + byParameter() + byElement(); n != 4 {
		panic(n)
	}
}
