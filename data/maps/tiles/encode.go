// Package tiles encodes the maps' layers as vector tiles, once, when a pack is
// built: each layer becomes an archive that a server has only to hand out.
package tiles

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/simplify"
	"golang.org/x/sync/errgroup"

	"perimetre/data/maps/layers"
	"perimetre/data/maps/pmtiles"
	"perimetre/geo/fault"
)

// Zooms of the tiles; maps draw the deepest ones larger beyond.
const (
	MinZoom = 5
	MaxZoom = 13
)

// tolerance is how far, in units of a zoom, a simplified outline may lie from that
// of the zoom below: a quarter of a point of the screen, 512 of which make a tile.
// Added up over the zooms it stays below half a point.
const tolerance = 2

// Write encodes a layer into an archive at path.
func Write(ctx context.Context, path string, l *layers.Layer) error {
	e := encoder{layer: l, properties: make([]geojson.Properties, len(l.Features))}
	pieces := make([]piece, 0, len(l.Features))
	for i := range l.Features {
		f := &l.Features[i]
		e.properties[i] = propertiesOf(l, f)
		p := piece{feature: i, whole: true}
		switch g := f.Shape().(type) {
		case nil:
			continue
		case orb.Point:
			p.point = projectTo(g, MaxZoom)
			p.bound = p.point.Bound()
		case orb.MultiPolygon:
			for _, poly := range g {
				for _, r := range poly {
					for k := range r {
						r[k] = projectTo(r[k], MaxZoom)
					}
				}
			}
			p.shape, p.bound = g, g.Bound()
		}
		pieces = append(pieces, p)
	}
	for z := MaxZoom; z >= MinZoom; z-- {
		if z < MaxZoom {
			for i := range pieces {
				pieces[i].halve()
			}
		}
		if err := e.zoom(ctx, uint8(z), pieces); err != nil {
			return err
		}
	}
	info := pmtiles.Info{Metadata: metadata(l), MinZoom: MinZoom, MaxZoom: MaxZoom}
	if !l.Bound.IsEmpty() {
		info.Bound = l.Bound
	}
	return pmtiles.Write(path, info, e.tiles)
}

// halve takes a piece to the plane of the zoom above, with no more vertices than it
// can show. No tile of the zoom below holds the shape any more.
func (p *piece) halve() {
	p.point = orb.Point{p.point[0] / 2, p.point[1] / 2}
	p.bound = orb.Bound{Min: orb.Point{p.bound.Min[0] / 2, p.bound.Min[1] / 2}, Max: orb.Point{p.bound.Max[0] / 2, p.bound.Max[1] / 2}}
	line := simplify.DouglasPeucker(tolerance)
	for _, poly := range p.shape {
		for i, r := range poly {
			for k := range r {
				r[k][0] /= 2
				r[k][1] /= 2
			}
			poly[i] = line.Ring(r)
		}
	}
}

type encoder struct {
	layer      *layers.Layer
	properties []geojson.Properties
	mu         sync.Mutex
	tiles      []pmtiles.Item
}

// zoom encodes the tiles of one zoom.
func (e *encoder) zoom(ctx context.Context, z uint8, pieces []piece) error {
	if len(pieces) == 0 {
		return nil
	}
	all := pieces[0].bound
	for _, p := range pieces {
		all = all.Union(p.bound)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	c := cutter{points: e.layer.Points, group: g, emit: func(x, y uint32, pieces []piece) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return e.tile(z, x, y, pieces)
	}}
	g.Go(func() error { return c.cut(areaOf(all, z), pieces) })
	return g.Wait()
}

func (e *encoder) tile(z uint8, x, y uint32, pieces []piece) error {
	layer := &mvt.Layer{Name: e.layer.ID, Version: 2, Extent: extent}
	for i := range pieces {
		p := &pieces[i]
		var g orb.Geometry
		if e.layer.Points {
			g = orb.Point{float64(int(p.point[0]) - int(x)*extent), float64(int(p.point[1]) - int(y)*extent)}
		} else if mp := p.inTile(x, y); mp != nil {
			g = mp
		} else {
			continue
		}
		f := geojson.NewFeature(g)
		f.Properties = e.properties[p.feature]
		layer.Features = append(layer.Features, f)
	}
	if len(layer.Features) == 0 {
		return nil
	}
	b, err := mvt.Marshal(mvt.Layers{layer})
	if err != nil {
		return fault.Wrap(fault.Internal, err, "tuile %s %d/%d/%d", e.layer.ID, z, x, y)
	}
	item := pmtiles.Item{ID: pmtiles.ID(z, x, y), Data: pmtiles.Compress(b)}
	e.mu.Lock()
	e.tiles = append(e.tiles, item)
	e.mu.Unlock()
	return nil
}

// propertiesOf returns a feature's in tiles: its identifier and what is known of its
// fields, but those left aside.
func propertiesOf(l *layers.Layer, f *layers.Feature) geojson.Properties {
	p := geojson.Properties{"id": f.ID}
	for i, field := range l.Fields {
		if v := f.Values[i]; v != nil && !field.Aside {
			p[field.Name] = v
		}
	}
	return p
}

// VectorLayer describes a layer as TileJSON does.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// Metadata is the JSON object of an archive.
type Metadata struct {
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	Type         string        `json:"type"`
	Version      string        `json:"version"`
	VectorLayers []VectorLayer `json:"vector_layers"`
}

func metadata(l *layers.Layer) []byte {
	v := VectorLayer{ID: l.ID, Description: l.Description, MinZoom: MinZoom, MaxZoom: MaxZoom, Fields: map[string]string{"id": "Identifiant"}}
	for _, f := range l.Fields {
		if !f.Aside {
			v.Fields[f.Name] = f.Title
		}
	}
	b, err := json.Marshal(Metadata{Name: l.Title, Description: l.Description, Type: "overlay", Version: "1.0.0", VectorLayers: []VectorLayer{v}})
	if err != nil {
		panic(err) // plain fields
	}
	return b
}
