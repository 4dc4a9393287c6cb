//go:build go1.21

// Package loopvar121 has loop variables that are shared by all iterations (before Go 1.22).
package loopvar121

// Twin of loops.PerIterationPrev, the same text: here i is one variable, made before the loop.
func Shared(n int) int {
	var prev *int
	s := 0
	for i := 0; i < n; i++ { // want: stack i
		if prev != nil {
			s += *prev
		}
		prev = &i
	}
	return s
}

// Twin of loops.PerIteration, the same text: three times the same variable.
func SharedArray() int {
	var ps [3]*int
	for i := 0; i < 3; i++ { // want: stack i
		ps[i] = &i
	}
	return *ps[0] + *ps[1] + *ps[2]
}

// The shared variable of a range.
func SharedRange(in []int) int {
	var prev *int
	s := 0
	for _, v := range in { // want: stack v
		if prev != nil {
			s += *prev
		}
		prev = &v
	}
	return s
}
