package geo_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// cs2cs asks the PROJ library for the plane coordinates of points in degrees of
// the geographic system base, whose axes are latitude then longitude.
func cs2cs(t *testing.T, base, epsg int, points []orb.Point) []orb.Point {
	t.Helper()
	bin, err := exec.LookPath("cs2cs")
	if err != nil {
		t.Skip("cs2cs absent : installer proj-bin pour comparer les projections")
	}
	var in bytes.Buffer
	for _, p := range points {
		fmt.Fprintf(&in, "%.12f %.12f\n", p[1], p[0])
	}
	cmd := exec.Command(bin, "-f", "%.6f", fmt.Sprintf("EPSG:%d", base), fmt.Sprintf("EPSG:%d", epsg))
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var got []orb.Point
	for sc := bufio.NewScanner(bytes.NewReader(out)); sc.Scan(); {
		f := strings.Fields(sc.Text())
		x, err1 := strconv.ParseFloat(f[0], 64)
		y, err2 := strconv.ParseFloat(f[1], 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("cs2cs: %q", sc.Text())
		}
		got = append(got, orb.Point{x, y})
	}
	if len(got) != len(points) {
		t.Fatalf("cs2cs gave %d points for %d", len(got), len(points))
	}
	return got
}

func grid(minX, minY, maxX, maxY float64, n int) []orb.Point {
	var out []orb.Point
	for i := range n {
		for j := range n {
			out = append(out, orb.Point{minX + (maxX-minX)*float64(i)/float64(n-1), minY + (maxY-minY)*float64(j)/float64(n-1)})
		}
	}
	return out
}

func TestProjectionsAgreeWithPROJ(t *testing.T) {
	for _, c := range []struct {
		departement string
		base, epsg  int        // the geographic system and the plane one
		box         [4]float64 // the territory, degrees
	}{
		{"59", 4171, 2154, [4]float64{-5.5, 41, 10, 51.5}},
		{"971", 5489, 5490, [4]float64{-63.5, 14, -60.5, 18.5}},
		{"973", 4624, 2972, [4]float64{-55, 2, -51, 6}},
		{"974", 4627, 2975, [4]float64{55, -21.6, 56, -20.7}},
		{"976", 4470, 4471, [4]float64{44.8, -13.2, 45.5, -12.4}},
		{"975", 4463, 4467, [4]float64{-56.6, 46.6, -56, 47.3}},
		{"987", 4687, 3297, [4]float64{-152, -18, -147, -14}},
		{"986", 8900, 8903, [4]float64{-178.5, -14.5, -176, -13}},
		{"988", 4749, 3163, [4]float64{158, -23, 168.5, -17.5}},
	} {
		t.Run(fmt.Sprint(c.epsg), func(t *testing.T) {
			p, ok := geo.ProjectionOf(c.departement)
			if !ok || p.EPSG != c.epsg {
				t.Fatalf("département %s: %+v", c.departement, p)
			}
			points := grid(c.box[0], c.box[1], c.box[2], c.box[3], 25)
			want := cs2cs(t, c.base, c.epsg, points)
			worst, worstBack := 0.0, 0.0
			for i, q := range points {
				got := p.Project(q)
				worst = math.Max(worst, math.Hypot(got[0]-want[i][0], got[1]-want[i][1]))
				back := p.Unproject(want[i])
				worstBack = math.Max(worstBack, geo.Distance(back, q))
			}
			t.Logf("%s: forward %.7f m, back %.7f m", p.Name, worst, worstBack)
			if worst > 0.01 || worstBack > 0.01 {
				t.Errorf("forward %.4f m, back %.4f m: more than 1 cm", worst, worstBack)
			}
		})
	}
}

func TestLambert93OfKnownPoint(t *testing.T) {
	// The origin of the projection is exact by definition.
	got := geo.Lambert93.Project(orb.Point{3, 46.5})
	if math.Hypot(got[0]-700000, got[1]-6600000) > 1e-6 {
		t.Errorf("origin projects to %v", got)
	}
}

func TestProjectionOfUnknownTerritory(t *testing.T) {
	for _, d := range []string{"", "979", "984"} {
		if p, ok := geo.ProjectionOf(d); ok {
			t.Errorf("département %q has projection %s", d, p.Name)
		}
	}
	if _, ok := geo.ProjectionByEPSG(3857); ok {
		t.Error("EPSG:3857 is no legal projection of France")
	}
}
