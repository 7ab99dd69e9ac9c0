package canvas

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"perimetre/data/maps/ground"
	"perimetre/data/maps/pmtiles"
	"perimetre/geo/fault"
	"perimetre/web"
)

// BaseLayers draws what a deployer's archive has within a frame, at its deepest zoom, or
// nothing without one.
func BaseLayers(b *ground.Base, f *Frame) ([]web.MapLayer, error) {
	if b == nil {
		return nil, nil
	}
	zoom := maptile.Zoom(b.Info().MaxZoom)
	half := f.W / 2 / f.Scale
	min := maptile.At(orb.Point{f.Centre[0] - half/f.MX, f.Centre[1] + half/f.MY}, zoom)
	max := maptile.At(orb.Point{f.Centre[0] + half/f.MX, f.Centre[1] - half/f.MY}, zoom)
	shapes := map[string][]web.MapShape{}
	const most = 16 // tiles of a plan of 300 m, down to zoom 17
	for x, n := min.X, 0; x <= max.X && n < most; x++ {
		for y := min.Y; y <= max.Y && n < most; y, n = y+1, n+1 {
			tile := maptile.New(x, y, zoom)
			d, ok, err := b.Get(pmtiles.ID(uint8(zoom), x, y))
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
				kind := ground.KindOf(l.Name)
				if kind == "" {
					continue
				}
				for _, feature := range l.Features {
					if path := f.drawn(feature.Geometry); path != "" {
						shapes[kind] = append(shapes[kind], web.MapShape{Path: path})
					}
				}
			}
		}
	}
	var out []web.MapLayer
	for _, kind := range ground.Kinds() {
		if len(shapes[kind]) > 0 {
			out = append(out, web.MapLayer{Class: "b-" + kind, Shapes: shapes[kind]})
		}
	}
	return out, nil
}

// drawn writes the lines and areas of a feature that meet the frame; points are left
// out.
func (f *Frame) drawn(g orb.Geometry) string {
	x0, y0 := f.At(g.Bound().Min)
	x1, y1 := f.At(g.Bound().Max)
	if math.Max(x0, x1) < 0 || math.Min(x0, x1) > f.W || math.Max(y0, y1) < 0 || math.Min(y0, y1) > f.H {
		return ""
	}
	switch g := g.(type) {
	case orb.Polygon:
		return f.Path(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return f.Path(g)
	case orb.LineString:
		return f.Line(g)
	case orb.MultiLineString:
		var b strings.Builder
		for _, l := range g {
			b.WriteString(f.Line(l))
		}
		return b.String()
	}
	return ""
}
