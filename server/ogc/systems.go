package ogc

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// system is a system of coordinates that answers and boxes may be in (Part 2).
type system struct {
	uri        string
	projection *geo.Projection // nil: degrees
	latFirst   bool
}

// systems are the systems served, the data's own first.
var systems = func() []*system {
	list := []*system{{uri: crs84}, {uri: "http://www.opengis.net/def/crs/EPSG/0/4326", latFirst: true}}
	for code, uri := range map[int]string{2154: "http://www.opengis.net/def/crs/EPSG/0/2154", 3857: "http://www.opengis.net/def/crs/EPSG/0/3857"} {
		p, ok := geo.ProjectionByEPSG(code)
		if !ok {
			panic("a projection of the program is not known to it")
		}
		list = append(list, &system{uri: uri, projection: p})
	}
	if list[2].projection.EPSG == 3857 {
		list[2], list[3] = list[3], list[2]
	}
	return list
}()

func systemURIs() (uris []string) {
	for _, s := range systems {
		uris = append(uris, s.uri)
	}
	return uris
}

// system reads a parameter that names a system; without it, the data's own.
func (q *query) system(name string) *system {
	uri := q.values.Get(name)
	if !q.values.Has(name) {
		return systems[0]
	}
	for _, s := range systems {
		if s.uri == uri {
			return s
		}
	}
	q.refuse(name, "attendu : "+strings.Join(systemURIs(), ", "))
	return systems[0]
}

// plain reports whether the data are in the system.
func (s *system) plain() bool { return s.projection == nil && !s.latFirst }

func (s *system) to(p orb.Point) orb.Point {
	switch {
	case s.projection != nil:
		m := s.projection.Project(p)
		return orb.Point{math.Round(m[0]*1000) / 1000, math.Round(m[1]*1000) / 1000}
	case s.latFirst:
		return orb.Point{p[1], p[0]}
	}
	return p
}

func (s *system) from(p orb.Point) orb.Point {
	switch {
	case s.projection != nil:
		return s.projection.Unproject(p)
	case s.latFirst:
		return orb.Point{p[1], p[0]}
	}
	return p
}

// shape converts a shape, which may change.
func (s *system) shape(g orb.Geometry) orb.Geometry {
	if s.plain() {
		return g
	}
	switch g := g.(type) {
	case orb.Point:
		return s.to(g)
	case orb.MultiPolygon:
		for _, poly := range g {
			for _, r := range poly {
				for i := range r {
					r[i] = s.to(r[i])
				}
			}
		}
	}
	return g
}

// steps cut each edge of a box of metres: its image in degrees has curved edges.
const steps = 32

// degrees returns the box of degrees that holds a box of the system.
func (s *system) degrees(b orb.Bound) orb.Bound {
	if s.projection == nil {
		return orb.Bound{Min: s.from(b.Min), Max: s.from(b.Max)}
	}
	first := s.from(b.Min)
	out := orb.Bound{Min: first, Max: first}
	for i := range steps + 1 {
		t := float64(i) / steps
		x, y := b.Min[0]+t*(b.Max[0]-b.Min[0]), b.Min[1]+t*(b.Max[1]-b.Min[1])
		for _, p := range []orb.Point{{x, b.Min[1]}, {x, b.Max[1]}, {b.Min[0], y}, {b.Max[0], y}} {
			out = out.Extend(s.from(p))
		}
	}
	return out
}
