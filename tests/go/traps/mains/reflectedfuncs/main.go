// Command reflectedfuncs calls func values that no expression of the program denotes: reflection makes them of a method.
package main

import "reflect"

type Keeper struct{ p *int }

func (k *Keeper) Keep(p *int) { k.p = p }

var Steps = []func(*int){func(p *int) { *p++ }}

func byMethod() int {
	x := 1 // want: heap x
	for _, s := range Steps {
		s(&x)
	}
	return x
}

func main() {
	k := &Keeper{} // want: heap &Keeper{}
	Steps = append(Steps, reflect.ValueOf(k).MethodByName("Keep").Interface().(func(*int)))
	if n := byMethod(); n != 2 || k.p == nil {
		panic(n)
	}
}
