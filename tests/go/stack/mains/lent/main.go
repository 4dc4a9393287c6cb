// Command lent hands objects to callees that keep nothing of what they get and call none of it.
package main

type holder struct{ p *int }

func lend(g func(*holder)) {
	x := 1            // want[full]: stack x
	g(&holder{p: &x}) // want[full]: stack &holder{...}
}

var total int

func read(h *holder) { total += *h.p }

func main() {
	lend(read)
	if total != 1 {
		panic(total)
	}
}
