// Package labelled builds an index from an address base and draws the labelled
// noisy rows that the accuracy and fit commands run on it.
package labelled

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"perimetre/data"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

// Set is an opened index and its labelled rows.
type Set struct {
	Name  string
	Index *geocode.Index
	Cases []noise.Case
}

// Options say which base and how many rows. Base is "name=file,file…".
type Options struct {
	Base      string
	Communes  string // commune tables, comma separated, may be empty
	Names     string // street names for negatives, a line each, may be empty
	Seed      uint64
	PerClass  int
	Negatives int
	Index     string // an index built already, of a territory that holds the base's; made when empty
}

// Load reads the base's files, builds the index in a folder and draws the rows.
func Load(o Options) (*Set, error) {
	name, files, ok := strings.Cut(o.Base, "=")
	if !ok {
		return nil, fmt.Errorf("base %q: want name=file,file…", o.Base)
	}
	var communes []geo.Commune
	if o.Communes != "" {
		var err error
		if communes, err = Communes(o.Communes); err != nil {
			return nil, err
		}
	}
	dir := o.Index
	if dir == "" {
		d, err := os.MkdirTemp("", "labelled-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(d) // mapped: the files live until the index is closed
		dir = d
	}
	nb := noise.NewBase(communes)
	var b *geocode.Builder
	if o.Index == "" {
		var err error
		if b, err = geocode.NewBuilder(geocode.BuildOptions{Dir: dir, Communes: communes}); err != nil {
			return nil, err
		}
	}
	err := eachAddress(files, func(batch []geo.Address) error {
		for i := range batch {
			nb.Add(batch[i])
		}
		if b == nil {
			return nil
		}
		return b.Add(batch)
	})
	if err != nil {
		return nil, err
	}
	if b != nil {
		if _, err := b.Close(); err != nil {
			return nil, err
		}
	}
	ix, err := geocode.Open(dir)
	if err != nil {
		return nil, err
	}
	cfg := noise.Config{Seed: o.Seed, PerClass: o.PerClass, Negatives: o.Negatives}
	if o.Names != "" {
		text, err := os.ReadFile(o.Names)
		if err != nil {
			return nil, err
		}
		cfg.Names = strings.Split(strings.TrimSpace(string(text)), "\n")
	}
	return &Set{name, ix, nb.Cases(cfg)}, nil
}

// Communes reads commune tables, comma separated: a territory may need several.
func Communes(files string) ([]geo.Commune, error) {
	var all []geo.Commune
	for f := range strings.SplitSeq(files, ",") {
		list, err := ingest.Communes(f)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	data.NameFormer(all)
	return all, nil
}

// eachAddress reads the files of comma-separated patterns.
func eachAddress(files string, yield func(batch []geo.Address) error) error {
	for f := range strings.SplitSeq(files, ",") {
		matches, err := Glob(f)
		if err != nil {
			return err
		}
		for _, m := range matches {
			if _, err := ingest.Addresses(m, yield); err != nil {
				return err
			}
		}
	}
	return nil
}

// Glob lists the files of a pattern, one at least.
func Glob(pattern string) ([]string, error) {
	matches, err := filepath.Glob(pattern)
	if err != nil || len(matches) == 0 {
		return nil, fmt.Errorf("no file %s", pattern)
	}
	return matches, nil
}

// Query returns a row as a search: on one line, or in columns.
func Query(c *noise.Case, line bool) geocode.Query {
	if line {
		return geocode.Query{Text: c.Line}
	}
	return geocode.Query{Street: c.Split.Street, Complement: c.Split.Complement, Postcode: c.Split.Postcode, City: c.Split.City}
}

// Right reports whether a result is the street that a row means.
func Right(c *noise.Case, r *geocode.Result) bool {
	return !c.Negative && r.StreetID != "" && r.StreetID == c.Truth.Street
}

// StreetLevel tells a result that claims a street or better.
func StreetLevel(r *geocode.Result) bool { return r.Precision > geocode.PrecisionCommune }
