package batch

import "perimetre/geo/geocode"

// Typed returns the whole address of a query as typed: the text behind the key of a
// person's decision (residency.Key).
func Typed(q *geocode.Query) string { return typed(q) }
