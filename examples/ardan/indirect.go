package main

type gauge struct {
	level *int
}

// setWhenMade is the control: the literal takes the pointer along, and gc
// follows it.
func setWhenMade(n int) {
	i := n                 // want: stack i
	g := &gauge{level: &i} // want: stack &gauge{...}
	println(*g.level)
}

// setAfterwards stores the same pointer one statement later, through g. gc
// does not ask what g points to and takes any store through a pointer for a
// store to the heap.
func setAfterwards(n int) {
	i := n        // flaw: ardan-1 indirect assignment ; want: stack i
	g := &gauge{} // want: stack &gauge{}
	g.level = &i
	println(*g.level)
}

func setAfterwardsTwin(n int) {
	i := n        // want: heap i
	g := &gauge{} // want: stack &gauge{}
	g.level = &i
	sinkInt = g.level
}
