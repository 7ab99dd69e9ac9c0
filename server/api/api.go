// Package api is the JSON and CSV face of the use cases, with the geocoding end points of
// the public API. Every handler stands in Routes and in openapi.json; tests hold the two
// together.
package api

import (
	"context"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/server/studies"
)

// Config says what the API answers with.
type Config struct {
	Context  context.Context // ends when the server receives a signal to stop: streams of events end
	Store    *store.Store
	Packs    *packs.Holder
	Accounts *access.Accounts
	Figures  *figures.Service
	People   *people.Service
	Studies  *studies.Service
	Prefix   string // path under which the service lives, without a final slash
	Private  bool   // closes the public end points to the pages of other sites
	// Workers is the work that takes long at a time, in Turns.
	Workers     int
	Turns       httpio.Turns
	MaxUpload   int64 // bytes of a table to geocode; 0: no limit
	MaxCohort   int64 // bytes of a file of people
	MaxExpanded int64 // expanded bytes of a workbook
}

// API answers scripts. Make one with New.
type API struct {
	Config
	document []byte // openapi.json, for this address
	tag      string
	sessions *access.Sessions
}

// New returns an API.
func New(c Config) *API {
	document := DocumentUnder(c.Prefix)
	return &API{c, document, tagOf(document), c.Accounts.Sessions}
}
