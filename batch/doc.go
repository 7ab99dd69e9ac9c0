// Package batch is the one pipeline from a table of people to decisions: columns
// found, addresses geocoded, residency decided, rows written in order. The
// command line, HTTP and jobs all call it.
//
// Rows flow in chunks from the reader to workers and on to an ordered writer:
// memory does not grow with the table, and the bytes written do not depend on the
// number of workers.
package batch
