package arrays

// Values so large that their words lie further in than any component of a tuple.

type huge struct {
	pad [16 << 20]byte
	p   *int
}

func HugeCopy() *int {
	x := 1 // want: heap x
	s := new(huge)
	s.p = &x
	t := new(huge)
	*t = *s
	return t.p
}

func hugeResult(p *int) (int, huge) {
	var h huge
	h.p = p
	return 1, h
}

func HugeResult() *int {
	x := 1 // want: heap x
	_, h := hugeResult(&x)
	return h.p
}

func HugeBoxed() *int {
	x := 1 // want: heap x
	var h huge
	h.p = &x
	var e any = h
	return e.(huge).p
}

func HugeSent() *int {
	x := 1 // want: heap x
	var h huge
	h.p = &x
	s := []huge{h}
	return append(s[:0:0], s...)[0].p
}
