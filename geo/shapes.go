package geo

import (
	"math"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// shapes are multipolygons laid flat, as they stand in memory and in a file:
// points of all rings one after another, each ring closed.
type shapes struct {
	points   pointStore
	rings    []uint32 // for each ring, where it ends in points
	outer    []uint32 // for each ring, 1 when it starts a part, 0 for a hole
	polygons []uint32 // for each polygon, where it ends in rings
	bounds   []orb.Bound
}

// pointStore gives points from memory or from a file checked at first touch.
type pointStore interface {
	slice(from, to int) []orb.Point
}

type pointSlice []orb.Point

func (p pointSlice) slice(from, to int) []orb.Point { return p[from:to:to] }

var emptyBound = orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}

func newShapes(list []orb.MultiPolygon) shapes {
	s := shapes{bounds: make([]orb.Bound, 0, len(list)), polygons: make([]uint32, 0, len(list))}
	var pts pointSlice
	for _, mp := range list {
		b := emptyBound
		for _, poly := range mp {
			start := uint32(1)
			for _, r := range poly {
				if distinctPoints(r) < 3 || !finite(r) {
					if start == 1 {
						break // a part without an outline holds nothing
					}
					continue
				}
				n := len(r)
				if r[0] == r[n-1] {
					n--
				}
				for _, q := range r[:n] {
					b = b.Extend(q)
				}
				pts = append(append(pts, r[:n]...), r[0])
				s.rings = append(s.rings, uint32(len(pts)))
				s.outer = append(s.outer, start)
				start = 0
			}
		}
		s.polygons = append(s.polygons, uint32(len(s.rings)))
		s.bounds = append(s.bounds, b)
	}
	s.points = pts
	return s
}

func (s *shapes) len() int { return len(s.polygons) }

// span returns the rings of polygon i and where its points start.
func (s *shapes) span(i int) (firstRing, endRing, firstPoint int) {
	if i > 0 {
		firstRing = int(s.polygons[i-1])
	}
	if firstRing > 0 {
		firstPoint = int(s.rings[firstRing-1])
	}
	return firstRing, int(s.polygons[i]), firstPoint
}

func (s *shapes) edgeTree(i int) *edgeTree {
	r0, r1, p0 := s.span(i)
	if r0 == r1 {
		return &edgeTree{}
	}
	ends := make([]uint32, r1-r0)
	for k := range ends {
		ends[k] = s.rings[r0+k] - uint32(p0)
	}
	pts := s.points.slice(p0, int(s.rings[r1-1]))
	t := newEdgeTree(pts, ends, func(k int) bool { return s.outer[r0+k] == 1 })
	b := &s.bounds[i]
	for k := range t.rings {
		r := &t.rings[k]
		if !(r.minX >= b.Min[0] && r.minY >= b.Min[1] && r.maxX <= b.Max[0] && r.maxY <= b.Max[1]) {
			// Only a file that this program did not write; blockfile.Recover takes it.
			panic(fault.New(fault.Corrupt, "polygone hors de son cadre ; reconstruire le référentiel"))
		}
	}
	return t
}

func (s *shapes) multiPolygon(i int) orb.MultiPolygon {
	r0, r1, p0 := s.span(i)
	var mp orb.MultiPolygon
	for r := r0; r < r1; r++ {
		end := int(s.rings[r])
		ring := append(orb.Ring(nil), s.points.slice(p0, end)...)
		if s.outer[r] == 1 {
			mp = append(mp, orb.Polygon{ring})
		} else {
			mp[len(mp)-1] = append(mp[len(mp)-1], ring)
		}
		p0 = end
	}
	return mp
}

// valid reports whether the tables read from a file agree with one another and
// with the number of points.
func (s *shapes) valid(points int) bool {
	if len(s.bounds) != len(s.polygons) || len(s.outer) != len(s.rings) {
		return false
	}
	last := uint32(0)
	for i, e := range s.rings {
		if e < last+4 || s.outer[i] > 1 { // a ring is three points and the first again
			return false
		}
		last = e
	}
	if int(last) != points {
		return false
	}
	last = 0
	for _, e := range s.polygons {
		if e < last || int(e) > len(s.rings) || e > last && s.outer[last] != 1 {
			return false
		}
		last = e
	}
	return int(last) == len(s.rings)
}
