package loops

// One cell stands for all elements of a large array, and of a slice that each round makes anew: a store into one leaves the others.

func LargeArray() *int {
	x := 1 // want: heap x
	var a [1000]*int
	a[0] = &x
	a[1] = nil
	return a[0]
}

func SliceOfRound(n int) (kept *int) {
	for i := 0; i < n; i++ {
		x := i // want: heap x
		s := make([]*int, 2)
		s[0] = &x
		s[1] = nil
		kept = s[0]
	}
	return kept
}

// The array is one of each round. Nobody knows which of its elements an index means: a store into one leaves the others.
func renewedElements(n, i, j, k int) *int {
	for ; n >= 0; n-- {
		var pair [2]*int
		x := n // want: heap x
		y := n // want: heap y
		pair[i&1] = &x
		pair[j&1] = &y
		if p := pair[k&1]; n%2 == 0 {
			return p
		}
	}
	return nil
}

func renewedFields(n, i, j, k int) *int {
	type cell struct{ at *int }
	for ; n >= 0; n-- {
		cells := &[3]cell{}
		x := n // want: heap x
		y := n // want: heap y
		cells[i%3].at = &x
		cells[j%3].at = &y
		if p := cells[k%3].at; n%2 == 0 {
			return p
		}
	}
	return nil
}

func UseElements(n int) int {
	if n < 0 {
		n = 4
	}
	p, q := renewedElements(n, 0, 1, 0), renewedFields(n, 0, 1, 0)
	if p == nil || q == nil {
		return 0
	}
	return *p + *q
}
