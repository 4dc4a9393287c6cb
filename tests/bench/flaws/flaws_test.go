// Package flaws has a benchmark for each of the flaws of gc's escape analysis that cost an allocation which stackproof can avoid.
// tests/bench/allocs.py runs them with and without its verdicts.
package flaws

import "testing"

type person struct{ age *int }

type reader interface{ read(b []byte) int }

type zeros struct{ n int }

//go:noinline
func (z *zeros) read(b []byte) int {
	clear(b)
	z.n += len(b)
	return len(b)
}

//go:noinline
func through(r reader, b []byte) int { return r.read(b) }

//go:noinline
func set(pp **int, p *int) { *pp = p }

var result int

// An assignment through a pointer.
func BenchmarkIndirectAssignment(b *testing.B) {
	b.ReportAllocs()
	for i := range b.N {
		x := i
		p := &person{}
		p.age = &x
		result = *p.age
	}
}

// A setter that is not inlined.
func BenchmarkSetter(b *testing.B) {
	b.ReportAllocs()
	for i := range b.N {
		result = setter(i)
	}
}

//go:noinline
func setter(i int) int {
	x := i
	var p *int
	set(&p, &x)
	return *p
}

// A pointer in an element of a slice.
func BenchmarkSliceAssignment(b *testing.B) {
	b.ReportAllocs()
	for i := range b.N {
		result = element(i)
	}
}

//go:noinline
func element(i int) int {
	x := i
	s := make([]*int, 4)
	s[i%4] = &x
	return *s[i%4]
}

// A method called through an interface, with a buffer.
func BenchmarkInterfaceCall(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		result = call()
	}
}

//go:noinline
func call() int {
	var buffer [64]byte
	return through(&zeros{}, buffer[:])
}

// A list that a recursion makes and takes down again.
func BenchmarkRecursion(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		result = down(nil, 5)
	}
}

type link struct {
	up *link
	n  int
}

func down(up *link, n int) int {
	here := &link{up, n}
	if n == 0 {
		sum := 0
		for l := here; l != nil; l = l.up {
			sum += l.n
		}
		return sum
	}
	return down(here, n-1)
}
