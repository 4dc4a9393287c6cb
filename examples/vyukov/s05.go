package main

// Section 5, flow through function arguments: a callee that stores one
// parameter into another is only known to leak it; gc's tags have no way to
// say from input to input.

type user struct {
	name *string
}

func (u *user) setName(name *string) { u.name = name }

func keepName(u *user) { sinkAny = u.name }

func showName(u *user) { println(*u.name) }

func setter(s string) {
	name := s  // flaw: vyukov-5a setter ; want: stack name
	var u user // want: stack u
	u.setName(&name)
	showName(&u)
}

func setterTwin(s string) {
	name := s  // want: heap name
	var u user // want: stack u
	u.setName(&name)
	keepName(&u)
}

func newUser(name *string) *user {
	return &user{name: name} // want: heap &user{...}
}

// constructor gets its user from a callee, so that the user is a heap object
// and what it holds cannot be in a frame.
func constructor(s string) {
	name := s // flaw: vyukov-5b constructor ; want: bounded name
	u := newUser(&name)
	showName(u)
}

func constructorTwin(s string) {
	name := s // want: heap name
	u := newUser(&name)
	keepName(u)
}
