// Command initorder holds traps on package initialisation.
package main

var first = second()

var hook func(*int)

var kept *int

// Called before any init function, by a variable's initialiser.
func second() *int {
	x := 1 // want: heap x
	return &x
}

var table = [...]func(*int){
	func(p *int) { *p++ },
	func(p *int) { kept = p },
}

// init's frame ends before main starts.
func init() {
	y := 2 // want: heap y
	hook = table[1]
	hook(&y)
}

// A counter made by a function called in an initialiser.
var counter = func() func() int {
	n := 0              // want: heap n
	return func() int { // want: heap func literal
		n++
		return n
	}
}()

// A9: table is indexed by a variable.
func call(i int) {
	z := 3 // want: heap z
	table[i](&z)
}

func main() {
	if *first != 1 || *kept != 2 || counter()+counter() != 3 {
		panic("init")
	}
	for i := range table {
		call(i)
	}
	if *kept != 3 {
		panic("call")
	}
}
