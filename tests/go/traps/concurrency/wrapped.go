package concurrency

// The twins of stack/concurrency/wrapped.go: the call keeps what the statement makes for it, or somebody else has it too.

type task struct{ in, out *int }

var kept *int
var tasks []task

func keepIt(p ...*int) { kept = p[0] }

func keepTask(j task) { tasks = append(tasks, j) }

func double(p ...*int) {
	for _, x := range p {
		*x *= 2
	}
}

func startedKept(x *int) {
	go keepIt(new(int))                     // want: heap new(int)
	go keepIt([]*int{new(int), x}...)       // want: heap new(int)
	go keepTask(task{in: x, out: new(int)}) // want: heap new(int)
	defer keepIt(new(int))                  // want: heap new(int)
}

func shared() int {
	x := new(int) // want: heap new(int)
	go double(x)
	s := []*int{new(int)} // want: heap new(int), heap []*int{...}
	go double(s...)
	return *x + *s[0]
}

// The variable is the starter's, not the call's.
func ofVariable() int {
	n := 1 // want: heap n
	go double(&n)
	return n
}

// What the call returns is of the call's frame, but was kept before.
func through(p *int) *int { kept = p; return p }

func returned() {
	go through(new(int)) // want: heap new(int)
}

var _ = []any{startedKept, shared, ofVariable, returned}
