package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// AddressFormat is a format of address base, known by a file's content.
type AddressFormat string

const (
	BANCSV   AddressFormat = "ban-csv"    // adresses-DD.csv
	Hamlets  AddressFormat = "lieux-dits" // lieux-dits-DD-beta.csv
	Addok    AddressFormat = "addok"      // adresses-addok-DD.ndjson
	BAL      AddressFormat = "bal"        // Base Adresse Locale 1.1 to 1.5
	batchLen               = 1024
)

// AddressReport counts what an address file held.
type AddressReport struct {
	Format     AddressFormat
	Numbers    int // house numbers
	Streets    int // streets without a number
	Localities int // lieux-dits
	Merged     int // further positions of a number: only the best one is kept
	ZeroNumber int // numbered 0: kept as a street or a lieu-dit
	NoNumber   int // numbered 99999, which says that there is no number
	NoPoint    int // house numbers without coordinates
	Rejected   int // lines that could not be read
	// Swapped are points out of the territory of their département that would be in it
	// with latitude and longitude exchanged.
	Swapped int
	// Faults are the first rejected lines, ten at most, each a *fault.Error.
	Faults []error
	// Departements are the départements of the communes met, sorted.
	Departements []string
}

// Addresses streams the records of an address file in any AddressFormat, known
// by its content; gzip and zip are expanded. yield gets batches in the file's
// order: the slice is reused by the next call, the strings are not. An error of
// yield stops the reading and is returned.
//
// A file without a column that it needs, or whose lines are wrong by more than
// one in a hundred, is a fault of kind Input; fewer are counted and reported.
func Addresses(path string, yield func([]geo.Address) error) (AddressReport, error) {
	d, err := openDocument(path, ".csv", ".ndjson", ".json", ".csv.gz", ".ndjson.gz")
	if err != nil {
		return AddressReport{}, err
	}
	defer d.Close()
	s := addressSink{yield: yield, batch: make([]geo.Address, 0, batchLen), deps: map[string]bool{}}
	first, err := d.first()
	switch {
	case err != nil:
	case first == '{':
		s.report.Format = Addok
		err = readAddok(d, &s)
	case first == 0 || first == '<' || first == '[':
		err = d.wrong("une base d’adresses : BAN en CSV ou addok, lieux-dits ou BAL")
	default:
		err = readAddressCSV(d, &s)
	}
	if err == nil {
		err = s.flush()
	}
	if err == nil {
		err = s.tooManyFaults(d.name, false)
	}
	if r := &s.report; err == nil && r.Swapped*2 > r.Numbers+r.Streets+r.Localities {
		err = &fault.Error{Kind: fault.Input, File: d.name, Message: fmt.Sprintf("coordonnées inversées sur %d lignes", r.Swapped),
			Expected: "la longitude dans lon et la latitude dans lat", Seen: "la latitude d’abord"}
	}
	for dep := range s.deps {
		s.report.Departements = append(s.report.Departements, dep)
	}
	slices.Sort(s.report.Departements)
	return s.report, err
}

// addressSink gathers records into batches and counts them.
type addressSink struct {
	yield  func([]geo.Address) error
	batch  []geo.Address
	report AddressReport
	deps   map[string]bool
	city   string // last commune met
	box    orb.Bound
	boxed  bool // its territory is known
}

func (s *addressSink) add(a geo.Address) error {
	switch a.Kind {
	case geo.KindHouseNumber:
		s.report.Numbers++
	case geo.KindStreet:
		s.report.Streets++
	case geo.KindLocality:
		s.report.Localities++
	}
	if a.CityCode != s.city {
		s.city = a.CityCode
		dep := geo.DepartementOf(a.CityCode)
		s.deps[dep] = true
		s.box, s.boxed = geo.TerritoryBox(dep)
	}
	switch {
	case a.Lon != a.Lon:
		if a.Kind == geo.KindHouseNumber {
			s.report.NoPoint++
		}
	case s.boxed && !s.box.Contains(orb.Point{a.Lon, a.Lat}) && s.box.Contains(orb.Point{a.Lat, a.Lon}):
		s.report.Swapped++
	}
	s.batch = append(s.batch, a)
	if len(s.batch) == batchLen {
		return s.flush()
	}
	return nil
}

func (s *addressSink) flush() error {
	if len(s.batch) == 0 {
		return nil
	}
	err := s.yield(s.batch)
	s.batch = s.batch[:0]
	return err
}

// reject counts a wrong line; it gives up on a file whose lines are wrong from
// the start.
func (s *addressSink) reject(name string, f *fault.Error) error {
	s.report.Rejected++
	if len(s.report.Faults) < 10 {
		s.report.Faults = append(s.report.Faults, f)
	}
	return s.tooManyFaults(name, true)
}

func (s *addressSink) tooManyFaults(name string, early bool) error {
	r := &s.report
	read := r.Numbers + r.Streets + r.Localities + r.Merged
	if r.Rejected == 0 || early && (r.Rejected < 100 || r.Rejected < read) || r.Rejected*100 <= read {
		if !early && read == 0 && r.Rejected == 0 {
			return &fault.Error{Kind: fault.Input, File: name, Message: "aucune adresse dans ce fichier"}
		}
		return nil
	}
	first := *r.Faults[0].(*fault.Error)
	if r.Rejected > 1 {
		first.Message = strings.TrimPrefix(fmt.Sprintf("%s, %d lignes fautives dont celle-ci", first.Message, r.Rejected), ", ")
	}
	return &first
}

// interned gives back the string of the line before when it is the same, so that
// records of one street share theirs and no record keeps a whole line alive.
type interned struct{ last string }

func (i *interned) get(cell string) string {
	if cell != i.last {
		i.last = strings.Clone(cell)
	}
	return i.last
}

// streetOf returns a record's street: the first two parts of 59350_1234_00012_bis.
func streetOf(id string) string {
	i := strings.IndexByte(id, '_')
	if i < 0 {
		return id
	}
	if j := strings.IndexByte(id[i+1:], '_'); j >= 0 {
		return id[:i+1+j]
	}
	return id
}

// readAddressCSV tells the three CSV formats by their columns.
func readAddressCSV(d *document, s *addressSink) error {
	r, c, err := official(d)
	if err != nil {
		return err
	}
	defer r.Close()
	switch {
	case c.has("cle_interop") || c.has("cle_intero") || c.has("voie_nom") || c.has("toponyme"):
		s.report.Format = BAL
		err = readBAL(r, c, s)
	case c.has("nom_lieu_dit"):
		s.report.Format = Hamlets
		err = readHamlets(r, c, s)
	case c.has("numero") || c.has("nom_voie"):
		s.report.Format = BANCSV
		err = readBAN(r, c, s)
	default:
		return &fault.Error{Kind: fault.Input, File: d.name, Line: 1, Message: "ces colonnes ne sont celles d’aucune base d’adresses",
			Expected: "BAN (id, numero, rep, nom_voie, code_postal, code_insee, nom_commune, lon, lat), lieux-dits (nom_lieu_dit…) ou BAL (cle_interop, voie_nom ou toponyme…)",
			Seen:     strings.Join(nonEmpty(r.Header), ", ")}
	}
	return asBroken(d, err)
}

// asBroken says of a truncated archive that it is, in place of the parser's word.
func asBroken(d *document, err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Err != nil && f.Message == "lecture interrompue" {
		return d.broken(f.Err)
	}
	return err
}
