// Package reflects holds objects that stay in their frame, while heap storage that reflect makes holds them.
package reflects

import (
	"maps"
	"reflect"
	"sort"
	"unsafe"
)

type Box struct{ P, Q *int }

// The header of a slice that reflect makes lies on the heap.
func Sliced() int {
	var a [4]int // want: bounded a
	return reflect.ValueOf(&a).Elem().Slice(1, 3).Len()
}

// The copy of a map's element holds what it points to.
func MapCopied() int {
	x := 1 // want: bounded x
	m := map[string]Box{"x": {P: &x}}
	return *(*int)(reflect.ValueOf(m).MapIndex(reflect.ValueOf("x")).Field(0).UnsafePointer())
}

// So does the copy of an element of a channel.
func Received() int {
	x := 1 // want: bounded x
	c := make(chan *int, 1)
	c <- &x
	v, _ := reflect.ValueOf(c).Recv()
	return int(v.Elem().Int())
}

// DeepEqual remembers pointers that it has seen.
func Equal() bool {
	x, y := 1, 1 // want: bounded x, bounded y
	return reflect.DeepEqual(&x, &y)
}

// A clone of a map.
func Cloned() int {
	x := 1 // want: bounded x
	c := maps.Clone(map[string]*int{"x": &x})
	return *c["x"]
}

// The function that swaps the elements lies on the heap, as reflection hands it back; it is called while the slice is sorted.
func Least() int {
	x, y := 2, 1
	s := []*int{&x, &y}
	sort.Slice(s, func(i, j int) bool { // want: bounded s, stack func literal
		return *s[i] < *s[j]
	})
	return *s[0]
}

// Addresses that are compared as numbers must not change meanwhile.
func Numbers() bool {
	x, y := 1, 1 // want: bounded x, bounded y
	p, q := reflect.ValueOf(&x).Pointer(), reflect.ValueOf(&y).Elem().UnsafeAddr()
	return p == q
}

// Nor the array of a slice's.
func NumberOfSlice() bool {
	var a [2]int // want: bounded a
	s := a[:]
	p := reflect.ValueOf(s).Pointer()        // want: bounded s
	return p == reflect.ValueOf(s).Pointer() // want: bounded s
}

// A number that is a pointer again at once: nobody promises that no stack moves meanwhile.
func Again() int {
	x := 1 // want: bounded x
	return *(*int)(again(&x))
}

func again(p *int) unsafe.Pointer { return unsafe.Pointer(reflect.ValueOf(p).Pointer()) }
