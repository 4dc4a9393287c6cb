// Command l2 is Vyukov's second litmus test: a pointer that is only printed.
package main

import "fmt"

var (
	sinkString string
	sinkInt    *int
)

func main() {
	printed(1)
	printedTwin(2)
}

// printed cannot be had: fmt takes its printer from a pool and puts the
// argument into it, so that a heap object holds &i while Sprint runs. The field
// is cleared before Sprint returns, but other goroutines share the pool, and
// no variant follows that. Hence heap, here in the list form: it speaks for the
// default runtime model and leaves the ideal one open.
func printed(n int) {
	i := n // flaw: vyukov-L2 fmt.Sprint ; want[coarse,field,flow,full]: heap i
	sinkString = fmt.Sprint(&i)
}

func printedTwin(n int) {
	i := n // want: heap i
	sinkInt = &i
}
