package main

// A buffer starts out in an array of its own, so that a short text needs no
// second object: buf then points into the buffer itself.
type buffer struct {
	buf   []byte
	first [32]byte
}

func (b *buffer) grow(n int) int {
	if b.buf == nil {
		b.buf = b.first[:0]
	}
	old := len(b.buf)
	if old+n > cap(b.buf) {
		wider := make([]byte, old, 2*cap(b.buf)+n) // want: heap make([]byte, old, 2 * cap(b.buf) + n)
		copy(wider, b.buf)
		b.buf = wider
	}
	b.buf = b.buf[:old+n]
	return old
}

func (b *buffer) Write(p []byte) int {
	at := b.grow(len(p))
	return copy(b.buf[at:], p)
}

func (b *buffer) Bytes() []byte { return b.buf }

// selfReference writes to a buffer that nobody else sees. The store of the
// buffer's own address into its own field is what gc cannot stomach.
func selfReference(p []byte) {
	var b buffer // flaw: ardan-5 self-referencing buffer ; want: stack b
	b.Write(p)
	println(len(b.Bytes()))
}

func selfReferenceTwin(p []byte) {
	var b buffer // want: heap b
	b.Write(p)
	sinkBytes = b.Bytes()
}
