// Package arrays has the precise twins of traps/arrays: known indices, local slices, copies.
package arrays

var Saved *int

// Twin of ConstThenUnknown: two known indices.
func OtherIndex() *int {
	x := 1        // want: stack x
	var a [4]*int // want: stack a
	p := &a
	p[1] = &x
	return p[2]
}

// The element is overwritten, index known.
func Overwritten() *int {
	x := 1        // want: stack x
	var a [4]*int // want: stack a
	p := &a
	p[1] = &x
	p[1] = nil
	return a[1]
}

// Twin of SliceOfArray: all stays local, index unknown.
func LocalSlice(i int) int {
	x, y := 1, 2  // want: stack x, stack y
	var a [4]*int // want: stack a
	for j := range a {
		a[j] = &y
	}
	s := a[:]
	s[i&3] = &x
	return *a[2]
}

// Twin of ArrayAssigned: the copy was made before the store.
func CopyBefore() *int {
	x := 1        // want: stack x
	var a [4]*int // want: stack a
	p := &a
	b := *p
	p[0] = &x
	return b[0]
}

// Elements of a slice literal.
func SliceLiteral(i int) int {
	x, y := 1, 2        // want: stack x, stack y
	s := []*int{&x, &y} // want: stack []*int{...}
	return *s[i&1]
}

// Stores into a made slice of constant size.
func MadeSlice(i int) int {
	x, y := 1, 2         // want: stack x, stack y
	s := make([]*int, 2) // want: stack make([]*int, 2)
	s[0] = &x
	s[1] = &y
	return *s[i&1]
}

// copy between local arrays.
func LocalCopy(i int) int {
	x := 1           // want: stack x
	var a, b [2]*int // want: stack a, stack b
	a[0], a[1] = &x, &x
	copy(b[:], a[:])
	return *b[i&1]
}

// A swap within a local slice.
func LocalSwap() int {
	x, y := 1, 2        // want: stack x, stack y
	s := []*int{&x, &y} // want: stack []*int{...}
	s[0], s[1] = s[1], s[0]
	return *s[0]
}

// Twin of ElementAddress: the value leaves, not the address.
func ElementValue() int {
	var a [4]int // want: stack a
	p := &a[2]
	*p = 1
	return a[2] + *p
}

// A pointer into an array of structs.
func LocalStructs(i int) int {
	x := 1                       // want: stack x
	var a [3]struct{ p, q *int } // want: stack a
	for j := range a {
		e := &a[j]
		e.p = &x
	}
	return *a[i%3].p
}

// Twin of ArrayInStruct: the other field of the struct is published.
func OtherField(i int) {
	x := 1 // want: stack x
	var h struct {
		a [2]*int
		b [2]*int
	} // the site is in the line of the name; no expectation here
	p := &h
	p.a[i&1] = &x
	Saved = p.b[1]
}

// Nested arrays, known outer index.
func OtherRow(i int) {
	x := 1           // want: stack x
	var m [2][2]*int // want: stack m
	row := &m[1]
	row[i&1] = &x
	Saved = m[0][1]
}

// An array pointer from a slice, all local.
func ArrayPointer(i int) int {
	x := 1        // want: stack x
	var a [4]*int // want: stack a
	for j := range a {
		a[j] = &x
	}
	q := (*[2]*int)(a[1:3])
	q[0] = &x
	return *q[i&1]
}

// A sorted array of pointers to locals.
func Sorted() int {
	x, y, z := 3, 1, 2         // want: stack x, stack y, stack z
	a := [...]*int{&x, &y, &z} // want: stack a
	s := a[:]
	for i := range s {
		for j := i; j > 0 && *s[j] < *s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
	return *s[0]
}

// A slice of slices of locals.
func Matrix(i, j int) int {
	var a, b [2]int          // want: stack a, stack b
	m := [][]int{a[:], b[:]} // want: stack [][]int{...}
	m[i&1][j&1] = 1
	return a[0] + b[1]
}

type couple struct{ a, b *int }

// A copy between elements of which nobody knows which leaves fields apart.
func CopiedElement(i, j int) *int {
	x := 1
	y := 2 // want[full,field]: stack y
	var a [3]couple
	a[0] = couple{&x, &y}
	a[i] = a[j]
	return a[i].a
}
