package geo

import (
	"math"

	"github.com/paulmach/orb"

	"perimetre/geo/overlay"
)

// sliverMetres is how thick the territory common to a zone and a commune must be,
// counted from its border inwards. Limits of zones follow the limits of communes, and
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

// commonTerritory returns what a and b share, and whether something remains of it
// after shrinking it by thin metres.
func commonTerritory(a, b orb.MultiPolygon, thin float64) (common orb.MultiPolygon, thick bool, err error) {
	common, err = overlay.Intersection(a, b)
	return common, Holds(common, thin), err
}

// hasZone reports whether the commune of a place has a zone in the version; when
// nothing can tell, it may have one.
func (v *polygonVersion) hasZone(p location, communes *Communes) bool {
	if v.withZone[p.code] {
		return true
	}
	_, drawn := communes.byContour[p.code]
	return p.code == "" || !drawn && !v.allListed
}

// Touches reports whether a shape in degrees comes within metres of the territory of
// one of the communes of a list, by their codes of any time. known is false when the
// contour of one of them is missing and no other is touched.
func (c *Communes) Touches(shape orb.MultiPolygon, codes []string, metres float64) (touches, known bool) {
	known = len(codes) > 0
	for _, code := range codes {
		i, ok := c.byContour[code]
		if !ok {
			now, _, _ := c.Resolve(code)
			if i, ok = c.byContour[now]; !ok {
				known = false
				continue
			}
		}
		if c.contourTouches(int(i), shape, metres) {
			return true, true
		}
	}
	return false, known
}

func (c *Communes) contourTouches(i int, shape orb.MultiPolygon, metres float64) bool {
	bound := shape.Bound()
	mx, my := MetresPerDegree(bound.Center()[1])
	pad := metres / min(mx, my)
	if !(mx > 1) || !bound.Pad(pad).Intersects(c.contours.Bound(i)) {
		return false
	}
	for _, poly := range shape {
		for _, ring := range poly {
			for _, pt := range ring {
				if c.contours.Side(i, pt) != Outside {
					return true
				}
			}
		}
	}
	for _, poly := range shape {
		for _, ring := range poly {
			for _, pt := range ring {
				if _, near := c.contours.BorderDistance(i, pt, metres); near {
					return true
				}
			}
		}
	}
	common, err := overlay.Intersection(shape, c.contours.Shape(i)) // edges may cross between vertices
	return err == nil && len(common) > 0
}
