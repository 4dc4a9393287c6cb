package unsafeptr

import (
	"syscall"
	"unsafe"
)

var keptAddress unsafe.Pointer

var kept struct{ number uintptr }

// The kernel keeps nothing, but this function does.
func unameKept() (int, error) {
	var un syscall.Utsname // want: heap un
	err := syscall.Uname(&un)
	keptAddress = unsafe.Pointer(&un)
	return int(un.Sysname[0]), err
}

// A21: the number that the kernel gets is turned back, and kept.
func rawKept(fd int) uintptr {
	buffer := make([]byte, 16) // want: heap make([]byte, 16)
	address := uintptr(unsafe.Pointer(&buffer[0]))
	n, _, _ := syscall.Syscall(syscall.SYS_READ, uintptr(fd), address, uintptr(len(buffer)))
	keptAddress = unsafe.Pointer(address)
	return n
}

// A21: a word that is only called a number, as in reflect.SliceHeader, may be a pointer for others.
func wordKept() int {
	x := 1 // want: heap x
	kept.number = uintptr(unsafe.Pointer(&x))
	return x
}

var _ = []any{unameKept, rawKept, wordKept}
