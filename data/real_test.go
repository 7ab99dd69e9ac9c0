package data

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// realRaw links the real files, and those of ban-samples that have a known form,
// in a RAW folder.
func realRaw(t testing.TB) string {
	t.Helper()
	shared := filepath.Join("..", "..", "shared", "data")
	if _, err := os.Stat(shared); err != nil {
		t.Skip("données réelles absentes : ../shared/data")
	}
	shared, err := filepath.Abs(shared)
	if err != nil {
		t.Fatal(err)
	}
	raw := t.TempDir()
	for _, d := range []string{"qpv", "communes", "zonages", "missions-locales"} {
		if err := os.Symlink(filepath.Join(shared, "raw", d), filepath.Join(raw, d)); err != nil {
			t.Fatal(err)
		}
	}
	os.Mkdir(filepath.Join(raw, "ban"), 0o755)
	for _, f := range []string{"adresses-addok-988.ndjson.gz", "bal-35047-bruz.csv.gz"} {
		if err := os.Symlink(filepath.Join(shared, "ban-samples", f), filepath.Join(raw, "ban", f)); err != nil {
			t.Fatal(err)
		}
	}
	return raw
}

func TestRealPack(t *testing.T) {
	raw, pack := realRaw(t), t.TempDir()
	m := build(t, raw, pack)
	p := openPack(t, pack)
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	for dep, want := range map[string]int{"02": 17, "59": 94, "60": 19, "62": 64, "80": 10} {
		if got := m.Stats.Zones["qpv 2024"][dep]; got != want {
			t.Errorf("QPV 2024 of %s: %d, want %d", dep, got, want)
		}
	}
	if m.Stats.Index.Addresses < 40000 || m.Stats.Missions != 42 || m.Stats.Territories != 3782 || m.Stats.Sites != 47 {
		t.Errorf("%+v", m.Stats)
	}
	for _, v := range m.Versions {
		if v.Zoning == geo.QPV && v.Name == "2024" && (v.Precision < 5 || v.Precision > 9) {
			t.Errorf("precision of the file of 2024: %.1f m", v.Precision)
		}
	}
	at := func(code string, lon, lat float64, on, known string) geo.Memberships {
		return p.Zonings.At(geo.Question{Commune: code, Point: orb.Point{lon, lat}, HasPoint: true, On: geo.MustDate(on), Known: geo.MustDate(known)})
	}
	t.Run("Roubaix et Dunkerque en 2023", func(t *testing.T) {
		if f := at("59512", 3.1746, 50.6927, "2023-03-01", "2023-03-01").QPV; f.Version == nil || f.Version.Name != "2015" {
			t.Errorf("Roubaix : %+v", f)
		}
		if f := at("59183", 2.3767, 51.0343, "2023-03-01", "2023-03-01").QPV; f.Version != nil {
			t.Errorf("Dunkerque should be out of the file of 2015: %+v", f)
		}
		if f := at("59183", 2.3767, 51.0343, "2024-03-01", "2024-03-01").QPV; f.Version == nil || f.Version.Name != "2024" {
			t.Errorf("Dunkerque en 2024 : %+v", f)
		}
	})
	t.Run("connu depuis", func(t *testing.T) {
		if f := at("59512", 3.1746, 50.6927, "2024-03-01", "2023-12-28").QPV; f.Version != nil {
			t.Errorf("the list of 2024 was not published: %+v", f.Version)
		}
		if f := at("02001", 3.2, 49.6, "2025-01-15", "2025-07-09").FRR; f.Version != nil {
			t.Errorf("the FRR list was not published: %+v", f.Version)
		}
		if f := at("02001", 3.2, 49.6, "2025-01-15", "2025-07-10").FRR; f.Version == nil || f.Version.Name != "2025-07" {
			t.Errorf("%+v", f)
		}
	})
	t.Run("listes de la région", func(t *testing.T) {
		counts := map[geo.ListStatus]int{}
		for _, c := range p.Communes.All() {
			counts[p.Zonings.At(geo.Question{Commune: c.Code, On: geo.MustDate("2025-08-01"), Known: geo.MustDate("2025-08-01")}).FRR.Status]++
		}
		if counts[geo.StatusSocle]+counts[geo.StatusPlus] != 1592 || counts[geo.StatusBeneficiary] != 34 {
			t.Errorf("%v", counts)
		}
	})
	t.Run("communes fusionnées", func(t *testing.T) {
		for old, now := range map[string]string{"59355": "59350", "59540": "59183"} {
			if got, former, ok := p.Communes.Resolve(old); !ok || got != now || former != old {
				t.Errorf("%s : %s %s %v", old, got, former, ok)
			}
		}
	})
	t.Run("bases réelles", func(t *testing.T) {
		for _, q := range []string{"rue de Verdun 98800 Nouméa", "avenue Jules Tricault 35170 Bruz"} {
			ans, err := p.Index.NewSearcher().Search(&geocode.Query{Text: q})
			if err != nil || len(ans.Results) == 0 || ans.Results[0].Precision < geocode.PrecisionStreet {
				t.Errorf("%s : %+v %v", q, ans.Results, err)
			}
		}
	})
}

// What became of the zones of the Lille metropole: one enters (Haubourdin, Le
// Parc), none leaves.
func TestRealDiff(t *testing.T) {
	raw, pack := realRaw(t), t.TempDir()
	build(t, raw, pack)
	d, err := openPack(t, pack).Diff(geo.QPV, "2015", "2024")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Entered) != 1 || d.Entered[0].Name != "Le Parc" || len(d.Left) != 0 || len(d.Modified)+len(d.Unchanged) != 25 {
		t.Errorf("%d in, %d out, %d changed, %d unchanged", len(d.Entered), len(d.Left), len(d.Modified), len(d.Unchanged))
	}
}

func BenchmarkOpen(b *testing.B) {
	raw, pack := b.TempDir(), b.TempDir()
	makeRaw(b, raw, 20000)
	build(b, raw, pack)
	for b.Loop() {
		p, err := Open(pack)
		if err != nil {
			b.Fatal(err)
		}
		p.Close()
	}
}

func BenchmarkBuild(b *testing.B) {
	raw, pack := b.TempDir(), b.TempDir()
	makeRaw(b, raw, 200000)
	for b.Loop() {
		build(b, raw, pack)
	}
	b.ReportMetric(200000*float64(b.N)/b.Elapsed().Seconds(), "adresses/s")
}
