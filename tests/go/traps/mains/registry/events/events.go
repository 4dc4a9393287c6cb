// Package events stores callbacks for others and calls them later.
package events

type Event struct{ Payload *int }

type Bus struct {
	subs []func(*Event)
}

func (b *Bus) Subscribe(f func(*Event)) { b.subs = append(b.subs, f) }

// A8, A9: the subscribers are closures of another package.
func (b *Bus) Emit(n int) {
	x := n         // want: heap x
	e := Event{&x} // want: heap e
	for _, f := range b.subs {
		f(&e)
	}
}
