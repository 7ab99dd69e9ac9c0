package geo

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// Contour is the territory of a commune, in WGS84 degrees.
type Contour struct {
	Code  string
	Shape orb.MultiPolygon
}

// Communes is the commune table with its history and its contours. The zero
// value is an empty table. It may be read concurrently.
type Communes struct {
	list      []Commune // by code
	byCode    map[string]int32
	former    map[string]string // former code -> code of today
	contours  *Polygons
	codes     []string // of the contours, in the order of contours
	byContour map[string]int32
}

// NewCommunes joins a table and contours; either may hold communes that the
// other lacks. Two lines or two contours of one code are a fault of kind Input.
// An arrondissement of Paris, Lyon or Marseille is a part of its city (WholeCities).
func NewCommunes(list []Commune, contours []Contour) (*Communes, error) {
	list = WholeCities(list)
	contours, err := wholeContours(contours)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(contours))
	shapes := make([]orb.MultiPolygon, len(contours))
	for i, c := range contours {
		codes[i], shapes[i] = c.Code, c.Shape
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Commune) int { return strings.Compare(a.Code, b.Code) })
	return joinCommunes(sorted, codes, NewPolygons(shapes))
}

// joinCommunes makes the look-up tables; list is by code.
func joinCommunes(list []Commune, codes []string, contours *Polygons) (*Communes, error) {
	c := &Communes{
		list: list, byCode: make(map[string]int32, len(list)), former: map[string]string{},
		contours: contours, codes: codes, byContour: make(map[string]int32, len(codes)),
	}
	for i := range list {
		if _, twice := c.byCode[list[i].Code]; twice {
			return nil, fault.New(fault.Input, "la commune %s est deux fois dans la table des communes", list[i].Code)
		}
		c.byCode[list[i].Code] = int32(i)
	}
	for i := range list {
		for _, f := range list[i].Former {
			// A new commune often keeps the code of one of those that made it, and
			// the territory of a few was shared out: the first to name it has it.
			if _, current := c.byCode[f.Code]; current {
				continue
			}
			if _, taken := c.former[f.Code]; !taken {
				c.former[f.Code] = list[i].Code
			}
		}
	}
	for i, code := range codes {
		if _, twice := c.byContour[code]; twice {
			return nil, fault.New(fault.Input, "le contour de la commune %s est présent deux fois", code)
		}
		c.byContour[code] = int32(i)
	}
	return c, nil
}

// Len returns the number of communes in the table.
func (c *Communes) Len() int { return len(c.list) }

// All returns the table, by code; it must not be changed.
func (c *Communes) All() []Commune { return c.list }

// EPCI returns the code and the name of the intercommunality of a commune, its code where
// the name is unknown; empty where the commune or its EPCI is.
func (c *Communes) EPCI(commune string) (code, name string) {
	x, ok := c.Lookup(commune)
	if !ok {
		return "", ""
	}
	return x.EPCI, cmp.Or(x.EPCIName, x.EPCI)
}

// Lookup returns the line of a commune of today by its code, or of the city of an
// arrondissement; it must not be changed.
func (c *Communes) Lookup(code string) (*Commune, bool) {
	i, ok := c.byCode[code]
	if !ok {
		city, _ := Arrondissement(code)
		i, ok = c.byCode[city]
	}
	if !ok {
		return nil, false
	}
	return &c.list[i], true
}

// Resolve returns the code of today for an INSEE code as written. former is that
// code when it names a commune that merged into current, or is associated,
// delegated or an arrondissement within it; it is empty when the code is a
// commune of today. ok is false, and current is code or the city of an
// arrondissement, when the table lacks it.
func (c *Communes) Resolve(code string) (current, former string, ok bool) {
	if _, ok := c.byCode[code]; ok {
		return code, "", true
	}
	if now, ok := c.former[code]; ok {
		return now, code, true
	}
	if city, _ := Arrondissement(code); city != "" {
		return city, code, false
	}
	return code, "", false
}

// At returns the code of the commune whose contour holds pt. On a border shared by
// several, it is the one with the lowest code; ok is false where none does.
func (c *Communes) At(pt orb.Point) (code string, ok bool) {
	if c.contours == nil {
		return "", false
	}
	var room [8]Hit
	edge := true
	for _, h := range c.contours.At(pt, room[:0]) {
		// Coarse contours overlap by slivers: inside counts more than on the edge.
		if got := c.codes[h.Polygon]; code == "" || edge && !h.OnEdge || edge == h.OnEdge && got < code {
			code, edge = got, h.OnEdge
		}
	}
	return code, code != ""
}

// contourOf returns the rank of a commune's contour, or of the city's for an
// arrondissement.
func (c *Communes) contourOf(code string) (int32, bool) {
	i, ok := c.byContour[code]
	if !ok {
		city, _ := Arrondissement(code)
		i, ok = c.byContour[city]
	}
	return i, ok
}

// Contains reports whether pt is in the contour of a commune, border included;
// known is false when the commune has no contour.
func (c *Communes) Contains(code string, pt orb.Point) (inside, known bool) {
	i, ok := c.contourOf(code)
	if !ok {
		return false, false
	}
	return c.contours.Side(int(i), pt) != Outside, true
}

// MetresOutside returns how far pt is out of the contour of a commune, 0 inside.
// known is false when the commune has no contour.
func (c *Communes) MetresOutside(code string, pt orb.Point) (metres float64, known bool) {
	i, ok := c.contourOf(code)
	if !ok {
		return 0, false
	}
	if c.contours.Side(int(i), pt) != Outside {
		return 0, true
	}
	return c.contours.borderMetres(int(i), pt), true
}

// Far reports whether pt is further than metres out of the contour of a commune, by
// its code of any time. known is false when the commune has no contour.
func (c *Communes) Far(code string, pt orb.Point, metres float64) (far, known bool) {
	i, ok := c.byContour[code]
	if !ok {
		now, _, _ := c.Resolve(code)
		if i, ok = c.byContour[now]; !ok {
			return false, false
		}
	}
	if c.contours.Side(int(i), pt) != Outside {
		return false, true
	}
	_, near := c.contours.BorderDistance(int(i), pt, metres)
	return !near, true
}

// Beyond reports whether pt is further than metres out of every contour. It is false
// without contours.
func (c *Communes) Beyond(pt orb.Point, metres float64) bool {
	if c.contours == nil {
		return false
	}
	_, near := c.contours.SignedDistance(pt, metres)
	return !near
}

// Contour returns the territory of a commune.
func (c *Communes) Contour(code string) (orb.MultiPolygon, bool) {
	i, ok := c.contourOf(code)
	if !ok {
		return nil, false
	}
	return c.contours.Shape(int(i)), true
}

// Contours returns the index of the contours, with the code of each; nil without any.
func (c *Communes) Contours() (index *Polygons, codes []string) { return c.contours, c.codes }

// ContourBound returns the box of the territory of a commune, degrees.
func (c *Communes) ContourBound(code string) (orb.Bound, bool) {
	i, ok := c.contourOf(code)
	if !ok {
		return orb.Bound{}, false
	}
	return c.contours.Bound(int(i)), true
}
