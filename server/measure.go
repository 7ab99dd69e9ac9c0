package server

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"perimetre/batch"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// Size and seed of the sample on which a pack is measured: whole communes, half of
// their numbers where there is a QPV, and so many addresses of each class of fault.
const (
	measureSeed    = 20240101
	measureNumbers = 30_000
	measureRows    = 150
	// clearOfBorder is the distance in metres beyond which the side of a point is
	// beyond doubt, whatever the band.
	clearOfBorder = 30
)

// measured is what batch answers on addresses of the pack typed with faults, against
// the addresses' own points.
type measured struct {
	Perimeter string         `json:"perimeter"`
	Communes  int            `json:"communes"`
	Numbers   int            `json:"numbers"`
	Classes   []measuredLine `json:"classes"`
	At        time.Time      `json:"at"`
	Millis    int64          `json:"millis"`
}

// measuredLine is one class of faults. Clear are the addresses that one known number
// alone fits and that are clear of any border; Nowhere, those that do not exist where
// they are written, in a commune with a QPV.
type measuredLine struct {
	Class     noise.Class `json:"class"`
	Rows      int         `json:"rows"`
	Decided   int         `json:"decided"`
	Wrong     int         `json:"wrong"` // of Decided: the other side
	Clear     int         `json:"clear"`
	Undecided int         `json:"undecided"` // of Clear
	Nowhere   int         `json:"nowhere"`
	Bold      int         `json:"bold"` // of Nowhere: decided all the same
}

// measurePrefix begins the settings that keep measures, by pack and program.
const measurePrefix = "measure/"

// measureWait leaves a server that just started to its readers.
const measureWait = 20 * time.Second

// measurePacks measures each pack that comes into service, once, unless another
// process of this database did.
func (s *Server) measurePacks() {
	wait := time.NewTimer(measureWait)
	defer wait.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.measureNow:
		case <-wait.C:
		}
		if err := s.measureOnce(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Error("mesure du référentiel", "erreur", err.Error())
		}
		wait.Reset(time.Minute)
	}
}

func (s *Server) measureOnce(ctx context.Context) error {
	pack := s.packs.Acquire()
	defer pack.Release()
	name := measurePrefix + pack.ID + "/" + s.cfg.Version
	if had, err := s.store.Setting(ctx, name); err != nil || had != "" {
		return err
	}
	m, err := measurePack(pack, ctx)
	if err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	s.log.Info("référentiel mesuré", "pack", pack.ID, "ms", m.Millis)
	return s.store.Set(ctx, name, string(b))
}

// measureOf is the measure of a pack; nil while there is none, which is then asked for.
func (s *Server) measureOf(ctx context.Context, pack *packs.Edition) (*measured, error) {
	text, err := s.store.Setting(ctx, measurePrefix+pack.ID+"/"+s.cfg.Version)
	if err != nil {
		return nil, err
	}
	if text == "" {
		select {
		case s.measureNow <- struct{}{}:
		default:
		}
		return nil, nil
	}
	var m measured
	return &m, json.Unmarshal([]byte(text), &m)
}

// measure draws the sample, has it decided, and compares.
func measurePack(p *packs.Edition, ctx context.Context) (m *measured, err error) {
	defer blockfile.Recover(&err)
	start := time.Now()
	m = &measured{Perimeter: p.Latest(geo.QPV, today()), At: start.UTC()}
	base, err := samplePack(p, ctx, m)
	if err != nil {
		return nil, err
	}
	cases := base.Cases(noise.Config{Seed: measureSeed, PerClass: measureRows, Negatives: measureRows})
	rows, err := decideCases(p, ctx, cases)
	if err != nil {
		return nil, err
	}
	withZone := map[string]bool{}
	for _, c := range p.Zonings.CommunesWithZone(geo.QPV, m.Perimeter) {
		withZone[c] = true
	}
	_, zones, _ := p.Zonings.Polygons(geo.QPV, m.Perimeter)
	for i := range cases {
		c := &cases[i]
		k := slices.IndexFunc(m.Classes, func(l measuredLine) bool { return l.Class == c.Class })
		if k < 0 {
			k = len(m.Classes)
			m.Classes = append(m.Classes, measuredLine{Class: c.Class})
		}
		m.Classes[k].add(c, rows[i].Status, zones, withZone[c.Written])
	}
	m.Millis = time.Since(start).Milliseconds()
	return m, nil
}

// add compares one answer with the point of the address.
func (l *measuredLine) add(c *noise.Case, status string, zones *geo.Polygons, zoneInCommune bool) {
	l.Rows++
	decided := status == "oui" || status == "non"
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
		if d, ok := zones.SignedDistance(orb.Point{c.Truth.Lon, c.Truth.Lat}, clearOfBorder); ok {
			inside, near = d.Metres >= 0, math.Abs(d.Metres) <= clearOfBorder
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
		if c.Truth.Known && (status == "oui") != inside {
			l.Wrong++
		}
	}
}

// sample fills a base with whole communes of the pack, always the same ones: half of
// the numbers in communes with a QPV.
func samplePack(p *packs.Edition, ctx context.Context, m *measured) (*noise.Base, error) {
	count := map[string]int{}
	if err := p.Index.Walk(func(commune string, _ geocode.StreetRef, _ geocode.HouseNumber) bool {
		count[commune]++
		return ctx.Err() == nil
	}); err != nil {
		return nil, err
	}
	order := func(code string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(strconv.Itoa(measureSeed) + code))
		return h.Sum64()
	}
	codes := make([]string, 0, len(count))
	for c := range count {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b string) int {
		if x, y := order(a), order(b); x != y {
			return map[bool]int{true: -1, false: 1}[x < y]
		}
		return strings.Compare(a, b)
	})
	withZone := p.Zonings.CommunesWithZone(geo.QPV, m.Perimeter)
	chosen := map[string]bool{}
	for _, zoned := range []bool{true, false} {
		for n, i := 0, 0; i < len(codes) && n < measureNumbers/2; i++ {
			if slices.Contains(withZone, codes[i]) == zoned {
				chosen[codes[i]], n = true, n+count[codes[i]]
			}
		}
	}
	var communes []geo.Commune
	for _, c := range p.Communes.All() {
		if chosen[c.Code] {
			communes = append(communes, c)
		}
	}
	base := noise.NewBase(communes)
	names := map[geocode.StreetRef]*geocode.Result{}
	var failed error
	err := p.Index.Walk(func(commune string, ref geocode.StreetRef, n geocode.HouseNumber) bool {
		if !chosen[commune] {
			return true
		}
		r, known := names[ref]
		if !known {
			if r, failed = streetAt(p, ref, n); failed != nil {
				return false
			}
			names[ref] = r
		}
		if r != nil {
			base.Add(geo.Address{Kind: geo.KindHouseNumber, StreetID: r.StreetID, Number: n.Number, Suffix: n.Suffix, Street: r.Street, Postcode: r.Postcode, City: r.City, CityCode: r.CityCode,
				OldCity: r.OldCity, Lon: n.Lon, Lat: n.Lat, PositionType: n.Position})
			m.Numbers++
		}
		return ctx.Err() == nil
	})
	m.Communes = len(chosen)
	if err == nil {
		err = failed
	}
	if err == nil {
		err = ctx.Err()
	}
	return base, err
}

// streetAt names the street of a number: the one of those at its point; nil when
// other streets' numbers hide it.
func streetAt(p *packs.Edition, ref geocode.StreetRef, n geocode.HouseNumber) (*geocode.Result, error) {
	found, err := p.Index.Reverse(n.Lon, n.Lat, geocode.ReverseOptions{Limit: 8, Radius: 5})
	i := slices.IndexFunc(found, func(r geocode.Result) bool { return r.Streets == ref })
	if err != nil || i < 0 {
		return nil, err
	}
	return &found[i], nil
}

// decideCases has batch decide the cases, as it decides the rows of a file.
func decideCases(p *packs.Edition, ctx context.Context, cases []noise.Case) ([]store.Person, error) {
	fields := []string{string(table.Street), string(table.Complement), string(table.Postcode), string(table.City)}
	searcher := p.Searcher()
	defer p.Return(searcher)
	f := &people.Flagger{Pack: p.Pack, Known: today(), Today: today(), Workers: 1,
		NewSearch: func() batch.Search {
			return func(q *geocode.Query) (*geocode.Answer, error) { return searcher.Search(q) }
		}}
	var out []store.Person
	for part := range slices.Chunk(cases, 500) {
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Write(append([]string{"perimetre_ligne"}, fields...))
		for i := range part {
			c := &part[i]
			w.Write([]string{strconv.Itoa(i + 1), c.Split.Street, c.Split.Complement, c.Split.Postcode, c.Split.City})
		}
		w.Flush()
		rows, err := f.Flag(ctx, &store.File{Name: "mesure.csv"}, fields, b.String())
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, ctx.Err()
}
