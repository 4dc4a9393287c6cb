// Package aliasing holds traps on aliased parameters and weak updates.
package aliasing

type Cell struct {
	V    *int
	Next *Cell
}

type Inner struct{ V *int }

type Box struct {
	C  *Cell
	In Inner
}

var GBox Box

// A2: p and q may be one box, then the store through q.C fills the fresh cell.
func fill(dst, src *Box, v *int) *int {
	c := &Cell{} // want: heap &Cell{}
	dst.C = c
	src.C.V = v
	return c.V
}

// A2: the result of fill is v, though in fill alone c.V looks empty.
func SameBox() *int {
	x := 1 // want: heap x
	var b Box
	return fill(&b, &b, &x)
}

// A2: a global and a parameter name one object.
func mix(p *Box, v *int) *int {
	c := new(Cell) // want: heap new(Cell)
	GBox.C = c
	p.C.V = v
	return c.V
}

// A2: caller of mix with the global itself.
func GlobalIsParam() *int {
	x := 1 // want: heap x
	return mix(&GBox, &x)
}

// A2: the slices overlap in the callee: b[0] is a[1].
func lay(a, b []*int, v *int) *int {
	a[1] = nil
	b[0] = v
	return a[1]
}

// A2: caller of lay with overlapping halves.
func OverlappingSlices() *int {
	x := 1 // want: heap x
	var s [3]*int
	return lay(s[0:2], s[1:3], &x)
}

// Weak update: p and q may be one slot or two; *q = nil must not be taken to clear *p.
func twoSlots(p, q **int, v *int) *int {
	*p = v
	*q = nil
	return *p
}

// Weak update: two distinct slots, so v survives.
func DistinctSlots() *int {
	x := 1 // want: heap x
	var a, b *int
	return twoSlots(&a, &b, &x)
}

// Weak update: p has two targets, so a.V may survive.
func TwoTargets(k bool) *int {
	x := 1 // want: heap x
	var a, b Cell
	a.V = &x
	p := &a
	if k {
		p = &b
	}
	p.V = nil
	return a.V
}

// A2: q points into p.
func inner(p *Box, q *Inner, v *int) *int {
	p.In.V = nil
	q.V = v
	return p.In.V
}

// A2: caller of inner with an interior pointer.
func InteriorAlias() *int {
	x := 1 // want: heap x
	var b Box
	return inner(&b, &b.In, &x)
}

// Weak update: after an odd number of swaps p is &b.
func SwapLoop(n int) *int {
	x := 1 // want: heap x
	var a, b Cell
	p, q := &a, &b
	for i := 0; i < n; i++ {
		p, q = q, p
	}
	a.V = &x
	p.V = nil
	q.Next = nil
	return a.V
}

type ref struct{ c *Cell }

// A copied struct of pointers names the same cell.
func CopiedRef() *int {
	x := 1 // want: heap x
	var a Cell
	r := ref{&a}
	s := r
	s.c.V = &x
	return r.c.V
}

// A2: what plant returns was read after its own store through the other name.
func plant(p, q *Box) *Cell {
	p.C = &Cell{} // want: heap &Cell{}
	return q.C
}

// A2: the returned cell is b.C, found in the memory after the call.
func AfterCall() *int {
	x := 1 // want: heap x
	var b Box
	d := plant(&b, &b)
	d.V = &x
	return b.C.V
}

type setter interface{ set(*int) }

type getter interface{ get() *int }

func (c *Cell) set(v *int) { c.V = v }
func (c *Cell) get() *int  { return c.V }

// A2: s and g may be one object behind two interface types.
func through(s setter, g getter, v *int) *int {
	s.set(v)
	return g.get()
}

// A2: caller of through with one cell twice.
func TwoInterfaces() *int {
	x := 1 // want: heap x
	var c Cell
	return through(&c, &c, &x)
}

// A2: p.Next may be q.
func hop(p, q *Cell, v *int) *int {
	q.V = nil
	p.Next.V = v
	return q.V
}

// A2: the content of one argument is the other argument.
func ContentIsParam() *int {
	x := 1 // want: heap x
	var a, b Cell
	a.Next = &b
	return hop(&a, &b, &x)
}

func pick(a, b *Cell, k bool) *Cell {
	if k {
		return a
	}
	return b
}

// Weak update through a call's result that has two targets.
func PickedTarget(k bool) *int {
	x := 1 // want: heap x
	var a, b Cell
	a.V = &x
	pick(&a, &b, k).V = nil
	return a.V
}

// Weak update: the target is a conditional expression of two fields of one object.
func TwoFields(k bool) *int {
	x := 1 // want: heap x
	var b struct{ l, r *int }
	b.l = &x
	p := &b.l
	if k {
		p = &b.r
	}
	*p = nil
	return b.l
}

// A2: out and in are the same slot, so *in reads what was just stored.
func relay(out, in **int, v *int) *int {
	*out = v
	return *in
}

// A2: caller of relay with one slot twice.
func SameSlot() *int {
	x := 1 // want: heap x
	var a *int
	return relay(&a, &a, &x)
}

// A2: the receiver and the argument are one list head; append stores through an alias of what it walks.
func (c *Cell) splice(d *Cell, v *int) *int {
	n := &Cell{} // want: heap &Cell{}
	d.Next = n
	c.Next.V = v
	return n.V
}

// A2: receiver aliased with argument.
func SelfSplice() *int {
	x := 1 // want: heap x
	var c Cell
	return c.splice(&c, &x)
}

// A2: **pp is the cell that q names.
func indirect(pp **Cell, q *Cell, v *int) *int {
	(*pp).V = v
	return q.V
}

// A2: two levels of indirection against one.
func PointerToPointer() *int {
	x := 1 // want: heap x
	var c Cell
	p := &c
	return indirect(&p, &c, &x)
}

type deep struct{ next *deeper }
type deeper struct{ next *deepest }
type deepest struct{ cell **int }

var Three **int

func third(d *deep) **int { return d.next.next.cell }

// The cell is three loads away.
func CellLeaves() {
	x := 1     // want: heap x
	cell := &x // want: heap cell
	d := &deep{&deeper{&deepest{&cell}}}
	Three = third(d)
}
