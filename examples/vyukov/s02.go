package main

// Section 2, dot-dot-dot arguments: the slice that the caller makes for them,
// and so all that is in it, always escaped. Fixed in Go 1.5.

func total(ps ...*int) int {
	sum := 0
	for _, p := range ps {
		sum += *p
	}
	return sum
}

func keepRefs(ps ...*int) int {
	sinkRefs = ps
	return len(ps)
}

func variadicPointers(n int) {
	x := n             // flaw: vyukov-2a dot-dot-dot of pointers ; want: stack x
	println(total(&x)) // want: stack ... argument
}

func variadicPointersTwin(n int) {
	x := n                // want: heap x
	println(keepRefs(&x)) // want: heap ... argument
}

func number(args ...any) int { return len(args) }

func keepAnys(args ...any) int {
	sinkAnys = args
	return len(args)
}

func variadicAny(n int) {
	println(number(n)) // flaw: vyukov-2b dot-dot-dot of any ; want: stack n ; want: stack ... argument
}

func variadicAnyTwin(n int) {
	println(keepAnys(n)) // want: heap n ; want: heap ... argument
}
