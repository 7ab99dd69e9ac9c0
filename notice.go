// Package perimetre holds what stands at the root of the repository and goes with the
// program wherever it goes: the licences of what it contains.
package perimetre

import _ "embed"

// Notice names each library and font that the program contains, with its licence, in
// UTF-8. The command bench/cmd/notice writes it.
//
//go:embed NOTICE
var Notice string
