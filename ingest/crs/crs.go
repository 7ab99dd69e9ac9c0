// Package crs knows the systems of coordinates that geographic files say they use: by
// code, by name or in well-known text.
package crs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// System is the system of coordinates that a file says it uses; the zero value is a file
// that does not say.
type System struct {
	Name       string          // as the file writes it
	Degrees    bool            // longitude and latitude, on WGS84 or what stands for it
	Projection *geo.Projection // metres, when the program converts them
}

// Said reports whether the file says a system.
func (c System) Said() bool { return c.Name != "" }

// Known reports whether the program can read the coordinates.
func (c System) Known() bool { return !c.Said() || c.Degrees || c.Projection != nil }

// Refuse returns the fault of a file whose coordinates the program cannot convert.
func (c System) Refuse(file string) error {
	return &fault.Error{Kind: fault.Input, File: file, Message: "système de coordonnées non pris en charge",
		Expected: "WGS84 ou RGF93 en degrés, Lambert-93, CC42 à CC50, UTM de France et d’outre-mer ou Web Mercator (3857) : à convertir, par exemple avec « ogr2ogr -t_srs EPSG:4326 »",
		Seen:     c.Name}
}

// inDegrees are the EPSG codes of geographic systems in degrees equal to WGS84 within
// a metre: WGS84, ETRS89, RGF93 and its overseas siblings, in two or three dimensions.
var inDegrees = []int{
	4326, 4979, 9057, 9755, 4258, 4937, 7912, 4171, 4964, 4965, 7042, 7084, 9776, 9777, 9778, 9779, 9781, 9782, 9783, 9784,
	5488, 5489, 7085, 7086, 4624, 4966, 4967, 7040, 7041, 4469, 4470, 7038, 7039, 4627, 4970, 4971, 7036, 7037,
	4463, 4465, 4466, 7034, 7035, 4687, 4998, 4999, 8899, 8900, 8901, 8902, 4749, 4906, 4907, 4558, 4557, 4640, 4972, 4973,
}

// refusedNames name the systems of France that the program does not convert: their
// datum is another.
var refusedNames = map[int]string{
	27561: "NTF (Paris) / Lambert Nord France", 27562: "NTF (Paris) / Lambert Centre France", 27563: "NTF (Paris) / Lambert Sud France", 27564: "NTF (Paris) / Lambert Corse",
	27571: "NTF (Paris) / Lambert zone I", 27572: "NTF (Paris) / Lambert zone II (étendu)", 27573: "NTF (Paris) / Lambert zone III", 27574: "NTF (Paris) / Lambert zone IV",
	27582: "NTF (Paris) / France II (étendu)", 4275: "NTF", 4807: "NTF (Paris)", 4230: "ED50", 2192: "ED50 / France EuroLambert", 23030: "ED50 / UTM 30N",
	23031: "ED50 / UTM 31N", 23032: "ED50 / UTM 32N", 3034: "ETRS89 / LCC Europe", 3035: "ETRS89 / LAEA Europe", 2970: "Guadeloupe 1948 / UTM 20N",
	2973: "Martinique 1938 / UTM 20N", 3727: "Réunion 1947 / TM Réunion", 2980: "Combani 1950 / UTM 38S",
}

// ByEPSG returns the system of an EPSG code.
func ByEPSG(code int) System {
	c := System{Name: fmt.Sprintf("EPSG:%d", code)}
	if p, ok := geo.ProjectionByEPSG(code); ok {
		c.Projection = p
	} else if slices.Contains(inDegrees, code) {
		c.Degrees = true
	} else if n := refusedNames[code]; n != "" {
		c.Name += ", " + n
	}
	return c
}

// byIGNF gives the EPSG codes of IGN's own names.
var byIGNF = map[string]int{
	"LAMB93": 2154, "RGF93LAMB93": 2154, "RGF93UTM30": 25830, "UTM30RGF93": 25830, "RGF93UTM31": 25831, "UTM31RGF93": 25831, "RGF93UTM32": 25832, "UTM32RGF93": 25832,
	"RGAF09UTM20": 5490, "RRAFUTM20": 4559, "UTM20W84MART": 4559, "UTM20W84GUAD": 4559, "RGFG95UTM21": 3313, "UTM21RGFG95": 3313, "RGFG95UTM22": 2972, "UTM22RGFG95": 2972,
	"RGM04UTM38S": 4471, "RGR92UTM40S": 2975, "RGSPM06U21": 4467, "RGPFUTM5S": 3296, "RGPFUTM6S": 3297, "RGPFUTM7S": 3298, "RGPFUTM8S": 3299,
	"RGNCLAM": 3163, "RGNCLAMBNC": 3163, "RGNCUTM57S": 3169, "RGNCUTM58S": 3170, "RGNCUTM59S": 3171,
}

var (
	reEPSG       = regexp.MustCompile(`(?i)\bEPSG(?:::?|/|:[\d.]+:|/[\d.]+/|\.xml#|\.io/)(\d{4,6})\b`)
	reESRI       = regexp.MustCompile(`(?i)\bESRI:{1,2}(\d{5,6})\b`)
	reIGNF       = regexp.MustCompile(`(?i)\bIGNF:{1,2}([A-Z0-9]+)$`)
	reCC         = regexp.MustCompile(`^rgf93(?:v1|v2|v2b)?cc(4[2-9]|50)(?:zone\d)?$|^cc(4[2-9]|50)$`)
	reGeographic = regexp.MustCompile(`^(wgs84|rgf93|rgaf09|rgfg95|rgm04|rgr92|rgspm06|rgpf|rgwf96|rgnc|rraf)g(eo)?(dd)?$`)
)

// Parse reads the name of a system as GeoJSON, GML and GeoPackage write it: a URN,
// an address, « EPSG:2154 », « IGNF:LAMB93 », CRS84, a number, a usual name, or a
// definition in WKT. An empty name is the zero value; one that says nothing known
// is returned with its name, and Known is false.
func Parse(name string) System {
	name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
	if name == "" {
		return System{}
	}
	c := System{Name: name}
	if m := reEPSG.FindStringSubmatch(name); m != nil && !strings.Contains(name, "[") {
		return numbered(m[1], name)
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		return numbered(name, name)
	}
	if strings.Contains(strings.ToUpper(name), "CRS84") {
		c.Degrees = true
		return c
	}
	if strings.Contains(name, "[") {
		return ofWKT(name)
	}
	if m := reESRI.FindStringSubmatch(name); m != nil {
		switch n, _ := strconv.Atoi(m[1]); n {
		case 102110:
			return System{Name: name, Projection: geo.Lambert93}
		case 102100, 102113:
			return ByEPSG(n)
		}
		return c
	}
	plain := alphanumeric(name)
	if m := reIGNF.FindStringSubmatch(name); m != nil {
		plain = strings.ToLower(m[1])
		if code := byIGNF[strings.ToUpper(m[1])]; code != 0 {
			c.Projection = ByEPSG(code).Projection
			return c
		}
	}
	switch {
	case reGeographic.MatchString(plain), plain == "wgs84", plain == "wgs1984", plain == "gcswgs1984", plain == "rgf93", plain == "etrs89":
		c.Degrees = true
	case plain == "lambert93", plain == "rgf93lambert93", plain == "rgf1993lambert93", plain == "rgf93v1lambert93", plain == "rgf93v2lambert93", plain == "rgf93v2blambert93":
		c.Projection = geo.Lambert93
	case plain == "wgs84pseudomercator", plain == "wgs1984webmercatorauxiliarysphere", plain == "webmercator":
		c.Projection = ByEPSG(3857).Projection
	default:
		if m := reCC.FindStringSubmatch(plain); m != nil {
			zone, _ := strconv.Atoi(m[1] + m[2])
			c.Projection = ByEPSG(3900 + zone).Projection
		}
	}
	return c
}

// numbered returns the system of an EPSG code in digits, under the name that the file gave.
func numbered(digits, name string) System {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return System{Name: name}
	}
	return ByEPSG(n)
}

// alphanumeric returns the letters and digits of a name, in lower case.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
