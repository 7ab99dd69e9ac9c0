// Package fault is the product's one error type. A fault has a kind, which one
// place maps to an exit code and to an HTTP status, and says in French, in one
// sentence, which file, line and column is wrong, what was expected and seen.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
)

// Kind classes a fault by what its reader can do about it.
type Kind uint8

const (
	Internal     Kind = iota // our own defect, or the machine's
	Usage                    // wrong flags or arguments
	Input                    // a file or value that is not what was expected
	NotFound                 // a file, pack, code or page that does not exist
	Corrupt                  // a damaged or foreign file
	Network                  // a source that could not be reached or answered wrongly
	Unauthorized             // no account, or not signed in
	Forbidden                // an account that may not
	Conflict                 // a state that does not allow the request
	TooLarge                 // past a stated limit
	Unsupported              // what this build of the program cannot do
	Review                   // done, with rows that a person must look at
	NoResult                 // done, and nothing was found, where something was required
	Unavailable              // a file that changed while it was read; what asks again may be answered
	NoRoom                   // a disk or a database with no room left to write
)

var kinds = [...]struct {
	name       string
	exit, http int
}{
	Internal:     {"interne", 1, http.StatusInternalServerError},
	Usage:        {"usage", 2, http.StatusBadRequest},
	Input:        {"entrée", 2, http.StatusUnprocessableEntity},
	NotFound:     {"introuvable", 2, http.StatusNotFound},
	Corrupt:      {"endommagé", 1, http.StatusInternalServerError},
	Network:      {"réseau", 1, http.StatusBadGateway},
	Unauthorized: {"non connecté", 1, http.StatusUnauthorized},
	Forbidden:    {"interdit", 1, http.StatusForbidden},
	Conflict:     {"conflit", 1, http.StatusConflict},
	TooLarge:     {"trop grand", 2, http.StatusRequestEntityTooLarge},
	Unsupported:  {"indisponible", 1, http.StatusNotImplemented},
	Review:       {"à vérifier", 3, http.StatusOK},
	NoResult:     {"sans résultat", 1, http.StatusNotFound},
	Unavailable:  {"indisponible", 1, http.StatusServiceUnavailable},
	NoRoom:       {"plus de place", 1, http.StatusInsufficientStorage},
}

// String returns the kind's French name.
func (k Kind) String() string { return kinds[k].name }

// Exit returns the exit code of the command line: 1 failed, 2 wrong usage or input,
// 3 done with rows to look at.
func (k Kind) Exit() int { return kinds[k].exit }

// HTTP returns the status of an answer that carries the fault.
func (k Kind) HTTP() int { return kinds[k].http }

// Error is a fault. File, Line (from 1) and Column (a name, or a number from 1)
// are empty where they mean nothing; Expected and Seen are French phrases.
type Error struct {
	Kind     Kind
	File     string
	Line     int
	Column   string
	Message  string
	Expected string
	Seen     string
	Err      error
}

// Error returns one French sentence: place, message, expected, seen, cause.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
	}
	if e.Line > 0 {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "ligne %d", e.Line)
	}
	if e.Column != "" {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "colonne %s", e.Column)
	}
	add := func(sep, s string) {
		if s == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(s)
	}
	add(" : ", e.Message)
	if e.Expected != "" {
		add(" ; ", "attendu : "+e.Expected)
	}
	if e.Seen != "" {
		add(" ; ", "vu : "+e.Seen)
	}
	if e.Err != nil {
		add(" : ", e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns a fault of a kind with a French message.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns a fault of a kind with a French message and its cause.
func Wrap(k Kind, err error, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Err: err}
}

// At returns an input fault at a place: file, line from 1, column by name.
func At(file string, line int, column, expected, seen string) *Error {
	return &Error{Kind: Input, File: file, Line: line, Column: column, Expected: expected, Seen: seen}
}

// full are the answers of a system whose disk or quota is full; Windows adds its own.
var full = []error{syscall.ENOSPC, syscall.EDQUOT}

// KindOf returns the kind of the first fault in err's chain, Internal without one. A disk
// without room is one whatever the fault that carries it: no input is wrong.
func KindOf(err error) Kind {
	for _, f := range full {
		if errors.Is(err, f) {
			return NoRoom
		}
	}
	var e *Error
	for cause := err; errors.As(cause, &e); cause = e.Err {
		if e.Kind == NoRoom {
			return NoRoom
		}
	}
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
