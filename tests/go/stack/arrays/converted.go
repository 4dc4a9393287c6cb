package arrays

type wide struct {
	h *int
	a [20]struct{ p, q *int }
}

// A slice converted to a pointer to an array: the other half of the elements' pairs does not hold x.
func ConvertedOtherField(i int) *int {
	x := 1 // want[full,field]: stack x
	var b wide
	(*[2]struct{ p, q *int })(b.a[3:])[1].q = &x
	return b.a[i].p
}
