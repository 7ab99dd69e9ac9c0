package routing

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"perimetre/geo/overlay"
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

// valhallaTable reads both forms of the matrix: objects row by row (verbose, the only
// one of older servers) or durations apart. Times are seconds, null without a route.
type valhallaTable struct{ seconds [][]*float64 }

// UnmarshalJSON implements json.Unmarshaler.
func (t *valhallaTable) UnmarshalJSON(b []byte) error {
	var concise struct {
		Durations [][]*float64 `json:"durations"`
	}
	if json.Unmarshal(b, &concise) == nil && concise.Durations != nil {
		t.seconds = concise.Durations
		return nil
	}
	var verbose [][]struct {
		Time *float64 `json:"time"`
	}
	if err := json.Unmarshal(b, &verbose); err != nil {
		return err
	}
	for _, row := range verbose {
		var seconds []*float64
		for _, c := range row {
			seconds = append(seconds, c.Time)
		}
		t.seconds = append(t.seconds, seconds)
	}
	return nil
}

func (valhalla) minutes(ctx context.Context, s *Server, origins, destinations []orb.Point) ([][]float64, error) {
	var a struct {
		Table valhallaTable `json:"sources_to_targets"`
	}
	err := s.ask(ctx, "/sources_to_targets", "", map[string]any{
		"sources": valhallaPlaces(origins), "targets": valhallaPlaces(destinations), "costing": valhallaCostings[s.mode], "verbose": false,
	}, &a, valhallaRefusal)
	if err != nil {
		return nil, err
	}
	return s.minutesOf(a.Table.seconds)
}

// valhallaRefusal reads {"error_code":150,"error":"Exceeded max locations:50",…}.
func valhallaRefusal(b []byte) (string, reason) {
	var a struct {
		Code  int    `json:"error_code"`
		Error string `json:"error"`
	}
	if json.Unmarshal(b, &a) != nil {
		return "", wrongQuestion
	}
	switch a.Code {
	case 150: // too many locations
		return a.Error, tooBig
	case 154, 170, 171, 441, 442: // too far apart, not connected, off the network, no path
		return a.Error, noWay
	}
	return a.Error, wrongQuestion
}

// mostContours is what the isochrone service draws at once by default.
const mostContours = 4

func (valhalla) isochrones(ctx context.Context, s *Server, at orb.Point, minutes []float64) ([]orb.MultiPolygon, error) {
	out := make([]orb.MultiPolygon, 0, len(minutes))
	for part := range slices.Chunk(minutes, mostContours) {
		shapes, err := contours(ctx, s, at, part)
		if err != nil {
			return nil, err
		}
		out = append(out, shapes...)
	}
	return out, nil
}

// contours asks a few isochrones at once; each feature of the answer names its time.
func contours(ctx context.Context, s *Server, at orb.Point, minutes []float64) ([]orb.MultiPolygon, error) {
	var asked []map[string]float64
	for _, m := range minutes {
		asked = append(asked, map[string]float64{"time": m})
	}
	var raw json.RawMessage
	err := s.ask(ctx, "/isochrone", "", map[string]any{"locations": valhallaPlaces([]orb.Point{at}), "costing": valhallaCostings[s.mode], "contours": asked, "polygons": true}, &raw, valhallaRefusal)
	var no *refusal
	if errors.As(err, &no) && no.why == noWay {
		return make([]orb.MultiPolygon, len(minutes)), nil // a place off the network is near nobody
	}
	if err != nil {
		return nil, err
	}
	fc, err := geojson.UnmarshalFeatureCollection(raw)
	if err != nil {
		return nil, s.wrong("%.80q", raw)
	}
	parts := make([][]orb.MultiPolygon, len(minutes))
	for _, f := range fc.Features {
		k := 0
		if t, ok := f.Properties["contour"].(float64); ok {
			k = slices.IndexFunc(minutes, func(m float64) bool { return math.Abs(m-t) < 1e-6 })
		} else if len(minutes) > 1 {
			k = -1
		}
		if k < 0 {
			continue
		}
		switch g := f.Geometry.(type) {
		case orb.Polygon:
			parts[k] = append(parts[k], orb.MultiPolygon{g})
		case orb.MultiPolygon:
			parts[k] = append(parts[k], g)
		}
	}
	out := make([]orb.MultiPolygon, len(minutes))
	for k := range parts {
		if len(parts[k]) == 0 {
			return nil, s.wrong("une réponse sans isochrone de %g minutes", minutes[k])
		}
		for i := range parts[k] { // contours may cross themselves
			if parts[k][i], err = overlay.EvenOdd(parts[k][i]); err != nil {
				return nil, err
			}
		}
		if out[k], err = overlay.Union(parts[k]...); err != nil {
			return nil, err
		}
	}
	return out, nil
}
