// Package concurrency holds traps on goroutines, channels between them, sync and sync/atomic.
package concurrency

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

type Box struct {
	mu   sync.Mutex
	P, Q *int
}

var (
	Gate  = make(chan bool)
	Saved *int
)

// An argument of a go statement outlives the frame.
func GoArgument() {
	x := 1 // want: heap x
	go func(p *int) {
		<-Gate
		*p = 2
	}(&x)
}

// A captured variable of a goroutine.
func GoCapture() {
	x := 1      // want: heap x
	go func() { // want: heap func literal
		<-Gate
		x++
	}()
}

func (b *Box) run() {
	<-Gate
	Saved = b.P
}

// The receiver of a method that runs as a goroutine.
func GoMethod() {
	var b Box // want: heap b
	go b.run()
}

// A3: the spawned method reads what is stored after the go statement.
func StoreAfterGo() {
	x := 1    // want: heap x
	var b Box // want: heap b
	go b.run()
	b.P = &x
	Gate <- true
}

func spawn(f func()) { go f() }

// The callee makes its function parameter a goroutine.
func GoParameter() {
	x := 1         // want: heap x
	spawn(func() { // want: heap func literal
		<-Gate
		x++
	})
}

type job interface{ do() }

type inc struct{ p *int }

func (i inc) do() { <-Gate; *i.p++ }

func start(j job) { go j.do() }

// A goroutine that calls an interface method.
func GoInterface() {
	x := 1 // want: heap x
	start(inc{&x})
}

// The goroutine's own variable is read by the parent after the goroutine has ended.
func ChildObject() *int {
	var p *int
	done := make(chan bool)
	go func() {
		x := 1 // want: heap x
		p = &x
		done <- true
	}()
	<-done
	return p
}

// A local of the sender arrives in another goroutine.
func SendToWorker(c chan<- *int) {
	x := 1 // want: heap x
	c <- &x
}

var Jobs = make(chan func(), 8)

// A closure waits in a queue.
func Enqueue() {
	x := 1           // want: heap x
	Jobs <- func() { // want: heap func literal
		x++
	}
}

var Current atomic.Pointer[int]

// atomic.Pointer is a global store.
func AtomicStore() {
	x := 1 // want: heap x
	Current.Store(&x)
}

// A local atomic gives its content back.
func AtomicSwap() *int {
	x := 1 // want: heap x
	var p atomic.Pointer[int]
	p.Store(&x)
	return p.Swap(nil)
}

// Compare and swap is a store too.
func AtomicCAS() *int {
	x := 1 // want: heap x
	var p atomic.Pointer[int]
	p.CompareAndSwap(nil, &x)
	return p.Load()
}

// The old style, by address of an unsafe.Pointer.
func AtomicUnsafe() *int {
	x := 1 // want: heap x
	var p unsafe.Pointer
	atomic.StorePointer(&p, unsafe.Pointer(&x))
	return (*int)(atomic.LoadPointer(&p))
}

// CompareAndSwap on a field of the caller's object.
func AtomicField(h *struct{ p atomic.Pointer[int] }) {
	x := 1 // want: heap x
	for !h.p.CompareAndSwap(h.p.Load(), &x) {
	}
}

// atomic.Value boxes.
func AtomicValue() *int {
	x := 1 // want: heap x
	var v atomic.Value
	v.Store(&x)
	return v.Load().(*int)
}

var pool sync.Pool

// A14: what is put into a pool may be got by anybody.
func PoolPut() {
	x := 1 // want: heap x
	pool.Put(&x)
}

// A14: a local pool gives it back.
func PoolLocal() any {
	x := 1 // want: heap x
	var p sync.Pool
	p.Put(&x)
	return p.Get()
}

// A14: New of a pool is called later, its object lives on.
var bufs = sync.Pool{New: func() any {
	b := new([64]byte) // want: heap new([64]byte)
	return b
}}

// A14: gives a buffer of the pool to the caller.
func PoolNew() *[64]byte { return bufs.Get().(*[64]byte) }

var table sync.Map

// sync.Map stores key and value.
func SyncMap() {
	x, y := 1, 2 // want: heap x, heap y
	table.Store(&x, &y)
}

// What is there already is handed out; otherwise key and value stay.
func SyncMapOrStore() {
	x, y := 1, 2 // want: heap x, heap y
	table.LoadOrStore(&x, &y)
}

// The new value takes the old one's place, and the key comes with it.
func SyncMapSwap() {
	x, y := 1, 2 // want: heap x, heap y
	table.Swap(&x, &y)
}

func SyncMapCompareAndSwap(old any) {
	x, y := 1, 2 // want: heap x, heap y
	table.CompareAndSwap(&x, old, &y)
}

// What Range finds is kept.
func SyncMapRange() {
	var local sync.Map
	x, y := 1, 2 // want: heap x, heap y
	local.Store(&x, &y)
	local.Range(func(k, v any) bool {
		Saved, SavedToo = k.(*int), v.(*int)
		return true
	})
}

var SavedToo *int

// What was stored under another key comes back.
func SyncMapLoad(key string) *int {
	var local sync.Map
	x := 1 // want: heap x
	local.Store("x", &x)
	v, _ := local.Load(key)
	return v.(*int)
}

// sync.Once calls its argument, which stores.
func Once() {
	x := 1 // want: heap x
	var o sync.Once
	o.Do(func() { Saved = &x })
}

// sync.OnceValue returns a closure that holds the captured variable.
func OnceValue() func() int {
	x := 1                             // want: heap x
	return sync.OnceValue(func() int { // want: heap func literal
		x++
		return x
	})
}

// A lock does not keep the object in the frame.
func Locked(b *Box) {
	x := 1 // want: heap x
	b.mu.Lock()
	defer b.mu.Unlock()
	b.P = &x
}

// Two goroutines share one variable, the parent waits for one of them.
func WaitsForOne() int {
	x := 1 // want: heap x
	done := make(chan bool)
	go func() { x++; done <- true }()
	go func() { <-Gate; x++ }() // want: heap func literal
	<-done
	return x
}

// The goroutine is started by a goroutine.
func GoGo() {
	x := 1      // want: heap x
	go func() { // want: heap func literal
		go func() { // want: heap func literal
			<-Gate
			x++
		}()
	}()
}

// A deferred call starts the goroutine.
func GoDeferred() {
	x := 1 // want: heap x
	defer func() {
		go func() { // want: heap func literal
			<-Gate
			x++
		}()
	}()
	x++
}

// A condition variable's waiter list is no holder, the slot is.
type slot struct {
	c *sync.Cond
	v *int
}

var theSlot = slot{c: sync.NewCond(new(sync.Mutex))}

// Handed over under a condition variable.
func CondPut() {
	x := 1 // want: heap x
	theSlot.c.L.Lock()
	theSlot.v = &x
	theSlot.c.L.Unlock()
	theSlot.c.Signal()
}
