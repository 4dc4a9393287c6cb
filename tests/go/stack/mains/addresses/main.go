// Command addresses asks reflection where a field is, and makes no pointer of it; and has it convert between types that differ in tags.
package main

import "reflect"

type told struct{ f func(*int) }

func newTold() (*told, uintptr) {
	t := &told{func(p *int) { *p = 1 }}
	return t, reflect.ValueOf(t).Elem().Field(0).UnsafeAddr()
}

func (t *told) use() int {
	x := 0 // want: stack x
	t.f(&x)
	return x
}

type reflected struct{ r func(*int) }

type retagged struct {
	r func(*int) `tag:"other"`
}

func (t retagged) use() int {
	x := 0 // want: stack x
	t.r(&x)
	return x
}

func convert() int {
	v := reflect.ValueOf(reflected{func(p *int) { *p = 2 }}).Convert(reflect.TypeFor[retagged]())
	return v.Interface().(retagged).use()
}

func main() {
	t, at := newTold()
	if t.use() != 1 || at == 0 || convert() != 2 {
		panic("addresses")
	}
}
