// What the executable semantics does itself instead of running Go's assembly and runtime: reflect, time, bytes, sync, atomics, finalizers;
// the real Go says what is right (tests/harness/semantics.py).
package main

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

type tree struct {
	Left, Right *tree
	Value       int `json:"value"`
	name        string
	Any         any
	List        []string
	Table       map[string]int
	Call        func(int) int
}

func (t *tree) Sum(by int) int {
	if t == nil {
		return 0
	}
	return t.Value*by + t.Left.Sum(by) + t.Right.Sum(by)
}

func (t tree) String() string { return "tree " + strconv.Itoa(t.Value) }

type adder interface{ Sum(int) int }

func reflection() {
	t := &tree{Value: 1, Left: &tree{Value: 2}, name: "n", Any: 5, List: []string{"a", "b"}, Table: map[string]int{"x": 1}, Call: func(k int) int { return k + 1 }}
	v := reflect.ValueOf(t).Elem()
	fmt.Println(v.Type(), v.Kind(), v.NumField(), v.Type().Field(2).Tag.Get("json"), v.Type().NumMethod(), reflect.TypeOf(t).NumMethod())
	for i := 0; i < v.NumField(); i++ {
		f := v.Field(i)
		fmt.Println(v.Type().Field(i).Name, f.Kind(), f.CanSet(), f.IsZero(), f.Type())
	}
	v.FieldByName("Value").SetInt(7)
	v.FieldByName("List").Set(reflect.Append(v.FieldByName("List"), reflect.ValueOf("c")))
	v.FieldByName("Table").SetMapIndex(reflect.ValueOf("y"), reflect.ValueOf(2))
	v.FieldByName("Any").Set(reflect.ValueOf("text"))
	fmt.Println(t.Value, t.List, len(t.Table), t.Any, v.FieldByName("Table").Len(), v.FieldByName("Table").MapIndex(reflect.ValueOf("y")))
	keys := v.FieldByName("Table").MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	fmt.Println(keys[0], keys[1])
	for it := v.FieldByName("Table").MapRange(); it.Next(); {
		_ = it.Key().String() + strconv.Itoa(int(it.Value().Int()))
	}
	n := reflect.New(reflect.TypeOf(0))
	n.Elem().SetInt(3)
	s := reflect.MakeSlice(reflect.TypeOf([]int{}), 1, 4)
	s.Index(0).Set(n.Elem())
	m := reflect.MakeMap(reflect.TypeOf(map[string]int{}))
	m.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf(4))
	m.SetMapIndex(reflect.ValueOf("gone"), reflect.Value{})
	c := reflect.MakeChan(reflect.TypeOf(make(chan int)), 1)
	c.Send(reflect.ValueOf(9))
	x, ok := c.Recv()
	fmt.Println(n.Elem(), s.Len(), s.Cap(), s.Index(0), m.Len(), x, ok, c.Len(), c.Cap())
	fmt.Println(reflect.Copy(s, reflect.ValueOf([]int{8, 9})), s.Index(0), s.Slice(0, 1).Len())
	fmt.Println(reflect.DeepEqual(t, t), reflect.DeepEqual([]int{1}, []int{1}), reflect.DeepEqual(map[int]string{1: "a"}, map[int]string{1: "b"}), reflect.DeepEqual(1, int64(1)))
	fmt.Println(reflect.TypeOf(t).Implements(reflect.TypeOf((*adder)(nil)).Elem()), reflect.TypeOf(5).ConvertibleTo(reflect.TypeOf(2.5)), reflect.TypeOf(5).AssignableTo(reflect.TypeOf("")), reflect.TypeOf(t).Comparable())
	fmt.Println(reflect.ValueOf(5).Convert(reflect.TypeOf(2.5)), reflect.Zero(reflect.TypeOf("")).String() == "", reflect.Indirect(reflect.ValueOf(&t.Value)), reflect.PointerTo(reflect.TypeOf(1)))
	fmt.Println(reflect.SliceOf(reflect.TypeOf(1)), reflect.ValueOf(&t.Value).Pointer() == uintptr(unsafe.Pointer(&t.Value)))
	swap := reflect.Swapper(t.List)
	swap(0, 2)
	fmt.Println(t.List, fmt.Sprintf("%v %+v %T %d %x %q %8.3f %-5s| %t %c %U %p", tree{Value: 3}, struct{ A, b int }{1, 2}, t, 42, "hex", "quoted", math.Pi, "ab", true, 'x', '☺', nil))
}

func texts() {
	fmt.Println(strings.Index("chicken", "ken"), strings.Index("chicken", "dmr"), strings.IndexByte("abc", 'c'), strings.LastIndex("go gopher", "go"), strings.Count("cheese", "e"), strings.Repeat("na", 3), strings.Compare("a", "b"))
	fmt.Println(bytes.Equal([]byte("a"), []byte("a")), bytes.Compare([]byte("b"), []byte("ab")), bytes.IndexByte([]byte("abc"), 'z'), bytes.Count([]byte("abab"), []byte("b")), bytes.Contains([]byte("seafood"), []byte("foo")), bytes.Compare(nil, []byte("a")), bytes.Compare([]byte("abc"), []byte("ab")))
	fmt.Println(strings.Fields(" a b  c "), strings.Split("a,b,c", ","), strings.Map(func(r rune) rune { return r + 1 }, "abc"), strings.ToUpper("héllo"), strings.EqualFold("Go", "GO"), strings.TrimSpace("  x "))
	var b strings.Builder
	fmt.Fprintf(&b, "%05d|%+d|%#x|%e", 42, 7, 255, 12345.678)
	fmt.Println(b.String(), b.Len())
	n, err := strconv.Atoi("12x")
	fmt.Println(n, err)
	f, _ := strconv.ParseFloat("1e-7", 64)
	fmt.Println(f, strconv.Quote("a\n\x00é"), strconv.FormatInt(-255, 16))
	fmt.Println(bits.LeadingZeros64(1), bits.TrailingZeros32(8), bits.OnesCount(255), bits.Reverse8(1), bits.RotateLeft32(1, 31), bits.Len(1023))
	hi, lo := bits.Mul64(math.MaxUint64, 3)
	q, r := bits.Div64(1, 5, 7)
	sum, carry := bits.Add64(math.MaxUint64, 1, 1)
	fmt.Println(hi, lo, q, r, sum, carry)
	x, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	fmt.Println(new(big.Int).Exp(x, big.NewInt(3), nil), new(big.Int).Mod(x, big.NewInt(97)))
	fmt.Println(math.Sin(1), math.Exp(1), math.Log(10), math.Pow(2, 0.5), math.Mod(7, 3), math.Hypot(3, 4), math.Cbrt(27), math.IsNaN(math.NaN()), math.Round(2.5))
}

func clocks() {
	start := time.Now()
	time.Sleep(time.Millisecond)
	fmt.Println(time.Since(start) >= time.Millisecond, time.Duration(90)*time.Second)
	timer := time.NewTimer(time.Hour)
	fmt.Println(timer.Stop(), timer.Stop(), timer.Reset(time.Millisecond))
	<-timer.C
	done := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { close(done) })
	<-done
	ticker := time.NewTicker(time.Millisecond)
	for i := 0; i < 3; i++ {
		<-ticker.C
	}
	ticker.Reset(time.Hour)
	ticker.Stop()
	select {
	case <-time.After(time.Millisecond):
		fmt.Println("after")
	case <-make(chan int):
	}
	fmt.Println(time.Unix(0, 0).UTC().Format(time.RFC3339), time.Date(2024, 2, 29, 1, 2, 3, 0, time.UTC).Weekday())
}

func memory() {
	var a32 int32
	var u64 uint64
	var p atomic.Pointer[tree]
	var v atomic.Value
	var b atomic.Bool
	fmt.Println(atomic.AddInt32(&a32, 5), atomic.LoadInt32(&a32), atomic.SwapInt32(&a32, 7), atomic.CompareAndSwapInt32(&a32, 7, 8), atomic.CompareAndSwapInt32(&a32, 7, 9), a32)
	atomic.StoreUint64(&u64, 3)
	fmt.Println(atomic.AddUint64(&u64, ^uint64(0)), atomic.OrInt32(&a32, 3), atomic.AndInt32(&a32, 6), a32)
	p.Store(&tree{Value: 4})
	old := p.Load()
	fmt.Println(p.CompareAndSwap(old, nil), p.Swap(old) == nil, p.Load().Value)
	v.Store("a")
	fmt.Println(v.Load(), v.Swap("b"), v.CompareAndSwap("b", "c"), b.Swap(true), b.Load())
	var m sync.Map
	m.Store("k", 1)
	one, ok := m.Load("k")
	two, loaded := m.LoadOrStore("k", 2)
	m.Range(func(k, v any) bool { fmt.Println(k, v); return true })
	m.Delete("k")
	_, gone := m.Load("k")
	fmt.Println(one, ok, two, loaded, gone)
	pool := sync.Pool{New: func() any { return new(tree) }}
	t := pool.Get().(*tree)
	pool.Put(t)
	fmt.Println(t.Value, sync.OnceValue(func() int { return 6 })())
	done := make(chan bool, 1)
	func() {
		x := &tree{Value: 8, name: "finalized"}
		runtime.SetFinalizer(x, func(*tree) { done <- true })
		runtime.SetFinalizer(x, nil)
		runtime.SetFinalizer(x, func(*tree) { done <- true })
		runtime.KeepAlive(x)
	}()
	runtime.GC()
	debug.FreeOSMemory()
	_, file, line, known := runtime.Caller(0)
	fmt.Println(len(file) > 0, line > 0, known, runtime.NumGoroutine() > 0, runtime.GOMAXPROCS(0) > 0)
	func() {
		defer func() { fmt.Println(recover() != nil) }()
		var none *int32
		atomic.AddInt32(none, 1)
	}()
	func() {
		defer func() { fmt.Println(recover() != nil) }()
		var wg sync.WaitGroup
		wg.Done()
	}()
}

func main() {
	reflection()
	texts()
	clocks()
	memory()
	fmt.Fprintln(os.Stderr, "to standard error", len(os.Args), os.Getenv("NO SUCH VARIABLE") == "")
	os.Stdout.WriteString("written\n")
}
