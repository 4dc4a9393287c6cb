// Command boxedfuncs puts a func into an interface whose type word tells of another one, by unsafe.
package main

import "unsafe"

var Steps = []func(*int){func(p *int) { *p++ }}

var kept unsafe.Pointer

func byBox() int {
	x := 1 // want: heap x
	for _, s := range Steps {
		s(&x)
	}
	return x
}

func main() {
	var to, from any = Steps[0], func(p unsafe.Pointer) { kept = p }
	(*[2]unsafe.Pointer)(unsafe.Pointer(&to))[1] = (*[2]unsafe.Pointer)(unsafe.Pointer(&from))[1]
	Steps = append(Steps, to.(func(*int)))
	if n := byBox(); n != 2 || kept == nil {
		panic(n)
	}
}
