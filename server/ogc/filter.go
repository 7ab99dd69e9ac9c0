package ogc

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/data/maps/layers"
	"perimetre/server/ogc/cql"
)

// filter says which features are asked for.
type filter struct {
	boxes []orb.Bound // none: anywhere
	when  interval
	timed bool
	// asked is the filter in CQL2, nil for none; its boxes are in system.
	asked  *cql.Filter
	system *system
}

// subject is a feature to a filter.
type subject struct {
	layer   *layers.Layer
	feature *layers.Feature
	system  *system
}

// Value implements cql.Subject.
func (s subject) Value(name string) any {
	for i := range s.layer.Fields {
		if s.layer.Fields[i].Name == name {
			return s.feature.Values[i]
		}
	}
	return nil
}

// Meets implements cql.Subject.
func (s subject) Meets(b cql.Box) bool {
	return touches(s.feature, s.system.degrees(orb.Bound{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}}))
}

// matching returns the places in the layer of the features that match.
func (f *filter) matching(l *layers.Layer) []int {
	var out []int
	for i := range l.Features {
		if f.matches(l, &l.Features[i]) {
			out = append(out, i)
		}
	}
	return out
}

func (f *filter) matches(l *layers.Layer, ft *layers.Feature) bool {
	// What has no time is of all times (/req/core/fc-time-response).
	if f.timed && l.Timed && !f.when.meets(ft.From, ft.To) {
		return false
	}
	if f.boxes != nil && !slices.ContainsFunc(f.boxes, func(b orb.Bound) bool { return touches(ft, b) }) {
		return false
	}
	return f.asked == nil || f.asked.Match(subject{l, ft, f.system})
}

// touches reports whether a feature's shape has a point in a box.
func touches(ft *layers.Feature, b orb.Bound) bool {
	if ft.Bound.IsEmpty() || !b.Intersects(ft.Bound) {
		return false
	}
	if b.Contains(ft.Bound.Min) && b.Contains(ft.Bound.Max) {
		return true
	}
	mp, ok := ft.Shape().(orb.MultiPolygon)
	return ok && meets(b, mp)
}

// meets reports whether a box has a point in common with a multipolygon: on an
// outline, or all of the box within it.
func meets(b orb.Bound, mp orb.MultiPolygon) bool {
	for _, poly := range mp {
		for _, r := range poly {
			for i := 1; i < len(r); i++ {
				if crosses(b, r[i-1], r[i]) {
					return true
				}
			}
		}
	}
	return planar.MultiPolygonContains(mp, b.Min)
}

// crosses reports whether a segment has a point in a box (Liang and Barsky, 1984).
func crosses(b orb.Bound, p, q orb.Point) bool {
	t0, t1 := 0.0, 1.0
	for k := range 2 {
		d := q[k] - p[k]
		if d == 0 {
			if p[k] < b.Min[k] || p[k] > b.Max[k] {
				return false
			}
			continue
		}
		in, out := (b.Min[k]-p[k])/d, (b.Max[k]-p[k])/d
		if in > out {
			in, out = out, in
		}
		t0, t1 = max(t0, in), min(t1, out)
		if t0 > t1 {
			return false
		}
	}
	return true
}
