package routing

import (
	"context"
	"encoding/json"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"perimetre/geo"
)

// valhalla speaks the HTTP API of Valhalla 3.
type valhalla struct{}

var valhallaCostings = map[Mode]string{Walk: "pedestrian", Cycle: "bicycle", Drive: "auto"}

type valhallaPlace struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

func valhallaPlaces(points []orb.Point) []valhallaPlace {
	out := make([]valhallaPlace, len(points))
	for i, p := range points {
		out[i] = valhallaPlace{p[1], p[0]}
	}
	return out
}

func (valhalla) minutes(ctx context.Context, s *Server, origins, destinations []orb.Point) ([][]float64, error) {
	var a struct {
		Table [][]struct {
			Time *float64 `json:"time"` // seconds, null without a route
		} `json:"sources_to_targets"`
	}
	err := s.ask(ctx, "/sources_to_targets", "", map[string]any{
		"sources": valhallaPlaces(origins), "targets": valhallaPlaces(destinations), "costing": valhallaCostings[s.mode],
	}, &a, valhallaRefusal)
	if err != nil {
		return nil, err
	}
	seconds := make([][]*float64, len(a.Table))
	for i, row := range a.Table {
		for _, c := range row {
			seconds[i] = append(seconds[i], c.Time)
		}
	}
	return minutesOf(seconds), nil
}

func valhallaRefusal(b []byte) string {
	var a struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(b, &a) != nil {
		return ""
	}
	return a.Error
}

func (valhalla) isochrone(ctx context.Context, s *Server, at orb.Point, minutes float64) (orb.MultiPolygon, error) {
	var raw json.RawMessage
	err := s.ask(ctx, "/isochrone", "", map[string]any{
		"locations": valhallaPlaces([]orb.Point{at}), "costing": valhallaCostings[s.mode],
		"contours": []map[string]float64{{"time": minutes}}, "polygons": true,
	}, &raw, valhallaRefusal)
	if err != nil {
		return nil, err
	}
	fc, err := geojson.UnmarshalFeatureCollection(raw)
	if err != nil {
		return nil, s.wrong("%.80q", raw)
	}
	var parts []orb.MultiPolygon
	for _, f := range fc.Features {
		switch g := f.Geometry.(type) {
		case orb.Polygon:
			parts = append(parts, orb.MultiPolygon{g})
		case orb.MultiPolygon:
			parts = append(parts, g)
		}
	}
	if len(parts) == 0 {
		return nil, s.wrong("une isochrone sans polygone")
	}
	for i := range parts {
		if parts[i], _, err = geo.Repair(parts[i]); err != nil {
			return nil, err
		}
	}
	return geo.Union(parts...)
}
