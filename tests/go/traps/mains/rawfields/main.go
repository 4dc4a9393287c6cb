// Command rawfields asks reflection where structs lie, by a method value, and writes words there that have no type.
package main

import (
	"reflect"
	"unsafe"
)

var sink *int

func keep(p *int) { sink = p }

func fill(p *int) { *p = 0 }

type word struct{ f func(*int) }

func use(w *word) {
	where := reflect.ValueOf(w).UnsafePointer
	k := keep
	*(*unsafe.Pointer)(where()) = *(*unsafe.Pointer)(unsafe.Pointer(&k))
	x := 1 // want: heap x
	w.f(&x)
}

func main() {
	use(&word{fill})
	if *sink != 1 {
		panic("rawfields")
	}
}
