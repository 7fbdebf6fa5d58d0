package main

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// setRealTimePriority is sched_setscheduler(2) for the calling thread: round robin at the lowest real-time priority.
func setRealTimePriority() {
	const roundRobin = 2
	priority := int32(1)
	_, _, _ = unix.RawSyscall(unix.SYS_SCHED_SETSCHEDULER, 0, roundRobin, uintptr(unsafe.Pointer(&priority)))
}
