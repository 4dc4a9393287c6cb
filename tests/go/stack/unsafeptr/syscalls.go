package unsafeptr

import (
	"syscall"
	"unsafe"
)

// The kernel fills what it gets, and keeps no address. The twins are in traps/unsafeptr/syscalls.go.

func uname() (int, error) {
	var un syscall.Utsname // want: stack un
	err := syscall.Uname(&un)
	return int(un.Sysname[0]), err
}

func raw(fd int) uintptr {
	buffer := make([]byte, 16) // want: stack make([]byte, 16)
	n, _, _ := syscall.Syscall(syscall.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)))
	return n
}

var _ = []any{uname, raw}
