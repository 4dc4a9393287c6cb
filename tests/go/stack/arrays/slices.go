package arrays

// A slice of a whole array starts with its first element: constant indices tell the elements apart.

var keptElement *int

func Literal() *int {
	a, b := 1, 2         // want: stack a, heap b
	xs := []*int{&a, &b} // want: stack []*int{...}
	return xs[1]
}

func Replaced() *int {
	a, b := 1, 2 // want: stack a, heap b
	var array [2]*int
	xs := array[:]
	xs[0] = &a
	xs[0] = &b
	return array[0]
}

func firstOfSlice(xs []*int) *int { return xs[0] }

func Passed() *int {
	a, b := 1, 2 // want: heap a, stack b
	array := [2]*int{&a, &b}
	return firstOfSlice(array[:])
}

// The same through a pointer to the array, a field, a result.
func firstByPointer(array *[2]*int) *int { return array[:][0] }

func ByPointer() *int {
	a, b := 1, 2 // want: heap a, stack b
	array := [2]*int{&a, &b}
	return firstByPointer(&array)
}

type sliced struct {
	head  *int
	array [2]*int
	xs    []*int
}

func InField() *int {
	a, b, c := 1, 2, 3 // want: stack a, heap b, stack c
	var s sliced       // want: stack s
	s.head = &a
	s.xs = s.array[:]
	s.xs[0] = &b
	s.xs[1] = &c
	return s.array[0]
}

func whole(array *[2]*int) []*int { return array[:] }

func ByResult() *int {
	a, b := 1, 2 // want: stack a, heap b
	array := [2]*int{&a, &b}
	return whole(&array)[1]
}

func Grid() *int {
	a, b := 1, 2 // want: stack a, heap b
	var grid [2][2]*int
	rows := grid[:]
	rows[0][1] = &a
	rows[1][:][1] = &b
	return grid[1][1]
}

// What a callee keeps of a slice of structs is one field of one element.
type two struct{ p, q *int }

func keepOne(xs []two) { keptElement = xs[1].q }

func Structs() {
	a, b := 1, 2 // want: heap b ; goal: stack a
	keepOne([]two{{&a, &a}, {&a, &b}})
}
