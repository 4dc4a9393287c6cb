// Panics, defers, goroutines, channels, select, maps and methods; the real Go says what is right (tests/harness/semantics.py).
package main

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
)

type shape interface {
	area() int
	name() string
}
type square struct{ side int }
type named struct {
	shape
	label string
}

func (s square) area() int    { return s.side * s.side }
func (s *square) grow()       { s.side++ }
func (s square) name() string { return "square" }
func (n named) name() string  { return n.label }

type failure struct{ code int }

func (f *failure) Error() string { return "failure" }

func try(what string, f func()) {
	defer func() {
		switch e := recover().(type) {
		case nil:
			println(what, "fine")
		case runtime.Error:
			println(what, "runtime error:", e.Error())
		case error:
			println(what, "error:", e.Error())
		case string:
			println(what, "text:", e)
		case int:
			println(what, "number:", e)
		default:
			println(what, "something")
		}
	}()
	f()
}

func zero() int { return 0 }

func panics() {
	var m map[string]int
	var p *square
	var s []int
	var e any
	var sh shape
	var f func()
	var ch chan int
	try("nothing", func() {})
	try("text", func() { panic("text") })
	try("number", func() { panic(5) })
	try("error", func() { panic(&failure{1}) })
	try("struct", func() { panic(struct{}{}) })
	try("nil map", func() { m["a"] = 1 })
	try("nil pointer", func() { p.side = 1 })
	try("nil method", func() { p.area() })
	try("index", func() { println(s[zero()]) })
	try("negative", func() { println([]int{1}[zero()-1]) })
	try("array", func() { a := [2]int{}; println(a[zero()+2]) })
	try("string", func() { println("abc"[zero()+3]) })
	try("slice", func() { println(len([]int{1, 2}[zero()+2 : 1])) })
	try("slice end", func() { println(len([]int{1, 2}[:zero()+5])) })
	try("slice cap", func() { println(len([]int{1, 2}[: 1 : zero()+5])) })
	try("substring", func() { println("abc"[zero()+2 : 1+zero()]) })
	try("substring end", func() { println("abc"[:zero()+9]) })
	try("divide", func() { println(1 / zero()) })
	try("remainder", func() { println(1 % zero()) })
	try("shift", func() { println(1 << (zero() - 1)) })
	try("assert", func() { e = 1; println(e.(string)) })
	try("assert nil", func() { e = nil; println(e.(string)) })
	try("assert interface", func() { e = 1; println(e.(shape).area()) })
	try("nil interface", func() { println(sh.area()) })
	try("nil function", func() { f() })
	try("make", func() { println(len(make([]int, zero()-1))) })
	try("make cap", func() { println(len(make([]int, 2, zero()+1))) })
	try("make chan", func() { println(cap(make(chan int, zero()-1))) })
	try("close nil", func() { close(ch) })
	try("close twice", func() { c := make(chan int); close(c); close(c) })
	try("send on closed", func() { c := make(chan int, 1); close(c); c <- 1 })
	try("select on closed", func() {
		c := make(chan int)
		close(c)
		select {
		case c <- 1:
		default:
		}
	})
	try("array pointer", func() { println(len((*[3]int)(make([]int, zero()+2)))) })
	try("again", func() {
		defer func() { panic("second") }()
		panic("first")
	})
	try("replaced", func() {
		defer func() { println("inner", recover().(string)) }()
		defer func() {
			defer func() { println("innermost", recover().(string)) }()
			panic("second")
		}()
		panic("first")
	})
	try("goexit", func() {
		done := make(chan bool)
		go func() {
			defer close(done)
			defer println("deferred print")
			defer func() { println("at exit", recover() == nil) }()
			runtime.Goexit()
		}()
		<-done
	})
}

func results(k int) (r int, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = errors.New("recovered")
			r = k * 10
		}
	}()
	defer func() { r++ }()
	if k > 1 {
		panic(k)
	}
	return k, nil
}

func builtins() {
	m := map[int]string{1: "a", 2: "b"}
	s := []int{1, 2, 3}
	c := make(chan int, 1)
	func() {
		defer println("done", 1, true, "x", 2.5, 'a')
		defer print("printed ", 1, "\n")
		defer close(c)
		defer delete(m, 1)
		defer clear(s)
		defer clear(s[:0])
		defer clear(map[int]int{1: 1})
		defer copy(s, []int{9, 8})
		defer recover()
	}()
	_, ok := <-c
	println(len(m), s[0], s[2], ok)
	clear(m)
	println(len(m), len(c), cap(c))
	func() {
		defer func() { println("thrown", recover().(string)) }()
		defer panic("by defer")
	}()
	for i := range 3 {
		defer print(i, " ")
	}
}

func maps() {
	m := map[string]int{}
	for i := 0; i < 200; i++ {
		m[string(rune('a'+i%26))+string(rune('0'+i/26))] += i
	}
	sum := 0
	for k, v := range m {
		sum += v + len(k)
		if v%3 == 0 {
			delete(m, k)
		}
	}
	println(len(m) < 200, sum)
	type key struct {
		a int
		b string
		c any
		d [2]float64
	}
	n := map[key]*square{}
	n[key{1, "x", 2, [2]float64{1, 2}}] = &square{3}
	println(n[key{1, "x", 2, [2]float64{1, 2}}].side, n[key{1, "x", "2", [2]float64{1, 2}}] == nil)
	v, ok := n[key{}]
	println(v == nil, ok)
	f := map[float64]int{0: 1}
	var negative float64
	negative = -negative
	println(f[negative], len(f))
	i := map[any]int{1: 1, "a": 2, 1.5: 3, [1]int{1}: 4, true: 5, square{1}: 6, nil: 7, complex(1, 1): 8, int8(1): 9}
	println(i[1], i["a"], i[1.5], i[[1]int{1}], i[true], i[square{1}], i[nil], i[complex(1, 1)], i[int8(1)], i[int16(1)])
	b := map[bool]int{true: 1}
	b[false]--
	println(b[true], b[false], len(b))
	var none map[int]int
	for range none {
		println("never")
	}
	println(none[1], len(none))
	delete(none, 1)
	for k := range m {
		m[k+"!"] = 1
		if len(m) > 500 {
			break
		}
	}
	println(len(m) > 0)
}

func channels() {
	c := make(chan int)
	done := make(chan struct{})
	go func() {
		for v := range c {
			print(v, " ")
		}
		println()
		close(done)
	}()
	for i := range 5 {
		c <- i
	}
	close(c)
	<-done
	v, ok := <-c
	println(v, ok)
	buffered := make(chan string, 2)
	select {
	case buffered <- "a":
		println("sent")
	default:
		println("full")
	}
	buffered <- "b"
	select {
	case buffered <- "c":
		println("sent")
	default:
		println("full")
	}
	println(<-buffered, len(buffered))
	var none chan int
	select {
	case <-none:
	case none <- 1:
	case s, ok := <-buffered:
		println(s, ok)
	}
	select {
	default:
		println("default")
	}
	a, b := make(chan int), make(chan int)
	go func() { a <- 1 }()
	go func() { println("received", <-b); close(done2) }()
	sum := 0
	for i := 0; i < 2; i++ {
		select {
		case v := <-a:
			sum += v
		case b <- 7:
			sum += 10
		}
	}
	<-done2
	println(sum)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var n atomic.Int64
	var rw sync.RWMutex
	var once sync.Once
	total := 0
	for i := 0; i < 10; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			once.Do(func() { println("once") })
			mu.Lock()
			total += i
			mu.Unlock()
			rw.RLock()
			rw.RUnlock()
			n.Add(int64(i))
			runtime.Gosched()
		}()
	}
	wg.Wait()
	println(total, n.Load(), n.CompareAndSwap(45, 1), n.Swap(5), n.Load())
	closed := make(chan int)
	go func() {
		defer func() { recover(); close(done3) }()
		closed <- 1
	}()
	runtime.Gosched()
	close(closed)
	<-done3
	cond := sync.NewCond(&mu)
	ready := false
	go func() { mu.Lock(); ready = true; cond.Broadcast(); mu.Unlock() }()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	println("ready")
}

var done2, done3 = make(chan int), make(chan int)

func methods() {
	s := square{2}
	grow, area := s.grow, s.area
	grow()
	println(s.side, area(), square.area(s), (*square).area(&s))
	n := named{&s, "n"}
	var sh shape = n
	println(sh.name(), sh.area(), sh.(named).shape.name())
	f := sh.area
	s.side = 5
	println(f(), sh.area())
	sh = &n
	_, isShape := any(sh).(interface{ area() int })
	_, isError := any(sh).(error)
	println(isShape, isError)
	switch v := any(s).(type) {
	case shape:
		println("a shape", v.area())
	case int, string:
		println("never")
	}
	var err error = &failure{3}
	var fail *failure
	println(errors.As(err, &fail), fail.code, errors.Is(err, err), errors.Unwrap(err) == nil, errors.Join(err, nil).Error())
}

func sequence(n int) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for i := 0; i < n; i++ {
			if !yield(i, "x") {
				return
			}
		}
	}
}

func loops() int {
	for i, s := range sequence(5) {
		defer print("later ", i, s, "\n")
		if i == 1 {
			continue
		}
		if i == 3 {
			break
		}
		print(i, s, " ")
	}
	println()
outer:
	for i := range 3 {
		for j := range sequence(3) {
			if j == 1 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			print(i, j, " ")
		}
	}
	println()
	for i := range sequence(4) {
		if i == 2 {
			return i
		}
	}
	return -1
}

func main() {
	panics()
	for k := range 4 {
		r, err := results(k)
		println(r, err == nil)
	}
	builtins()
	println()
	maps()
	channels()
	methods()
	println(loops())
}
