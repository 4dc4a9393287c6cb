package calls

// All callers of an unexported method are in its package, as those of an unexported function. The twins are in traps/calls/unexported.go.

type tree struct{ root int }

func (t *tree) each(visit func([]int)) {
	visit([]int{t.root}) // want: stack []int{...}
}

// Sum calls each with a function that keeps nothing.
func Sum(t *tree) (n int) {
	t.each(func(path []int) { n += path[0] }) // want: stack func literal
	return
}
