// Package layers says what the maps show: communes, Missions Locales' territories,
// QPV by version, FRR, ZRR and sites, as features with named fields. Tiles and the
// features' API are both made of them. None is about people.
package layers

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// FieldType is what the values of a field are.
type FieldType uint8

const (
	Text FieldType = iota
	Integer
	Real
	Boolean
	Date // AAAA-MM-JJ, as a string
)

// Field is a property that every feature of a layer has.
type Field struct {
	Name  string
	Type  FieldType
	Title string // French
	// Aside fields are left out of tiles, to keep these light.
	Aside bool
}

// Feature is one thing on the map. It must not be changed.
type Feature struct {
	ID string
	// Values has a value for each field of the layer, in their order: string, int, float64,
	// bool, or nil when unknown.
	Values []any
	// Bound is the box of the shape, degrees; empty (IsEmpty) without a shape.
	Bound orb.Bound
	// From and To are the first and last day of its validity; zero: open.
	From, To geo.Date
	shape    func() orb.Geometry
}

// Shape returns a multipolygon or a point in WGS84 degrees, nil when unknown. It may be
// the caller's to change.
func (f *Feature) Shape() orb.Geometry {
	if f.shape == nil {
		return nil
	}
	return f.shape()
}

// Layer is a list of features of one kind. It may be read concurrently.
type Layer struct {
	ID          string // as in addresses: "qpv-2024"
	Title       string // French
	Description string // French
	Points      bool   // features are points, else multipolygons
	Timed       bool   // features have a validity
	Fields      []Field
	Features    []Feature
	// Bound holds every feature, degrees; empty (IsEmpty) without any.
	Bound orb.Bound
	// From and To span the validities; zero: open.
	From, To geo.Date
	byID     map[string]int
}

// Find returns the place of a feature in Features by its ID.
func (l *Layer) Find(id string) (int, bool) {
	i, ok := l.byID[id]
	return i, ok
}

// Source is what layers are made from.
type Source struct {
	Zonings         *geo.Zonings
	MissionsLocales []geo.MissionLocale
	Territories     []geo.Territory
	Sites           []geo.Site
	UsualNames      map[string]string
	// Territory returns the shape of a Mission Locale's territory by its code.
	Territory func(code string) (orb.MultiPolygon, bool)
}

// Of makes the layers, in the order in which they are listed. One that would hold nothing is
// left out. Shapes are read from the zonings when asked for, which may panic with a fault of
// kind Corrupt, as these do.
func Of(s Source) []*Layer {
	b := builder{Source: s, communes: s.Zonings.Communes()}
	all := []*Layer{b.communeLayer(), b.missions()}
	for _, v := range s.Zonings.Versions() {
		if zones, index, ok := s.Zonings.Polygons(v.Zoning, v.Name); ok {
			all = append(all, b.zones(v, zones, index))
		}
	}
	all = append(all, b.list(geo.FRR), b.list(geo.ZRR), b.sites())
	all = slices.DeleteFunc(all, func(l *Layer) bool { return len(l.Features) == 0 })
	for _, l := range all {
		l.finish()
	}
	return all
}

type builder struct {
	Source
	communes *geo.Communes
}

var emptyBound = orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}

// finish spans the features and makes their identifiers differ.
func (l *Layer) finish() {
	l.Bound, l.byID = emptyBound, make(map[string]int, len(l.Features))
	for i := range l.Features {
		f := &l.Features[i]
		if !f.Bound.IsEmpty() {
			l.Bound = l.Bound.Union(f.Bound)
		}
		for id, n := f.ID, 2; ; n++ {
			if _, taken := l.byID[f.ID]; !taken {
				break
			}
			f.ID = id + "-" + itoa(n)
		}
		l.byID[f.ID] = i
		if i == 0 {
			l.From, l.To = f.From, f.To
			continue
		}
		if f.From.IsZero() || !l.From.IsZero() && f.From.Before(l.From) {
			l.From = f.From
		}
		if f.To.IsZero() || !l.To.IsZero() && f.To.After(l.To) {
			l.To = f.To
		}
	}
}

// known gives nil for an empty text: an unknown value is null, never "".
func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(v float64) any {
	if math.IsNaN(v) {
		return nil
	}
	return v
}

func joined(list []string) any { return known(strings.Join(list, "|")) }

func byID(a, b Feature) int { return cmp.Compare(a.ID, b.ID) }
