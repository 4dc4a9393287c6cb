package main

// Section 10, flow through fields: gc has one node a variable, so a pointer
// that leaves by one field takes along what is in the others. Array elements
// and a map's keys and values are mixed up in the same way.

type pins struct {
	in, out *int
}

func structFields(n int) {
	x := n // flaw: vyukov-10a struct fields ; want[full,field]: stack x ; want[coarse,flow]: heap x
	y := n // want: heap y
	var p pins
	p.in = &x
	p.out = &y
	sinkInt = p.out
}

func structFieldsTwin(n int) {
	x := n // want: heap x
	y := n // want: stack y
	var p pins
	p.in = &x
	p.out = &y
	sinkInt = p.in
}

func arrayElements(n int) {
	x := n // flaw: vyukov-10b array elements ; want[field,full]: stack x ; want[coarse,flow]: heap x
	y := n // want: heap y
	var a [2]*int
	a[0] = &x
	a[1] = &y
	sinkInt = a[1]
}

func arrayElementsTwin(n int) {
	x := n // want: heap x
	y := n // want: stack y
	var a [2]*int
	a[0] = &x
	a[1] = &y
	sinkInt = a[0]
}

func keysAndValues(n int) {
	x := n               // flaw: vyukov-10c map keys and values ; want[full,field]: bounded x ; want[coarse,flow]: heap x
	y := n               // want: heap y
	m := map[*int]*int{} // want: stack map[*int]*int{}
	m[&x] = &y
	for k, v := range m {
		println(*k)
		sinkInt = v
	}
}

func keysAndValuesTwin(n int) {
	x := n               // want: heap x
	y := n               // want: heap y
	m := map[*int]*int{} // want: stack map[*int]*int{}
	m[&x] = &y
	for k, v := range m {
		sinkInt = k
		sinkInt = v
	}
}
