package study

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/geo"
)

var region = sync.OnceValues(func() (*data.Pack, error) {
	dir, err := os.MkdirTemp("", "perimetre-etude")
	if err != nil {
		return nil, err
	}
	if _, err := data.Build(context.Background(), data.BuildOptions{Raw: realRaw, Pack: dir}); err != nil {
		return nil, err
	}
	return data.Open(dir)
})

const realRaw = "../../shared/data/raw"

func realPack(t testing.TB) *data.Pack {
	t.Helper()
	if _, err := os.Stat(filepath.Join(realRaw, "qpv")); err != nil {
		t.Skip("données réelles absentes : ", realRaw)
	}
	p, err := region()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var onDay = geo.MustDate("2025-06-01")

// The 94 QPV of the Nord against the 47 sites of 2016: one in twenty of those
// declared, so that nothing may be said absent.
func TestRealRegion(t *testing.T) {
	r, err := Cover(context.Background(), realPack(t), Options{On: onDay, Known: onDay})
	if err != nil {
		t.Fatal(err)
	}
	north, told := 0, 0 // told: once by each Mission Locale that serves it
	for _, z := range r.QPV {
		if zoneDepartement(&geo.Zone{ZoneRef: geo.ZoneRef{Code: z.Code}}) != "59" {
			continue
		}
		north++
		told += len(z.Units)
		// Brute force, by the plain distance.
		best, name := 0.0, ""
		for i := range r.Placed {
			if d := geo.Distance(z.At, [2]float64{r.Sites[i].Lon, r.Sites[i].Lat}); name == "" || d < best {
				best, name = d, r.Sites[i].Name
			}
		}
		if z.Nearest.Name != name || z.Nearest.Metres-best > 0.01 || best-z.Nearest.Metres > 0.01 {
			t.Errorf("%s: %s at %v m, brute force says %s at %v m", z.Code, z.Nearest.Name, z.Nearest.Metres, name, best)
		}
		if z.Border > z.Nearest.Metres+1 || (z.Presence > 0) != (z.Border == 0) {
			t.Errorf("%s: border at %v m, centre at %v m, %d sites inside", z.Code, z.Border, z.Nearest.Metres, z.Presence)
		}
	}
	if north != 94 || len(r.QPV) != 204 {
		t.Errorf("%d QPV in the Nord of %d, want 94 of 204", north, len(r.QPV))
	}
	if told != 101 {
		t.Errorf("the lists of the Missions Locales of the Nord name %d QPV, want 101", told)
	}
	lines := 0
	for _, s := range r.Shares {
		if s.Kind != "QPV" {
			t.Errorf("the list shares no commune: %+v", s)
		}
		lines++
	}
	if lines != 20 {
		t.Errorf("%d rows of QPV astride", lines)
	}
	people := 0.0
	for _, u := range r.Units {
		people += u.Total
	}
	if len(r.Units) != 42 || people != r.Groups[0].Total {
		t.Errorf("%d Missions Locales, %v people of %v", len(r.Units), people, r.Groups[0].Total)
	}
	if r.Placed != 47 {
		t.Errorf("%d sites placed, want 47", r.Placed)
	}
	share, known := r.Completeness.Share()
	if !known || share < 0.045 || share > 0.055 || r.Completeness.Complete() {
		t.Errorf("completeness %v", share)
	}
	if want := "liste incomplète : les distances sont des maximums"; len(r.Warning) < len(want) || r.Warning[:len(want)] != want {
		t.Errorf("avertissement : %q", r.Warning)
	}
	several := 0
	for _, z := range r.QPV {
		if len(z.Units) > 1 {
			several++
		}
	}
	if several != 9 {
		t.Errorf("%d QPV astride several Missions Locales, want 9", several)
	}
	if i := slices.IndexFunc(r.QPV, func(z Zone) bool { return z.Code == "QN05980M" }); i < 0 || len(r.QPV[i].Units) != 4 {
		t.Errorf("QN05980M : %+v", r.QPV[i].Units)
	}
}

// The 42 territories cover the region: nothing is left out, nothing counted twice,
// and no hole but an enclave of another one.
func TestRealTerritories(t *testing.T) {
	p := realPack(t)
	g := newGround(p, &Options{On: onDay, Known: onDay})
	all, units, err := g.outlines()
	if err != nil {
		t.Fatal(err)
	}
	if len(units) != 42 {
		t.Errorf("%d territories, want 42", len(units))
	}
	sum, communes := 0.0, 0.0
	for _, u := range units {
		sum += geo.Area(u.Shape)
	}
	for _, c := range g.list {
		shape, ok := g.communes.Contour(c.Code)
		if !ok {
			t.Fatalf("%s without an outline", c.Code)
		}
		communes += geo.Area(shape)
	}
	total := geo.Area(all)
	holes := 0
	for _, poly := range all {
		holes += len(poly) - 1
	}
	t.Logf("region %.1f km², territories %.1f, communes %.1f, %d parts, %d holes", total/1e6, sum/1e6, communes/1e6, len(all), holes)
	for _, poly := range all {
		for _, h := range poly[1:] {
			t.Logf("trou de %.0f m² en %v", geo.Area(orb.MultiPolygon{{h}}), h[0])
		}
	}
	if holes > 0 {
		t.Errorf("%d holes in the region", holes)
	}
	if d := sum/total - 1; d > 1e-4 || d < -1e-4 {
		t.Errorf("territories %v, region %v", sum, total)
	}
}
