package callees

import "sync"

// A lock of the frame: while a goroutine waits for it, the runtime's queue of waiters, which lies on the heap, has its address.
func Locked(f func()) {
	var mu sync.Mutex // want: bounded mu
	mu.Lock()
	defer mu.Unlock()
	f()
}
