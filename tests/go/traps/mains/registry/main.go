// Command registry holds traps on callbacks kept by a library package.
package main

import "stackproof.test/traps/mains/registry/events"

type history struct {
	last *events.Event
	all  []*int
}

func (h *history) record(e *events.Event) {
	h.last = e
	h.all = append(h.all, e.Payload)
}

// The subscriber is a method value; what it keeps is read after Emit has returned.
func listen() int {
	var bus events.Bus
	var h history
	n := 0
	bus.Subscribe(func(e *events.Event) { n += *e.Payload })
	bus.Subscribe(h.record)
	bus.Emit(1)
	bus.Emit(2)
	return n + *h.last.Payload + *h.all[0]
}

// Returned from a frame that holds all captured variables.
func listener(bus *events.Bus) func() int {
	n := 0                                                   // want: heap n
	bus.Subscribe(func(e *events.Event) { n += *e.Payload }) // want: heap func literal
	return func() int { return n }                           // want: heap func literal
}

func main() {
	if n := listen(); n != 6 {
		panic(n)
	}
	var bus events.Bus
	f := listener(&bus)
	bus.Emit(5)
	if f() != 5 {
		panic("listener")
	}
}
