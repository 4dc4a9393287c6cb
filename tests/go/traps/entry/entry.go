// Package entry holds traps on the entry facts: what is outside when a function starts, and stays open.
package entry

type Pair struct{ A, B *int }

type Deep struct {
	In   *Pair
	Next *Deep
}

var (
	Slot  *int
	GPair Pair
	Ring  [4]*int
)

// A1: nothing is returned; the store goes through the address of a global.
func ViaGlobalAddress() {
	x := 1 // want: heap x
	g := &Slot
	*g = &x
}

// A1: nothing is returned; the caller owns *p.
func ViaParamField(p *Pair) {
	x := 1 // want: heap x
	p.A = &x
}

// A1: three loads deep into what the parameter reaches is still the caller's memory.
func ViaParamContent(d *Deep) {
	x := 1 // want: heap x
	d.Next.In.B = &x
}

// A1: the backing array of a slice parameter is outside.
func ViaParamSlice(s []*int) {
	x := 1 // want: heap x
	s[len(s)-1] = &x
}

// A1: the address of a field of a phantom is as much outside as the phantom.
func ViaParamFieldAddress(p *Pair) {
	x := 1 // want: heap x
	q := &p.B
	*q = &x
}

// A1: an element of a global array, index unknown.
func ViaGlobalArray(i int) {
	x := 1 // want: heap x
	Ring[i&3] = &x
}

// A1: a local copy of *d still points to the caller's d.Next.
func ViaCopyOfParam(d *Deep) {
	x := 1 // want: heap x
	c := *d
	c.Next.In = &Pair{A: &x} // want: heap &Pair{...}
}

// A1: a map parameter is the caller's map.
func ViaParamMap(m map[string]*int) {
	x := 1 // want: heap x
	m["x"] = &x
}

// A1: local on one path, the parameter on the other; &Pair{...} itself goes nowhere.
func ViaOneBranch(p *Pair, k bool) {
	x := 1                // want: heap x
	q := &Pair{B: &Ring0} // want: stack &Pair{...}
	if k {
		q = p
	}
	q.A = &x
}

var Ring0 int

// A1: "leaks" and "is stored in the argument" are two facts: keepIn alone leaks nothing, for a global box it does.
func ViaCalleeAndGlobal() {
	x := 1 // want: heap x
	keepIn(&GPair, &x)
}

func keepIn(p *Pair, v *int) { p.A = v }

var hidden struct{ p *int }

// A1: an unexported global outlives the frame too.
func ViaHiddenGlobal() {
	x := 1 // want: heap x
	hidden.p = &x
}

// A1: reads what ViaHiddenGlobal left.
func Peek() *int { return hidden.p }

// A1: the result of an unknown pointer's load is unknown, not empty.
func ViaLoadedPointer(pp **Pair) {
	x := 1 // want: heap x
	p := *pp
	if p != nil {
		p.B = &x
	}
}

// A1: a pointer received from the caller's channel points outside.
func ViaReceived(c chan *Pair) {
	x := 1 // want: heap x
	p := <-c
	p.A = &x
}

// A1: a store through a parameter of a function literal, called by anybody.
var Fill = func(p *Pair) {
	x := 1 // want: heap x
	p.B = &x
}

// A1: init runs once and ends; the global stays.
func init() {
	x := 1 // want: heap x
	GPair.B = &x
}
