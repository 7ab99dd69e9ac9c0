package ingest

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// The same two zones in every format, written by GDAL from zones.geojson.
func TestZoneFormats(t *testing.T) {
	want, err := Zones("testdata/zones.geojson", nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"59001", "59002"}, want.Zones[0].Communes); d != "" || want.Zones[0].Name != "Les Prés d'Été" || want.Units != "WGS84" {
		t.Fatalf("%s %+v", d, want)
	}
	for file, format := range map[string]string{
		"zones-l93.geojson": "geojson", "zones-geojson.zip": "geojson",
		"zones.shp": "shapefile", "zones_l93.shp": "shapefile", "zones-shp.zip": "shapefile",
		"zones.gpkg.gz": "geopackage", "zones-l93.gpkg.gz": "geopackage",
	} {
		t.Run(file, func(t *testing.T) {
			got, err := Zones(filepath.Join("testdata", file), nil)
			if err != nil {
				t.Fatal(err)
			}
			if w := withoutPrecision(got.Warnings); got.Format != format || w != "" {
				t.Error(got.Format, w)
			}
			projected := strings.Contains(file, "l93")
			if (got.Units != "WGS84") != projected {
				t.Error(got.Units)
			}
			if d := cmp.Diff(map[string]int{"59": 2}, got.Departements); d != "" {
				t.Error(d)
			}
			for i, z := range got.Zones {
				w := want.Zones[i]
				if d := cmp.Diff(w.ZoneRef, z.ZoneRef) + cmp.Diff(w.Communes, z.Communes); d != "" {
					t.Error(d)
				}
				// Formats turn rings their own way: areas tell the same shape.
				if d := cmp.Diff(measure(w.Shape), measure(z.Shape), cmpopts.EquateApprox(1e-6, 0)); d != "" {
					t.Error(z.Code, d)
				}
			}
		})
	}
}

// withoutPrecision leaves out the warning that the rounded coordinates of tests earn.
func withoutPrecision(warnings []string) string {
	return strings.Join(slices.DeleteFunc(warnings, func(w string) bool { return strings.HasPrefix(w, "coordonnées à ") }), "\n")
}

// crosses tells whether two edges of a ring cross at a point inside both.
func crosses(mp orb.MultiPolygon) bool {
	side := func(a, b, c orb.Point) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }
	for _, p := range mp {
		for _, r := range p {
			for i := 0; i+1 < len(r); i++ {
				for j := i + 2; j+1 < len(r); j++ {
					a, b, c, d := r[i], r[i+1], r[j], r[j+1]
					if side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0 {
						return true
					}
				}
			}
		}
	}
	return false
}

// measure is the parts, the area without holes, and the box of a shape.
func measure(mp orb.MultiPolygon) []float64 {
	b := mp.Bound()
	area := 0.0
	for _, p := range mp {
		for i, r := range p {
			a := math.Abs(planar.Area(r))
			if i > 0 {
				a = -a
			}
			area += a
		}
	}
	return []float64{float64(len(mp)), area, b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

func TestZoneShapes(t *testing.T) {
	square := `{"type":"Polygon","coordinates":[[[3.1,50.1],[3.2,50.1],[3.2,50.2],[3.1,50.2],[3.1,50.1]]]}`
	for _, c := range []struct {
		name, props, geometry string
		want                  geo.Zone
		warning               string
	}{
		{"capitales de 2015", `"CODE_QP":"QP059998","NOM_QP":"Les Prés","COMMUNE_QP":"Lille"`, square,
			geo.Zone{ZoneRef: geo.ZoneRef{Code: "QP059998", Name: "Les Prés"}}, "aucun code de commune : les communes seront cherchées sur la carte"},
		{"communes jointes par un point-virgule", `"code_qp":"QN05998N","insee_com":"59001;59002 59003"`, square,
			geo.Zone{ZoneRef: geo.ZoneRef{Code: "QN05998N"}, Communes: []string{"59001", "59002", "59003"}}, ""},
		{"liste JSON de communes", `"code_qp":"QN05998N","insee_com":["59001","59002"]`, square,
			geo.Zone{ZoneRef: geo.ZoneRef{Code: "QN05998N"}, Communes: []string{"59001", "59002"}}, ""},
		{"code en nombre", `"codeqp":"QN02998N","insee_com":2001`, square,
			geo.Zone{ZoneRef: geo.ZoneRef{Code: "QN02998N"}, Communes: []string{"02001"}}, ""},
		{"anneau ouvert", `"code_qp":"QN05998N","insee_com":"59001"`, `{"type":"Polygon","coordinates":[[[3.1,50.1],[3.2,50.1],[3.2,50.2],[3.1,50.2]]]}`,
			geo.Zone{ZoneRef: geo.ZoneRef{Code: "QN05998N"}, Communes: []string{"59001"}}, "1 contour(s) qui se recoupaient, se touchaient ou n’étaient pas fermés, réparés : QN05998N"},
		{"altitude", `"code_qp":"QN05998N","insee_com":"59001"`, `{"type":"Polygon","coordinates":[[[3.1,50.1,12],[3.2,50.1,0],[3.2,50.2,1e1],[3.1,50.2,-3],[3.1,50.1,12]]]}`,
			geo.Zone{ZoneRef: geo.ZoneRef{Code: "QN05998N"}, Communes: []string{"59001"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Zones(write(t, "z.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":`+c.geometry+`,"properties":{`+c.props+`}}]}`), nil)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got.Zones[0], cmpopts.IgnoreFields(geo.Zone{}, "Shape")); d != "" {
				t.Error(d)
			}
			if m := measure(got.Zones[0].Shape); math.Abs(m[1]-0.01) > 1e-9 {
				t.Error(m)
			}
			warning := withoutPrecision(got.Warnings)
			if warning != c.warning {
				t.Errorf("%q", warning)
			}
		})
	}
}

func TestZonesRefuses(t *testing.T) {
	feature := func(props, geometry string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{` + props + `},"geometry":` + geometry + `}]}`
	}
	square := `{"type":"Polygon","coordinates":[[[3.1,50.1],[3.2,50.1],[3.2,50.2],[3.1,50.1]]]}`
	for name, c := range map[string]struct{ text, want string }{
		"vide":         {"", " : ce fichier n’est pas du format attendu ; attendu : GeoJSON (FeatureCollection), shapefile ou GeoPackage, ou une archive zip de l’un d’eux ; vu : un fichier vide"},
		"HTML":         {"<html><body>Erreur", " : ce fichier n’est pas du format attendu ; attendu : GeoJSON (FeatureCollection), shapefile ou GeoPackage, ou une archive zip de l’un d’eux ; vu : une page HTML"},
		"autre JSON":   {`{"a":1}`, " : JSON sans « features » ; attendu : un FeatureCollection GeoJSON"},
		"sans objet":   {`{"type":"FeatureCollection","features":[]}`, " : aucun zonage dans ce fichier"},
		"tronqué":      {feature(`"code_qp":"QN05998N"`, square)[:150], " : fichier tronqué ou endommagé : à télécharger de nouveau"},
		"sans code":    {feature(`"nom":"x"`, square), " : objet n° 1 sans code de quartier ; attendu : une propriété code_qp ; vu : nom"},
		"deux codes":   {feature(`"code_qp":"QN05998N, QN05999N"`, square), " : objet n° 1 (QN05998N, QN05999N) ; attendu : un seul code de quartier ; vu : QN05998N, QN05999N"},
		"un point":     {feature(`"code_qp":"QN05998N"`, `{"type":"Point","coordinates":[3,50]}`), " : objet n° 1 (QN05998N) : géométrie « Point » ; attendu : un Polygon ou un MultiPolygon"},
		"sans forme":   {feature(`"code_qp":"QN05998N"`, `null`), " : quartier QN05998N sans contour ; attendu : un Polygon ou un MultiPolygon"},
		"inversé":      {feature(`"code_qp":"QN05998N"`, `{"type":"Polygon","coordinates":[[[50.1,3.1],[50.1,3.2],[50.2,3.2],[50.1,3.1]]]}`), " : objet n° 1 (QN05998N) : coordonnées inversées ; attendu : la longitude avant la latitude ; vu : la latitude d’abord"},
		"mal imbriqué": {feature(`"code_qp":"QN05998N"`, `{"type":"Polygon","coordinates":[[3.1,50.1],[3.2,50.1]]}`), " : objet n° 1 (QN05998N) : coordonnées mal formées ; attendu : un Polygon ou un MultiPolygon"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "z.geojson", c.text)
			_, err := Zones(path, nil)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := strings.TrimPrefix(err.Error(), path); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestShapefileRefuses(t *testing.T) {
	whole, err := os.ReadFile("testdata/zones.shp")
	if err != nil {
		t.Fatal(err)
	}
	dbf, err := os.ReadFile("testdata/zones.dbf")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		shp, dbf []byte
		want     string
	}{
		"sans table":       {whole, nil, "z.shp : shapefile incomplet ; attendu : les fichiers .shp, .dbf et .prj côte à côte ; vu : pas de .dbf"},
		"forme tronquée":   {whole[:300], dbf, "z.shp : forme n° 1 : fichier tronqué"},
		"table tronquée":   {whole, dbf[:len(dbf)-400], "z.dbf, ligne 1 : table tronquée"},
		"pas un shapefile": {[]byte("bonjour"), dbf, "z.shp : ce n’est pas un shapefile ; attendu : un en-tête de 100 octets, code 9994"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			os.WriteFile(filepath.Join(dir, "z.shp"), c.shp, 0o600)
			if c.dbf != nil {
				os.WriteFile(filepath.Join(dir, "z.dbf"), c.dbf, 0o600)
			}
			_, err := Zones(filepath.Join(dir, "z.shp"), nil)
			if err == nil || strings.TrimPrefix(err.Error(), dir+"/") != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if fault.KindOf(err) != fault.Input {
				t.Error(fault.KindOf(err))
			}
		})
	}
}

func TestRealQPV2024(t *testing.T) {
	z, err := Zones(realFile(t, "raw/qpv/qpv2024-france.geojson.gz"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(z.Zones) != 1584 {
		t.Error(len(z.Zones))
	}
	for dep, n := range map[string]int{"02": 17, "59": 94, "60": 19, "62": 64, "80": 10} {
		if z.Departements[dep] != n {
			t.Errorf("%s: %d, want %d", dep, z.Departements[dep], n)
		}
	}
	// 16 polygons of the region cross themselves, by a count of crossing edges that
	// shares no code with the repair; others only touch themselves.
	raw := map[string]bool{}
	if _, err := eachFeature(realFile(t, "raw/qpv/qpv2024-france.geojson.gz"), func(f *feature) error {
		if dep := f.prop("insee_dep"); dep == "02" || dep == "59" || dep == "60" || dep == "62" || dep == "80" {
			if code := f.prop("code_qp"); crosses(f.shape) {
				raw[code] = true
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(raw) != 16 {
		t.Errorf("%d polygons of the region cross themselves, want 16", len(raw))
	}
	for _, r := range z.Repaired {
		delete(raw, r.Code)
	}
	if len(raw) > 0 {
		t.Error("not repaired:", raw)
	}
	if z.Decimals != 4 || z.Precision < 6 || z.Precision > 7.5 {
		t.Error(z.Decimals, z.Precision)
	}
	t.Log(strings.Join(z.Warnings, "\n"))
}

func TestRealQPV2015(t *testing.T) {
	z, err := Zones(realFile(t, "raw/qpv/qpv2015-mel.geojson.gz"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(z.Zones) != 26 || z.Departements["59"] != 26 || z.Precision > 0.1 || len(z.Repaired) != 1 {
		t.Errorf("%d %v %v %v", len(z.Zones), z.Departements, z.Precision, z.Repaired)
	}
	t.Log(z.Warnings)
}
