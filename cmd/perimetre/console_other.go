//go:build !windows

package main

// prepareConsole does nothing: terminals read UTF-8.
func prepareConsole() {}
