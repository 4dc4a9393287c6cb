package concurrency

import "sync"

// Keys of a sync.Map that are only looked for: hashed and compared. The twins are in traps/concurrency/concurrency.go.

var names sync.Map

func Known(a, b string) bool {
	key := a + b             // want: stack a + b
	_, ok := names.Load(key) // want: stack key
	return ok
}

func KnownPointer() bool {
	x := 1 // want: stack x
	_, ok := names.Load(&x)
	return ok
}

func Forget(a, b string) {
	x := 1 // want: stack x
	names.Delete(&x)
	names.LoadAndDelete(a + b) // want: stack a + b, stack a + b
}

// The value is only compared with the one that is there.
func ForgetPair() bool {
	x, y := 1, 2 // want: stack x, stack y
	return names.CompareAndDelete(&x, &y)
}
