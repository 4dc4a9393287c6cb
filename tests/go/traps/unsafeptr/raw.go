package unsafeptr

import "unsafe"

type rawMethod interface{ rawM() }

type rawT struct{ n int }

var rawSink *rawT

func (t *rawT) rawM() { rawSink = t }

// The data word of an interface is written raw: the method keeps what is there now.
func RawInterfaceWord() {
	t := &rawT{} // want: heap &rawT{}
	var i rawMethod = (*rawT)(nil)
	(*(*[2]unsafe.Pointer)(unsafe.Pointer(&i)))[1] = unsafe.Pointer(t)
	i.rawM()
}

// The same after a proper store in between.
func RawInterfaceWordLater() {
	t := &rawT{} // want: heap &rawT{}
	var i rawMethod
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(&i))
	i = (*rawT)(nil)
	words[1] = unsafe.Pointer(t)
	i.rawM()
}

// A func variable overwritten raw.
func RawFunc() {
	t := &rawT{} // want: heap &rawT{}
	f := func() {}
	g := func() { rawSink = t }
	*(*unsafe.Pointer)(unsafe.Pointer(&f)) = *(*unsafe.Pointer)(unsafe.Pointer(&g))
	f()
}
