// Atomic operations, waits and timers of the executable semantics; the real Go says what is right (tests/harness/semantics.py).
package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func fails(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func nils() {
	var a *int32
	var b *int64
	var u *uint64
	fails("load", func() { atomic.LoadInt32(a) })
	fails("load", func() { atomic.LoadInt64(b) })
	fails("store", func() { atomic.StoreInt32(a, 1) })
	fails("store", func() { atomic.StoreInt64(b, 1) })
	fails("add", func() { atomic.AddInt32(a, 1) })
	fails("add", func() { atomic.AddInt64(b, 1) })
	fails("swap", func() { atomic.SwapInt32(a, 1) })
	fails("swap", func() { atomic.SwapUint64(u, 1) })
	fails("compare", func() { atomic.CompareAndSwapInt32(a, 1, 2) })
	fails("compare", func() { atomic.CompareAndSwapInt64(b, 1, 2) })
	fails("and", func() { atomic.AndInt32(a, 1) })
	fails("and", func() { atomic.AndUint64(u, 1) })
	fails("or", func() { atomic.OrInt32(a, 1) })
	fails("or", func() { atomic.OrUint64(u, 1) })
	var v *atomic.Int64
	fails("method", func() { v.Add(1) })
}

func all() {
	var a atomic.Int32
	var b atomic.Uint64
	var c atomic.Int64
	var d atomic.Uintptr
	fmt.Println(a.Add(3), a.Swap(9), a.CompareAndSwap(9, 12), a.CompareAndSwap(9, 13), a.And(8), a.Or(3), a.Load())
	fmt.Println(b.Add(3), b.Swap(9), b.CompareAndSwap(9, 12), b.CompareAndSwap(9, 13), b.And(8), b.Or(3), b.Load())
	c.Store(-5)
	d.Store(6)
	fmt.Println(c.Load(), d.Add(1), d.Load())
}

// Signal wakes in order of arrival, Broadcast all; neither of them where nobody waits.
func conditions() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	cond.Signal()
	cond.Broadcast()
	var order []int
	ready := make(chan int)
	turn := 0
	for k := 0; k < 4; k++ {
		go func() {
			mu.Lock()
			ready <- k
			for turn <= k {
				cond.Wait()
			}
			order = append(order, k)
			mu.Unlock()
			ready <- k
		}()
		<-ready
	}
	for k := 0; k < 3; k++ {
		mu.Lock()
		turn = k + 1
		cond.Broadcast()
		mu.Unlock()
		<-ready
	}
	mu.Lock()
	turn = 4
	cond.Signal()
	mu.Unlock()
	<-ready
	fmt.Println(order)
	var rw sync.RWMutex
	var wg sync.WaitGroup
	total := 0
	for k := 0; k < 5; k++ {
		wg.Add(2)
		go func() {
			defer wg.Done()
			rw.Lock()
			runtime.Gosched()
			total += k
			rw.Unlock()
		}()
		go func() {
			defer wg.Done()
			rw.RLock()
			runtime.Gosched()
			_ = total
			rw.RUnlock()
		}()
	}
	wg.Wait()
	fmt.Println(total, rw.TryLock(), rw.TryRLock(), mu.TryLock(), mu.TryLock())
}

func timers() {
	time.Sleep(0)
	time.Sleep(-time.Second)
	start := time.Now()
	slow, fast := make(chan bool), make(chan bool)
	go func() { time.Sleep(20 * time.Millisecond); slow <- true }()
	go func() { time.Sleep(2 * time.Millisecond); fast <- true }()
	select {
	case <-fast:
		fmt.Println("fast")
		<-slow
	case <-slow:
		fmt.Println("slow")
	}
	fmt.Println(time.Since(start) >= 20*time.Millisecond)
	calls := make(chan string, 9)
	a := time.AfterFunc(time.Hour, func() { calls <- "a" })
	b := time.AfterFunc(2*time.Millisecond, func() { calls <- "b" })
	c := time.AfterFunc(time.Hour, func() { calls <- "c" })
	d := time.AfterFunc(time.Hour, func() { calls <- "d" })
	fmt.Println(c.Stop(), c.Stop(), a.Reset(40*time.Millisecond), <-calls, <-calls, b.Stop(), b.Reset(time.Millisecond), <-calls, a.Stop(), d.Stop())
	ticks := time.NewTicker(2 * time.Millisecond)
	stop := time.After(15 * time.Millisecond)
	<-ticks.C
	<-ticks.C
	ticks.Reset(time.Millisecond)
	<-ticks.C
	ticks.Stop()
	<-stop
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err())
	inner, done := context.WithCancel(context.WithValue(ctx, "k", 1))
	done()
	fmt.Println(inner.Err(), inner.Value("k"), inner.Value("no"))
	go func() { time.Sleep(1<<63 - 1) }()
	fails("ticker", func() { time.NewTicker(0) })
	var none time.Timer
	fails("timer", func() { none.Stop() })
	fails("timer", func() { none.Reset(1) })
}

type link struct {
	next *link
	n    int
}

// Finalizers run after the last use, with what they capture.
func finalizers() {
	done := make(chan int, 9)
	func() {
		x, y := &link{n: 1}, &link{n: 2}
		base := 40
		runtime.SetFinalizer(x, func(l *link) { done <- l.n + base })
		runtime.SetFinalizer(y, func(l *link) { done <- l.n })
		runtime.SetFinalizer(y, nil)
		runtime.KeepAlive(x)
		runtime.KeepAlive(y)
	}()
	for k := 0; ; k++ {
		runtime.GC()
		select {
		case n := <-done:
			fmt.Println(n)
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// A goroutine that is left by Goexit runs its deferred calls, also where it panicked before.
func exits() {
	done := make(chan string, 4)
	go func() {
		defer func() { done <- fmt.Sprint("goexit ", recover()) }()
		runtime.Goexit()
	}()
	fmt.Println(<-done)
	go func() {
		defer func() { done <- "last" }()
		defer runtime.Goexit()
		panic("gone")
	}()
	fmt.Println(<-done)
	go func() {
		defer func() { done <- "outer" }()
		defer func() {
			defer func() { done <- fmt.Sprint("inner ", recover()) }()
			panic("while leaving")
		}()
		runtime.Goexit()
	}()
	fmt.Println(<-done, <-done)
	fmt.Println(runtime.NumGoroutine() > 0)
}

func main() {
	nils()
	all()
	conditions()
	timers()
	finalizers()
	exits()
}
