package concurrency

// What a go or defer statement makes for its call alone lies in the frame of that call. The twins are in
// traps/concurrency/wrapped.go.

type task struct{ in, out *int }

func double(p ...*int) {
	for _, x := range p {
		*x *= 2
	}
}

func doTask(j task) { *j.out = *j.in }

func started(x *int) {
	go double(new(int), new(int))         // want: stack new(int), stack ... argument
	go double([]*int{new(int), x}...)     // want: stack new(int), stack []*int{...}
	go doTask(task{in: x, out: new(int)}) // want: stack new(int)
}

func deferredInLoop(n int) {
	for i := 0; i < n; i++ {
		defer double(new(int)) // want: stack new(int), stack ... argument
	}
}

var _ = []any{started, deferredInLoop}
