package report

import (
	"encoding/json"
	"io"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"perimetre/data/study"
)

// GeoJSON writes the layers of a map, each feature bearing its layer's name:
// sites, qpv, unserved and reach (the land within reach of a site).
func GeoJSON(w io.Writer, r *study.Result) error {
	fc := geojson.NewFeatureCollection()
	add := func(layer string, g orb.Geometry, properties map[string]any) {
		f := geojson.NewFeature(g)
		f.Properties = properties
		f.Properties["layer"] = layer
		fc.Append(f)
	}
	zone, err := r.Zone()
	if err != nil {
		return err
	}
	if len(zone) > 0 {
		add("reach", zone, map[string]any{"reach": r.Reach.String(), "detour": r.Detour})
	}
	for _, z := range r.QPV {
		j := areaOf(&z.Area)
		add("qpv", z.Shape, map[string]any{"code": z.Code, "name": z.Name, "nearest_site": j.NearestSite, "distance_m": j.Distance, "minutes": j.Minutes, "covered_share": j.CoveredShare, "sites_inside": z.Presence})
	}
	for _, g := range r.Unserved {
		if !math.IsNaN(g.At[0]) {
			add("unserved", g.At, map[string]any{"code": g.Code, "name": g.Name, "people": round(g.Weight, 2), "qpv_people": round(g.QPV, 2), "radius_m": g.Radius})
		}
	}
	for i := range r.Placed {
		s := &r.Sites[i]
		add("sites", orb.Point{s.Lon, s.Lat}, map[string]any{"name": s.Name, "kind": string(s.Kind), "half_days": number(s.HalfDays), "unit": r.SiteUnits[i]})
	}
	fc.ExtraMembers = map[string]any{"frame": frameOf(&r.Frame)}
	return json.NewEncoder(w).Encode(fc)
}

// PlanGeoJSON writes the places to open, as points.
func PlanGeoJSON(w io.Writer, p *study.Plan) error {
	fc := geojson.NewFeatureCollection()
	for i, s := range p.Places {
		if math.IsNaN(s.At[0]) {
			continue
		}
		f := geojson.NewFeature(s.At)
		f.Properties = map[string]any{"layer": "places", "rank": i + 1, "name": s.Name, "gain": number(round(s.Gain, 3))}
		fc.Append(f)
	}
	fc.ExtraMembers = map[string]any{"frame": frameOf(&p.Frame)}
	return json.NewEncoder(w).Encode(fc)
}
