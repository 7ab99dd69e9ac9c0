package api

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/server/httpio"
)

// longestSide bounds the box of a shape to search, and the radius of a circle, metres,
// as the national service does.
const longestSide = 1000

// shape is the geometry of a reverse search.
type shape struct {
	centre orb.Point
	radius float64 // metres from the centre that hold the shape
	inside func(lon, lat float64) bool
	bare   bool // a point: the search is around it
}

// searchGeometry reads the parameter searchgeom, GeoJSON or the service's own Circle,
// or returns nil without it.
func searchGeometry(p *httpio.Params) *shape {
	text := p.Text("searchgeom")
	if text == "" {
		return nil
	}
	s, err := parseShape([]byte(text))
	if err != nil {
		p.Refuse("searchgeom", err.Error())
		return &shape{}
	}
	return s
}

func parseShape(text []byte) (*shape, error) {
	var head struct {
		Type        string          `json:"type"`
		Radius      *float64        `json:"radius"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, errors.New("une géométrie GeoJSON est attendue")
	}
	if head.Type == "Circle" {
		return circle(head.Coordinates, head.Radius)
	}
	g, err := geojson.UnmarshalGeometry(text)
	if err != nil || g.Geometry() == nil {
		return nil, errors.New("attendu : Point, LineString, Polygon ou Circle, en GeoJSON")
	}
	b := g.Geometry().Bound()
	if b.IsEmpty() || !onEarth(b.Min) || !onEarth(b.Max) {
		return nil, errors.New("des degrés sont attendus, la longitude d’abord")
	}
	if geo.Distance(b.Min, orb.Point{b.Max[0], b.Min[1]}) > longestSide || geo.Distance(b.Min, orb.Point{b.Min[0], b.Max[1]}) > longestSide {
		return nil, errors.New("une géométrie de moins de 1 km de haut et de large est attendue")
	}
	s := &shape{centre: b.Center(), radius: geo.Distance(b.Min, b.Max)/2 + 1}
	switch g := g.Geometry().(type) {
	case orb.Point:
		s.bare = true
	case orb.LineString:
		if len(g) < 2 {
			return nil, errors.New("une ligne d’au moins deux points est attendue")
		}
		s.radius += geocode.Reaches[0]
		s.inside = func(lon, lat float64) bool { return lineMetres(g, orb.Point{lon, lat}) <= geocode.Reaches[0] }
	case orb.Polygon:
		for _, r := range g {
			if len(r) < 4 || !r.Closed() {
				return nil, errors.New("des contours fermés d’au moins quatre points sont attendus")
			}
		}
		s.inside = func(lon, lat float64) bool { return planar.PolygonContains(g, orb.Point{lon, lat}) }
	default:
		return nil, errors.New("attendu : Point, LineString, Polygon ou Circle, en GeoJSON")
	}
	return s, nil
}

func circle(coordinates json.RawMessage, radius *float64) (*shape, error) {
	var c []float64
	if json.Unmarshal(coordinates, &c) != nil || len(c) < 2 || !onEarth(orb.Point{c[0], c[1]}) {
		return nil, errors.New("le centre du cercle est attendu dans coordinates : longitude et latitude")
	}
	if radius == nil || !(*radius > 0 && *radius <= longestSide) {
		return nil, errors.New("un rayon du cercle (radius) de plus de 0 m et de 1000 m au plus est attendu")
	}
	centre, reach := orb.Point{c[0], c[1]}, *radius
	return &shape{centre: centre, radius: reach, inside: func(lon, lat float64) bool { return geo.Distance(centre, orb.Point{lon, lat}) <= reach }}, nil
}

func onEarth(p orb.Point) bool { return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 }

// lineMetres returns the distance from a point to a line, in metres, on the plane that
// touches the Earth at the point.
func lineMetres(line orb.LineString, at orb.Point) float64 {
	east, north := geo.MetresPerDegree(at[1])
	flat := func(p orb.Point) orb.Point { return orb.Point{(p[0] - at[0]) * east, (p[1] - at[1]) * north} }
	least := math.Inf(1)
	for i := 1; i < len(line); i++ {
		least = min(least, planar.DistanceFromSegment(flat(line[i-1]), flat(line[i]), orb.Point{}))
	}
	return least
}

// addresses returns the addresses within the shape, the nearest to a point first.
func (s *shape) addresses(ix *geocode.Index, from orb.Point, o geocode.ReverseOptions) ([]geocode.Result, error) {
	o.Radius = geo.Distance(from, s.centre) + s.radius
	if o.Only.Type == "municipality" {
		return ix.Reverse(from[0], from[1], o)
	}
	return ix.Within(from[0], from[1], s.inside, o)
}

// aroundPoint returns the addresses around a point, within the reach asked or the first of
// geocode.Reaches that holds one.
func aroundPoint(ix *geocode.Index, lon, lat float64, o geocode.ReverseOptions) (rs []geocode.Result, err error) {
	if o.Radius > 0 {
		return ix.Within(lon, lat, nil, o)
	}
	for _, o.Radius = range geocode.Reaches {
		if rs, err = ix.Within(lon, lat, nil, o); len(rs) > 0 || err != nil {
			break
		}
	}
	return rs, err
}
