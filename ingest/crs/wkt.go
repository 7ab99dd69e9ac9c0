package crs

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"perimetre/geo"
)

// wktNode is a keyword of a definition in well-known text with what its brackets
// hold (OGC 01-009 and ISO 19162, both spelt as GDAL, ESRI and IGN write them).
type wktNode struct {
	keyword  string // capitals
	texts    []string
	numbers  []float64
	children []wktNode
}

const (
	maxWKT      = 64 << 10 // bytes; a real one has two thousand
	maxWKTDepth = 32
)

// parseWKT reads a definition; ok is false for any other text.
func parseWKT(s string) (n wktNode, ok bool) {
	if len(s) > maxWKT {
		return n, false
	}
	p := wktParser{s: s}
	n, ok = p.node(0)
	p.space()
	return n, ok && p.i == len(p.s)
}

type wktParser struct {
	s string
	i int
}

func (p *wktParser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n\x00", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *wktParser) take(set string) bool {
	p.space()
	if p.i < len(p.s) && strings.IndexByte(set, p.s[p.i]) >= 0 {
		p.i++
		return true
	}
	return false
}

// word reads up to a bracket, a comma or a space.
func (p *wktParser) word() string {
	p.space()
	from := p.i
	for p.i < len(p.s) && strings.IndexByte("[](), \t\r\n\"", p.s[p.i]) < 0 {
		p.i++
	}
	return p.s[from:p.i]
}

// quoted reads text after its opening quote; a doubled quote stands for one.
func (p *wktParser) quoted() (string, bool) {
	var b strings.Builder
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		if c != '"' {
			b.WriteByte(c)
			continue
		}
		if p.i < len(p.s) && p.s[p.i] == '"' {
			b.WriteByte('"')
			p.i++
			continue
		}
		return b.String(), true
	}
	return "", false
}

func (p *wktParser) node(depth int) (n wktNode, ok bool) {
	n.keyword = strings.ToUpper(p.word())
	if n.keyword == "" || depth > maxWKTDepth || !p.take("[(") {
		return n, false
	}
	for {
		if !p.value(&n, depth) {
			return n, false
		}
		if p.take("])") {
			return n, true
		}
		if !p.take(",") {
			return n, false
		}
	}
}

// value reads a text, a number, a bare word or a node, and adds it to n.
func (p *wktParser) value(n *wktNode, depth int) bool {
	if p.take(`"`) {
		text, ok := p.quoted()
		n.texts = append(n.texts, text)
		return ok
	}
	start := p.i
	w := p.word()
	if w == "" {
		return false
	}
	if p.space(); p.i < len(p.s) && (p.s[p.i] == '[' || p.s[p.i] == '(') {
		p.i = start
		child, ok := p.node(depth + 1)
		n.children = append(n.children, child)
		return ok
	}
	if v, err := strconv.ParseFloat(w, 64); err == nil {
		n.numbers = append(n.numbers, v)
	}
	return true // a bare word: NORTH, ellipsoidal
}

// name returns the first text of a node.
func (n *wktNode) name() string {
	if len(n.texts) == 0 {
		return ""
	}
	return n.texts[0]
}

// child returns the first child of one of the keywords, nil without one.
func (n *wktNode) child(keywords ...string) *wktNode {
	for i := range n.children {
		for _, k := range keywords {
			if n.children[i].keyword == k {
				return &n.children[i]
			}
		}
	}
	return nil
}

// find returns the first node below of one of the keywords, depth first; nil without one.
func (n *wktNode) find(keywords ...string) *wktNode {
	if c := n.child(keywords...); c != nil {
		return c
	}
	for i := range n.children {
		if c := n.children[i].find(keywords...); c != nil {
			return c
		}
	}
	return nil
}

// ofWKT reads a system defined in full: by its EPSG code where the program
// converts it, else by its ellipsoid, meridian, unit, formula and parameters.
func ofWKT(s string) System {
	root, ok := parseWKT(s)
	if !ok {
		return System{Name: "« " + string([]rune(s)[:min(60, utf8.RuneCountInString(s))]) + "… »"}
	}
	n := &root
	for n.keyword == "COMPD_CS" || n.keyword == "COMPOUNDCRS" || n.keyword == "BOUNDCRS" || n.keyword == "SOURCECRS" {
		inner := n.child("PROJCS", "PROJCRS", "PROJECTEDCRS", "GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS", "COMPD_CS", "COMPOUNDCRS", "SOURCECRS")
		if inner == nil {
			return System{Name: root.name()}
		}
		n = inner
	}
	c := System{Name: n.name()}
	if c.Name == "" {
		c.Name = n.keyword
	}
	if id := n.child("AUTHORITY", "ID"); id != nil && strings.EqualFold(id.name(), "EPSG") {
		digits := ""
		if len(id.texts) > 1 {
			digits = id.texts[1]
		} else if len(id.numbers) > 0 {
			digits = strconv.FormatFloat(id.numbers[0], 'f', -1, 64)
		}
		if known := numbered(digits, c.Name); known.Projection != nil || known.Degrees {
			known.Name = c.Name
			return known
		}
	}
	if !n.onGRS80() {
		return c
	}
	switch n.keyword {
	case "GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS":
		c.Degrees = n.unit("UNIT", "ANGLEUNIT", math.Pi/180)
	case "PROJCS", "PROJCRS", "PROJECTEDCRS":
		if n.unit("UNIT", "LENGTHUNIT", 1) {
			c.Projection = n.projection()
		}
	}
	return c
}

// onGRS80 reports whether a system's ellipsoid is GRS80 or WGS84 and its prime
// meridian Greenwich: datums of today agree with WGS84 within a metre.
func (n *wktNode) onGRS80() bool {
	e := n.find("SPHEROID", "ELLIPSOID")
	if e == nil || len(e.numbers) < 2 || math.Abs(e.numbers[0]-6378137) > 1e-3 {
		return false
	}
	if f := e.numbers[1]; math.Abs(f-298.257222101) > 1e-6 && math.Abs(f-298.257223563) > 1e-6 {
		return false
	}
	m := n.find("PRIMEM", "PRIMEMERIDIAN")
	return m == nil || len(m.numbers) > 0 && m.numbers[0] == 0
}

// unit reports whether the system's own unit has a size, in radians or metres. WKT 2
// may give it within the axes.
func (n *wktNode) unit(old, now string, size float64) bool {
	u := n.child(old, now)
	if u == nil {
		u = n.find(now)
	}
	return u == nil || len(u.numbers) > 0 && math.Abs(u.numbers[0]-size) < 1e-9
}

// projection returns the projection of a definition's formula and parameters, or nil if
// the program does not convert it.
func (n *wktNode) projection() *geo.Projection {
	method := n.find("PROJECTION", "METHOD")
	if method == nil {
		return nil
	}
	at := n
	if conversion := n.child("CONVERSION"); conversion != nil {
		at = conversion
	}
	values := map[string]float64{"scale": 1}
	for i := range at.children {
		if c := &at.children[i]; c.keyword == "PARAMETER" && len(c.numbers) > 0 {
			values[wktParameters[alphanumeric(c.name())]] = c.numbers[0]
		}
	}
	var kind geo.ProjectionKind
	switch m := alphanumeric(method.name()); {
	case strings.HasPrefix(m, "lambertconformalconic") || strings.HasPrefix(m, "lambertconicconformal"):
		kind = geo.ConformalConic
		if values["scale"] != 1 {
			return nil
		}
	case m == "transversemercator":
		kind = geo.TransverseMercator
		if math.Abs(values["scale"]-0.9996) > 1e-9 {
			return nil
		}
	case m == "mercatorauxiliarysphere" || m == "popularvisualisationpseudomercator":
		kind = geo.WebMercator
	case m == "mercator1sp" && n.child("EXTENSION") != nil && strings.Contains(strings.Join(n.child("EXTENSION").texts, " "), "+b=6378137"):
		kind = geo.WebMercator
	default:
		return nil
	}
	p, ok := geo.ProjectionLike(kind, values["lon0"], values["lat0"], values["lat1"], values["lat2"], values["x0"], values["y0"])
	if !ok {
		return nil
	}
	return p
}

// wktParameters are the names of parameters in both generations of WKT.
var wktParameters = map[string]string{
	"centralmeridian": "lon0", "longitudeoffalseorigin": "lon0", "longitudeofnaturalorigin": "lon0", "longitudeoforigin": "lon0", "longitudeofcenter": "lon0",
	"latitudeoforigin": "lat0", "latitudeoffalseorigin": "lat0", "latitudeofnaturalorigin": "lat0", "latitudeofcenter": "lat0",
	"standardparallel1": "lat1", "latitudeof1ststandardparallel": "lat1", "standardparallel2": "lat2", "latitudeof2ndstandardparallel": "lat2",
	"falseeasting": "x0", "eastingatfalseorigin": "x0", "falsenorthing": "y0", "northingatfalseorigin": "y0",
	"scalefactor": "scale", "scalefactoratnaturalorigin": "scale",
}
