package main

// Section 9, the content of parameters: a result that was read through a
// parameter counted as leaked content. It is followed since Go 1.5.

func pointee(pp **int) *int { return *pp }

func parameterContent(n int) {
	x := n  // flaw: vyukov-9 content of parameters ; want: stack x
	q := &x // want: stack q
	p := pointee(&q)
	println(*p)
}

func parameterContentTwin(n int) {
	x := n  // want: heap x
	q := &x // want: stack q
	p := pointee(&q)
	sinkInt = p
}
