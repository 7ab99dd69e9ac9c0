package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// sliverMetres is how thick the territory common to a zone and a commune must be,
// counted from its border inwards. Limits of zones follow those of communes, and
// either is drawn with a few metres of error: on the 204 QPV of Hauts-de-France,
// every commune that the file lists shares more than 15 m in, and the slivers
// along common limits 10 m at most.
const sliverMetres = 12

// communesWithZone finds the communes that have a zone in a version: those that
// the file lists, by their code of today, and those whose contour has a territory
// in common with a zone, of which something remains after shrinking it by
// sliverMetres or twice the precision of the file.
func communesWithZone(communes *Communes, v *polygonVersion) (map[string]bool, error) {
	with := map[string]bool{}
	for i := range v.zones {
		for _, code := range v.zones[i].Communes {
			now, _, _ := communes.Resolve(code)
			with[now] = true
		}
	}
	if communes.contours == nil {
		return with, nil
	}
	thin := math.Max(sliverMetres, 2*v.Precision)
	for i := range v.zones {
		zone := v.index.Shape(i)
		var err error
		communes.contours.Search(v.index.Bound(i), func(c int) bool {
			code := communes.codes[c]
			if with[code] {
				return true
			}
			_, thick, e := commonTerritory(zone, communes.contours.Shape(c), thin)
			if err = e; e != nil {
				return false
			}
			if thick {
				with[code] = true
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return with, nil
}

// commonTerritory is what a and b share, and whether something remains of it
// after shrinking it by thin metres.
func commonTerritory(a, b orb.MultiPolygon, thin float64) (common orb.MultiPolygon, thick bool, err error) {
	if common, err = Intersection(a, b); err != nil {
		return nil, false, err
	}
	if Area(common) < math.Pi*thin*thin { // it cannot hold a disc of that radius
		return common, false, nil
	}
	rest, err := Buffer(common, -thin)
	return common, len(rest) > 0, err
}

// hasZone tells whether the commune of a place has a zone in the version; when
// nothing can tell, it may have one.
func (v *polygonVersion) hasZone(p place, communes *Communes) bool {
	if v.withZone[p.code] {
		return true
	}
	_, drawn := communes.byContour[p.code]
	return p.code == "" || !drawn && !v.allListed
}
