package geo_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// asked is a fixed set of questions over a territory, answered by z.
func asked(z *geo.Zonings) (answers []string, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	for _, on := range []string{"2020-01-01", "2024-03-01", "2025-02-01", "2028-02-01"} {
		for _, commune := range []string{"", "59001", "59002", "59003", "59004", "97101", "59999"} {
			for _, p := range []orb.Point{{3.02, 50.02}, {3.035, 50.025}, {3.01, 50.02}, {3.15, 50.05}, {-60.945, 16.015}} {
				q := geo.Question{Commune: commune, Point: p, HasPoint: true, On: geo.MustDate(on), Known: geo.MustDate("2026-01-01")}
				answers = append(answers, fmt.Sprintf("%+v", facts(z.At(q))))
			}
		}
	}
	return answers, nil
}

func written(t testing.TB, z *geo.Zonings) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zones")
	if err := z.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestZoningFileRoundTrip(t *testing.T) {
	z := world(t)
	path := written(t, z)
	o, err := geo.OpenZonings(path)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if diff := cmp.Diff(z.Communes().All(), o.Communes().All()); diff != "" {
		t.Errorf("communes: %s", diff)
	}
	if diff := cmp.Diff(z.Versions(), o.Versions()); diff != "" {
		t.Errorf("versions: %s", diff)
	}
	for _, v := range []string{"2015", "2024"} {
		a, ai, _ := z.Polygons(geo.QPV, v)
		b, bi, ok := o.Polygons(geo.QPV, v)
		if diff := cmp.Diff(a, b); diff != "" || !ok {
			t.Errorf("zones of %s: %s", v, diff)
		}
		for i := range a {
			if diff := cmp.Diff(ai.Shape(i), bi.Shape(i)); diff != "" || ai.Bound(i) != bi.Bound(i) {
				t.Errorf("shape %d: %s", i, diff)
			}
		}
		if diff := cmp.Diff(z.CommunesWithZone(geo.QPV, v), o.CommunesWithZone(geo.QPV, v)); diff != "" {
			t.Errorf("communes with a zone: %s", diff)
		}
	}
	want, _ := asked(z)
	got, err := asked(o)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("answers: %v %s", err, diff)
	}
	again := written(t, o) // a file written from a file is the same
	if a, b := read(t, path), read(t, again); !bytes.Equal(a, b) {
		t.Error("a second writing gives other bytes")
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// One byte in three of the file in turn: a change is refused as damage, when opening,
// asking or verifying, or falls in padding and changes nothing.
func TestDamagedZoningFile(t *testing.T) {
	path := written(t, world(t))
	good := read(t, path)
	z, err := geo.OpenZonings(path)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := asked(z)
	z.Close()
	bad := filepath.Join(t.TempDir(), "bad")
	tried, refused := 0, 0
	for i := 0; i < len(good); i += 3 {
		tried++
		b := bytes.Clone(good)
		b[i] ^= 0x55
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		o, err := geo.OpenZonings(bad)
		if err == nil {
			var got []string
			if got, err = asked(o); err == nil {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("byte %d changes answers in silence: %s", i, diff)
				}
				err = o.Verify()
			}
			o.Close()
		}
		if err != nil {
			refused++
			if fault.KindOf(err) != fault.Corrupt {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
	if refused < tried*9/10 {
		t.Errorf("%d of %d bytes refused", refused, tried)
	}
	for _, n := range []int{0, 10, 63, 64, 100, len(good) / 2, len(good) - 1} {
		if err := os.WriteFile(bad, good[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := geo.OpenZonings(bad); fault.KindOf(err) != fault.Corrupt {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if _, err := geo.OpenZonings(filepath.Join(t.TempDir(), "none")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("absent: %v", err)
	}
}

// A file whose checksums hold but whose content was not written by this program.
func FuzzOpenZonings(f *testing.F) {
	path := written(f, world(f))
	src, err := blockfile.Open(path, "PERIZONE", 1)
	if err != nil {
		f.Fatal(err)
	}
	names := []string{"communes", "versions", "list/0", "list/1", "list/2"}
	for _, s := range []string{"contours", "polygons/0", "polygons/1"} {
		for _, part := range []string{"polygons", "rings", "outer", "bounds", "points"} {
			names = append(names, s+"/"+part)
		}
	}
	content := map[string][]byte{}
	for i, n := range names {
		s, err := src.Section(n)
		if err != nil {
			f.Fatal(err)
		}
		content[n] = bytes.Clone(s.All())
		f.Add(uint8(i), content[n])
		f.Add(uint8(i), content[n][:len(content[n])/2])
	}
	src.Close()
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		path := filepath.Join(t.TempDir(), "fuzzed")
		w, err := blockfile.Create(path, "PERIZONE", 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range names {
			s, err := w.Section(n)
			if err != nil {
				t.Fatal(err)
			}
			b := content[n]
			if i == int(which)%len(names) {
				b = data
			}
			if _, err := s.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		z, err := geo.OpenZonings(path)
		if err != nil {
			if fault.KindOf(err) != fault.Corrupt {
				t.Fatal(err)
			}
			return
		}
		defer z.Close()
		if _, err := asked(z); err != nil && fault.KindOf(err) != fault.Corrupt {
			t.Fatal(err)
		}
	})
}

func BenchmarkOpenZonings(b *testing.B) {
	path := written(b, realZonings(b))
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		z, err := geo.OpenZonings(path)
		if err != nil {
			b.Fatal(err)
		}
		z.Close()
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
}

// The first answer of a file just opened makes what the lookups need.
func BenchmarkOpenZoningsAndAsk(b *testing.B) {
	path := written(b, realZonings(b))
	q := geo.Question{Point: orb.Point{3.0633, 50.6372}, HasPoint: true, On: geo.MustDate("2025-01-01"), Known: geo.MustDate("2026-01-01")}
	for b.Loop() {
		z, err := geo.OpenZonings(path)
		if err != nil {
			b.Fatal(err)
		}
		if z.At(q).QPV.Version == nil {
			b.Fatal("no answer")
		}
		z.Close()
	}
}

// Questions as batch asks them: a point and a commune.
func BenchmarkZoningsAt(b *testing.B) {
	path := written(b, realZonings(b))
	z, err := geo.OpenZonings(path)
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	zones, index, _ := z.Polygons(geo.QPV, "2024")
	var questions []geo.Question
	for i := range zones {
		c := index.Bound(i).Center()
		for k := range 8 {
			p := orb.Point{c[0] + float64(k%4-2)*0.005, c[1] + float64(k/4-1)*0.005}
			if code, ok := z.Communes().At(p); ok {
				questions = append(questions, geo.Question{Point: p, HasPoint: true, Commune: code, On: geo.MustDate("2025-01-01"), Known: geo.MustDate("2026-01-01")})
			}
		}
	}
	i := 0
	for b.Loop() {
		z.At(questions[i%len(questions)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mquestions/s")
}

func BenchmarkCommuneOfAPoint(b *testing.B) {
	c := realCommunes(b)
	var points []orb.Point
	for _, commune := range c.All() {
		if shape, ok := c.Contour(commune.Code); ok {
			points = append(points, shape.Bound().Center())
		}
	}
	i := 0
	for b.Loop() {
		c.At(points[i%len(points)])
		i++
	}
}
