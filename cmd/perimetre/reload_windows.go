package main

// onReload does nothing: Windows has no signal to ask for it. Packs are watched all the
// same.
func onReload(func()) (stop func()) { return func() {} }
