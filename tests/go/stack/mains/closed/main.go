// Command closed has calls that only a closed world resolves: every type and function is the program's own.
package main

type Shape interface {
	Note(*int)
	Area() int
}

type Square struct{ n int }

func (s *Square) Note(p *int) { s.n += *p }
func (s *Square) Area() int   { return s.n * s.n }

type Circle struct{ r int }

func (c *Circle) Note(p *int) { *p = c.r }
func (c *Circle) Area() int   { return 3 * c.r * c.r }

// Twin of dispatch.measure: no type of the program keeps x, though function and types are exported.
func Measure(s Shape) int {
	x := 1 // want: stack x
	s.Note(&x)
	return s.Area() + x
}

// Twin of dispatch.each: exported, and still all callers are known.
func Each(n int, f func(*int)) {
	for i := 0; i < n; i++ {
		v := i // want: stack v
		f(&v)
	}
}

func hof(f func(g func(*int)) int) int { return f(func(p *int) { *p++ }) }

var total int

// All that the program makes.
func main() {
	var sq Square // want: stack sq
	var ci Circle // want: stack ci
	total += Measure(&sq)
	total += Measure(&ci)
	Each(3, func(p *int) { total += *p })
	total += hof(func(g func(*int)) int {
		x := 1 // want: stack x
		g(&x)
		return x
	})
	if total != 7 {
		panic(total)
	}
}
