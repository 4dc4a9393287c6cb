// Command unboxed takes an interface apart: the word behind the type leads to what it holds, which becomes another struct there.
package main

import "unsafe"

var sink *int

func keep(p *int) { sink = p }

func fill(p *int) { *p = 0 }

type held struct{ f func(*int) }

type other struct{ g func(*int) }

func use(i any) {
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(&i))
	(*other)(words[1]).g = keep
	x := 1 // want: heap x
	i.(*held).f(&x)
}

// The other way round: the words of an interface are made.

type made struct{ h func(*int) }

type source struct{ k func(*int) }

func useMade(i any) {
	words := *(*[2]unsafe.Pointer)(unsafe.Pointer(&i))
	words[1] = unsafe.Pointer(&source{keep})
	x := 2 // want: heap x
	(*(*any)(unsafe.Pointer(&words))).(*made).h(&x)
}

func main() {
	use(&held{fill})
	a := *sink
	useMade(&made{fill})
	if a != 1 || *sink != 2 {
		panic("unboxed")
	}
}
