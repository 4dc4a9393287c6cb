// Command converted has reflection convert between struct types that differ in tags: the field holds what was stored in the other's.
package main

import "reflect"

var sink *int

type plain struct{ f func(*int) }

type tagged struct {
	f func(*int) `tag:"other"`
}

func (t tagged) use() {
	x := 1 // want: heap x
	t.f(&x)
}

func main() {
	v := plain{func(p *int) { sink = p }}
	reflect.ValueOf(v).Convert(reflect.TypeFor[tagged]()).Interface().(tagged).use()
	if *sink != 1 {
		panic("converted")
	}
}
