// Command l1 is Vyukov's first litmus test: a buffer that is written and read
// where it stands. It passes with gc since Go 1.13.
package main

import "bytes"

var sinkBuffer *bytes.Buffer

func main() {
	buffer(1)
	bufferTwin(2)
}

func buffer(n byte) {
	var b bytes.Buffer // flaw: vyukov-L1 bytes.Buffer ; want: stack b
	b.Write([]byte{n}) // want: stack []byte{...}
	println(len(b.Bytes()))
}

func bufferTwin(n byte) {
	var b bytes.Buffer // want: heap b
	b.Write([]byte{n}) // want: stack []byte{...}
	sinkBuffer = &b
}
