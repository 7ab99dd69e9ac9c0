//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// onReload calls a function at each SIGHUP, until what it returns is called.
func onReload(do func()) (stop func()) {
	asked, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(asked, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-asked:
				do()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(asked); close(done) }
}
