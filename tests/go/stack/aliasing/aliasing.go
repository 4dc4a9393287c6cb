// Package aliasing has the precise twins of traps/aliasing: parameters that are not aliased, single targets.
package aliasing

type Cell struct {
	V    *int
	Next *Cell
}

type Inner struct{ V *int }

type Box struct {
	L, R Inner
	C    *Cell
}

// Two distinct cells: the store through src is not seen through dst.
func fill(dst, src *Cell, v *int) *int {
	src.V = v
	return dst.V
}

// Twin of SameSlot: a and b are distinct.
func DistinctCells() *int {
	x := 1        // want: stack x
	var a, b Cell // want: stack a, stack b
	return fill(&a, &b, &x)
}

// Twin of TwoTargets: p has one target, the update is strong.
func OneTarget() *int {
	x := 1     // want: stack x
	var a Cell // want: stack a
	a.V = &x
	p := &a
	p.V = nil
	return a.V
}

// Twin of SwapLoop: swapped exactly once, q is &a.
func SwappedOnce() *int {
	x := 1        // want: stack x
	var a, b Cell // want: stack a, stack b
	p, q := &a, &b
	p, q = q, p
	a.V = &x
	p.Next = nil
	q.V = nil
	return a.V
}

func inner(p *Box, q *Inner, v *int) *int {
	q.V = v
	return p.R.V
}

// Twin of InteriorAlias: q points to the other field of p.
func OtherInterior() *int {
	x := 1    // want: stack x
	var b Box // want: stack b
	return inner(&b, &b.L, &x)
}

type ref struct{ c *Cell }

// Twin of CopiedRef: r was pointed elsewhere before the store.
func MovedRef() *int {
	x := 1        // want: stack x
	var a, b Cell // want: stack a, stack b
	r := ref{&a}
	s := r
	r.c = &b
	r.c.V = &x
	return s.c.V
}

func pick(a, b *Cell, k bool) *Cell {
	if k {
		return a
	}
	return b
}

// Twin of PickedTarget: both answers are the same cell.
func PickedSame(k bool) *int {
	x := 1     // want: stack x
	var a Cell // want: stack a
	a.V = &x
	pick(&a, &a, k).V = nil
	return a.V
}

func hop(p *Cell, v *int) { p.Next.V = v }

// Twin of ContentIsParam: the content is another cell than the one read.
func ContentIsOther() *int {
	x := 1           // want: stack x
	var a, b, c Cell // want: stack a, stack b
	a.Next = &b
	hop(&a, &x)
	return c.V
}

// Read before the aliased store.
func ReadBefore() *int {
	x := 1     // want: stack x
	var a Cell // want: stack a
	p := &a
	r := a.V
	p.V = &x
	return r
}

// Twin of TwoFields: the conditional pointer clears one of two fields, the third is read.
func ThirdField(k bool) *int {
	x := 1                       // want: stack x
	var b struct{ l, m, r *int } // want: stack b
	p := &b.l
	if k {
		p = &b.r
	}
	*p = &x
	return b.m
}

// Twin of PointerToPointer: pp was moved on.
func PointerMoved() *int {
	x := 1        // want: stack x
	var c, d Cell // want: stack c, stack d
	p := &c       // want: stack p
	pp := &p
	*pp = &d
	p.V = &x
	return c.V
}

type deep struct{ next *deeper }
type deeper struct{ next *deepest }
type deepest struct{ cell **int }

var Four *int

// A function without calls tells four loads from three.
func fourth(d *deep) *int { return *d.next.next.cell }

// Twin of CellLeaves: what is four loads away leaves, the cell that holds it stays.
func CellStays() {
	x := 1                               // want: heap x
	cell := &x                           // want[full,field]: stack cell
	d := &deep{&deeper{&deepest{&cell}}} // want[full,field]: stack &deep{...}, stack &deeper{...}, stack &deepest{...}
	Four = fourth(d)
}
