package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime returns what this thread has spent: other work on the machine does not count.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		fail(err)
	}
	return time.Duration(t.Nano())
}
