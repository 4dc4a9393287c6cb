//go:build go1.21

// Package loopvar121 holds traps on loop variables that are shared by all iterations (before Go 1.22).
package loopvar121

// One variable for all iterations: the first address kept is the address of the last value.
func SharedReturned(n int) *int {
	var p *int
	for i := 0; i < n; i++ { // want: heap i
		if p == nil {
			p = &i
		}
	}
	return p
}

// The closures share i; it is written after the capture, so the capture is by reference.
func SharedCaptured() (fs []func() int) {
	for i := 0; i < 3; i++ { // want: heap i
		fs = append(fs, func() int { return i }) // want: heap func literal
	}
	return fs
}

// The range variable is shared too.
func SharedRange(in []int) (ps []*int) {
	for _, v := range in { // want: heap v
		ps = append(ps, &v)
	}
	return ps
}

// carried: not the loop variable but its copy is one per iteration.
func CopyCarried(n int) int {
	var prev *int
	s := 0
	for i := 0; i < n; i++ {
		i := i // want: heap i
		if prev != nil {
			s += *prev
		}
		prev = &i
	}
	return s
}

var Kept *int

// A3: the shared variable is published in the first iteration and changes afterwards.
func SharedPublished(n int) {
	for i := 0; i < n; i++ { // want: heap i
		if i == 0 {
			Kept = &i
		}
	}
}
