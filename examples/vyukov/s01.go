package main

// Section 1, closure calls: once, whatever a closure captured or was given
// went to the heap, though the callee stands in the source. Fixed in Go 1.13.

func capturedInPlace(n int) {
	x := n   // flaw: vyukov-1a closure called in place ; want: stack x
	func() { // want: stack func literal
		x++
	}()
	println(x)
}

func capturedInPlaceTwin(n int) {
	x := n   // want: heap x
	func() { // want: stack func literal
		sinkInt = &x
	}()
	println(x)
}

func deferredCall(n int) {
	x := n // flaw: vyukov-1b deferred closure ; want: stack x
	defer func(p *int) {
		println(*p)
	}(&x)
	x++
}

func deferredCallTwin(n int) {
	x := n // want: heap x
	defer func(p *int) {
		sinkInt = p
	}(&x)
	x++
}
