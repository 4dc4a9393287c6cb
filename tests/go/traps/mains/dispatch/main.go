// Command dispatch holds traps on calls that a closed world resolves: interfaces and function parameters.
package main

type shape interface {
	note(*int)
	last() *int
}

type square struct{ p *int }

func (s *square) note(p *int) { s.p = p }
func (s *square) last() *int  { return s.p }

type circle struct{ n int }

func (c *circle) note(p *int) { c.n += *p }
func (c *circle) last() *int  { return &c.n }

// A8, closed world: of the two types that the program makes, one keeps x.
func measure(s shape) {
	x := 1 // want: heap x
	s.note(&x)
}

// A8: the function parameter has two possible values, one stores.
func each(n int, f func(*int)) {
	for i := 0; i < n; i++ {
		v := i + 1 // want: heap v
		f(&v)
	}
}

var kept *int

// The shapes come out of a function that hides which is which.
func pick(k int) shape {
	if k%2 == 0 {
		return &square{} // want: heap &square{}
	}
	return &circle{} // want: heap &circle{}
}

func main() {
	sum := 0
	for k := 0; k < 4; k++ {
		s := pick(k)
		measure(s)
		sum += *s.last()
	}
	each(3, func(p *int) { sum += *p })
	each(1, func(p *int) { kept = p })
	if sum != 10 || *kept != 1 {
		panic(sum)
	}
}
