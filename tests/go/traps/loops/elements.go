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
