// Command rawfields is the twin of traps/mains/rawfields: what reflection leads to, and what raw pointers see, is another struct.
package main

import (
	"reflect"
	"unsafe"
)

func fill(p *int) { *p++ }

type seen struct{ n uintptr }

type word struct{ f func(*int) }

func newWord() *word { return &word{fill} }

func (w *word) use() int {
	x := 1 // want: stack x
	w.f(&x)
	return x
}

func main() {
	s := &seen{7}
	n := *(*uintptr)(reflect.ValueOf(s).UnsafePointer())
	k := 3
	if n != 7 || newWord().use() != 2 || *(*int)(unsafe.Pointer(&k)) != 3 {
		panic("rawfields")
	}
}
