package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
	"perimetre/ingest/crs"
)

// jsonFeature is a feature before its shape is read.
type jsonFeature struct {
	Properties json.RawMessage `json:"properties"`
	Geometry   *jsonGeometry   `json:"geometry"`
}

type jsonGeometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []jsonGeometry  `json:"geometries"`
}

// readGeoJSON streams a FeatureCollection, one feature in memory at a time.
func readGeoJSON(d *document, yield func(*feature) error) (layer, error) {
	l := layer{name: d.name, format: "geojson"}
	in := newJSONStream(d)
	n, collection := 0, false
	err := in.object(func(key string) error {
		switch key {
		case "features":
			var err error
			if collection, err = in.array(func(raw json.RawMessage) error {
				n++
				f, err := parseFeature(d.name, n, raw)
				if err != nil {
					return err
				}
				return yield(f)
			}); err == nil && !collection {
				return &fault.Error{Kind: fault.Input, File: d.name, Message: "« features » n’est pas une liste", Expected: "un FeatureCollection GeoJSON"}
			}
			return err
		case "crs":
			raw, err := in.value()
			if err != nil {
				return err
			}
			if l.crs = crsOfJSON(raw); !l.crs.Known() {
				return l.crs.Refuse(d.name)
			}
			return nil
		}
		_, err := in.value()
		return err
	})
	if err != nil {
		return l, err
	}
	if !collection {
		return l, &fault.Error{Kind: fault.Input, File: d.name, Message: "JSON sans « features »", Expected: "un FeatureCollection GeoJSON"}
	}
	return l, nil
}

func parseFeature(file string, n int, raw []byte) (*feature, error) {
	var j jsonFeature
	var props map[string]any
	err := json.Unmarshal(raw, &j)
	if err == nil && len(j.Properties) > maxProps {
		return nil, &fault.Error{Kind: fault.TooLarge, File: file, Message: fmt.Sprintf("objet n° %d : propriétés trop longues", n), Expected: fmt.Sprintf("%d Kio au plus", maxProps>>10)}
	}
	if err == nil && len(j.Properties) > 0 {
		err = json.Unmarshal(j.Properties, &props)
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: file, Message: fmt.Sprintf("objet n° %d illisible", n), Expected: "un Feature GeoJSON", Seen: beginning(raw)}
	}
	f := &feature{number: n, props: make(map[string]string, len(props))}
	for k, v := range props {
		f.props[strings.ToLower(k)] = propText(v)
	}
	if j.Geometry == nil {
		return f, nil
	}
	if f.shape, err = j.Geometry.multiPolygon(); err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: file, Message: describe(f) + " : " + err.Error(), Expected: "un Polygon ou un MultiPolygon"}
	}
	return f, nil
}

// describe names a feature for its reader.
func describe(f *feature) string {
	s := fmt.Sprintf("objet n° %d", f.number)
	if c := f.prop(codeProps...); c != "" {
		s += " (" + c + ")"
	}
	return s
}

func propText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = propText(v[i])
		}
		return strings.Join(parts, ", ")
	case bool:
		return strconv.FormatBool(v)
	}
	return "" // an object tells nothing that we read
}

func (g *jsonGeometry) multiPolygon() (orb.MultiPolygon, error) {
	c := coordinates{b: g.Coordinates}
	var mp orb.MultiPolygon
	var err error
	switch g.Type {
	case "Polygon":
		var p orb.Polygon
		if p, err = c.polygon(); len(p) > 0 {
			mp = orb.MultiPolygon{p}
		}
	case "MultiPolygon":
		err = c.list(func() error {
			p, err := c.polygon()
			if len(p) > 0 {
				mp = append(mp, p)
			}
			return err
		})
	case "GeometryCollection":
		for i := range g.Geometries {
			part, err := g.Geometries[i].multiPolygon()
			if err != nil {
				return nil, err
			}
			mp = append(mp, part...)
		}
		return mp, nil
	default:
		return nil, fmt.Errorf("géométrie « %s »", g.Type)
	}
	if err == nil {
		c.space()
		if c.i != len(c.b) {
			err = errCoordinates
		}
	}
	return mp, err
}

var (
	errCoordinates = errors.New("coordonnées mal formées")
	errRings       = fmt.Errorf("plus de %d anneaux", maxRings)
)

// coordinates reads the nested lists of GeoJSON, known to be valid JSON, an order
// of magnitude faster than reflection does.
type coordinates struct {
	b     []byte
	i     int
	rings int
}

func (c *coordinates) space() {
	for c.i < len(c.b) && (c.b[c.i] == ' ' || c.b[c.i] == '\n' || c.b[c.i] == '\r' || c.b[c.i] == '\t') {
		c.i++
	}
}

func (c *coordinates) take(b byte) bool {
	c.space()
	if c.i < len(c.b) && c.b[c.i] == b {
		c.i++
		return true
	}
	return false
}

func (c *coordinates) list(item func() error) error {
	if !c.take('[') {
		return errCoordinates
	}
	if c.take(']') {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if c.take(']') {
			return nil
		}
		if !c.take(',') {
			return errCoordinates
		}
	}
}

func (c *coordinates) polygon() (orb.Polygon, error) {
	var p orb.Polygon
	err := c.list(func() error {
		r := make(orb.Ring, 0, 1+bytes.IndexByte(c.b[c.i:], ']')/16)
		err := c.list(func() error {
			pt, err := c.position()
			r = append(r, pt)
			return err
		})
		p = append(p, r)
		if c.rings++; c.rings > maxRings {
			return errRings
		}
		return err
	})
	return p, err
}

// position reads [x, y], and drops the altitude.
func (c *coordinates) position() (orb.Point, error) {
	var pt orb.Point
	n := 0
	err := c.list(func() error {
		c.space()
		start := c.i
		for c.i < len(c.b) && strings.IndexByte("+-.0123456789eE", c.b[c.i]) >= 0 {
			c.i++
		}
		v, ok := decimal(string(c.b[start:c.i]))
		if !ok {
			return errCoordinates
		}
		if n < 2 {
			pt[n] = v
		}
		n++
		return nil
	})
	if err == nil && n < 2 {
		err = errCoordinates
	}
	return pt, err
}

// crsOfJSON reads the member « crs » of GeoJSON 2008: a name, a link, or the number
// that some writers put there. null is a file that does not say.
func crsOfJSON(raw []byte) crs.System {
	if s := strings.TrimSpace(string(raw)); s == "" || s == "null" {
		return crs.System{}
	}
	var object struct {
		Type       string `json:"type"`
		Properties struct {
			Name any `json:"name"`
			Href any `json:"href"`
			Code any `json:"code"`
		} `json:"properties"`
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return crs.Parse(text)
	}
	if json.Unmarshal(raw, &object) == nil {
		for _, v := range []any{object.Properties.Name, object.Properties.Code, object.Properties.Href} {
			if s := propText(v); s != "" {
				return crs.Parse(s)
			}
		}
	}
	return crs.System{Name: beginning(raw)}
}
