package measure

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"perimetre/data"
	"perimetre/geo"
)

// Paris is decided as it must be whichever commune table the pack was built with: the
// city alone, the city and its arrondissements, or one that lacks the city.
func TestParisDecisions(t *testing.T) {
	shared, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data"))
	if err != nil {
		t.Fatal(err)
	}
	addresses := filepath.Join(shared, "real", "paris-2024", "adresses-75.csv.gz")
	if _, err := os.Stat(addresses); err != nil {
		t.Skip("données réelles absentes : " + addresses)
	}
	arrondissements := filepath.Join(shared, "real", "paris-2024", "communes-75-avec-arrondissements.json")
	for name, table := range map[string]string{
		"city alone": cityAlone(t, arrondissements), "with arrondissements": arrondissements,
		"without the city": filepath.Join(shared, "real", "communes", "communes.json"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, pack := t.TempDir(), filepath.Join(t.TempDir(), "pack")
			for to, from := range map[string]string{
				"ban/adresses-75.csv.gz": addresses, "communes/communes-table.json": table,
				"communes/communes-75.geojson.gz": filepath.Join(shared, "real", "communes", "communes-75.geojson.gz"),
				"qpv/qpv2024-france.geojson.gz":   filepath.Join(shared, "raw", "qpv", "qpv2024-france.geojson.gz"),
			} {
				dest := filepath.Join(raw, filepath.FromSlash(to))
				if err := os.MkdirAll(filepath.Dir(dest), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(from, dest); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := data.Build(context.Background(), data.BuildOptions{Raw: raw, Pack: pack}); err != nil {
				t.Fatal(err)
			}
			p, err := data.Open(pack)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			m, err := Pack(t.Context(), p, Options{Today: geo.MustDate("2026-01-01"), Rows: 120, Numbers: 400_000, Seed: 11})
			if err != nil {
				t.Fatal(err)
			}
			all := Total(m.Classes)
			t.Logf("%d rows: right street %d of %d; %d wrong of %d decided; %d undecided of %d clear", all.Rows, all.Street, all.Streets, all.Wrong, all.Decided, all.Undecided, all.Clear)
			if all.Clear < 1200 || all.Street*1000 < all.Streets*995 || all.Undecided*1000 > all.Clear*15 || all.Wrong*1000 > all.Decided {
				t.Error("want 99.5 % of the streets right, 98.5 % of the clear decided, 0.1 % wrong at most")
			}
		})
	}
}

// cityAlone writes the line of the city of a commune table in a file of its own.
func cityAlone(t *testing.T, path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []map[string]any
	if err := json.Unmarshal(b, &lines); err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l["code"] == "75056" {
			if b, err = json.Marshal([]any{l}); err != nil {
				t.Fatal(err)
			}
		}
	}
	out := filepath.Join(t.TempDir(), "communes.json")
	if err := os.WriteFile(out, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}
