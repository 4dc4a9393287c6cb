// Reflection of the executable semantics beyond library.go: calls, maps, channels, selects, types made at run time, and what goes wrong;
// the real Go says what is right (tests/harness/semantics.py).
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"sort"
	"strings"
	"unsafe"
)

type shape interface{ Area() int }
type wider interface {
	Area() int
	Name() string
}
type square struct{ side int }

func (s square) Area() int    { return s.side * s.side }
func (s square) Name() string { return "square" }

type inner struct {
	A int `k:"v" l:"quoted \"text\""`
	b string
}
type outer struct {
	inner
	*square
	_    int
	Next *outer
	F    func(int, ...string) (bool, error)
	R    <-chan int
	S    chan<- int
	C    chan (<-chan int)
	M    map[string][]int
	X    interface{ Area() int }
	P    unsafe.Pointer
	U    uintptr
	N    [2]struct{ p *int }
	E    struct{}
}
type number int
type pair struct {
	x, y float32
	c    complex64
	d    complex128
	e    float64
	_    int
	s    string
	a    [2]any
}

func fails(name string, f func()) {
	defer func() {
		e := recover()
		if err, ok := e.(error); ok {
			e = err.Error()
		}
		fmt.Println(name, e)
	}()
	f()
}

func join(n int, s shape, names string) (string, int, shape) {
	return names + fmt.Sprint(n), s.Area(), s
}

func calls() {
	base := 7
	v := reflect.ValueOf(func(n int, x any) int { return n + base + len(fmt.Sprint(x)) })
	fmt.Println(v.Call([]reflect.Value{reflect.ValueOf(3), reflect.ValueOf("four")})[0].Int())
	out := reflect.ValueOf(join).Call([]reflect.Value{reflect.ValueOf(1), reflect.ValueOf(square{3}), reflect.ValueOf("n")})
	fmt.Println(len(out), out[0], out[1].Int(), out[2].Kind(), out[2].Elem().Type())
	fmt.Println(len(reflect.ValueOf(func() {}).Call(nil)))
	f := func(p *int) *int { *p++; return p }
	k := 5
	fmt.Println(reflect.ValueOf(&f).Elem().Call([]reflect.Value{reflect.ValueOf(&k)})[0].Elem().Int(), k)
	fails("inside", func() { reflect.ValueOf(func() { panic(errors.New("from inside")) }).Call(nil) })
}

func tables() {
	m := map[any]int{"a": 1, 2: 2}
	v := reflect.ValueOf(m)
	fmt.Println(v.Len(), v.MapIndex(reflect.ValueOf("a")), v.MapIndex(reflect.ValueOf("b")).IsValid())
	fails("lookup", func() { v.MapIndex(reflect.ValueOf([]int{1})) })
	fails("assign", func() { v.SetMapIndex(reflect.ValueOf([]int{1}), reflect.ValueOf(1)) })
	fails("delete", func() { v.SetMapIndex(reflect.ValueOf(func() {}), reflect.Value{}) })
	fails("plain", func() { m[[]int{2}] = 1 })
	fails("plain", func() { delete(m, func() {}) })
	fails("plain", func() { fmt.Println(m[map[int]int{}]) })
	fails("literal", func() { fmt.Println(map[any]bool{[1]any{[]int{}}: true}) })
	v.SetMapIndex(reflect.ValueOf(2), reflect.Value{})
	v.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(9))
	fmt.Println(m)
	v.Clear()
	fmt.Println(len(m), v.Len())
	var none map[string]int
	n := reflect.ValueOf(none)
	fmt.Println(n.Len(), n.IsNil(), n.MapIndex(reflect.ValueOf("x")).IsValid(), len(n.MapKeys()), n.MapRange().Next())
	fails("nil", func() { n.SetMapIndex(reflect.ValueOf("x"), reflect.ValueOf(1)) })
	fails("nil", func() { none["x"] = 1 })
	sizes := map[string]int{"one": 1, "two": 2, "three": 3}
	copied := maps.Clone(sizes)
	sizes["four"] = 4
	delete(sizes, "one")
	fmt.Println(copied, sizes, maps.Clone(none) == nil, len(maps.Clone(map[int]int{})), slices.Sorted(maps.Keys(copied)))
	it := reflect.ValueOf(copied).MapRange()
	var keys []string
	for it.Next() {
		keys = append(keys, it.Key().String()+fmt.Sprint(it.Value().Int()))
	}
	sort.Strings(keys)
	fmt.Println(keys)
	fails("before", func() { fmt.Println(reflect.ValueOf(copied).MapRange().Key()) })
	fails("after", func() { fmt.Println(it.Key()) })
	it.Reset(reflect.ValueOf(sizes))
	count := 0
	for it.Next() {
		count++
	}
	fmt.Println(count)
	odd := map[pair]int{{x: 1, c: 2, d: 3, e: 4, s: "s"}: 1}
	odd[pair{x: 1, c: 2, d: 3, e: 4, s: "s", a: [2]any{1, nil}}] = 2
	fmt.Println(odd[pair{x: 1, c: 2, d: 3, e: 4, s: "s"}], odd[pair{x: 1, c: 2, d: 3, e: 4, s: "s", a: [2]any{1, nil}}], odd[pair{x: 2}], odd[pair{c: complex(0, 1)}])
	floats := map[float32]int{0: 1, 1.5: 2}
	var zero float32
	floats[-zero] = 3
	fmt.Println(floats[0], floats[1.5], len(floats))
	complexes := map[complex64]string{1: "one", complex(0, 1): "i"}
	fmt.Println(complexes[1], complexes[1i], complexes[2], pair{c: 1} == pair{c: 1}, pair{c: 1} == pair{c: 1i}, pair{c: 1} == pair{c: complex(1, 1)}, pair{d: 1i} == pair{d: 2i}, pair{d: 1i} == pair{d: complex(1, 1)}, pair{x: 1} == pair{y: 1}, pair{s: ""} == pair{})
}

func channels() {
	v := reflect.MakeChan(reflect.TypeOf((chan int)(nil)), 1)
	fmt.Println(v.TrySend(reflect.ValueOf(1)), v.TrySend(reflect.ValueOf(2)), v.Len(), v.Cap())
	x, ok := v.TryRecv()
	fmt.Println(x, ok)
	x, ok = v.TryRecv()
	fmt.Println(x.IsValid(), ok)
	c := v.Interface().(chan int)
	go func() {
		c <- 4
		fmt.Println(<-c)
		c <- 6
	}()
	x, ok = v.Recv()
	fmt.Println(x, ok)
	v.Send(reflect.ValueOf(5))
	fmt.Println(<-c)
	go func() { v.Send(reflect.ValueOf(7)); v.Send(reflect.ValueOf(8)); v.Send(reflect.ValueOf(9)) }()
	fmt.Println(<-c, <-c, <-c)
	v.Close()
	x, ok = v.Recv()
	fmt.Println(x, ok)
	fails("closed", func() { v.Send(reflect.ValueOf(1)) })
	fails("closed", func() { v.TrySend(reflect.ValueOf(1)) })
	fails("twice", func() { v.Close() })
	fails("twice", func() { close(c) })
	fails("twice", func() { defer close(c) })
	fails("nil", func() { reflect.ValueOf((chan int)(nil)).Close() })
	fails("nil", func() { var n chan int; close(n) })
	n := reflect.ValueOf((chan int)(nil))
	fmt.Println(n.Len(), n.Cap())
	x, ok = n.TryRecv()
	fmt.Println(x.IsValid(), ok, n.TrySend(reflect.ValueOf(1)))
	var nothing chan struct{}
	select {
	case <-nothing:
	case nothing <- struct{}{}:
	default:
		fmt.Println("default")
	}
	fails("send", func() {
		select {
		case c <- 1:
		case <-nothing:
		}
	})
	blocked := make(chan string)
	done := make(chan bool)
	go func() {
		defer func() { fmt.Println(recover()); done <- true }()
		select {
		case blocked <- "never":
		case <-nothing:
		}
	}()
	for k := 0; k < 10; k++ {
		select {
		case <-done:
		default:
		}
	}
	first, second := make(chan int), make(chan int)
	go func() { second <- 2 }()
	select {
	case <-first:
	case n := <-second:
		fmt.Println(n)
	}
	close(blocked)
	<-done
	go func() {
		select {
		case first <- 3:
		case second <- 3:
		}
		done <- true
	}()
	fmt.Println(<-second)
	<-done
}

func types() {
	t := reflect.TypeOf(outer{})
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		fmt.Println(f.Name, f.Type, f.Anonymous, f.Offset, f.Tag.Get("k"), f.Type.Kind(), f.Type.Size(), f.IsExported())
	}
	fmt.Println(reflect.TypeOf(struct {
		A int `k:"v"`
		inner
		b, C string
	}{}), reflect.TypeOf(inner{}).Field(0).Tag.Get("l"), reflect.TypeOf((*interface {
		shape
		unexported(int) string
	})(nil)).Elem(), reflect.TypeOf(func(...int) {}), reflect.TypeOf(func(int, ...string) (a, b int) { return }))
	s, w := reflect.TypeOf((*shape)(nil)).Elem(), reflect.TypeOf((*wider)(nil)).Elem()
	q, n := reflect.TypeOf(square{}), reflect.TypeOf(number(0))
	fmt.Println(w.Implements(s), s.Implements(w), q.Implements(w), n.Implements(s), q.ConvertibleTo(s), w.ConvertibleTo(s), n.ConvertibleTo(reflect.TypeOf(1)), s.NumMethod(), w.NumMethod(), n.NumMethod(), q.NumMethod())
	fails("implements", func() { q.Implements(n) })
	fmt.Println(reflect.SliceOf(n), reflect.PointerTo(reflect.PointerTo(n)), reflect.ArrayOf(3, n), reflect.ArrayOf(2, reflect.TypeOf("")).Size(), reflect.MapOf(n, reflect.TypeOf("")), reflect.SliceOf(reflect.SliceOf(t)), reflect.ArrayOf(0, q).Len(), reflect.PointerTo(reflect.ArrayOf(7, q)), reflect.TypeOf([3]number{}) == reflect.ArrayOf(3, n))
	made := reflect.MakeMap(reflect.MapOf(reflect.TypeOf(uint8(0)), reflect.SliceOf(n)))
	made.SetMapIndex(reflect.ValueOf(uint8(1)), reflect.ValueOf([]number{4, 5}))
	fmt.Println(made.Interface(), made.Type(), reflect.New(reflect.ArrayOf(2, q)).Elem().Interface())
	list := reflect.MakeSlice(reflect.SliceOf(reflect.PointerTo(q)), 0, 0)
	list = reflect.Append(list, reflect.ValueOf(&square{2}), reflect.ValueOf(&square{3}))
	fmt.Println(list.Len(), list.Index(1).Elem().Field(0).Int(), list.Type())
	fails("length", func() { reflect.MakeSlice(reflect.TypeOf([]int{}), -1, 0) })
	grown := reflect.New(reflect.TypeOf([]string{})).Elem()
	grown.Grow(3)
	grown.SetLen(2)
	grown.Index(1).SetString("set")
	fmt.Printf("%d %t %q\n", grown.Len(), grown.Cap() >= 3, grown.Interface())
	var x any = square{4}
	e := reflect.ValueOf(&x).Elem()
	e.Set(reflect.ValueOf(number(6)))
	fmt.Println(x, e.Elem().Type())
	var sh shape
	h := reflect.ValueOf(&sh).Elem()
	h.Set(reflect.ValueOf(square{5}))
	var wi wider = square{6}
	h.Set(reflect.ValueOf(&wi).Elem())
	fmt.Println(sh.Area(), h.NumMethod(), h.Elem().NumMethod())
	fails("set", func() { h.Set(reflect.ValueOf(1)) })
	h.SetZero()
	fmt.Println(sh == nil, h.IsNil(), reflect.ValueOf(&wi).Elem().Convert(s).Type(), reflect.ValueOf(square{7}).Convert(s).Interface().(shape).Area())
	var empty wider
	fails("convert", func() { fmt.Println(reflect.ValueOf(&empty).Elem().Convert(s).IsNil()) })
	fmt.Println(reflect.Copy(reflect.ValueOf([]int{}), reflect.ValueOf([]int{1})), reflect.Copy(reflect.ValueOf([]byte("abc")), reflect.ValueOf("xy")))
	fmt.Println(reflect.DeepEqual(outer{}, outer{}), reflect.DeepEqual(&outer{U: 1}, &outer{}), reflect.DeepEqual([]any{1, "a", nil}, []any{1, "a", nil}), reflect.DeepEqual(map[string][]int{"a": {1}}, map[string][]int{"a": {1}}))
	fails("compare", func() { var a, b any = []int{1}, []int{1}; fmt.Println(a == b) })
	fails("compare", func() {
		var a, b any = struct{ f func() }{}, struct{ f func() }{}
		fmt.Println(a == b)
	})
	fmt.Println(reflect.ValueOf([]int{1}).Comparable(), reflect.ValueOf(square{1}).Equal(reflect.ValueOf(square{1})), reflect.TypeFor[chan<- (chan int)](), reflect.TypeFor[chan (<-chan int)](), reflect.TypeFor[<-chan chan<- int](), reflect.TypeFor[chan (<-chan func(<-chan int))]())
}

func texts() {
	fmt.Println(strings.Index("", "a"), strings.Index("a", ""), strings.Index("", ""), strings.IndexByte("", 'a'), strings.Count("", "a"), strings.Compare("", ""), strings.Contains("abc", ""), strings.Repeat("", 3) == "")
	fails("repeat", func() { strings.Repeat("x", -1) })
	_, err := os.Stdin.Write([]byte("x"))
	_ = err
}

func main() {
	calls()
	tables()
	channels()
	types()
	fmt.Println(len(os.Args))
}
