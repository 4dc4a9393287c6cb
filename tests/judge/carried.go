// An earlier instance is live where its site runs again: on the stack both share one slot.
package main

import "fmt"

//go:noinline
func pairs(n int) (sum int) {
	var last *int
	for i := range n {
		x := new(int) // wrong
		*x = i
		if last != nil {
			sum += *last * *x
		}
		last = x
	}
	return sum
}

func main() {
	fmt.Println(pairs(10))
}
