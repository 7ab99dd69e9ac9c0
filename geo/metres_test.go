package geo_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// Geodesics of PROJ are the oracle of lengths on the ground.
func TestDistanceAgreesWithGeodesics(t *testing.T) {
	bin, err := exec.LookPath("geod")
	if err != nil {
		t.Skip("geod absent : installer proj-bin pour comparer les distances")
	}
	rnd := rand.New(rand.NewPCG(13, 14))
	var in bytes.Buffer
	var pairs [][2]orb.Point
	var reach []float64
	for k := range 600 {
		lat := []float64{50.5, 43, -21, 4.5}[k%4] // Lille, Marseille, La Réunion, Guyane
		d := []float64{0.003, 0.05, 1}[k%3]
		a := orb.Point{3 + rnd.Float64(), lat}
		b := orb.Point{a[0] + d*(rnd.Float64()-0.5), a[1] + d*(rnd.Float64()-0.5)}
		pairs, reach = append(pairs, [2]orb.Point{a, b}), append(reach, d)
		fmt.Fprintf(&in, "%.12f %.12f %.12f %.12f\n", a[1], a[0], b[1], b[0])
	}
	cmd := exec.Command(bin, "+ellps=GRS80", "-I", "-F", "%.6f")
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(bytes.NewReader(out))
	for i, p := range pairs {
		if !sc.Scan() {
			t.Fatal("geod stopped early")
		}
		f := strings.Fields(sc.Text())
		want, err := strconv.ParseFloat(f[len(f)-1], 64)
		if err != nil {
			t.Fatal(err)
		}
		limit := map[float64]float64{0.003: 1e-4, 0.05: 1e-3, 1: 2}[reach[i]]
		if got := geo.Distance(p[0], p[1]); math.Abs(got-want) > limit {
			t.Errorf("%v: %.5f m, geodesic %.5f m", p, got, want)
		}
	}
}

func TestArea(t *testing.T) {
	// The whole ellipsoid: 510 065 621.724 km² on GRS80 (Moritz, 2000).
	world := orb.MultiPolygon{{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}}
	if got := geo.Area(world) / 1e6; math.Abs(got-510065621.724) > 0.01 {
		t.Errorf("the ellipsoid has %.3f km²", got)
	}
	mx, my := geo.MetresPerDegree(50.005)
	if got, want := geo.Area(square(3, 50, 0.01, 0.01)), mx*my*1e-4; math.Abs(got-want) > want*1e-6 {
		t.Errorf("%.3f m², want %.3f", got, want)
	}
	hole := orb.MultiPolygon{{square(3, 50, 0.02, 0.02)[0][0], square(3.005, 50.005, 0.01, 0.01)[0][0]}}
	if got, want := geo.Area(hole), geo.Area(square(3, 50, 0.02, 0.02))-geo.Area(square(3.005, 50.005, 0.01, 0.01)); math.Abs(got-want) > 1e-3 {
		t.Errorf("with a hole: %.3f m², want %.3f", got, want)
	}
	if got := geo.Area(orb.MultiPolygon{{{{3, 50}, {3, 51}}}}); got != 0 {
		t.Errorf("a line has %.3f m²", got)
	}
}

func TestPrecision(t *testing.T) {
	for _, c := range []struct {
		name     string
		in       orb.MultiPolygon
		metres   bool
		decimals int
		want     float64
		repeated int
	}{
		{"four decimals", orb.MultiPolygon{{{{3.1234, 50.1234}, {3.2341, 50.1111}, {3.2341, 50.1111}, {3.3333, 50.5678}, {3.1234, 50.1234}}}}, false, 4, 6.59, 1},
		{"seven decimals", orb.MultiPolygon{{{{3.0860393, 50.6674714}, {3.0861647, 50.6673367}, {3.086724, 50.6666931}}}}, false, 7, 0.00658, 0},
		{"full floats", orb.MultiPolygon{{{{1.0 / 3, 50 + 1.0/3}, {1.0 / 7, 50 + 1.0/7}, {1.0 / 9, 50 + 1.0/9}}}}, false, 11, 0, 0},
		{"whole metres of Lambert-93", orb.MultiPolygon{{{{700123, 7059123}, {700456, 7059444}, {700999, 7059001}}}}, true, 0, 0.707, 0},
		{"nothing", nil, false, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := geo.Precision{Projected: c.metres}
			p.Add(c.in)
			if _, repeated := p.Vertices(); p.Decimals() != c.decimals || repeated != c.repeated || math.Abs(p.Metres()-c.want) > 0.01*c.want+1e-6 {
				t.Errorf("%d decimals, %.5f m, %d repeated", p.Decimals(), p.Metres(), repeated)
			}
		})
	}
}

func TestPrecisionOfOfficialFiles(t *testing.T) {
	for name, want := range map[string][2]float64{
		"qpv/qpv2024-france.geojson.gz":   {4, 7.1},
		"qpv/qpv2015-mel.geojson.gz":      {7, 0.007},
		"communes/communes-59.geojson.gz": {6, 0.07},
	} {
		var p geo.Precision
		for _, f := range realFeatures(t, name) {
			p.Add(f.shape(t))
		}
		if float64(p.Decimals()) != want[0] || p.Metres() > want[1] || p.Metres() < want[1]*0.9 {
			t.Errorf("%s: %d decimals, %.4f m", name, p.Decimals(), p.Metres())
		}
		seen, repeated := p.Vertices()
		t.Logf("%s: %d decimals, %.4f m, %d of %d vertices repeated", name, p.Decimals(), p.Metres(), repeated, seen)
	}
}
