// Command ladder orders the variants. Each file holds programs whose heap
// verdict goes away on one rung and no sooner: coarse.go needs neither fields
// nor statement order, but is more than gc sees; field.go needs fields alone,
// flow.go order alone, both.go both at once. Every twin differs in one line,
// and its object really leaves its frame.
package main

// What a twin, or a callee of its, stores here outlives every frame.
var (
	sinkInt   *int
	sinkRef   **int
	sinkPair  pair
	sinkPairs *pair
	sinkBytes []byte
	sinkLink  *link
	sinkFrame *frame
	sinkAny   any
)

// A pair has two pointer cells of one type, so that nothing but the field
// tells them apart.
type pair struct {
	a, b *int
}

func look(p *int) { println(*p) }

func keep(p *int) { sinkInt = p }

func main() {
	coarse()
	field()
	flow()
	both()
}
