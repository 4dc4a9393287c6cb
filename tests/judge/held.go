// What a heap object holds is put on the stack: when the stack moves, the holder is not told.
package main

import "fmt"

type holder struct{ p *int }

var all []*holder

//go:noinline
func grow(n int) int {
	var space [256]int
	if n > 0 {
		space[n%256] = grow(n - 1)
	}
	return space[n%256] + n
}

//go:noinline
func hold() int {
	x := 1 // wrong
	h := &holder{&x}
	all = append(all, h)
	sum := grow(200)
	*h.p = 2
	h.p = nil
	return x*1000000 + sum
}

func main() {
	fmt.Println(hold())
}
