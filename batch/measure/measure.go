// Package measure puts faults into addresses of a pack, has them found and decided as
// the rows of a file are, and compares the answers with the addresses' own points.
package measure

import (
	"context"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"perimetre/batch"
	"perimetre/data"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// Options say how large a sample is drawn; the zero value is the server's.
type Options struct {
	Today   geo.Date
	Seed    uint64     // 20240101 when 0
	Numbers int        // of whole communes, half of them where there is a QPV; 30,000 when 0
	Rows    int        // of each class of faults; 150 when 0
	Half    noise.Half // the streets measured; all when empty
	Workers int        // 1 when 0
	Names   []string   // street names from elsewhere, for streets that do not exist in a lone commune
}

func (o Options) filled() Options {
	if o.Seed == 0 {
		o.Seed = 20240101
	}
	if o.Numbers == 0 {
		o.Numbers = 30_000
	}
	if o.Rows == 0 {
		o.Rows = 150
	}
	o.Workers = max(o.Workers, 1)
	return o
}

// Result is what a pack answers on its own addresses, typed with faults.
type Result struct {
	Perimeter string    `json:"perimeter"`
	Communes  int       `json:"communes"`
	Numbers   int       `json:"numbers"`
	Seed      uint64    `json:"seed"`
	Rows      int       `json:"rows"` // asked of each class
	Classes   []Line    `json:"classes"`
	Sizes     []Line    `json:"sizes"` // by size of commune
	Kept      []Kept    `json:"kept"`
	ECE       float64   `json:"ece"` // expected calibration error, ten bins
	At        time.Time `json:"at"`
	Millis    int64     `json:"millis"`
}

// Line is a group of rows: a class of faults, or a size of commune. Clear are the
// addresses that one known number alone fits and that are clear of any border;
// Nowhere, the addresses that do not exist where they are written, in a commune with a
// QPV.
type Line struct {
	Class     noise.Class `json:"class"`
	Rows      int         `json:"rows"`
	Streets   int         `json:"streets"`      // rows that one street alone fits
	Street    int         `json:"right_street"` // of Streets
	Points    int         `json:"points"`       // of Streets, those whose number is known
	Number    int         `json:"right_number"` // of Points
	Decided   int         `json:"decided"`
	Wrong     int         `json:"wrong"` // of Decided: the other side
	Clear     int         `json:"clear"`
	Undecided int         `json:"undecided"` // of Clear
	Nowhere   int         `json:"nowhere"`
	Bold      int         `json:"bold"` // of Nowhere: decided all the same
}

// Add adds the counts of another group.
func (l *Line) Add(o *Line) {
	l.Rows, l.Streets, l.Street, l.Points, l.Number = l.Rows+o.Rows, l.Streets+o.Streets, l.Street+o.Street, l.Points+o.Points, l.Number+o.Number
	l.Decided, l.Wrong, l.Clear, l.Undecided = l.Decided+o.Decided, l.Wrong+o.Wrong, l.Clear+o.Clear, l.Undecided+o.Undecided
	l.Nowhere, l.Bold = l.Nowhere+o.Nowhere, l.Bold+o.Bold
}

// Total adds the groups up.
func Total(lines []Line) (sum Line) {
	for i := range lines {
		sum.Add(&lines[i])
	}
	return sum
}

// ClearOfBorder is the distance in metres beyond which the side of a point is
// beyond doubt, whatever the band.
const ClearOfBorder = 30

// Pack measures a pack. The same pack and options always produce the same result, except for
// its instant.
func Pack(ctx context.Context, p *data.Pack, o Options) (m *Result, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	o = o.filled()
	start := time.Now()
	m = &Result{Perimeter: inForce(p.Zonings, o.Today), Seed: o.Seed, Rows: o.Rows, At: start.UTC()}
	base, err := sample(ctx, p, m, o)
	if err != nil {
		return nil, err
	}
	cases := base.Cases(noise.Config{Seed: o.Seed, PerClass: o.Rows, Negatives: o.Rows, Names: o.Names})
	if o.Half != "" {
		cases = slices.DeleteFunc(cases, func(c noise.Case) bool { return c.Half != o.Half })
	}
	statuses, err := decide(ctx, p, cases, o)
	if err != nil {
		return nil, err
	}
	if err := m.compare(ctx, p, cases, statuses); err != nil {
		return nil, err
	}
	m.Millis = time.Since(start).Milliseconds()
	return m, nil
}

// compare counts the answers against the addresses.
func (m *Result) compare(ctx context.Context, p *data.Pack, cases []noise.Case, statuses []string) error {
	withZone := map[string]bool{}
	for _, c := range p.Zonings.CommunesWithZone(geo.QPV, m.Perimeter) {
		withZone[c] = true
	}
	_, zones, _ := p.Zonings.Polygons(geo.QPV, m.Perimeter)
	s := p.Index.NewSearcher()
	var all Scores
	m.Sizes = make([]Line, len(sizes))
	for i := range sizes {
		m.Sizes[i].Class = noise.Class(sizes[i].name)
	}
	for i := range cases {
		if i%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		c := &cases[i]
		var l Line
		l.add(c, statuses[i], zones, withZone[c.Written])
		found, err := s.Search(&geocode.Query{Street: c.Split.Street, Complement: c.Split.Complement, Postcode: c.Split.Postcode, City: c.Split.City})
		if err != nil {
			return err
		}
		var best geocode.Result
		if len(found.Results) > 0 {
			best = found.Results[0]
		}
		right := l.locate(c, &best)
		if c.Negative || c.Unique {
			confidence := 0.0
			if best.Precision > geocode.PrecisionCommune {
				confidence = best.Confidence
			}
			all = append(all, Score{confidence, right, c.Negative})
		}
		k := slices.IndexFunc(m.Classes, func(o Line) bool { return o.Class == c.Class })
		if k < 0 {
			k = len(m.Classes)
			m.Classes = append(m.Classes, Line{Class: c.Class})
		}
		m.Classes[k].Add(&l)
		m.Sizes[sizeOf(p.Communes, c)].Add(&l)
	}
	m.ECE, m.Kept = all.Calibration(), all.curve()
	return nil
}

// add compares one decision with the point of the address.
func (l *Line) add(c *noise.Case, status string, zones *geo.Polygons, zoneInCommune bool) {
	l.Rows++
	decided := status == string(residency.In) || status == string(residency.Out)
	if c.Negative {
		if !zoneInCommune {
			return // outside whatever the street
		}
		l.Nowhere++
		if decided {
			l.Bold++
		}
		return
	}
	inside, near := false, false
	if zones != nil {
		if d, ok := zones.SignedDistance(orb.Point{c.Truth.Lon, c.Truth.Lat}, ClearOfBorder); ok {
			inside, near = d.Metres >= 0, math.Abs(d.Metres) <= ClearOfBorder
		}
	}
	clear := c.Decidable() && !near
	if clear {
		l.Clear++
	}
	switch {
	case !decided && clear:
		l.Undecided++
	case decided:
		l.Decided++
		// A number that the base lacks has no side of its own.
		if c.Truth.Known && (status == string(residency.In)) != inside {
			l.Wrong++
		}
	}
}

// locate compares the first place found with the address, and reports whether it is
// its street.
func (l *Line) locate(c *noise.Case, r *geocode.Result) (right bool) {
	if c.Negative || !c.Unique {
		return false
	}
	right = r.StreetID != "" && r.StreetID == c.Truth.Street
	l.Streets++
	if right {
		l.Street++
	}
	if c.Truth.Known && c.Truth.Number > 0 {
		l.Points++
		if right && r.Precision == geocode.PrecisionNumber && math.Abs(r.Lon-c.Truth.Lon) < 2e-6 && math.Abs(r.Lat-c.Truth.Lat) < 2e-6 {
			l.Number++
		}
	}
	return right
}

// sizes are the classes of communes by population.
var sizes = []struct {
	name string
	from int
}{{"population inconnue", 0}, {"moins de 2 000 habitants", 1}, {"2 000 à 10 000", 2000}, {"10 000 à 50 000", 10_000}, {"50 000 et plus", 50_000}}

// sizeOf returns the class of the commune that a row means or, for one that does not
// exist, names.
func sizeOf(communes *geo.Communes, c *noise.Case) int {
	code := c.Truth.CityCode
	if code == "" {
		code = c.Written
	}
	now, _, _ := communes.Resolve(code)
	k := 0
	if commune, ok := communes.Lookup(now); ok {
		for i := range sizes {
			if commune.Population >= sizes[i].from {
				k = i
			}
		}
	}
	return k
}

// inForce returns the version of the QPV in force on a day, the last one when none is.
func inForce(z *geo.Zonings, on geo.Date) string {
	name := ""
	for _, v := range z.Versions() {
		if v.Zoning == geo.QPV && (name == "" || !v.ValidFrom.After(on) && (v.ValidTo.IsZero() || !v.ValidTo.Before(on))) {
			name = v.Name
		}
	}
	return name
}

// fields are the columns in which a row is given.
var fields = []string{string(table.Street), string(table.Complement), string(table.Postcode), string(table.City)}

var statusColumn = slices.Index(batch.FlagColumns, "qpv_statut")

// decide has batch decide the cases, as it decides the rows of a file.
func decide(ctx context.Context, p *data.Pack, cases []noise.Case, o Options) ([]string, error) {
	in, feed := io.Pipe()
	defer in.Close()
	go func() {
		w := csv.NewWriter(feed)
		w.Write(fields)
		for i := range cases {
			c := &cases[i]
			w.Write([]string{c.Split.Street, c.Split.Complement, c.Split.Postcode, c.Split.City})
		}
		w.Flush()
		feed.CloseWithError(w.Error())
	}()
	r, err := table.OpenReader("mesure.csv", in, table.Options{FirstLine: true, Delimiter: ',', Encoding: table.UTF8})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	flag := batch.FlagOptions{
		Options: batch.Options{Workers: o.Workers, NewSearch: func() batch.Search {
			s := p.Index.NewSearcher()
			return func(q *geocode.Query) (*geocode.Answer, error) { return s.Search(q) }
		}},
		Decider: &residency.Decider{Zones: p.Zonings, Communes: p.Communes, Numbers: p.Index, Options: residency.DefaultOptions},
		Known:   o.Today, Today: o.Today, Pack: p.ID,
		Locate: func(lon, lat float64) (string, bool) { return p.Communes.At(orb.Point{lon, lat}) },
	}
	for _, f := range fields {
		flag.Map = append(flag.Map, f+"="+f)
	}
	out := &statusList{}
	if _, err := batch.Flag(ctx, flag, r, out); err != nil {
		return nil, err
	}
	return out.list, ctx.Err()
}

// statusList keeps the answers of the rows, in order.
type statusList struct {
	begun bool
	list  []string
}

// Write implements batch.Writer.
func (s *statusList) Write(cells []string) error {
	if s.begun { // past the header
		s.list = append(s.list, strings.Clone(cells[len(fields)+statusColumn]))
	}
	s.begun = true
	return nil
}
