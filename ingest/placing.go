package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// placing turns the shapes of a layer into degrees. What the file says of its
// coordinates is followed when it can be converted and refused by name when it
// cannot; where it says nothing, the projection is the only one of the territory
// that puts the shapes where they must be, else the file is refused.
type placing struct {
	layer    layer
	communes *geo.Communes             // with contours, to tell where the shapes must be; may be nil
	dep      func(f *feature) string   // département, empty when not known
	listed   func(f *feature) []string // communes that a feature must touch, empty when not known
	warnings []string                  // French
}

// place converts the features in place and sets their units.
func (p *placing) place(features []*feature) error {
	groups := map[string][]*feature{} // in metres, by territory
	inDegrees := 0
	for _, f := range features {
		if len(f.shape) == 0 {
			continue
		}
		b := f.shape.Bound()
		if b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90 {
			if err := p.checkAxes(f, b); err != nil {
				return err
			}
			f.units = "WGS84"
			inDegrees++
			continue
		}
		dep := p.dep(f)
		if _, real := geo.TerritoryBox(dep); real && len(dep) == 2 {
			dep = metropolitan
		}
		groups[dep] = append(groups[dep], f)
	}
	if inDegrees > 0 && p.layer.crs.Projection != nil {
		p.warn("le fichier se dit en %s et ses coordonnées sont en degrés : lues en degrés", p.layer.crs.Projection.Name)
	}
	if inDegrees > 0 && len(groups) > 0 {
		p.warn("des coordonnées en degrés et d’autres en mètres dans le même fichier")
	}
	if len(groups) > 0 && p.layer.crs.Degrees {
		p.warn("le fichier se dit en degrés (%s) et ses coordonnées sont en mètres", p.layer.crs.Name)
	}
	for _, dep := range slices.Sorted(maps.Keys(groups)) {
		if err := p.convert(dep, groups[dep]); err != nil {
			return err
		}
	}
	return nil
}

// metropolitan is the département that stands for its whole territory.
const metropolitan = "59"

func (p *placing) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// checkAxes refuses degrees whose latitude comes first: they would be a place of
// the département if they were swapped, and are not as written.
func (p *placing) checkAxes(f *feature, b orb.Bound) error {
	dep := p.dep(f)
	box, real := geo.TerritoryBox(dep)
	if !real { // nothing says where: metropolitan latitudes first are off Arabia
		box, _ = geo.TerritoryBox(metropolitan)
	}
	at := b.Center()
	if box.Contains(at) || !box.Contains(orb.Point{at[1], at[0]}) || !real && len(dep) > 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Input, File: p.layer.name, Message: describe(f) + " : coordonnées inversées", Expected: "la longitude avant la latitude", Seen: "la latitude d’abord"}
}

// convert turns metres into degrees for the features of one territory.
func (p *placing) convert(dep string, features []*feature) error {
	projection := p.layer.crs.Projection
	if projection == nil {
		var err error
		if projection, err = p.guess(dep, features); err != nil {
			return err
		}
	}
	box, real := geo.TerritoryBox(dep)
	for _, f := range features {
		f.shape, f.units = unprojected(projection, f.shape), projection.Name
		if at := f.shape.Bound().Center(); real && !box.Pad(1).Contains(at) || !(at[1] >= -90 && at[1] <= 90) {
			return &fault.Error{Kind: fault.Input, File: p.layer.name, Message: describe(f) + " : ces coordonnées ne sont pas du système que le fichier annonce",
				Expected: "un point de son territoire en " + projection.Name, Seen: fmt.Sprintf("longitude %.4f, latitude %.4f", at[0], at[1])}
		}
	}
	return nil
}

func unprojected(p *geo.Projection, shape orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(shape))
	for i, poly := range shape {
		out[i] = make(orb.Polygon, len(poly))
		for j, ring := range poly {
			out[i][j] = make(orb.Ring, len(ring))
			for k, pt := range ring {
				out[i][j][k] = p.Unproject(pt)
			}
		}
	}
	return out
}

// guess finds the projection of features that the file says nothing of: the only one
// that puts nine in ten of them on the communes that they list, or on any commune
// where they list none; without contours, the only one that puts them all in their
// territory. Several or none are a fault.
func (p *placing) guess(dep string, features []*feature) (*geo.Projection, error) {
	if dep == "" || geo.ProjectionsOf(dep) == nil {
		dep = metropolitan
	}
	var fit []*geo.Projection
	on := false
	for _, projection := range geo.ProjectionsOf(dep) {
		right, tested := p.onCommunes(projection, features)
		switch {
		case tested > 0:
			on = true
			if right*10 >= tested*9 {
				fit = append(fit, projection)
			}
		case inTerritory(projection, dep, features):
			fit = append(fit, projection)
		}
	}
	if len(fit) == 1 {
		where := "dans leur territoire"
		if on {
			where = "sur leurs communes"
		}
		p.warn("projection non déclarée : lue en %s, la seule qui pose les contours %s", fit[0].Name, where)
		return fit[0], nil
	}
	names := make([]string, len(fit))
	for i := range fit {
		names[i] = fit[i].Name
	}
	seen := "aucune projection de France ne les pose à leur place"
	if len(fit) > 1 {
		seen = strings.Join(names, " ou ") + ", également possibles"
	}
	return nil, &fault.Error{Kind: fault.Input, File: p.layer.name, Message: describe(features[0]) + " : projection inconnue, que le fichier ne déclare pas",
		Expected: "un système de coordonnées déclaré (« crs », .prj, srs_id), ou des degrés WGS84", Seen: seen}
}

// onCommunes counts the features that a projection puts on a commune of theirs, of
// those whose communes have contours.
func (p *placing) onCommunes(projection *geo.Projection, features []*feature) (right, tested int) {
	if p.communes == nil {
		return 0, 0
	}
	for _, f := range features {
		listed := p.listed(f)
		if len(listed) == 0 {
			if index, _ := p.communes.Contours(); index != nil && index.Len() > 0 {
				tested++
				if _, ok := p.communes.At(projection.Unproject(f.shape.Bound().Center())); ok {
					right++
				}
			}
			continue
		}
		if touches, known := p.communes.Touches(unprojected(projection, f.shape), listed, nearMetres); known {
			tested++
			if touches {
				right++
			}
		}
	}
	return right, tested
}

// inTerritory reports whether a projection puts every feature in the territory of a
// département, and no further from the latitude of its zone than a conic of nine is
// used.
func inTerritory(projection *geo.Projection, dep string, features []*feature) bool {
	box, _ := geo.TerritoryBox(dep)
	for _, f := range features {
		b := f.shape.Bound()
		at := projection.Unproject(b.Center())
		if !box.Contains(at) || !projection.Near(at) {
			return false
		}
	}
	return true
}

// nearMetres is how far a zone may lie from the contour of its commune: contours are
// often simplified.
const nearMetres = 250
