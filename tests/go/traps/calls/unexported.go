package calls

// The twins of stack/calls/unexported.go: somebody keeps what an unexported method hands out.

var Path []int

type keptTree struct{ root int }

func (t *keptTree) each(visit func([]int)) {
	visit([]int{t.root}) // want: heap []int{...}
}

// Sum keeps nothing.
func SumKept(t *keptTree) (n int) {
	t.each(func(path []int) { n += path[0] })
	return
}

// LastPath keeps what each hands out.
func LastPath(t *keptTree) { t.each(func(path []int) { Path = path }) }

// The method is called through an interface of the package, with a function that the package's users choose.
type eacher interface{ each(func([]int)) }

type namedTree struct{ root int }

func (t *namedTree) each(visit func([]int)) {
	visit([]int{t.root}) // want: heap []int{...}
}

func Through(e eacher, visit func([]int)) { e.each(visit) }

func AsEacher() eacher { return &namedTree{} }

// The method is handed out as a value.
type valueTree struct{ root int }

func (t *valueTree) each(visit func([]int)) {
	visit([]int{t.root}) // want: heap []int{...}
}

func Valued(t *valueTree) func(func([]int)) { return t.each }

// The method is promoted to a type of the package that users embed, and called by an exported method there.
type innerTree struct{ root int }

func (t *innerTree) each(visit func([]int)) {
	visit([]int{t.root}) // want: heap []int{...}
}

type OuterTree struct{ innerTree }

func (t *OuterTree) Each(visit func([]int)) { t.each(visit) }
