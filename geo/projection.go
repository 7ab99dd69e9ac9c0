package geo

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Projection is a plane projection that files of France use, between degrees
// (RGF93 or its overseas sibling, equal to WGS84 within the uses of this program)
// and metres, easting first. Both ways agree with PROJ within 1 cm over the
// territory that the projection serves.
type Projection struct {
	EPSG int
	Name string
	// Same are the EPSG codes of the other realisations of the datum, whose plane
	// coordinates differ by a few centimetres at most.
	Same    []int
	Kind    ProjectionKind
	forward func(lon, lat float64) (x, y float64) // radians to metres
	inverse func(x, y float64) (lon, lat float64) // metres to radians
	// Parameters by which a definition written in full is recognised, degrees and
	// metres: two parallels for a conic, none for the others.
	lon0, lat0, lat1, lat2, x0, y0 float64
}

// ProjectionKind is a family of formulas.
type ProjectionKind uint8

const (
	ConformalConic     ProjectionKind = iota // Lambert's, two secant parallels
	TransverseMercator                       // UTM: scale of 0.9996 on the meridian
	WebMercator                              // spherical formulas on the ellipsoid's degrees
)

// The projections of décret 2000-1276 and of the arrêté of 5 March 2019, the projections
// of the collectivities, UTM on the neighbouring zones and on WGS84, and web maps.
var (
	Lambert93 = lambert(2154, "RGF93 / Lambert-93", 3, 46.5, 44, 49, 700000, 6600000, 9793, 9794)

	projections = append([]*Projection{
		Lambert93,
		utm(5490, "RGAF09 / UTM 20N", 20, false, 4559, 2989, 32620),
		utm(3313, "RGFG95 / UTM 21N", 21, false),
		utm(2972, "RGFG95 / UTM 22N", 22, false, 32622),
		utm(2975, "RGR92 / UTM 40S", 40, true, 32740),
		utm(4471, "RGM04 / UTM 38S", 38, true, 5879, 32738),
		utm(4467, "RGSPM06 / UTM 21N", 21, false, 32621),
		utm(3296, "RGPF / UTM 5S", 5, true, 32705),
		utm(3297, "RGPF / UTM 6S", 6, true, 32706),
		utm(3298, "RGPF / UTM 7S", 7, true, 32707),
		utm(3299, "RGPF / UTM 8S", 8, true, 32708),
		utm(8903, "RGWF96 / UTM 1S", 1, true, 32701),
		utm(3169, "RGNC91-93 / UTM 57S", 57, true, 32757),
		utm(3170, "RGNC91-93 / UTM 58S", 58, true, 32758),
		utm(3171, "RGNC91-93 / UTM 59S", 59, true, 32759),
		lambert(3163, "RGNC91-93 / Lambert New Caledonia", 166, -21.5, -20-40.0/60, -22-20.0/60, 400000, 300000),
		utm(25830, "ETRS89 / UTM 30N", 30, false, 32630),
		utm(25831, "ETRS89 / UTM 31N", 31, false, 32631),
		utm(25832, "ETRS89 / UTM 32N", 32, false, 32632),
		webMercator(),
	}, conformalConics()...)

	overseasProjections = map[string]int{
		"971": 5490, "972": 5490, "977": 5490, "978": 5490, "973": 2972, "974": 2975,
		"976": 4471, "975": 4467, "987": 3297, "986": 8903, "988": 3163,
	}
)

// conformalConics returns the nine zones CC42 to CC50, a degree of latitude apart: each
// has its parallels 0.75° on either side of its own, and its northing tells the
// zone (arrêté of 5 March 2019; IGN, Projections coniques conformes 9 zones, 2009).
func conformalConics() []*Projection {
	var out []*Projection
	for zone := 42; zone <= 50; zone++ {
		lat := float64(zone)
		out = append(out, lambert(3900+zone, fmt.Sprintf("RGF93 / CC%d", zone), 3, lat, lat-0.75, lat+0.75, 1700000, (lat-41)*1e6+200000,
			9780+zone, 9800+zone))
	}
	return out
}

// ProjectionByEPSG returns a projection by its EPSG code; ok is false for one that
// is not among those that this program converts.
func ProjectionByEPSG(code int) (p *Projection, ok bool) {
	switch code {
	case 900913, 102100, 102113, 3785: // names that web maps had before 3857
		code = 3857
	}
	for _, p := range projections {
		if p.EPSG == code || slices.Contains(p.Same, code) {
			return p, true
		}
	}
	return nil, false
}

// ProjectionLike returns the projection of a kind and parameters, in degrees and
// metres, as a definition written in full has them; lat1 and lat2, in any order, are
// for a conic alone. ok is false when no projection that this program converts has
// them.
func ProjectionLike(kind ProjectionKind, lon0, lat0, lat1, lat2, x0, y0 float64) (p *Projection, ok bool) {
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	for _, p := range projections {
		if p.Kind != kind || !near(p.lon0, lon0) || !near(p.lat0, lat0) || !near(p.x0, x0) || !near(p.y0, y0) {
			continue
		}
		if kind != ConformalConic || near(p.lat1, min(lat1, lat2)) && near(p.lat2, max(lat1, lat2)) {
			return p, true
		}
	}
	return nil, false
}

// ProjectionOf returns the legal projection of a département or a collectivity by
// its code: Lambert-93 for metropolitan France. ok is false for a territory
// without one.
func ProjectionOf(departement string) (p *Projection, ok bool) {
	if code, ok := overseasProjections[departement]; ok {
		return ProjectionByEPSG(code)
	}
	if departement == "" || strings.HasPrefix(departement, "97") || strings.HasPrefix(departement, "98") {
		return nil, false
	}
	return Lambert93, true
}

// territories are the boxes, in degrees and with some sea, of metropolitan France
// (under "") and of each overseas territory.
var territories = map[string]orb.Bound{
	"":    {Min: orb.Point{-5.6, 41.2}, Max: orb.Point{9.8, 51.3}},
	"971": {Min: orb.Point{-62, 15.6}, Max: orb.Point{-60.8, 16.7}},
	"972": {Min: orb.Point{-61.4, 14.2}, Max: orb.Point{-60.6, 15.1}},
	"973": {Min: orb.Point{-54.8, 1.9}, Max: orb.Point{-51.4, 6}},
	"974": {Min: orb.Point{55, -21.6}, Max: orb.Point{56, -20.7}},
	"975": {Min: orb.Point{-56.7, 46.6}, Max: orb.Point{-56, 47.3}},
	"976": {Min: orb.Point{44.8, -13.2}, Max: orb.Point{45.5, -12.4}},
	"977": {Min: orb.Point{-63, 17.7}, Max: orb.Point{-62.6, 18.1}},
	"978": {Min: orb.Point{-63.3, 17.9}, Max: orb.Point{-62.8, 18.3}},
	"986": {Min: orb.Point{-178.6, -14.7}, Max: orb.Point{-175.8, -12.9}},
	"987": {Min: orb.Point{-155, -28.5}, Max: orb.Point{-133, -7}},
	"988": {Min: orb.Point{156, -24}, Max: orb.Point{173, -17}},
}

// AxesSwapped reports whether a point, degrees, is in no territory of France and would
// be in one with its latitude taken for its longitude.
func AxesSwapped(pt orb.Point) bool {
	in := func(p orb.Point) bool {
		for _, box := range territories {
			if box.Contains(p) {
				return true
			}
		}
		return false
	}
	return !in(pt) && in(orb.Point{pt[1], pt[0]})
}

// TerritoryBox returns the box, in degrees, of the territory that a département or a
// collectivity is in: the whole of metropolitan France, or an overseas territory.
// ok is false for a code that is not of the COG.
func TerritoryBox(departement string) (box orb.Bound, ok bool) {
	if _, real := departements[departement]; !real {
		return box, false
	}
	if len(departement) == 2 {
		departement = ""
	}
	box, ok = territories[departement]
	return box, ok
}

// ProjectionsOf lists the projections in which a file about a département or a
// collectivity may be written: those that serve its territory.
func ProjectionsOf(departement string) []*Projection {
	box, ok := TerritoryBox(departement)
	if !ok {
		return nil
	}
	var out []*Projection
	for _, p := range projections {
		if p.serves(box) {
			out = append(out, p)
		}
	}
	return out
}

// serves reports whether a territory is one on which the projection is used: within
// 6° of a meridian of UTM, in the hemisphere of the conic.
func (p *Projection) serves(box orb.Bound) bool {
	mid := box.Center()
	switch p.Kind {
	case TransverseMercator:
		return math.Abs(mid[0]-p.lon0) < 7 && (mid[1] < 0) == (p.y0 > 0) && (p.EPSG < 25830 || p.EPSG > 25832 || mid[1] > 40)
	case ConformalConic:
		return box.Contains(orb.Point{p.lon0, p.lat0})
	}
	return true
}

// Project returns the metres of a point in degrees.
func (p *Projection) Project(lonLat orb.Point) orb.Point {
	x, y := p.forward(lonLat[0]*radians, lonLat[1]*radians)
	return orb.Point{x, y}
}

// Unproject returns the degrees of a point in metres.
func (p *Projection) Unproject(xy orb.Point) orb.Point {
	lon, lat := p.inverse(xy[0], xy[1])
	return orb.Point{lon / radians, lat / radians}
}

// Near reports whether a point in degrees is where the projection is meant for: a
// conic of nine within a degree and a half of its own latitude, UTM within four of
// its meridian.
func (p *Projection) Near(lonLat orb.Point) bool {
	switch {
	case p.Kind == ConformalConic && p.lat2-p.lat1 < 2:
		return math.Abs(lonLat[1]-p.lat0) <= 1.5
	case p.Kind == TransverseMercator:
		return math.Abs(lonLat[0]-p.lon0) <= 4
	}
	return true
}
