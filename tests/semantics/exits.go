// The exit status is the program's.
package main

import "os"

func main() {
	defer println("not printed")
	println(len(os.Args))
	os.Exit(7)
}
