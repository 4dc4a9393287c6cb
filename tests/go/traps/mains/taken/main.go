// Command taken calls functions that it finds in maps and slices: declared ones, closures, bound methods and method expressions.
package main

var (
	kept  *int
	count int
)

func read(p *int)  { count += *p }
func write(p *int) { *p++ }

type tally struct{ last *int }

func (t *tally) note(p *int) { t.last = p }

type visit func(*int)

var (
	table   = map[string]func(*int){}
	visits  []visit
	methods = map[int]func(*tally, *int){}
	pairs   [2]func(*int, int)
)

// fill puts a closure beside a declared function: the closure keeps what it gets.
func fill(t *tally) {
	table["read"] = read
	table["keep"] = func(p *int) { t.last = p }
}

func fromTable(name string) int {
	x := 1 // want: heap x
	table[name](&x)
	return x
}

func fillVisits(t *tally) {
	visits = append(visits, read, write)
	visits = append(visits, t.note)
}

func fromVisits() int {
	x := 1 // want: heap x
	for _, v := range visits {
		v(&x)
	}
	return x
}

func ignore(*tally, *int) {}

func fillMethods() {
	methods[0] = ignore
	methods[1] = (*tally).note
}

func fromMethods(k int, t *tally) int {
	x := 1 // want: heap x
	methods[k](t, &x)
	return x
}

func none(*int, int) {}

// choose hands back one of two, by a phi.
func choose(n int) func(*int, int) {
	f := none
	if n > 0 {
		f = func(p *int, _ int) { kept = p }
	}
	return f
}

func fillPairs(n int) {
	pairs[0] = choose(0)
	pairs[1] = choose(n)
}

func fromPairs(k int) int {
	x := 1 // want: heap x
	pairs[k](&x, k)
	return x
}

func main() {
	t := &tally{} // want: heap &tally{}
	fill(t)
	fillVisits(t)
	fillMethods()
	fillPairs(1)
	println(fromTable("read")+fromTable("keep"), fromVisits(), fromMethods(0, t)+fromMethods(1, t), fromPairs(0)+fromPairs(1))
	println(*t.last, *kept, count)
}
