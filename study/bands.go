package study

import (
	"context"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/overlay"
)

// Band is the land from which some site is within a cost, including the land of the closer
// bands, cut by the territory where it is known.
type Band struct {
	Limit float64 // metres or minutes, as the result's reach
	Shape orb.MultiPolygon
}

// Drawer draws the land from which a place is within each of some minutes.
type Drawer interface {
	Isochrones(ctx context.Context, at orb.Point, minutes []float64) ([]orb.MultiPolygon, error)
}

// mostIsochrones bounds the sites whose isochrones are asked of a routing server.
const mostIsochrones = 400

// DrawReach asks the isochrones of the sites of a result, for its reach and its
// bands, and keeps the union of each, cut by the territory.
func (r *Result) DrawReach(ctx context.Context, d Drawer) error {
	if r.Placed > mostIsochrones {
		r.Notices = append(r.Notices, "trop de sites pour dessiner leurs isochrones : la carte ne les montre pas")
		return nil
	}
	limits := r.limits()
	parts := make([][]orb.MultiPolygon, len(limits))
	for i := range r.Placed {
		shapes, err := d.Isochrones(ctx, orb.Point{r.Sites[i].Lon, r.Sites[i].Lat}, limits)
		if err != nil {
			return err
		}
		for k := range limits {
			parts[k] = append(parts[k], shapes[k])
		}
	}
	for k, limit := range limits {
		zone, err := overlay.Union(parts[k]...)
		if err == nil {
			zone, err = r.cut(zone)
		}
		if err != nil {
			return err
		}
		r.drawn = append(r.drawn, Band{limit, zone})
	}
	return nil
}

// limits returns the bands and the reach, increasing.
func (r *Result) limits() []float64 {
	limits := append([]float64{r.Reach.Limit}, r.Bands...)
	slices.Sort(limits)
	return slices.Compact(limits)
}

// Zone returns the land within reach of a site, cut by the territory: discs for straight
// distances, the isochrones asked by DrawReach for minutes; nil otherwise.
func (r *Result) Zone() (orb.MultiPolygon, error) {
	list, err := r.bands([]float64{r.Reach.Limit})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0].Shape, nil
}

// Land returns the bands of the result and its reach, the closest first, simplified to
// what a map shows; those in minutes that no server drew are left out.
func (r *Result) Land() ([]Band, error) {
	list, err := r.bands(r.limits())
	out := make([]Band, 0, len(list))
	for _, b := range list {
		shape, err := forDisplay(b.Shape)
		if err != nil {
			return nil, err
		}
		if len(shape) > 0 {
			out = append(out, Band{b.Limit, shape})
		}
	}
	return out, err
}

// bands draws those that are not yet.
func (r *Result) bands(limits []float64) (out []Band, err error) {
	for _, limit := range limits {
		k := slices.IndexFunc(r.drawn, func(b Band) bool { return b.Limit == limit })
		if k < 0 {
			if r.Reach.Unit != coverage.Metres || r.Placed == 0 {
				continue
			}
			points, err := r.near(limit / r.Detour)
			if err != nil {
				return nil, err
			}
			zone, err := coverage.Discs(points, limit/r.Detour)
			if err == nil {
				zone, err = r.cut(zone)
			}
			if err != nil {
				return nil, err
			}
			k = len(r.drawn)
			r.drawn = append(r.drawn, Band{limit, zone})
		}
		out = append(out, r.drawn[k])
	}
	return out, nil
}

// near returns the sites from which so many metres may reach the territory.
func (r *Result) near(metres float64) (points []orb.Point, err error) {
	land, _, err := r.Territory()
	if err != nil {
		return nil, err
	}
	box := land.Bound()
	mx, my := geo.MetresPerDegree(box.Center()[1])
	dx, dy := 1.01*metres/mx, 1.01*metres/my
	box = orb.Bound{Min: orb.Point{box.Min[0] - dx, box.Min[1] - dy}, Max: orb.Point{box.Max[0] + dx, box.Max[1] + dy}}
	for i := range r.Placed {
		if p := (orb.Point{r.Sites[i].Lon, r.Sites[i].Lat}); len(land) == 0 || box.Contains(p) {
			points = append(points, p)
		}
	}
	return points, nil
}

func (r *Result) cut(zone orb.MultiPolygon) (orb.MultiPolygon, error) {
	land, _, err := r.Territory()
	if err != nil || len(land) == 0 {
		return zone, err
	}
	return overlay.Intersection(zone, land)
}

// displayDegrees is how far a border simplified for display may lie from the true
// one, some 15 metres; surfaces under displaySquare, in square metres, are dropped.
const (
	displayDegrees = 0.00015
	displaySquare  = 500
)

// forDisplay simplifies borders to a metre's digits, mends what crosses itself and
// drops what is too small to see.
func forDisplay(mp orb.MultiPolygon) (orb.MultiPolygon, error) {
	line := simplify.DouglasPeucker(displayDegrees)
	short := orb.MultiPolygon{}
	for _, poly := range mp {
		var kept orb.Polygon
		for _, r := range poly {
			kept = append(kept, orb.Round(orb.Ring(line.LineString(slices.Clone(orb.LineString(r)))), 100000).(orb.Ring))
		}
		short = append(short, kept)
	}
	if short = seen(short); len(short) == 0 {
		return nil, nil
	}
	mended, err := overlay.EvenOdd(short)
	return seen(mended), err
}

// seen returns the outlines, and in them the holes, that are wide enough.
func seen(mp orb.MultiPolygon) (out orb.MultiPolygon) {
	wide := func(r orb.Ring) bool { return len(r) >= 4 && geo.Area(orb.MultiPolygon{{r}}) >= displaySquare }
	for _, poly := range mp {
		if len(poly) == 0 || !wide(poly[0]) {
			continue
		}
		out = append(out, append(orb.Polygon{poly[0]}, slices.DeleteFunc(slices.Clone(poly[1:]), func(r orb.Ring) bool { return !wide(r) })...))
	}
	return out
}
