// Command wordfuncs puts the word of a func into a func variable of another type, by unsafe.
package main

import "unsafe"

var Steps = []func(*int){func(p *int) { *p++ }}

var kept unsafe.Pointer

func byWord() int {
	x := 1 // want: heap x
	for _, s := range Steps {
		s(&x)
	}
	return x
}

func main() {
	keep := func(p unsafe.Pointer) { kept = p }
	step := func(p *int) { *p++ }
	Steps = append(Steps, step)
	to, from := (*unsafe.Pointer)(unsafe.Pointer(&Steps[1])), (*unsafe.Pointer)(unsafe.Pointer(&keep))
	*to = *from
	if n := byWord(); n != 2 || kept == nil {
		panic(n)
	}
}
