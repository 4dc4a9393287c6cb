package unsafeptr

import (
	"syscall"
	"unsafe"
)

var keptAddress unsafe.Pointer
var keptNumber uintptr

// The kernel keeps nothing, but this function does.
func unameKept() (int, error) {
	var un syscall.Utsname // want: heap un
	err := syscall.Uname(&un)
	keptAddress = unsafe.Pointer(&un)
	return int(un.Sysname[0]), err
}

// A17: the number that the kernel gets is kept as well, and turned back later.
func rawKept(fd int) uintptr {
	buffer := make([]byte, 16) // want: heap make([]byte, 16)
	address := uintptr(unsafe.Pointer(&buffer[0]))
	keptNumber = address
	n, _, _ := syscall.Syscall(syscall.SYS_READ, uintptr(fd), address, uintptr(len(buffer)))
	return n
}

var _ = []any{unameKept, rawKept}
