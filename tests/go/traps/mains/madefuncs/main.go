// Command madefuncs calls func values that no expression of the program denotes: reflection makes them of nothing.
package main

import "reflect"

var kept *int

var Made = []func(*int, int){func(p *int, n int) { *p += n }}

func byMakeFunc() int {
	x := 1 // want: heap x
	for _, f := range Made {
		f(&x, 1)
	}
	return x
}

func main() {
	keep := reflect.MakeFunc(reflect.TypeOf(Made[0]), func(args []reflect.Value) []reflect.Value {
		kept = args[0].Interface().(*int)
		return nil
	})
	Made = append(Made, keep.Interface().(func(*int, int)))
	if n := byMakeFunc(); n != 2 || kept == nil {
		panic(n)
	}
}
