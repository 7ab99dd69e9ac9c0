package pages

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"perimetre/data/maps/pmtiles"
	"perimetre/geo/fault"
	"perimetre/web"
)

// baseMap is a deployer's own map under the plans: a PMTiles archive of vector tiles,
// read here, so that no tile is asked of anybody for a person's place.
type baseMap struct{ archive *pmtiles.Archive }

// openBaseMap opens an archive, or returns nil for the path "".
func openBaseMap(path string) (*baseMap, error) {
	if path == "" {
		return nil, nil
	}
	a, err := pmtiles.Open(path)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: path, Message: "fond de carte illisible", Expected: "une archive PMTiles (version 3) de tuiles vectorielles compressées par gzip", Err: err}
	}
	return &baseMap{a}, nil
}

// baseKinds are the layers that are drawn, from the ground up, known by words of the
// names that the usual schemas give them. The rest, names above all, is left out:
// the plan has its own.
var baseKinds = []struct {
	class string
	words []string
}{
	{"b-water", []string{"water", "hydro", "eau"}},
	{"b-building", []string{"building", "bati", "bâti"}},
	{"b-road", []string{"road", "transport", "street", "route", "voie"}},
	{"b-rail", []string{"rail", "ferr"}},
}

func baseKind(layer string) string {
	name := strings.ToLower(layer)
	if strings.Contains(name, "name") || strings.Contains(name, "label") {
		return ""
	}
	for _, k := range baseKinds {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.Contains(name, w) }) {
			return k.class
		}
	}
	return ""
}

// layers draws what the archive has within a frame, at its deepest zoom.
func (b *baseMap) layers(f *frame) ([]web.MapLayer, error) {
	if b == nil {
		return nil, nil
	}
	zoom := maptile.Zoom(b.archive.Info().MaxZoom)
	half := f.w / 2 / f.scale
	min := maptile.At(orb.Point{f.centre[0] - half/f.mx, f.centre[1] + half/f.my}, zoom)
	max := maptile.At(orb.Point{f.centre[0] + half/f.mx, f.centre[1] - half/f.my}, zoom)
	shapes := map[string][]web.MapShape{}
	const most = 16 // tiles of a plan of 300 m, down to zoom 17
	for x, n := min.X, 0; x <= max.X && n < most; x++ {
		for y := min.Y; y <= max.Y && n < most; y, n = y+1, n+1 {
			tile := maptile.New(x, y, zoom)
			d, ok, err := b.archive.Get(pmtiles.ID(uint8(zoom), x, y))
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			list, err := mvt.UnmarshalGzipped(d.Gzipped)
			if err != nil {
				return nil, fault.Wrap(fault.Corrupt, err, "tuile du fond de carte illisible")
			}
			list.ProjectToWGS84(tile)
			for _, l := range list {
				class := baseKind(l.Name)
				if class == "" {
					continue
				}
				for _, feature := range l.Features {
					if path := f.drawn(feature.Geometry); path != "" {
						shapes[class] = append(shapes[class], web.MapShape{Path: path})
					}
				}
			}
		}
	}
	var out []web.MapLayer
	for _, k := range baseKinds {
		if len(shapes[k.class]) > 0 {
			out = append(out, web.MapLayer{Class: k.class, Shapes: shapes[k.class]})
		}
	}
	return out, nil
}

// drawn writes the lines and areas of a feature that meet the frame; points are left
// out.
func (f *frame) drawn(g orb.Geometry) string {
	x0, y0 := f.at(g.Bound().Min)
	x1, y1 := f.at(g.Bound().Max)
	if math.Max(x0, x1) < 0 || math.Min(x0, x1) > f.w || math.Max(y0, y1) < 0 || math.Min(y0, y1) > f.h {
		return ""
	}
	switch g := g.(type) {
	case orb.Polygon:
		return f.path(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return f.path(g)
	case orb.LineString:
		return f.line(g)
	case orb.MultiLineString:
		var b strings.Builder
		for _, l := range g {
			b.WriteString(f.line(l))
		}
		return b.String()
	}
	return ""
}
