package arrays

import "reflect"

// Slices that start elsewhere than with the first element of their array: index 0 is not its element 0.

var sinkSlice *int

func StoreBehind(k int) *int {
	a := 1 // want: heap a
	array := [2]*int{&a, nil}
	xs := array[1:]
	xs[0] = nil
	return array[0]
}

func StoreEither(late bool) *int {
	a := 1 // want: heap a
	array := [2]*int{&a, nil}
	xs := array[:]
	if late {
		xs = array[1:]
	}
	xs[0] = nil
	return array[0]
}

func StoreAt(k int) *int {
	a := 1 // want: heap a
	array := [3]*int{&a}
	xs := array[k:]
	xs[0] = nil
	return array[0]
}

func clearFirst(xs []*int) { xs[0] = nil }

func StoreInCallee() *int {
	a := 1 // want: heap a
	array := [2]*int{&a, nil}
	clearFirst(array[1:])
	return array[0]
}

func Loop() {
	a, b, c := 1, 2, 3 // want: heap a, heap b, heap c
	xs := []*int{&a, &b, &c}
	for len(xs) > 0 {
		sinkSlice = xs[0]
		xs = xs[1:]
	}
}

func recurse(xs []*int) {
	if len(xs) > 0 {
		sinkSlice = xs[0]
		recurse(xs[1:])
	}
}

func Recursion() {
	a, b, c := 1, 2, 3 // want: heap a, heap b, heap c
	recurse([]*int{&a, &b, &c})
}

func advance(xs *[]*int) { *xs = (*xs)[1:] }

func Advanced() *int {
	a, b := 1, 2 // want: heap b
	xs := []*int{&a, &b}
	advance(&xs)
	return xs[0]
}

type window struct{ xs []*int }

func (w *window) next() *int {
	p := w.xs[0]
	w.xs = w.xs[1:]
	return p
}

func Window() *int {
	a, b := 1, 2 // want: heap a, heap b
	w := window{[]*int{&a, &b}}
	w.next()
	return w.next()
}

func Filled() *int {
	a, b := 1, 2 // want: heap b
	var array [2]*int
	xs := array[:0]
	xs = append(xs, &a)
	xs = append(xs, &b)
	return array[1]
}

func FilledBehind() *int {
	a := 1 // want: heap a
	var array [2]*int
	xs := append(array[:1], &a)
	_ = xs
	return array[1]
}

func Reflected() *int {
	a, b := 1, 2 // want: heap b
	xs := []*int{&a, &b}
	return reflect.ValueOf(xs).Slice(1, 2).Interface().([]*int)[0]
}

func ReflectedArray() *int {
	a, b := 1, 2 // want: heap b
	array := [2]*int{&a, &b}
	return reflect.ValueOf(&array).Elem().Slice3(1, 2, 2).Interface().([]*int)[0]
}

func ReflectedSet() *int {
	a, b := 1, 2 // want: heap b
	xs := []*int{&a, &b}
	v := reflect.ValueOf(&xs).Elem()
	v.Set(v.Slice(1, 2))
	return xs[0]
}

func Rows(i int) *int {
	a := 1 // want: heap a
	var grid [2][2]*int
	rows := grid[:]
	rows[i][:][1] = &a
	return grid[1][1]
}

func RowsBehind() *int {
	a := 1 // want: heap a
	var grid [2][2]*int
	rows := grid[1:]
	rows[0][1] = &a
	return grid[1][1]
}

type parts struct{ p, q *int }

func lastPart(xs []parts) *int { return xs[1:][0].q }

func Parts() *int {
	a, b := 1, 2 // want: heap b
	return lastPart([]parts{{&a, &a}, {&a, &b}})
}

func partOf(xs []parts) **int { return &xs[0].q }

func PartOf() *int {
	a, b := 1, 2 // want: heap b
	xs := [2]parts{{&a, &a}, {&a, &b}}
	return *partOf(xs[1:])
}

func either(xs, ys []*int, first bool) []*int {
	if first {
		return xs
	}
	return ys[1:]
}

func Either(first bool) *int {
	a, b := 1, 2 // want: heap a, heap b
	xs := [2]*int{&a, &b}
	return either(xs[:], xs[:], first)[0]
}

// A copy of a slice header, and one that is written by another name.
func Renamed() *int {
	a, b := 1, 2 // want: heap b
	xs := []*int{&a, &b}
	p := &xs
	ys := *p
	*p = ys[1:]
	return xs[0]
}

func Sent() *int {
	a, b := 1, 2 // want: heap b
	c := make(chan []*int, 1)
	c <- []*int{&a, &b}[1:]
	return (<-c)[0]
}

func Boxed() *int {
	a, b := 1, 2 // want: heap b
	var e any = []*int{&a, &b}[1:]
	return e.([]*int)[0]
}
