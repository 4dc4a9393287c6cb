// Package arrays holds traps on array elements, slices of arrays, copies and append.
package arrays

type Pair struct{ A, B *int }

// A4: stored at an unknown index, loaded at a known one.
func UnknownThenConst(i int) *int {
	x := 1 // want: heap x
	var a [4]*int
	a[i&3] = &x
	return a[2]
}

// A4: stored at a known index, loaded at an unknown one.
func ConstThenUnknown(i int) *int {
	x := 1 // want: heap x
	var a [4]*int
	a[1] = &x
	return a[i&3]
}

// Weak update: an unknown index clears one element, not a[0].
func UnknownDoesNotKill(i int) *int {
	x := 1 // want: heap x
	var a [4]*int
	a[0] = &x
	a[i&3] = nil
	return a[0]
}

// A4: s[0] is a[1].
func SliceOfArray() *int {
	x := 1 // want: heap x
	var a [4]*int
	s := a[1:3]
	s[0] = &x
	return a[1]
}

// A4: a slice of a slice, t[0] is a[2].
func SliceOfSlice() *int {
	x := 1 // want: heap x
	var a [4]*int
	s := a[1:]
	t := s[1:2:2]
	t[0] = &x
	return a[2]
}

// A4: append writes into a.
func AppendInPlace() *int {
	x := 1 // want: heap x
	var a [4]*int
	s := a[:1]
	s = append(s, &x)
	_ = s
	return a[1]
}

// A4: an array pointer made from a slice; q[1] is a[2].
func ArrayPointer() *int {
	x := 1 // want: heap x
	var a [4]*int
	q := (*[2]*int)(a[1:3])
	q[1] = &x
	return a[2]
}

// A4: the conversion slice to array copies, later stores do not clear the copy.
func ArrayOfSlice() *int {
	x := 1 // want: heap x
	var a [4]*int
	s := a[1:3]
	s[1] = &x
	c := [2]*int(s)
	s[1] = nil
	return c[1]
}

// A4: range over an array copies it first, so v is still &x when a[1] is cleared.
func RangeCopies() *int {
	x := 1 // want: heap x
	var a [3]*int
	a[1] = &x
	var r *int
	for i, v := range a {
		a[1] = nil
		if i == 1 {
			r = v
		}
	}
	return r
}

// A4: range over a pointer to an array sees the stores of the body.
func RangeSeesStores() *int {
	x := 1 // want: heap x
	var a [3]*int
	var r *int
	for i, v := range &a {
		if i == 0 {
			a[1] = &x
		}
		if i == 1 {
			r = v
		}
	}
	return r
}

// A4: range over a slice of an array loads through the slice.
func RangeOverSlice(n int) *int {
	x := 1 // want: heap x
	var a [3]*int
	a[n%3] = &x
	var r *int
	for _, v := range a[:] {
		if v != nil {
			r = v
		}
	}
	return r
}

// A4: copy moves a[0] to a[1], overlapping.
func CopyShifts() *int {
	x := 1 // want: heap x
	var a [4]*int
	a[0] = &x
	copy(a[1:], a[:3])
	a[0] = nil
	return a[1]
}

// A4: two levels of arrays, inner index unknown.
func Nested(i int) *int {
	x := 1 // want: heap x
	var m [2][2]*int
	row := &m[1]
	row[i&1] = &x
	return m[1][0]
}

type holder struct{ a [2]*int }

// A struct assignment copies every element of the array in it.
func ArrayInStruct() *int {
	x := 1 // want: heap x
	var h holder
	h.a[1] = &x
	g := h
	h.a[1] = nil
	return g.a[1]
}

// An array assignment copies every pointer.
func ArrayAssigned() *int {
	x := 1 // want: heap x
	var a [4]*int
	a[0] = &x
	b := a
	a = [4]*int{}
	_ = a
	return b[0]
}

// clear of a part of the array leaves the rest.
func ClearPart() *int {
	x := 1 // want: heap x
	var a [4]*int
	a[3] = &x
	clear(a[:3])
	return a[3]
}

// A4: p and q may be one element.
func ElementPointers(i int) *int {
	x := 1 // want: heap x
	var a [2]*int
	p := &a[i&1]
	q := &a[0]
	*p = &x
	return *q
}

// A4: the address of one element keeps the array.
func ElementAddress() *int {
	var a [4]int // want: heap a
	a[2] = 1
	return &a[2]
}

// A4: a slice keeps the whole array.
func SliceReturned() []int {
	var a [4]int // want: heap a
	a[1] = 1
	return a[1:2]
}

// Structs in arrays: stored at unknown index, copied as a whole, read at a known one.
func ArrayOfStructs(i int) *int {
	x := 1 // want: heap x
	var a [3]Pair
	a[i%3].B = &x
	b := a
	return b[0].B
}

// A4: a slice can be extended to its capacity.
func BeyondLen() *int {
	x := 1 // want: heap x
	var a [4]*int
	s := a[:0]
	s = s[:3]
	s[2] = &x
	return a[2]
}

// A4: a swap of elements with unknown indices.
func SwapElements(i, j int) *int {
	x := 1 // want: heap x
	var a [4]*int
	a[0] = &x
	a[i&3], a[j&3] = a[j&3], a[i&3]
	return a[3]
}

// A4: bubble x through the array one place per iteration.
func Bubble() *int {
	x := 1 // want: heap x
	var a [4]*int
	a[0] = &x
	for i := 0; i+1 < len(a); i++ {
		a[i+1] = a[i]
		a[i] = nil
	}
	return a[3]
}

// A4: the same element through an array of slices.
func SliceTable(i int) *int {
	x := 1 // want: heap x
	var a, b [2]*int
	t := [2][]*int{a[:], b[:]}
	t[i&1][1] = &x
	return b[1]
}

// A4: a negative stride: the index runs downwards and meets a[0] last.
func Downwards() *int {
	x := 1 // want: heap x
	var a [3]*int
	for i := len(a) - 1; i >= 0; i-- {
		a[i] = &x
	}
	return a[0]
}

// A4: a comparison of arrays is no update; b still holds x.
func Compared() *int {
	x := 1 // want: heap x
	a := [2]*int{nil, &x}
	b := a
	if a == b {
		a[1] = nil
	}
	return b[1]
}

// A4: copied from an element that nobody knows to another one, and the second field of that.
func CopiedElement(i, j int) *int {
	x := 1 // want: heap x
	var a [3]Pair
	a[0] = Pair{nil, &x}
	a[i] = a[j]
	return a[i].B
}
