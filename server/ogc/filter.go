package ogc

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/data/maps/layers"
)

// filter says which features are asked for.
type filter struct {
	boxes []orb.Bound // none: anywhere
	when  interval
	timed bool
}

// matching gives the places in the layer of the features that match.
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
	if f.boxes == nil {
		return true
	}
	for _, b := range f.boxes {
		if ft.Bound.IsEmpty() || !b.Intersects(ft.Bound) {
			continue
		}
		if b.Contains(ft.Bound.Min) && b.Contains(ft.Bound.Max) {
			return true
		}
		if mp, ok := ft.Shape().(orb.MultiPolygon); ok && meets(b, mp) {
			return true
		}
	}
	return false
}

// meets tells whether a box has a point in common with a multipolygon: on an
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

// crosses tells whether a segment has a point in a box (Liang and Barsky, 1984).
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
