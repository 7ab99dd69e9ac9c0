//go:build !linux

package main

import "time"

var began = time.Now()

// processorTime returns the time passed, where a thread's own is not told.
func processorTime() time.Duration { return time.Since(began) }
