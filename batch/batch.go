package batch

import (
	"io"
	"log/slog"
	"runtime"

	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// Search places one address; its answer is valid until its next call.
type Search func(*geocode.Query) (*geocode.Answer, error)

// Options say how to read a table's addresses and how to go through it.
type Options struct {
	// NewSearch makes the search of one worker.
	NewSearch func() Search
	Workers   int // GOMAXPROCS when 0

	// Columns, when given, hold the address, joined in that order; no other column
	// is read for it but CityCode and Postcode.
	Columns []string
	// CityCode and Postcode are headings, in place of those found; Geocode lets no
	// place outside of what they hold answer.
	CityCode, Postcode string
	Type               string         // heading of the public API's type of place, a filter too; Geocode's
	Near               [2]string      // headings of a longitude and a latitude to favour; Geocode's
	More               bool           // publicapi.MoreColumns come last
	Profile            *table.Profile // headings accepted; the generic ones when nil
	Map                []string       // "champ=Colonne", over what the profile finds

	Log      *slog.Logger // nil: silent
	Progress func(rows int)
}

// FlagOptions add what a decision needs.
type FlagOptions struct {
	Options
	Decider *residency.Decider
	// Locate returns the INSEE code of the commune that holds a point, for tables with
	// coordinates.
	Locate func(lon, lat float64) (code string, ok bool)

	Date      string   // heading of the date of the fact; empty: found, unless On is set
	On        geo.Date // date of the fact where the table has none
	Known     geo.Date // date of knowledge
	Today     geo.Date // used as On where neither is given
	Perimeter string   // version of the QPV to answer with, whatever the date
	Lon, Lat  string   // headings of coordinates: nothing is geocoded
	Keep      []string // headings of the input to keep; empty keeps all
	// DropAddress leaves out the columns of the address, and empties our own columns that
	// would reveal it.
	DropAddress bool
	// Public answers as Geocode does, for any table: cells go out as they came, and
	// CityCode, Postcode, Type and Near narrow the search of each row.
	Public bool
	Pack   string // id written in each row
}

// Writer takes the rows, the header first; *export.Writer is one.
type Writer interface {
	Write(cells []string) error
}

func (o *Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

func (o *Options) log() *slog.Logger {
	if o.Log != nil {
		return o.Log
	}
	return slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1}))
}
