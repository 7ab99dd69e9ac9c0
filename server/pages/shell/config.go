// Package shell is what every page has in common: what it asks, how it is sent and laid
// out, and how a failure is told. The pages live beside it, in pages and its folders.
package shell

import (
	"context"
	"log/slog"
	"net/http"

	"perimetre/batch/measure"
	"perimetre/data/maps/ground"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/server/studies"
)

// Config says what pages show and by whom they are asked.
type Config struct {
	Store    *store.Store
	Packs    *packs.Holder
	Accounts *access.Accounts
	Figures  *figures.Service
	People   *people.Service
	Studies  *studies.Service
	OIDC     *access.OIDC // nil: no identity provider
	Log      *slog.Logger
	Version  string // of the program
	Prefix   string // path under which the service lives, without a final slash
	// Theme is the path of a style sheet that changes the pages' tokens, "" for none.
	Theme string
	// Base is the deployer's own map under the maps and plans, nil for none.
	Base *ground.Base
	// Frames are the sites that may show the map in a frame, as frame-ancestors names them.
	Frames []string
	// MaxCohort bounds the bytes of a file of people, MaxRows its rows.
	MaxCohort int64
	MaxRows   int
	// Measure returns the measure of a pack, or nil while it is not measured.
	Measure func(context.Context, *packs.Edition) (*measure.Result, error)
	// Fail answers with an error where no page can be shown.
	Fail func(http.ResponseWriter, *http.Request, error)
}

// Shell sends pages. Make one with New.
type Shell struct {
	Config
	Sessions *access.Sessions
	theme    *theme
}

// New reads the theme and returns the shell, or the error of the theme's file.
func New(c Config) (*Shell, error) {
	theme, err := readTheme(c.Theme)
	if err != nil {
		return nil, err
	}
	return &Shell{Config: c, Sessions: c.Accounts.Sessions, theme: theme}, nil
}
