package main

// Section 4, assignment to slices and maps: an element store is a store to the
// heap for gc. For a slice that is needless. A map's storage, keys and values
// alike, may be grown on the heap, so what it holds is bounded by the frame's
// life and no more.

type entry struct {
	name string
	ref  *int
}

func elementField(n int) {
	x := n                    // flaw: vyukov-4a slice element ; want: stack x
	table := make([]entry, 4) // want: stack make([]entry, 4)
	table[n&3].ref = &x
	println(*table[n&3].ref)
}

func elementFieldTwin(n int) {
	x := n                    // want: heap x
	table := make([]entry, 4) // want: stack make([]entry, 4)
	table[n&3].ref = &x
	sinkInt = table[n&3].ref
}

func mapValue(n int) {
	x := n                  // flaw: vyukov-4b map value ; want: bounded x
	m := map[string]entry{} // want: stack map[string]entry{}
	m["x"] = entry{ref: &x}
	println(*m["x"].ref)
}

func mapValueTwin(n int) {
	x := n                  // want: heap x
	m := map[string]entry{} // want: stack map[string]entry{}
	m["x"] = entry{ref: &x}
	sinkInt = m["x"].ref
}

func mapKey(n int) {
	x := n                  // flaw: vyukov-4c map key ; want: bounded x
	seen := map[*int]bool{} // want: stack map[*int]bool{}
	seen[&x] = true
	for p := range seen {
		println(*p)
	}
}

func mapKeyTwin(n int) {
	x := n                  // want: heap x
	seen := map[*int]bool{} // want: stack map[*int]bool{}
	seen[&x] = true
	for p := range seen {
		sinkInt = p
	}
}
