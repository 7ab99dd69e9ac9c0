package pgtest

import "testing"

// Database skips the test.
func Database(t testing.TB) string {
	t.Helper()
	t.Skip("PostgreSQL is not started on Windows")
	return ""
}

// Program skips the test.
func Program(t testing.TB, name string) string {
	t.Helper()
	t.Skip(name + " is not looked for on Windows")
	return ""
}
