// Package deadcode holds traps: code that looks switched off by a constant and is not.
package deadcode

const debug = true

type record struct{ args []any }

var kept *record

func describe(args ...any) {
	if debug {
		kept = &record{args} // want: heap &record{...}
	}
}

func Describe(n int) {
	describe(n, "text") // want: heap ... argument
}

var (
	sink     *int
	disabled = false // a variable: may be set
)

func Switched() int {
	x := 1 // want: heap x
	if disabled && x > 0 {
		sink = &x
	}
	p := &x
	return *p
}

func Else() int {
	x := 1 // want: heap x
	p := &x
	if !debug {
		return *p
	}
	sink = p
	return 0
}

func Loop() int {
	x := 1 // want: heap x
	p := &x
	for debug {
		sink = p
		if *sink == 1 {
			break
		}
	}
	return *p
}

// The recover block is entered though no branch leads there.
func Recovered() (err error) {
	x := 1 // want: heap x
	defer func() {
		recover()
		sink = &x
	}()
	if debug {
		panic("always")
	}
	return nil
}

// Goto enters a block behind a dead branch.
func Jump(n int) int {
	x := 1 // want: heap x
	p := &x
	if n > 0 {
		goto set
	}
	if debug {
		goto end
	}
set:
	sink = p
end:
	return 0
}
