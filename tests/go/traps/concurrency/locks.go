package concurrency

import "sync"

// The twin of bounded/callees/locks.go: another goroutine has the lock.
func LockedByTwo(f func()) {
	var mu sync.Mutex // want: heap mu
	mu.Lock()
	go func() {
		mu.Lock()
		f()
	}()
	mu.Unlock()
}
