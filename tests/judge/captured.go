// A captured variable is put on the stack, and the closure that is handed back is not.
package main

import "fmt"

//go:noinline
func counter() func() int {
	n := 0 // wrong
	return func() int { n++; return n }
}

func main() {
	a, b := counter(), counter()
	fmt.Println(a(), a(), b(), a(), b())
}
