package ingest

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/crs"
)

// crsCode is 4326 for degrees, the EPSG code of a projection, 0 for a file that does
// not say, -1 for a system that is refused.
func crsCode(c crs.System) int {
	switch {
	case !c.Said():
		return 0
	case !c.Known():
		return -1
	case c.Degrees:
		return 4326
	}
	return c.Projection.EPSG
}

func TestCRSOfJSON(t *testing.T) {
	for text, want := range map[string]int{
		"null": 0, `{"type":"name","properties":{"name":"EPSG:3950"}}`: 3950, `{"type":"EPSG","properties":{"code":2154}}`: 2154,
		`{"type":"link","properties":{"href":"https://epsg.io/2154","type":"proj4"}}`: 2154, `"EPSG:2154"`: 2154, `{"type":"name"}`: -1,
		`{"type":"name","properties":{"name":null}}`: -1, `{"type":"link","properties":{"href":"http://spatialreference.org/ref/epsg/2154/proj4/"}}`: 2154,
	} {
		if got := crsCode(crsOfJSON([]byte(text))); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

// The zones of the test, as GDAL writes them in every system: converted or refused.
func TestZonesInEverySystem(t *testing.T) {
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr absent : installer gdal-bin pour écrire les zones dans tous les systèmes")
	}
	want, err := Zones("testdata/zones.geojson", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []struct{ driver, ext, option string }{
		{"GeoJSON", ".geojson", "RFC7946=NO"}, {"ESRI Shapefile", ".shp", "ENCODING=UTF-8"}, {"GPKG", ".gpkg", "SPATIAL_INDEX=NO"},
	} {
		for _, code := range []int{2154, 3950, 3942, 32631, 25832, 3857, 4171, 27572, 3035, 4275} {
			t.Run(fmt.Sprintf("%s en %d", format.driver, code), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "z"+format.ext)
				cmd := exec.Command("ogr2ogr", "-f", format.driver, "-s_srs", "EPSG:4326", "-t_srs", fmt.Sprintf("EPSG:%d", code), "-lco", format.option, path, "testdata/zones.geojson")
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				got, err := Zones(path, nil)
				if code == 27572 || code == 3035 || code == 4275 {
					if err == nil || !strings.Contains(err.Error(), "système de coordonnées non pris en charge") || fault.KindOf(err) != fault.Input {
						t.Fatalf("read: %v", err)
					}
					t.Log(err)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				for i := range want.Zones {
					if m := apart(want.Zones[i].Shape, got.Zones[i].Shape); m > 0.02 {
						t.Errorf("%s is %.3f m away", want.Zones[i].Code, m)
					}
				}
			})
		}
	}
}

// apart is the furthest that a vertex of b is from the nearest vertex of a, metres.
func apart(a, b orb.MultiPolygon) float64 {
	worst := 0.0
	for _, p := range b {
		for _, r := range p {
			for _, pt := range r {
				best := math.Inf(1)
				for _, q := range a {
					for _, s := range q {
						for _, o := range s {
							best = math.Min(best, geo.Distance(o, pt))
						}
					}
				}
				worst = math.Max(worst, best)
			}
		}
	}
	return worst
}

// ground is a table of communes with the contours of some départements.
func ground(t *testing.T, deps ...string) *geo.Communes {
	t.Helper()
	var contours []geo.Contour
	for _, d := range deps {
		if _, err := Contours(realFile(t, "raw/communes/communes-"+d+".geojson.gz"), func(c geo.Contour) error {
			contours = append(contours, c)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	communes, err := geo.NewCommunes(nil, contours)
	if err != nil {
		t.Fatal(err)
	}
	return communes
}

func TestRealZonesWithoutSystem(t *testing.T) {
	somme := ground(t, "80")
	want, err := Zones(realFile(t, "raw/qpv/qpv2024-france.geojson.gz"), somme)
	if err != nil {
		t.Fatal(err)
	}
	byCode := map[string]orb.MultiPolygon{}
	for _, z := range want.Zones {
		byCode[z.Code] = z.Shape
	}
	for _, c := range []struct {
		file     string
		communes *geo.Communes
		refused  string
	}{
		{"lambert93-avec-crs", somme, ""}, {"lambert93-sans-crs", somme, ""}, {"lambert93-sans-crs", nil, ""}, {"cc50-avec-crs", somme, ""},
		{"webmercator-sans-crs", somme, ""}, {"webmercator-sans-crs", nil, "projection inconnue"}, {"latlon-inverses", somme, "coordonnées inversées"}, {"latlon-inverses", nil, "coordonnées inversées"},
	} {
		t.Run(fmt.Sprintf("%s %v", c.file, c.communes != nil), func(t *testing.T) {
			z, err := Zones(realFile(t, "qpv-crs/qpv2024-80-"+c.file+".geojson"), c.communes)
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Fatalf("read: %v", err)
				}
				t.Log(err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Log(z.Units, z.Warnings)
			if len(z.Zones) != 10 {
				t.Error(len(z.Zones))
			}
			limit := map[string]float64{} // a mended crossing moves with the last digit
			for _, r := range z.Repaired {
				limit[r.Code] = 10
			}
			for _, zone := range z.Zones {
				if m := apart(byCode[zone.Code], zone.Shape); m > max(limit[zone.Code], 0.1) {
					t.Errorf("%s is %.2f m away", zone.Code, m)
				}
			}
		})
	}
}

func TestZoneOutOfItsCommunes(t *testing.T) {
	square := func(code string, x, y float64) geo.Contour {
		return geo.Contour{Code: code, Shape: orb.MultiPolygon{{{{x, y}, {x + 0.1, y}, {x + 0.1, y + 0.1}, {x, y + 0.1}, {x, y}}}}}
	}
	communes, err := geo.NewCommunes([]geo.Commune{{Code: "59001"}, {Code: "59002", Former: []geo.FormerCommune{{Code: "59900"}}}}, []geo.Contour{square("59001", 3, 50), square("59002", 3.1, 50)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, listed string
		x            float64
		refused      bool
	}{
		{"dans la sienne", "59001", 3.05, false}, {"dans la voisine", "59001", 3.15, true}, {"à cent mètres de la sienne", "59001", 3.101, false},
		{"dans l’une des deux", "59001, 59002", 3.15, false}, {"code d’avant la fusion", "59900", 3.15, false}, {"code d’avant, ailleurs", "59900", 3.05, true},
		{"commune sans contour", "59777", 3.05, false}, {"deux communes, l’une sans contour", "59001, 59777", 3.15, false}, {"sans commune", "", 9, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code_qp":"QN05998N","insee_com":%q},"geometry":{"type":"Polygon","coordinates":[[[%f,50.05],[%f,50.05],[%f,50.06],[%f,50.05]]]}}]}`,
				c.listed, c.x, c.x+0.01, c.x+0.01, c.x)
			_, err := Zones(write(t, "z.geojson", text), communes)
			if (err != nil) != c.refused || err != nil && !strings.Contains(err.Error(), "ne touche aucune des communes") {
				t.Error(err)
			}
		})
	}
}

// A file whose declared system puts its shapes elsewhere, crs after the features, BOM.
func TestDeclaredSystem(t *testing.T) {
	l93, err := os.ReadFile("testdata/zones-l93.geojson")
	if err != nil {
		t.Fatal(err)
	}
	text := string(l93)
	from, to := strings.Index(text, `"crs"`), strings.Index(text, `"features"`)
	if from < 0 || to < from {
		t.Fatal("zones-l93.geojson has no crs before its features")
	}
	member := strings.TrimRight(strings.TrimSpace(text[from:to]), ",")
	for _, c := range []struct{ name, text, refused string }{
		{"après les objets", text[:from] + strings.TrimSuffix(strings.TrimSpace(text[to:]), "}") + "," + member + "}", ""},
		{"autre système", strings.Replace(text, "2154", "3949", 1), "ne sont pas du système que le fichier annonce"},
		{"marque d’ordre des octets", "\ufeff" + text, ""},
		{"système nul", text[:from] + `"crs":null,` + text[to:], ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			z, err := Zones(write(t, "z.geojson", c.text), nil)
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Fatal(err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if z.Units != geo.Lambert93.Name {
				t.Error(z.Units)
			}
		})
	}
}

func FuzzCRS(f *testing.F) {
	f.Add("urn:ogc:def:crs:EPSG::2154")
	f.Add(`PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["GRS 1980",6378137,298.257222101]]],PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",3],UNIT["metre",1]]`)
	f.Fuzz(func(t *testing.T, text string) {
		if c := crs.Parse(text); c.Degrees && c.Projection != nil {
			t.Fatalf("%q is both degrees and metres", text)
		}
		crsOfJSON([]byte(text))
	})
}
