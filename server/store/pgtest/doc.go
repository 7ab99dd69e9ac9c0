// Package pgtest gives tests a PostgreSQL of their own, in a temporary folder on a
// free port, run by a user who is not root.
package pgtest
