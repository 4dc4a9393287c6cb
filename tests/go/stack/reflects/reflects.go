// Package reflects holds the precise twins of traps/reflects: what reflect only looks at, or copies within the frame.
package reflects

import (
	"reflect"
	"unique"
	"unsafe"
)

type Box struct {
	P, Q *int
	N    int
	S    string
}

type keeper interface{ Keep(*int) }

func (b *Box) Keep(p *int) { b.P = p }

type dropper struct{ n int }

func (dropper) Keep(p *int) { *p = 0 }

// Kinds, types and numbers.
func Looked() (int, string) {
	x := 1 // want: stack x
	v := reflect.ValueOf(&x)
	if v.Kind() != reflect.Pointer || v.IsNil() || !v.IsValid() || v.NumMethod() > 0 || v.Elem().CanConvert(v.Type()) {
		return 0, ""
	}
	return int(v.Elem().Int()), v.Type().String()
}

// Fields, by number, path and name.
func Fields() int64 {
	var b Box // want: stack b
	v := reflect.ValueOf(&b).Elem()
	return v.Field(2).Int() + v.FieldByIndex([]int{2}).Int() + v.FieldByName("N").Int() // want: stack []int{...}
}

// Numbers are set.
func SetNumbers() int {
	var b Box // want: stack b
	v := reflect.ValueOf(&b).Elem()
	v.FieldByName("N").SetInt(4)
	v.Field(0).SetZero()
	return b.N
}

// What comes in by Set is known everywhere; where it comes to stays.
func Set(p *int) int {
	var b Box // want: stack b
	reflect.ValueOf(&b).Elem().Field(0).Set(reflect.ValueOf(p))
	return *b.P
}

// Elements of arrays and slices.
func Elements() (sum int64) {
	a := [4]int{1, 2, 3, 4} // want: stack a
	v, w := reflect.ValueOf(&a).Elem(), reflect.ValueOf(a[:])
	for k := 0; k < v.Len(); k++ {
		sum += v.Index(k).Int() + w.Index(k).Int()
	}
	return sum
}

// A string that is read by reflection and dropped.
func Text(b []byte) int {
	s := string(b) // want: stack string(b)
	return len(reflect.ValueOf(&s).Elem().String())
}

// The string comes out, its variable does not.
func TextOut() string {
	b := Box{S: "text"} // want: stack b
	return reflect.ValueOf(&b).Elem().Field(3).String()
}

// Bytes of an array.
func Bytes() int {
	var a [8]byte // want: stack a
	return len(reflect.ValueOf(&a).Elem().Bytes())
}

// There and back.
func Pointer() int {
	x := 1 // want: stack x
	return *(*int)(reflect.ValueOf(&x).UnsafePointer())
}

// Set as a raw pointer.
func SetRaw() int {
	x := 1               // want: stack x
	var p unsafe.Pointer // want: stack p
	reflect.ValueOf(&p).Elem().SetPointer(unsafe.Pointer(&x))
	return *(*int)(p)
}

// A map's header: its entries are read, copied and listed.
func Map() int {
	m := map[string]int{"x": 1} // want: stack map[string]int{...}
	v := reflect.ValueOf(m)
	return v.Len() + len(v.MapKeys()) + int(v.MapIndex(reflect.ValueOf("x")).Int())
}

// The slice of arguments is the caller's.
func Arguments(f any, n int) {
	in := make([]reflect.Value, 1) // want: stack make([]reflect.Value, 1)
	in[0] = reflect.ValueOf(n)
	reflect.ValueOf(f).Call(in)
}

// So is the slice of cases.
func Cases(c chan int) int {
	k, _, _ := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)}}) // want: stack []reflect.SelectCase{...}
	return k
}

// Copied within the frame.
func Copied() int {
	x := 1                                  // want: stack x
	from, to := []*int{&x}, make([]*int, 1) // want: stack []*int{...}, stack make([]*int, 1)
	reflect.Copy(reflect.ValueOf(to), reflect.ValueOf(from))
	return *to[0]
}

// Interfaces that are copied keep their types: Keep of dropper keeps nothing.
func CopiedCalled() int {
	x := 1 // want: stack x
	from, to := []keeper{dropper{}}, make([]keeper, 1)
	reflect.Copy(reflect.ValueOf(to), reflect.ValueOf(from))
	to[0].Keep(&x)
	return x
}

// An iterator of the caller's is reset to a map of the caller's.
func Iterated(m map[string]int) (n int) {
	var it reflect.MapIter // want: stack it
	it.Reset(reflect.ValueOf(m))
	return n
}

// Equal compares.
func Equal() bool {
	x, y := 1, 1 // want: stack x, stack y
	return reflect.ValueOf(&x).Elem().Equal(reflect.ValueOf(&y).Elem())
}

type point struct {
	x, y int
	name string
}

// unique keeps a clone of strings.
func Unique(b []byte) unique.Handle[point] {
	s := string(b) // want: stack string(b)
	return unique.Make(point{1, 2, s})
}

// Twin of AppendedSlice: only the elements are appended, not the array that they lay in.
func AppendedNumbers(s []int) []int {
	x := [4]int{1, 2, 3, 4} // want: stack x
	return reflect.AppendSlice(reflect.ValueOf(s), reflect.ValueOf(x[:])).Interface().([]int)
}
