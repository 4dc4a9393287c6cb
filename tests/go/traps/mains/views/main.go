// Command views has reflection see raw memory as a struct: what its unexported field holds, nobody has stored there by name.
package main

import (
	"reflect"
	"unsafe"
)

var sink *int

func keep(p *int) { sink = p }

type viewed struct{ f func(*int) }

func useNewAt() {
	k := keep
	v := reflect.NewAt(reflect.TypeFor[viewed](), unsafe.Pointer(&k)).Elem().Interface().(viewed)
	x := 1 // want: heap x
	v.f(&x)
}

type sliced struct{ g func(*int) }

func useSliceAt() {
	k := keep
	v := reflect.SliceAt(reflect.TypeFor[sliced](), unsafe.Pointer(&k), 1).Interface().([]sliced)
	x := 2 // want: heap x
	v[0].g(&x)
}

func main() {
	useNewAt()
	a := *sink
	useSliceAt()
	if a != 1 || *sink != 2 {
		panic("views")
	}
}
