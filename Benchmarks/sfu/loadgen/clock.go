package main

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// now is the wall clock in nanoseconds, the clock of the kernel's receive timestamps.
func now() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_REALTIME, &t)
	return t.Nano()
}

// sleep blocks the thread itself, which is more exact than Go's timers.
func sleep(d time.Duration) {
	if d <= 0 {
		return
	}
	t := unix.NsecToTimespec(int64(d))
	_, _, _ = unix.Syscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}
