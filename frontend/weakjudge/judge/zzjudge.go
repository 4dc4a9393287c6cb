//go:build stackproof_judge

// Package zzjudge watches the objects of a rewritten program (rewrite.go) through weak pointers: one that is alive when the frame that made
// it is gone, or when its site runs again in that frame, is reported. It comes into GOROOT/src through go build -overlay.
package zzjudge

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Frame is an activation of a function.
type Frame struct {
	goid    uint64
	g       uintptr // where the goroutine is described, which is not kept alive
	depth   uintptr // of the stack, where At was called
	objects []object
	grown   map[int32]uintptr // the backing arrays of the operands of append, by site
}

// object is one whose end is awaited.
type object struct {
	site int32
	at   weak.Pointer[byte]
}

// What is seen of an object.
const (
	outlived = iota // alive after its frame
	carried         // alive when its site runs again
	kinds
)

// counter is what is known of a site.
type counter struct {
	made    uint64 // objects made, on the heap
	shared  uint64 // that could not be told from others
	judged  [kinds]uint64
	alive   [kinds]uint64
	stopped bool // has been seen to outlive, whichever way
}

// thorough is how many objects of a site are all watched; then it is the 2nd, 4th, 8th...
const thorough = 8

var (
	lock    sync.Mutex
	live    = map[uint64][]*Frame{} // by goroutine; frames with objects
	frames  atomic.Int64            // in live
	sites   = map[int32]*counter{}
	report  = env("WEAKJUDGE")
	watched = report != ""
	rounds  int
	never   bool
	sink    unsafe.Pointer
)

func init() {
	if watched {
		atExit(finish)
	}
}

// What zz_runtime.go has.

//go:linkname where runtime.zzWhere
func where() (id uint64, g, depth uintptr)

//go:linkname ended runtime.zzEnded
func ended(id uint64, g uintptr) bool

//go:linkname alone runtime.zzAlone
func alone(p unsafe.Pointer, size uintptr) (heap, alone bool)

//go:linkname fresh runtime.zzFresh
func fresh()

//go:linkname env runtime.zzEnv
func env(name string) string

//go:linkname atExit runtime.zzAtExit
func atExit(f func())

//go:linkname appendTo runtime.zzAppend
func appendTo(name, text string)

// At is called where a frame begins, and where a call has returned: what was below the caller's frame in the stack is gone.
//
//go:noinline
func At(begin bool) *Frame {
	if !watched || !begin && frames.Load() == 0 {
		return nil
	}
	id, g, depth := where()
	var f *Frame
	if begin {
		f = &Frame{goid: id, g: g, depth: depth}
	}
	if frames.Load() > 0 {
		lock.Lock()
		judge(leave(id, depth, begin))
		lock.Unlock()
	}
	return f
}

// leave takes out the frames that are gone: those deeper in the stack of the goroutine, or as deep where a new one begins, and those of
// goroutines that have ended.
func leave(id uint64, depth uintptr, begin bool) []*Frame {
	gone := take(nil, id, func(f *Frame) bool { return f.depth > depth || begin && f.depth == depth })
	return ofEnded(gone)
}

func take(gone []*Frame, id uint64, isGone func(*Frame) bool) []*Frame {
	list := live[id]
	kept := list[:0]
	for _, f := range list {
		if isGone(f) {
			gone = append(gone, f)
			frames.Add(-1)
		} else {
			kept = append(kept, f)
		}
	}
	clear(list[len(kept):])
	if len(kept) > 0 {
		live[id] = kept
	} else if list != nil {
		delete(live, id)
	}
	return gone
}

// ofEnded looks for goroutines that have ended only when there is something to judge anyway, or much has piled up.
func ofEnded(gone []*Frame) []*Frame {
	if len(gone) == 0 && len(live) < 32 {
		return gone
	}
	for id, list := range live {
		if ended(id, list[0].g) {
			gone = take(gone, id, func(*Frame) bool { return true })
		}
	}
	return gone
}

// judge collects the garbage and reports what is alive of the frames' objects.
func judge(gone []*Frame) {
	if len(gone) == 0 {
		return
	}
	collect()
	again := false
	for _, f := range gone {
		for _, o := range f.objects {
			again = again || o.at.Value() != nil
		}
	}
	if again {
		collect() // whatever kept it for the moment
	}
	for _, f := range gone {
		for _, o := range f.objects {
			verdict(o, outlived)
		}
	}
}

func collect() {
	rounds++
	runtime.GC()
}

func verdict(o object, kind int) bool {
	c := sites[o.site]
	c.judged[kind]++
	if o.at.Value() == nil {
		return false
	}
	c.alive[kind]++
	c.stopped = true
	if c.alive[kind] == 1 {
		say([]string{"outlived", "carried"}[kind], uint64(o.site))
	}
	return true
}

func say(word string, numbers ...uint64) {
	text := word
	for _, n := range numbers {
		text += "\t" + decimal(n)
	}
	appendTo(report, text+"\n")
}

func decimal(n uint64) string {
	if n < 10 {
		return "0123456789"[n : n+1]
	}
	return decimal(n/10) + decimal(n%10)
}

// watch begins to watch an object. once: its site may run again while an earlier one is alive.
func watch(f *Frame, site int32, p unsafe.Pointer, size uintptr, once bool) {
	if never {
		sink = p // so that the compiler has it on the heap
	}
	if f == nil || p == nil {
		return
	}
	heap, alone := alone(p, size)
	if !heap {
		return
	}
	lock.Lock()
	defer lock.Unlock()
	c := sites[site]
	if c == nil {
		c = &counter{}
		sites[site] = c
	}
	if once && before(f, site, p) {
		return
	}
	c.made++
	if !alone {
		c.shared++
		return
	}
	if n := c.made - c.shared; c.stopped || n > thorough && n&(n-1) != 0 {
		return
	}
	if len(f.objects) == 0 {
		live[f.goid] = append(live[f.goid], f)
		frames.Add(1)
	}
	f.objects = append(f.objects, object{site, weak.Make((*byte)(p))})
}

// before judges the object that the site made before in this frame, and tells whether it is p.
func before(f *Frame, site int32, p unsafe.Pointer) bool {
	for i := range f.objects {
		o := f.objects[i]
		if o.site != site {
			continue
		}
		if o.at.Value() == (*byte)(p) {
			return true
		}
		collect()
		if o.at.Value() != nil {
			collect()
		}
		if !verdict(o, carried) {
			f.forget(i)
		}
		return false
	}
	return false
}

func (f *Frame) forget(i int) {
	last := len(f.objects) - 1
	f.objects[i] = f.objects[last]
	f.objects = f.objects[:last]
	if last == 0 {
		take(nil, f.goid, func(other *Frame) bool { return other == f })
	}
}

// finish judges what is left when the program ends, and writes down the counts.
func finish() {
	lock.Lock()
	defer lock.Unlock()
	gone := []*Frame(nil)
	id, _, _ := where()
	if !inMain() {
		gone = take(gone, id, func(*Frame) bool { return true })
	}
	for id, list := range live {
		if ended(id, list[0].g) {
			gone = take(gone, id, func(*Frame) bool { return true })
		}
	}
	judge(gone)
	for site, c := range sites {
		say("site", uint64(site), c.made, c.shared, c.judged[outlived], c.judged[carried], c.alive[outlived], c.alive[carried])
	}
	say("end", uint64(rounds))
}

// inMain tells whether main.main has not returned.
func inMain() bool {
	var pcs [64]uintptr
	n := runtime.Callers(1, pcs[:])
	if n == len(pcs) {
		return true
	}
	list := runtime.CallersFrames(pcs[:n])
	for {
		f, more := list.Next()
		if f.Function != "runtime.main" && f.Function != "runtime.goexit" && (len(f.Function) < 8 || f.Function[:8] != "runtime.") &&
			(len(f.Function) < 8 || f.Function[:8] != "zzjudge.") && (len(f.Function) < 17 || f.Function[:17] != "internal/runtime/") {
			return true
		}
		if !more {
			return false
		}
	}
}

// New makes a small object without pointers one that shares its memory with none.
//
//go:noinline
func New[E any](f *Frame, site int32, v E) *E {
	type padded struct {
		v E
		_ [16]byte
	}
	p := &padded{v: v}
	watch(f, site, unsafe.Pointer(p), unsafe.Sizeof(*p), true)
	return &p.v
}

// Pointer is for &T{...} and new(T).
//
//go:noinline
func Pointer[E any](f *Frame, site int32, p *E) *E {
	watch(f, site, unsafe.Pointer(p), unsafe.Sizeof(*p), true)
	return p
}

// Var is for a variable that has just been declared.
//
//go:noinline
func Var[E any](f *Frame, site int32, p *E) {
	watch(f, site, unsafe.Pointer(p), unsafe.Sizeof(*p), true)
}

// Slice is for make, literals and conversions.
//
//go:noinline
func Slice[S ~[]E, E any](f *Frame, site int32, s S) S {
	watch(f, site, unsafe.Pointer(unsafe.SliceData(s)), bytesOf(s), true)
	return s
}

func bytesOf[E any](s []E) uintptr {
	var e E
	return uintptr(cap(s)) * unsafe.Sizeof(e)
}

// Args makes the slice of variadic arguments.
//
//go:noinline
func Args[E any](f *Frame, site int32, s ...E) []E {
	watch(f, site, unsafe.Pointer(unsafe.SliceData(s)), bytesOf(s), true)
	return s
}

//go:noinline
func Map[M ~map[K]V, K comparable, V any](f *Frame, site int32, m M) M {
	watch(f, site, *(*unsafe.Pointer)(unsafe.Pointer(&m)), 16, true)
	return m
}

// String is for conversions.
//
//go:noinline
func String[S ~string](f *Frame, site int32, s S) S {
	watch(f, site, unsafe.Pointer(unsafe.StringData(string(s))), uintptr(len(s)), true)
	return s
}

// Concat is the sum of strings; if all but one are empty, that one, as the runtime would have it (Copied).
//
//go:noinline
func Concat[S ~string](f *Frame, site int32, parts ...S) S {
	total, full, last := 0, 0, S("")
	for _, s := range parts {
		if len(s) > 0 {
			total, full, last = total+len(s), full+1, s
		}
	}
	if full < 2 {
		return Copied(last)
	}
	b := make([]byte, 0, total+16)
	for _, s := range parts {
		b = append(b, s...)
	}
	p := unsafe.SliceData(b)
	watch(f, site, unsafe.Pointer(p), uintptr(cap(b)), true)
	runtime.KeepAlive(parts) // the operands are in use while the sum is made
	return S(unsafe.String(p, total))
}

// Copied is for what is added to a string. A sum of one string and empty ones is that string itself, unless it lies on a stack and the sum does
// not: then the runtime makes a copy (concatstrings). Here nothing lies on a stack, so it is made for all.
//
//go:noinline
func Copied[S ~string](s S) S {
	return S([]byte(s))
}

// Func is for closures and method values.
//
//go:noinline
func Func[F any](f *Frame, site int32, fn F) F {
	watch(f, site, *(*unsafe.Pointer)(unsafe.Pointer(&fn)), 16, true)
	return fn
}

// Box is for values of the given size in interfaces.
//
//go:noinline
func Box[I any](f *Frame, site int32, size uintptr, i I) I {
	watch(f, site, (*[2]unsafe.Pointer)(unsafe.Pointer(&i))[1], size, true)
	return i
}

// Fresh goes before what may make a small object.
//
//go:noinline
func Fresh(f *Frame) *Frame {
	if f != nil {
		fresh()
	}
	return f
}

// Grows notes the operand of append.
func Grows[S ~[]E, E any](f *Frame, site int32, s S) S {
	if f != nil {
		if f.grown == nil {
			f.grown = map[int32]uintptr{}
		}
		f.grown[site] = uintptr(unsafe.Pointer(unsafe.SliceData(s)))
		fresh()
	}
	return s
}

// Grown is for the result of append, which is a new array or the operand's.
//
//go:noinline
func Grown[S ~[]E, E any](f *Frame, site int32, s S) S {
	p := unsafe.Pointer(unsafe.SliceData(s))
	if f != nil && f.grown[site] == uintptr(p) {
		p = nil
	}
	watch(f, site, p, bytesOf(s), false)
	return s
}
