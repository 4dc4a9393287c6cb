package main

// sliceStore puts a pointer into an element of a slice that stays here.
func sliceStore(n int) {
	x := n               // flaw: ardan-3a slice assignment ; want: stack x
	s := make([]*int, 2) // want: stack make([]*int, 2)
	s[1] = &x
	println(*s[1])
}

func sliceStoreTwin(n int) {
	x := n               // want: heap x
	s := make([]*int, 2) // want: stack make([]*int, 2)
	s[1] = &x
	sinkInt = s[1]
}

// mapStore puts a pointer into a map that stays here. The map's storage counts
// as heap storage, so x dies with the frame but may not live in it.
func mapStore(n int) {
	x := n                  // flaw: ardan-3b map assignment ; want: bounded x
	m := make(map[int]*int) // want: stack make(map[int]*int)
	m[n] = &x
	println(*m[n])
}

func mapStoreTwin(n int) {
	x := n                  // want: heap x
	m := make(map[int]*int) // want: stack make(map[int]*int)
	m[n] = &x
	sinkInt = m[n]
}

// mapLiteral is the same with the pointer in the literal.
func mapLiteral(n int) {
	x := n                        // flaw: ardan-3c map literal ; want: bounded x
	m := map[string]*int{"x": &x} // want: stack map[string]*int{...}
	println(*m["x"])
}

func mapLiteralTwin(n int) {
	x := n                        // want: heap x
	m := map[string]*int{"x": &x} // want: stack map[string]*int{...}
	sinkInt = m["x"]
}
