// Command punnedfuncs calls a func of one type as one of another, by unsafe.
package main

import "unsafe"

var Steps = []func(*int){func(p *int) { *p++ }}

var kept unsafe.Pointer

func byUnsafe() int {
	x := 1 // want: heap x
	for _, s := range Steps {
		s(&x)
	}
	return x
}

func main() {
	keep := func(p unsafe.Pointer) { kept = p }
	Steps = append(Steps, *(*func(*int))(unsafe.Pointer(&keep)))
	if n := byUnsafe(); n != 2 || kept == nil {
		panic(n)
	}
}
