package main

// Neither fields nor order: points-to sets for stores, known targets for calls
// and a call site's own context are enough. gc has none of the three.

func coarse() {
	outParameter(1)
	outParameterTwin(2)
	swapped(3)
	swappedTwin(4)
	ring(5)
	ringTwin(6)
	callback(7)
	callbackTwin(8)
	table(9)
	tableTwin(11)
	task(12)
	taskTwin(13)
	var t tally // want[coarse,field,flow,full]: stack t
	emit(&t, 14)
	emitTwin(&t, 15)
	println(t.bytes)
	printer(16)
	printerTwin(17)
	lastOfLoop(3)
	lastOfLoopTwin(3)
	println(descend(nil, 3))
	println(descendTwin(nil, 3))
}

func fill(dst **int, p *int) { *dst = p }

func outParameter(n int) {
	x := n     // flaw: ladder-coarse out parameter ; want[coarse,field,flow,full]: stack x
	var p *int // want[coarse,field,flow,full]: stack p
	fill(&p, &x)
	println(*p)
}

func outParameterTwin(n int) {
	x := n     // want: heap x
	var p *int // want[coarse,field,flow,full]: stack p
	fill(&p, &x)
	sinkInt = p
}

func swap(a, b **int) { *a, *b = *b, *a }

func swapped(n int) {
	x := n  // flaw: ladder-coarse swap ; want[coarse,field,flow,full]: stack x
	y := -n // flaw: ladder-coarse swap ; want[coarse,field,flow,full]: stack y
	p := &x // want[coarse,field,flow,full]: stack p
	q := &y // want[coarse,field,flow,full]: stack q
	swap(&p, &q)
	println(*p, *q)
}

// swappedTwin lets go of y. Nothing is claimed of x, which is in p until swap
// overwrites it: that takes a strong update through a call.
func swappedTwin(n int) {
	x := n
	y := -n // want: heap y
	p := &x // want[coarse,field,flow,full]: stack p
	q := &y // want[coarse,field,flow,full]: stack q
	swap(&p, &q)
	sinkInt = p
}

type link struct {
	next *link
	val  int
}

func ring(n int) {
	one := link{val: n}  // flaw: ladder-coarse ring ; want[coarse,field,flow,full]: stack one
	two := link{val: -n} // flaw: ladder-coarse ring ; want[coarse,field,flow,full]: stack two
	p, q := &one, &two
	p.next = q
	q.next = p
	println(p.next.next.val)
}

func ringTwin(n int) {
	one := link{val: n}  // want: heap one
	two := link{val: -n} // want: heap two
	p, q := &one, &two
	p.next = q
	q.next = p
	sinkLink = p.next.next
}

func apply(f func(*int), p *int) { f(p) }

func callback(n int) {
	x := n // flaw: ladder-coarse callback ; want[coarse,field,flow,full]: stack x
	apply(look, &x)
}

func callbackTwin(n int) {
	x := n // want: heap x
	apply(keep, &x)
}

func bump(p *int) { *p++ }

func table(n int) {
	x := n // flaw: ladder-coarse function table ; want[coarse,field,flow,full]: stack x
	fs := [2]func(*int){look, bump}
	fs[n&1](&x)
	println(x)
}

func tableTwin(n int) {
	x := n // want: heap x
	fs := [2]func(*int){look, keep}
	fs[n&1](&x)
	println(x)
}

type job struct {
	run func(*int)
}

func task(n int) {
	x := n // flaw: ladder-coarse function in a field ; want[coarse,field,flow,full]: stack x
	j := job{run: bump}
	j.run(&x)
	println(x)
}

func taskTwin(n int) {
	x := n // want: heap x
	j := job{run: keep}
	j.run(&x)
	println(x)
}

type writer interface {
	write(p []byte) int
}

type tally struct {
	bytes int
}

func (t *tally) write(p []byte) int {
	t.bytes += len(p)
	return t.bytes
}

// emit makes a buffer for a method that only its caller knows: the site is
// judged by all callers, and there is one.
func emit(w writer, n int) {
	b := make([]byte, 8) // flaw: ladder-coarse buffer for a parameter's method ; want[coarse,field,flow,full]: stack make([]byte, 8)
	b[0] = byte(n)
	w.write(b)
}

func emitTwin(w writer, n int) {
	b := make([]byte, 8) // want: heap make([]byte, 8)
	b[0] = byte(n)
	sinkBytes = b
}

type paper struct {
	arg any
}

func (p *paper) put(arg any) {
	p.arg = arg
	p.flush()
}

func (p *paper) flush() {
	switch v := p.arg.(type) {
	case *int:
		println(*v)
	}
}

// printer is the second litmus test without a pool: the printer is local.
func printer(n int) {
	x := n      // flaw: ladder-coarse local printer ; want[coarse,field,flow,full]: stack x
	var p paper // want[coarse,field,flow,full]: stack p
	p.put(&x)
	println(p.arg != nil)
}

func printerTwin(n int) {
	x := n      // want: heap x
	var p paper // want[coarse,field,flow,full]: stack p
	p.put(&x)
	sinkAny = p.arg
}

// lastOfLoop lets a variable of the surrounding block point to one of the loop
// body. No turn reads what an earlier one left there.
func lastOfLoop(n int) {
	var last *int
	for i := 0; i < n; i++ {
		x := i // flaw: ladder-coarse pointer out of a loop body ; want[coarse,field,flow,full]: stack x
		last = &x
		println(*last)
	}
}

func lastOfLoopTwin(n int) {
	var last *int
	for i := 0; i < n; i++ {
		x := i // want: heap x
		last = &x
		sinkInt = last
	}
}

type frame struct {
	up    *frame
	depth int
}

func keepFrame(f *frame) int {
	sinkFrame = f
	return f.depth
}

func depths(f *frame) int {
	sum := 0
	for ; f != nil; f = f.up {
		sum += f.depth
	}
	return sum
}

// descend chains the frames of a recursion upwards: no frame is pointed to by
// an older one.
func descend(up *frame, n int) int {
	var f frame // flaw: ladder-coarse list down a recursion ; want[coarse,field,flow,full]: stack f
	p := &f
	p.up, p.depth = up, n
	if n == 0 {
		return depths(p)
	}
	return descend(p, n-1)
}

func descendTwin(up *frame, n int) int {
	var f frame // want: heap f
	p := &f
	p.up, p.depth = up, n
	if n == 0 {
		return keepFrame(p)
	}
	return descendTwin(p, n-1)
}
