package main

type meter interface {
	read() int
}

type dial struct {
	value int
}

func (d *dial) read() int { return d.value }

// A spy's read keeps its receiver.
type spy struct {
	value int
}

func (s *spy) read() int {
	sinkMeter = s
	return s.value
}

type probe struct {
	low, high int
}

func (p probe) read() int { return p.high - p.low }

func show(m meter) { println(m.read()) }

func keep(m meter) { sinkMeter = m }

// localPointer makes the interface and calls its method in one function.
func localPointer(n int) {
	d := dial{value: n} // flaw: ardan-4a interface, local pointer ; want: stack d
	var m meter = &d
	println(m.read())
}

func localPointerTwin(n int) {
	d := dial{value: n} // want: heap d
	var m meter = &d
	sinkMeter = m
}

// localValue boxes a copy of a value.
func localValue(n int) {
	p := probe{low: 1, high: n}
	var m meter = p // flaw: ardan-4b interface, local value ; want: stack p
	println(m.read())
}

func localValueTwin(n int) {
	p := probe{low: 1, high: n}
	var m meter = p // want: heap p
	sinkMeter = m
}

// calleePointer hands the interface down. gc gives up at the call of read in
// show, where it cannot know the type. The twin runs the same show.
func calleePointer(n int) {
	d := dial{value: n} // flaw: ardan-4c interface, pointer in a callee ; want: stack d
	show(&d)
}

func calleePointerTwin(n int) {
	d := spy{value: n} // want: heap d
	show(&d)
}

// calleeValue hands down a boxed copy.
func calleeValue(n int) {
	p := probe{low: 1, high: n}
	show(p) // flaw: ardan-4d interface, value in a callee ; want: stack p
}

func calleeValueTwin(n int) {
	p := probe{low: 1, high: n}
	keep(p) // want: heap p
}
