package closures

// One call, two targets: what the one hands back is not what the other does, though both make one object.

func counting(p *int) func() *int {
	q := new(int)
	return func() *int { *q++; return nil }
}

func returning(p *int) func() *int { return func() *int { return p } }

func OneOfTwoMakers(c bool) *int {
	x := 1 // want: heap x
	mk := counting
	if c {
		mk = returning
	}
	f := mk(&x)
	return f()
}

type maker interface{ make(p *int) func() *int }
type countingMaker struct{}
type returningMaker struct{}

func (countingMaker) make(p *int) func() *int {
	q := new(int)
	return func() *int { *q++; return nil }
}
func (returningMaker) make(p *int) func() *int { return func() *int { return p } }

func OneOfTwoMakersByInterface(c bool) *int {
	x := 1 // want: heap x
	var mk maker = countingMaker{}
	if c {
		mk = returningMaker{}
	}
	f := mk.make(&x)
	return f()
}
