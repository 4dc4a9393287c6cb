// Package concurrency has the precise twins of traps/concurrency: values, not pointers, go to others.
package concurrency

import "sync/atomic"

var Gate = make(chan int)

func work(n int) { <-Gate; Gate <- n }

// Twin of GoArgument: the goroutine gets the value.
func GoValue() {
	x := 1 // want: stack x
	p := &x
	*p = 2
	go work(*p)
}

// Twin of GoCapture: a copy is captured, by value.
func GoCopy() {
	x := 1 // want: stack x
	p := &x
	*p = 2
	y := *p
	go func() { <-Gate; Gate <- y }()
}

type box struct{ p, q *int }

func (b box) run() { <-Gate; *b.q = 2 }

// Twin of GoMethod: the receiver is a copy, made before the store.
func GoReceiver() {
	x, y := 1, 2 // want: stack x, heap y
	b := box{q: &y}
	go b.run()
	b.p = &x
	*b.p = 3
}

// Atomic arithmetic keeps no address.
func AtomicAdd(n int) int64 {
	var x int64 // want: stack x
	for i := 0; i < n; i++ {
		atomic.AddInt64(&x, 2)
	}
	return atomic.LoadInt64(&x)
}
