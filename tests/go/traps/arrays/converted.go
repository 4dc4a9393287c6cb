package arrays

// A slice converted to a pointer to a small array: the array's elements are told apart, those of the memory beneath are not.

func ConvertedMake(n int) *int {
	x := 1 // want: heap x
	s := make([]*int, n)
	p := (*[2]*int)(s)
	p[1] = &x
	return s[1]
}

func ConvertedLarge(n int) *int {
	x := 1 // want: heap x
	var big [100]*int
	s := big[:]
	p := (*[2]*int)(s[5:])
	p[1] = &x
	return big[6+n]
}

func ConvertedRead(n int) *int {
	x := 1 // want: heap x
	s := make([]*int, n)
	s[1] = &x
	p := (*[2]*int)(s)
	return p[1]
}

func ConvertedArray(n int) *int {
	x := 1 // want: heap x
	s := make([]*int, n)
	s[1] = &x
	a := [2]*int(s)
	return a[1]
}

func storeConverted(s []*int, x *int) { (*[2]*int)(s)[1] = x }

func ConvertedInCallee(n int) *int {
	x := 1 // want: heap x
	s := make([]*int, n)
	storeConverted(s, &x)
	return s[1]
}

type wide struct {
	h *int
	a [20]struct{ p, q *int }
}

func ConvertedFields(i int) *int {
	x := 1 // want: heap x
	var b wide
	(*[2]struct{ p, q *int })(b.a[3:])[1].q = &x
	return b.a[i].q
}
