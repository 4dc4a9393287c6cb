// Package deadcode: what a constant switches off is no code.
package deadcode

const debug = false

type record struct{ args []any }

var kept *record

func describe(args ...any) {
	if debug {
		kept = &record{args} // want: stack &record{...}
	}
}

func Describe(n int) {
	describe(n, "text") // want: stack ... argument
}

var sink *int

func Switched() int {
	x := 1 // want: stack x
	if debug && x > 0 {
		sink = &x
	}
	p := &x
	return *p
}

func Else() int {
	x := 1 // want: stack x
	p := &x
	if !debug {
		return *p
	}
	sink = p
	return 0
}

func Loop() int {
	x := 1 // want: stack x
	for debug {
		sink = &x
	}
	p := &x
	return *p
}
