package budgets

// More closures than a summary hands back: what those hold that it has no room for must not get lost.

func mkf(p *int) func() *int { return func() *int { return p } } // want: heap func literal

func pickf2(p *int, k int) func() *int {
	if k&1 == 0 {
		return mkf(p)
	}
	return mkf(p)
}

func pickf4(p *int, k int) func() *int {
	if k&2 == 0 {
		return pickf2(p, k)
	}
	return pickf2(p, k)
}

func pickf8(p *int, k int) func() *int {
	if k&4 == 0 {
		return pickf4(p, k)
	}
	return pickf4(p, k)
}

func pickf16(p *int, k int) func() *int {
	if k&8 == 0 {
		return pickf8(p, k)
	}
	return pickf8(p, k)
}

func pickf32(p *int, k int) func() *int {
	if k&16 == 0 {
		return pickf16(p, k)
	}
	return pickf16(p, k)
}

func pickf64(p *int, k int) func() *int {
	if k&32 == 0 {
		return pickf32(p, k)
	}
	return pickf32(p, k)
}

func pickf128(p *int, k int) func() *int {
	if k&64 == 0 {
		return pickf64(p, k)
	}
	return pickf64(p, k)
}

func ManyClosures(k int) *int {
	y := 1 // want: heap y
	return pickf128(&y, k)()
}

// Each holds a variable of its own maker, which holds y.
func mkn(p *int) func() *node {
	n := node{p}                      // want: heap n
	return func() *node { return &n } // want: heap func literal
}

func pickn2(p *int, k int) func() *node {
	if k&1 == 0 {
		return mkn(p)
	}
	return mkn(p)
}

func pickn4(p *int, k int) func() *node {
	if k&2 == 0 {
		return pickn2(p, k)
	}
	return pickn2(p, k)
}

func pickn8(p *int, k int) func() *node {
	if k&4 == 0 {
		return pickn4(p, k)
	}
	return pickn4(p, k)
}

func pickn16(p *int, k int) func() *node {
	if k&8 == 0 {
		return pickn8(p, k)
	}
	return pickn8(p, k)
}

func pickn32(p *int, k int) func() *node {
	if k&16 == 0 {
		return pickn16(p, k)
	}
	return pickn16(p, k)
}

func pickn64(p *int, k int) func() *node {
	if k&32 == 0 {
		return pickn32(p, k)
	}
	return pickn32(p, k)
}

func ManyHolders(k int) *int {
	y := 1 // want: heap y
	return pickn64(&y, k)().p
}

// Eighty closures written out in one function, each of its own.
func literals(p *int, k int) func() *int {
	fs := [...]func() *int{
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
		func() *int { return p }, func() *int { return p }, func() *int { return p }, func() *int { return p },
	}
	return fs[k]
}

func Literals(k int) *int {
	y := 1 // want: heap y
	return literals(&y, k)()
}
