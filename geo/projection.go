package geo

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// Projection is one of the legal plane projections of France, between degrees
// (RGF93 or its overseas sibling, equal to WGS84 within the uses of this program)
// and metres, easting first. Both ways agree with PROJ within 1 cm over the
// territory that the projection serves.
type Projection struct {
	EPSG    int
	Name    string
	forward func(lon, lat float64) (x, y float64) // radians to metres
	inverse func(x, y float64) (lon, lat float64) // metres to radians
}

// The projections of décret 2000-1276 and of arrêté of 5 March 2019, with
// those of the collectivities.
var (
	Lambert93 = lambert(2154, "RGF93 / Lambert-93", 3, 46.5, 44, 49, 700000, 6600000)

	projections = []*Projection{
		Lambert93,
		utm(5490, "RGAF09 / UTM 20N", 20, false),
		utm(2972, "RGFG95 / UTM 22N", 22, false),
		utm(2975, "RGR92 / UTM 40S", 40, true),
		utm(4471, "RGM04 / UTM 38S", 38, true),
		utm(4467, "RGSPM06 / UTM 21N", 21, false),
		utm(3297, "RGPF / UTM 6S", 6, true),
		utm(8903, "RGWF96 / UTM 1S", 1, true),
		lambert(3163, "RGNC91-93 / Lambert New Caledonia", 166, -21.5, -20-40.0/60, -22-20.0/60, 400000, 300000),
	}

	overseasProjections = map[string]int{
		"971": 5490, "972": 5490, "977": 5490, "978": 5490, "973": 2972, "974": 2975,
		"976": 4471, "975": 4467, "987": 3297, "986": 8903, "988": 3163,
	}
)

// ProjectionByEPSG gives a projection by its EPSG code; ok is false for one that
// is not among those of France.
func ProjectionByEPSG(code int) (p *Projection, ok bool) {
	for _, p := range projections {
		if p.EPSG == code {
			return p, true
		}
	}
	return nil, false
}

// ProjectionOf gives the legal projection of a département or a collectivity by
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

// Project gives metres for a point in degrees.
func (p *Projection) Project(lonLat orb.Point) orb.Point {
	x, y := p.forward(lonLat[0]*radians, lonLat[1]*radians)
	return orb.Point{x, y}
}

// Unproject gives degrees for a point in metres.
func (p *Projection) Unproject(xy orb.Point) orb.Point {
	lon, lat := p.inverse(xy[0], xy[1])
	return orb.Point{lon / radians, lat / radians}
}

var eccentricity = math.Sqrt(eccentricity2)

// isometric is the isometric latitude of a latitude in radians (IGN, NT/G 71,
// ALG0001).
func isometric(lat float64) float64 {
	s := math.Sin(lat)
	return math.Atanh(s) - eccentricity*math.Atanh(eccentricity*s)
}

// fromIsometric is its inverse, by fixed point: each step gains two digits and a
// half (IGN, NT/G 71, ALG0002).
func fromIsometric(l float64) float64 {
	lat := math.Asin(math.Tanh(l))
	for range 12 {
		next := math.Asin(math.Tanh(l + eccentricity*math.Atanh(eccentricity*math.Sin(lat))))
		if math.Abs(next-lat) < 1e-14 {
			return next
		}
		lat = next
	}
	return lat
}

// lambert is the conformal conic with two secant parallels, angles in degrees
// (IGN, NT/G 71, ALG0003, ALG0004 and ALG0054). South of the equator the cone
// opens the other way: n, c and the radius are negative.
func lambert(epsg int, name string, lon0, lat0, lat1, lat2, x0, y0 float64) *Projection {
	λ0, φ0, φ1, φ2 := lon0*radians, lat0*radians, lat1*radians, lat2*radians
	parallel := func(φ float64) float64 { // radius of the parallel, metres
		s, c := math.Sincos(φ)
		return semiMajor * c / math.Sqrt(1-eccentricity2*s*s)
	}
	n := math.Log(parallel(φ2)/parallel(φ1)) / (isometric(φ1) - isometric(φ2))
	c := parallel(φ1) / n * math.Exp(n*isometric(φ1))
	ys := y0 + c*math.Exp(-n*isometric(φ0))
	return &Projection{
		EPSG: epsg, Name: name,
		forward: func(lon, lat float64) (float64, float64) {
			r := c * math.Exp(-n*isometric(lat))
			s, k := math.Sincos(n * (lon - λ0))
			return x0 + r*s, ys - r*k
		},
		inverse: func(x, y float64) (float64, float64) {
			dx, dy := math.Copysign(1, n)*(x-x0), math.Copysign(1, n)*(ys-y)
			return λ0 + math.Atan2(dx, dy)/n, fromIsometric(-math.Log(math.Hypot(dx, dy)/math.Abs(c)) / n)
		},
	}
}

// utm is a zone of the universal transverse Mercator projection, by the series of
// Krüger in the third flattening to the fourth order (Karney, Transverse
// Mercator with an accuracy of a few nanometers, 2011, eq. 7–13, 35, 36).
func utm(epsg int, name string, zone int, south bool) *Projection {
	const (
		k0 = 0.9996
		x0 = 500000.0
		n  = flattening / (2 - flattening)
		n2 = n * n
		n3 = n2 * n
		n4 = n3 * n
		a  = k0 * semiMajor / (1 + n) * (1 + n2/4 + n4/64)
	)
	α := [4]float64{
		n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180,
		13*n2/48 - 3*n3/5 + 557*n4/1440,
		61*n3/240 - 103*n4/140,
		49561 * n4 / 161280,
	}
	β := [4]float64{
		n/2 - 2*n2/3 + 37*n3/96 - n4/360,
		n2/48 + n3/15 - 437*n4/1440,
		17*n3/480 - 37*n4/840,
		4397 * n4 / 161280,
	}
	λ0 := float64(6*zone-183) * radians
	y0 := 0.0
	if south {
		y0 = 10000000
	}
	return &Projection{
		EPSG: epsg, Name: name,
		forward: func(lon, lat float64) (float64, float64) {
			t := math.Sinh(isometric(lat))
			s, c := math.Sincos(lon - λ0)
			ξ, η := math.Atan2(t, c), math.Asinh(s/math.Hypot(t, c))
			e, u := η, ξ
			for j, k := range α {
				m := 2 * float64(j+1)
				sin, cos := math.Sincos(m * ξ)
				u += k * sin * math.Cosh(m*η)
				e += k * cos * math.Sinh(m*η)
			}
			return x0 + a*e, y0 + a*u
		},
		inverse: func(x, y float64) (float64, float64) {
			ξ, η := (y-y0)/a, (x-x0)/a
			u, e := ξ, η
			for j, k := range β {
				m := 2 * float64(j+1)
				sin, cos := math.Sincos(m * ξ)
				u -= k * sin * math.Cosh(m*η)
				e -= k * cos * math.Sinh(m*η)
			}
			s, c := math.Sincos(u)
			return λ0 + math.Atan2(math.Sinh(e), c), fromIsometric(math.Asinh(s / math.Hypot(math.Sinh(e), c)))
		},
	}
}
