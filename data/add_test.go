package data

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo"
)

// A file that a build would refuse is refused when it is added, and nothing of it stays.
func TestAddReadsTheFile(t *testing.T) {
	raw := t.TempDir()
	makeRaw(t, raw, 20)
	day := geo.Date{Year: 2024, Month: 1, Day: 1}
	zone := func(communes string, x string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code_qp":"QN05909N","insee_dep":"59","insee_com":"` + communes + `"},"geometry":{"type":"Polygon","coordinates":[[[` + x + `,50.05],[` + x + `5,50.05],[` + x + `5,50.06],[` + x + `,50.05]]]}}]}`
	}
	for _, c := range []struct {
		name, file, text, refused string
		zoning                    geo.Zoning
	}{
		{"zone à sa place", "z.geojson", zone("59001", "3.07"), "", geo.QPV},
		{"zone ailleurs", "z.geojson", zone("59001", "3.17"), "ne touche aucune des communes", geo.QPV},
		{"autre système", "z.geojson", strings.Replace(zone("59001", "3.07"), `"features"`, `"crs":{"type":"name","properties":{"name":"EPSG:27572"}},"features"`, 1), "EPSG:27572", geo.QPV},
		{"liste d’un autre zonage", "l.csv", "CODGEO;ZRR_SIMP\n59001;C - Classée en ZRR\n", "liste d’un autre zonage", geo.FRR},
		{"liste illisible", "l.csv", "a;b\n1;2\n", "méconnaissable", geo.ZRR},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), c.file)
			write(t, file, []byte(c.text))
			line, _, err := Add(raw, file, Term{Zoning: c.zoning, Version: "2030", ValidFrom: day, KnownFrom: day, CompleteFor: []string{"59"}}, false)
			if c.refused == "" {
				if err != nil {
					t.Fatal(err)
				}
				if _, err := os.Stat(filepath.Join(raw, line.Path)); err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), c.file) {
				t.Errorf("%v, want %s", err, c.refused)
			}
		})
	}
}
