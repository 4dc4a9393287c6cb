// Package channels has objects that come out of a channel again and leave.
package channels

func Received() *int {
	x := 1 // want: heap x
	c := make(chan *int, 1)
	c <- &x
	return <-c
}

func ReceivedOrNot() *int {
	x := 2 // want: heap x
	c := make(chan *int, 1)
	c <- &x
	p, ok := <-c
	if !ok {
		return nil
	}
	return p
}

func Selected() *int {
	x := 3 // want: heap x
	c, other := make(chan *int, 1), make(chan int)
	c <- &x
	select {
	case <-other:
		return nil
	case p := <-c:
		return p
	}
}

// The second receive of a select; the first brings something else.
func SelectedSecond() *int {
	x, y := 4, 5 // want: heap y
	c, d := make(chan *int), make(chan *int, 1)
	d <- &y
	select {
	case p := <-c:
		x = *p
	case q := <-d:
		return q
	}
	return fresh(x)
}

func SentBySelect() *int {
	x := 6 // want: heap x
	c := make(chan *int, 1)
	select {
	case c <- &x:
	default:
		return nil
	}
	return <-c
}

func Ranged() (last *int) {
	x := 7 // want: heap x
	c := make(chan *int, 1)
	c <- &x
	close(c)
	for p := range c {
		last = p
	}
	return last
}

func fresh(n int) *int { return &n } // want: heap n

type box struct{ p *int }

// What recover returns is what was known everywhere before; stores through it are for good.
var thrown = &box{}

func StoredInRecovered() {
	x := 8 // want: heap x
	defer func() {
		b := recover().(*box)
		b.p = &x
	}()
	panic(thrown)
}

// The recovered value is returned; it was published by the panic.
func Recovered() (r *int) {
	x := 9 // want: heap x
	defer func() { r = recover().(*box).p }()
	panic(&box{p: &x}) // want: heap &box{...}
}

// Variables are as they were at the panic: the deferred call publishes what is overwritten on the way that returns.
func AtThePanic(n int) {
	x := 10 // want: heap x
	var b box
	defer func() {
		recover()
		thrown.p = b.p
	}()
	b.p = &x
	_ = 1 / n
	b.p = nil
}

type getter interface{ Get() *int }

type both interface {
	getter
	Other()
}

func (b *box) Get() *int { return b.p }
func (b *box) Other()    {}

// The interface becomes a smaller one before the method is called.
func Narrowed() *int {
	x := 11 // want: heap x
	var b both = &box{p: &x}
	var g getter = b
	return g.Get()
}

// The smaller of two strings is one of them; the bytes of both are the frame's.
func Smaller(a, b []byte) string {
	return min(string(a), string(b)) // want: heap string(a), heap string(b)
}

// The panic comes at the end, with what it was given before.
func DeferredPanic() {
	x := 12 // want: heap x
	defer panic(&x)
}
