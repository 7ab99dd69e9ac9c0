package geo

import "math"

var eccentricity = math.Sqrt(eccentricity2)

// isometric returns the isometric latitude of a latitude in radians (IGN, NT/G 71,
// ALG0001).
func isometric(lat float64) float64 {
	s := math.Sin(lat)
	return math.Atanh(s) - eccentricity*math.Atanh(eccentricity*s)
}

// fromIsometric returns its inverse, by fixed point: each step gains two digits and a
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

// lambert returns the conformal conic with two secant parallels, angles in degrees
// (IGN, NT/G 71, ALG0003, ALG0004 and ALG0054). South of the equator the cone
// opens the other way: n, c and the radius are negative.
func lambert(epsg int, name string, lon0, lat0, lat1, lat2, x0, y0 float64, same ...int) *Projection {
	λ0, φ0, φ1, φ2 := lon0*radians, lat0*radians, lat1*radians, lat2*radians
	parallel := func(φ float64) float64 { // radius of the parallel, metres
		s, c := math.Sincos(φ)
		return semiMajor * c / math.Sqrt(1-eccentricity2*s*s)
	}
	n := math.Log(parallel(φ2)/parallel(φ1)) / (isometric(φ1) - isometric(φ2))
	c := parallel(φ1) / n * math.Exp(n*isometric(φ1))
	ys := y0 + c*math.Exp(-n*isometric(φ0))
	return &Projection{
		EPSG: epsg, Name: name, Same: same, Kind: ConformalConic,
		lon0: lon0, lat0: lat0, lat1: min(lat1, lat2), lat2: max(lat1, lat2), x0: x0, y0: y0,
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

// utm returns a zone of the universal transverse Mercator projection, by the series of
// Krüger in the third flattening to the fourth order (Karney, Transverse
// Mercator with an accuracy of a few nanometers, 2011, eq. 7–13, 35, 36).
func utm(epsg int, name string, zone int, south bool, same ...int) *Projection {
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
		EPSG: epsg, Name: name, Same: same, Kind: TransverseMercator, lon0: float64(6*zone - 183), x0: x0, y0: y0,
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

// webMercator returns the projection of web maps: the formulas of the sphere on the
// degrees of the ellipsoid (IOGP, Guidance Note 7-2, 2019, method 1024).
func webMercator() *Projection {
	return &Projection{
		EPSG: 3857, Name: "WGS 84 / Pseudo-Mercator", Kind: WebMercator,
		forward: func(lon, lat float64) (float64, float64) {
			return semiMajor * lon, semiMajor * math.Asinh(math.Tan(lat))
		},
		inverse: func(x, y float64) (float64, float64) {
			return x / semiMajor, math.Atan(math.Sinh(y / semiMajor))
		},
	}
}
