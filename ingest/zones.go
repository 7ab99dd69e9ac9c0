package ingest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
)

// ZoneFile is a file of priority zones (QPV) and what its reading found.
type ZoneFile struct {
	Zones []geo.Zone // by code, shapes in degrees and valid
	// Format is geojson, shapefile or geopackage; Units are the units of the file's
	// coordinates: WGS84, or the name of a projection.
	Format, Units string
	// Departements counts the zones of each.
	Departements map[string]int
	// Repaired lists the zones whose shape was not valid, by code.
	Repaired []ZoneRepair
	// Precision is how far the rounding of coordinates can move a vertex, metres;
	// Decimals and Repeated are what it was measured from.
	Precision          float64
	Decimals           int
	Vertices, Repeated int
	// Warnings are for the reader of a manifest, in French.
	Warnings []string
}

// ZoneRepair is a zone whose shape had to be mended.
type ZoneRepair struct {
	Code string
	geo.Repairs
}

// Properties by which the versions of the file name the same thing.
var (
	codeProps    = []string{"code_qp", "codeqp", "code_qpv", "codeqpv", "qp_code", "code"}
	nameProps    = []string{"lib_qp", "libqp", "nom_qp", "nomqp", "lib_qpv", "nom_qpv", "qp_nom", "libelle", "nom"}
	depProps     = []string{"insee_dep", "code_dep", "dep", "codedepartement"}
	communeProps = []string{"insee_com", "inseecom", "code_insee", "codgeo", "code_com", "depcom", "insee"}
)

// Zones reads priority zones from GeoJSON, a shapefile or a GeoPackage, in degrees or in a
// projection of France, property names in any case. Shapes that cross themselves are repaired
// and reported. Parts of one zone on several lines are joined. communes says where zones must
// be: a zone that touches none of the communes that it lists is a fault; nil checks nothing.
func Zones(path string, communes *geo.Communes) (ZoneFile, error) {
	var features []*feature
	l, err := eachFeature(path, func(f *feature) error {
		features = append(features, f)
		return nil
	})
	if err != nil {
		return ZoneFile{}, err
	}
	if len(features) == 0 {
		return ZoneFile{}, &fault.Error{Kind: fault.Input, File: l.name, Message: "aucun zonage dans ce fichier"}
	}
	b := zoneBuilder{layer: l, communes: communes, file: ZoneFile{Format: l.format, Departements: map[string]int{}}, byCode: map[string]int{}, units: map[string]int{}}
	for _, f := range features {
		if err := b.check(f); err != nil {
			return ZoneFile{}, err
		}
	}
	b.measure(features)
	p := placing{layer: l, communes: communes, listed: zoneCommunes,
		dep: func(f *feature) string { return departementOfZone(f, strings.ToUpper(f.prop(codeProps...))) }}
	if err := p.place(features); err != nil {
		return ZoneFile{}, err
	}
	b.placed = p.warnings
	for _, f := range features {
		if err := b.add(f); err != nil {
			return ZoneFile{}, err
		}
	}
	return b.finish()
}

type zoneBuilder struct {
	layer     layer
	communes  *geo.Communes
	placed    []string // what the placing of the shapes has to say
	file      ZoneFile
	byCode    map[string]int
	units     map[string]int
	precision geo.Precision
	joined    []string
	unlisted  []string // zones whose communes are no codes
}

// check refuses a feature that is no zone.
func (b *zoneBuilder) check(f *feature) error {
	code := strings.ToUpper(f.prop(codeProps...))
	if code == "" {
		return &fault.Error{Kind: fault.Input, File: b.layer.name, Message: fmt.Sprintf("objet n° %d sans code de quartier", f.number),
			Expected: "une propriété code_qp", Seen: strings.Join(slices.Sorted(maps.Keys(f.props)), ", ")}
	}
	if strings.ContainsAny(code, " ,;/|") {
		return &fault.Error{Kind: fault.Input, File: b.layer.name, Message: describe(f), Expected: "un seul code de quartier", Seen: code}
	}
	if len(f.shape) == 0 {
		return &fault.Error{Kind: fault.Input, File: b.layer.name, Message: "quartier " + code + " sans contour", Expected: "un Polygon ou un MultiPolygon"}
	}
	return nil
}

// measure learns the precision of the coordinates as the file writes them: those of
// the features whose units are the first one's.
func (b *zoneBuilder) measure(features []*feature) {
	metres := func(f *feature) bool { b := f.shape.Bound(); return b.Max[0] > 180 || b.Min[0] < -180 || b.Max[1] > 90 }
	b.precision.Projected = metres(features[0])
	for _, f := range features {
		if metres(f) == b.precision.Projected {
			b.precision.Add(f.shape)
		}
	}
}

func (b *zoneBuilder) add(f *feature) error {
	code := strings.ToUpper(f.prop(codeProps...))
	dep := departementOfZone(f, code)
	b.units[f.units]++
	shape := f.shape
	communes := zoneCommunes(f)
	if len(communes) == 0 {
		b.unlisted = append(b.unlisted, code)
	}
	if i, ok := b.byCode[code]; ok {
		z := &b.file.Zones[i]
		z.Shape = append(z.Shape, shape...)
		for _, c := range communes {
			if !slices.Contains(z.Communes, c) {
				z.Communes = append(z.Communes, c)
			}
		}
		b.joined = append(b.joined, code)
		return nil
	}
	b.byCode[code] = len(b.file.Zones)
	b.file.Zones = append(b.file.Zones, geo.Zone{ZoneRef: geo.ZoneRef{Code: code, Name: f.prop(nameProps...)}, Communes: communes, Shape: shape})
	b.file.Departements[dep]++
	return nil
}

// departementOfZone reads the property, else the code: QN05901M, QP2A0001.
func departementOfZone(f *feature, code string) string {
	dep := strings.ToUpper(f.prop(depProps...))
	if dep == "" && len(code) >= 5 {
		dep = code[2:5]
	}
	if len(dep) == 3 && dep[0] == '0' {
		dep = dep[1:]
	}
	if len(dep) == 1 {
		dep = "0" + dep
	}
	return dep
}

// zoneCommunes reads the INSEE codes of a zone, whatever joins them; names, as in
// the file of 2015, give none.
func zoneCommunes(f *feature) []string {
	var codes []string
	for _, c := range splitList(f.prop(communeProps...)) {
		c = strings.ToUpper(french.LostZero(c))
		if isINSEE(c) && !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	return codes
}

func (b *zoneBuilder) finish() (ZoneFile, error) {
	z := &b.file
	for i := range z.Zones {
		if err := b.onItsCommunes(&z.Zones[i]); err != nil {
			return ZoneFile{}, err
		}
		shape, did, err := geo.Repair(z.Zones[i].Shape)
		if err != nil {
			return ZoneFile{}, &fault.Error{Kind: fault.Input, File: b.layer.name, Message: "quartier " + z.Zones[i].Code, Err: err}
		}
		z.Zones[i].Shape = shape
		if did.Any() {
			z.Repaired = append(z.Repaired, ZoneRepair{z.Zones[i].Code, did})
		}
	}
	slices.SortFunc(z.Zones, func(a, b geo.Zone) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(z.Repaired, func(a, b ZoneRepair) int { return cmp.Compare(a.Code, b.Code) })
	z.Units = slices.MaxFunc(slices.Sorted(maps.Keys(b.units)), func(x, y string) int { return cmp.Compare(b.units[x], b.units[y]) })
	z.Precision, z.Decimals = b.precision.Metres(), b.precision.Decimals()
	z.Vertices, z.Repeated = b.precision.Vertices()
	b.warn()
	return *z, nil
}

// onItsCommunes refuses a zone that touches none of the communes that it lists.
func (b *zoneBuilder) onItsCommunes(z *geo.Zone) error {
	if b.communes == nil {
		return nil
	}
	touches, known := b.communes.Touches(z.Shape, z.Communes, nearMetres)
	if touches || !known {
		return nil
	}
	at := z.Shape.Bound().Center()
	seen := fmt.Sprintf("un contour autour de la longitude %.4f, latitude %.4f", at[0], at[1])
	if code, ok := b.communes.At(at); ok {
		seen += ", dans la commune " + code
	}
	return &fault.Error{Kind: fault.Input, File: b.layer.name, Message: "le quartier " + z.Code + " ne touche aucune des communes qu’il annonce",
		Expected: "un contour sur " + strings.Join(z.Communes, ", "), Seen: seen}
}

func (b *zoneBuilder) warn() {
	z := &b.file
	z.Warnings = append(z.Warnings, b.placed...)
	say := func(format string, args ...any) { z.Warnings = append(z.Warnings, fmt.Sprintf(format, args...)) }
	if len(z.Repaired) > 0 {
		codes := make([]string, len(z.Repaired))
		moved, most := 0, 0.0
		for i, r := range z.Repaired {
			codes[i] = r.Code
			if most = max(most, r.AreaChange); r.AreaChange > 1 {
				moved++
			}
		}
		say("%d contour(s) qui se recoupaient, se touchaient ou n’étaient pas fermés, réparés : %s", len(codes), shorten(codes))
		if moved > 0 {
			say("%d d’entre eux changent de plus de 1 m², %.0f m² au plus", moved, most)
		}
	}
	if z.Precision >= 1 {
		say("coordonnées à %d décimales : un sommet peut être à %s m de sa place", z.Decimals, strings.Replace(strconv.FormatFloat(z.Precision, 'f', 1, 64), ".", ",", 1))
	}
	if z.Vertices > 0 && z.Repeated*100 >= z.Vertices*5 {
		say("%d %% des sommets répètent le précédent : le tracé a été arrondi", z.Repeated*100/z.Vertices)
	}
	if len(b.joined) > 0 {
		say("%d quartier(s) en plusieurs objets, réunis : %s", len(b.joined), shorten(b.joined))
	}
	if n := len(b.unlisted); n > 0 && n < len(z.Zones) {
		say("%d quartier(s) sans code de commune : %s", n, shorten(b.unlisted))
	} else if n > 0 {
		say("aucun code de commune : les communes seront cherchées sur la carte")
	}
}

// shorten lists ten codes at most.
func shorten(codes []string) string {
	slices.Sort(codes)
	if n := len(codes); n > 10 {
		return strings.Join(codes[:10], ", ") + fmt.Sprintf(" et %d autres", n-10)
	}
	return strings.Join(codes, ", ")
}
