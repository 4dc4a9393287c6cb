// Command reflected holds traps on types and calls that only reflect makes.
package main

import "reflect"

type putter interface{ Put(*int) }

type plain struct{ n int }

func (p *plain) Put(v *int) { p.n = *v }

type Keeper struct{ P *int }

func (k *Keeper) Put(v *int) { k.P = v }

// A14, closed world: no expression of the program converts a *Keeper to putter; reflect.New does.
func feed(p putter) {
	x := 1 // want: heap x
	p.Put(&x)
}

var table = map[string]reflect.Type{}

func make1(name string) putter { return reflect.New(table[name]).Interface().(putter) }

// A14: called by reflect only.
func Target(p **int) {
	x := 2 // want: heap x
	*p = &x
}

func main() {
	table["plain"] = reflect.TypeOf(plain{})
	table["keeper"] = reflect.TypeOf(Keeper{})
	feed(&plain{})
	p := make1("keeper")
	feed(p)
	if *reflect.ValueOf(p).Elem().Field(0).Interface().(*int) != 1 {
		panic("keeper")
	}
	var q *int
	reflect.ValueOf(Target).Call([]reflect.Value{reflect.ValueOf(&q)})
	if *q != 2 {
		panic("target")
	}
}
