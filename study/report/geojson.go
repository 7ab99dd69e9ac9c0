package report

import (
	"encoding/json"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"perimetre/geo/coverage"
	"perimetre/study"
)

// Layers are the layers of a result's map: the land within each band of a site, the widest
// first so that each draws over it; the QPV; the places out of reach; the sites.
var Layers = []string{"bands", "qpv", "unserved", "sites"}

type collection struct{ *geojson.FeatureCollection }

func (c collection) add(layer string, g orb.Geometry, properties map[string]any) {
	f := geojson.NewFeature(rounded(g))
	f.Properties = properties
	f.Properties["layer"] = layer
	c.Append(f)
}

func (c collection) with(f *study.Frame, of coverage.Completeness, more map[string]any) *geojson.FeatureCollection {
	c.ExtraMembers = map[string]any{"frame": frameOf(f), "completeness": completenessOf(f, of)}
	for k, v := range more {
		c.ExtraMembers[k] = v
	}
	return c.FeatureCollection
}

// WriteMap writes a map as GeoJSON.
func WriteMap(w io.Writer, m *geojson.FeatureCollection) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(m)
}

// FrameOf returns the frame of a map that Map or PlanMap made.
func FrameOf(m *geojson.FeatureCollection) Frame {
	f, _ := m.ExtraMembers["frame"].(Frame)
	return f
}

// GeoJSON writes layers of a map, as Map returns them.
func GeoJSON(w io.Writer, r *study.Result, layers ...string) error {
	m, err := Map(r, layers...)
	if err != nil {
		return err
	}
	return WriteMap(w, m)
}

// Map returns layers of the map of a result, all of them when none is named; each
// feature bears its layer's name.
func Map(r *study.Result, layers ...string) (*geojson.FeatureCollection, error) {
	c := collection{geojson.NewFeatureCollection()}
	wants := func(layer string) bool { return len(layers) == 0 || slices.Contains(layers, layer) }
	if wants("bands") {
		if err := addBands(c, r); err != nil {
			return nil, err
		}
	}
	for _, z := range r.QPV {
		if !wants("qpv") {
			break
		}
		j := areaOf(&z.Area)
		c.add("qpv", z.Shape, map[string]any{"code": z.Code, "name": z.Name, "nearest_site": j.NearestSite, "distance_m": j.Distance, "minutes": j.Minutes, "covered_share": j.CoveredShare, "sites_inside": z.Presence})
	}
	for i, g := range r.Unserved {
		if !wants("unserved") {
			break
		}
		if !math.IsNaN(g.At[0]) {
			c.add("unserved", g.At, map[string]any{"rank": i + 1, "code": g.Code, "name": g.Name, "people": round(g.Weight, 2), "qpv_people": round(g.QPV, 2), "radius_m": g.Radius, "nearest_site": name(g.Nearest), "distance_m": number(round(g.Nearest.Metres, 1))})
		}
	}
	for i := range r.Placed {
		if !wants("sites") {
			break
		}
		s := &r.Sites[i]
		c.add("sites", orb.Point{s.Lon, s.Lat}, map[string]any{"name": s.Name, "kind": string(s.Kind), "half_days": number(s.HalfDays), "unit": r.SiteUnits[i]})
	}
	return c.with(&r.Frame, r.Completeness, nil), nil
}

func addBands(c collection, r *study.Result) error {
	land, err := r.Land()
	if err != nil {
		return err
	}
	for _, b := range slices.Backward(land) {
		p := map[string]any{"band": limit(b.Limit, r.Reach.Unit), "up_to": b.Limit, "reach": b.Limit == r.Reach.Limit}
		for i, g := range r.Groups {
			key := "share"
			if g.Group != coverage.Everyone {
				key = groupCode(g.Group) + "_share"
			}
			low, _, ok := g.Share()
			if k := slices.Index(r.Bands, b.Limit); k >= 0 {
				low = g.UpTo[k] / g.Total
			}
			if i == 0 {
				p["people"] = round(low*g.Total, 2)
			}
			if ok {
				p[key] = round(low, 6)
			}
		}
		c.add("bands", b.Shape, p)
	}
	return nil
}

// PlanGeoJSON writes the places to open, as PlanMap returns them.
func PlanGeoJSON(w io.Writer, p *study.Plan) error { return WriteMap(w, PlanMap(p)) }

// PlanMap returns the places to open, as points.
func PlanMap(p *study.Plan) *geojson.FeatureCollection {
	c := collection{geojson.NewFeatureCollection()}
	for i, s := range p.Places {
		if math.IsNaN(s.At[0]) {
			continue
		}
		c.add("places", s.At, map[string]any{"rank": i + 1, "name": s.Name, "code": s.Code, "gain": number(round(s.Gain, 3)), "gain_text": gainText(p, s.Gain), "reach_m": radius(p)})
	}
	j := planOf(p)
	return c.with(&p.Frame, p.Completeness, map[string]any{"objective": j.Objective, "weight": j.Weight, "before": j.Before, "after": j.After, "bound": j.Bound, "unit": j.Unit, "gap": j.Gap, "exact": j.Exact})
}

// radius returns the radius in metres of the disc that a new place covers, or nil without one.
func radius(p *study.Plan) *float64 {
	if p.Reach.Unit != coverage.Metres || p.Objective != coverage.MostCovered {
		return nil
	}
	return number(round(p.Reach.Limit/p.Detour, 1))
}

// rounded keeps a metre: more digits make a file heavy for nothing.
func rounded(g orb.Geometry) orb.Geometry { return orb.Round(orb.Clone(g), 100000) }
