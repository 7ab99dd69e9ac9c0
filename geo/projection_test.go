package geo_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"slices"
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
	france := [4]float64{-5.5, 41, 10, 51.5}
	type line struct {
		base  int        // the geographic system
		box   [4]float64 // the territory, degrees
		codes []int      // the plane systems
	}
	lines := []line{
		{4171, france, []int{2154}}, {9777, france, []int{9793}}, {9782, france, []int{9794}}, {4326, france, []int{3857}},
		{5489, [4]float64{-63.5, 14, -60.5, 18.5}, []int{5490}}, {4558, [4]float64{-63.5, 14, -60.5, 18.5}, []int{4559}},
		{4624, [4]float64{-55, 2, -51, 6}, []int{2972, 3313}},
		{4627, [4]float64{55, -21.6, 56, -20.7}, []int{2975}},
		{4470, [4]float64{44.8, -13.2, 45.5, -12.4}, []int{4471}},
		{4463, [4]float64{-56.6, 46.6, -56, 47.3}, []int{4467}},
		{4687, [4]float64{-155, -28, -134, -7}, []int{3296, 3297, 3298, 3299}},
		{8900, [4]float64{-178.5, -14.5, -176, -13}, []int{8903}},
		{4749, [4]float64{158, -23, 168.5, -17.5}, []int{3163, 3169, 3170, 3171}},
		{4258, france, []int{25830, 25831, 25832}}, {4326, france, []int{32630, 32631, 32632}},
		{4326, [4]float64{-63.5, 14, -60.5, 18.5}, []int{32620}}, {4326, [4]float64{-55, 2, -51, 6}, []int{32621, 32622}},
		{4326, [4]float64{55, -21.6, 56, -20.7}, []int{32740}}, {4326, [4]float64{44.8, -13.2, 45.5, -12.4}, []int{32738}},
		{4326, [4]float64{-155, -28, -134, -7}, []int{32705, 32706, 32707, 32708}}, {4326, [4]float64{-178.5, -14.5, -176, -13}, []int{32701}},
		{4326, [4]float64{158, -23, 168.5, -17.5}, []int{32757, 32758, 32759}},
	}
	for zone := 42; zone <= 50; zone++ {
		box := [4]float64{-5.5, float64(zone) - 3, 10, float64(zone) + 3}
		lines = append(lines, line{4171, box, []int{3900 + zone}})
	}
	lines = append(lines, line{9777, france, []int{9827}}, line{9782, france, []int{9847}}) // CC47 of later realisations
	for _, c := range lines {
		points := grid(c.box[0], c.box[1], c.box[2], c.box[3], 12)
		for _, code := range c.codes {
			t.Run(fmt.Sprint(code), func(t *testing.T) {
				p, ok := geo.ProjectionByEPSG(code)
				if !ok {
					t.Fatal("not known")
				}
				want := cs2cs(t, c.base, code, points)
				worst, worstBack := 0.0, 0.0
				for i, q := range points {
					got := p.Project(q)
					worst = math.Max(worst, math.Hypot(got[0]-want[i][0], got[1]-want[i][1]))
					worstBack = math.Max(worstBack, geo.Distance(p.Unproject(want[i]), q))
				}
				if worst > 0.01 || worstBack > 0.01 {
					t.Errorf("%s: forward %.4f m, back %.4f m: more than 1 cm", p.Name, worst, worstBack)
				}
			})
		}
	}
}

func TestLegalProjections(t *testing.T) {
	for dep, epsg := range map[string]int{"59": 2154, "2A": 2154, "971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471, "975": 4467, "987": 3297, "986": 8903, "988": 3163} {
		if p, ok := geo.ProjectionOf(dep); !ok || p.EPSG != epsg {
			t.Errorf("département %s: %+v, want EPSG:%d", dep, p, epsg)
		}
	}
}

// The projections in which a file about a territory may be written, by their codes.
func TestProjectionsOfTerritory(t *testing.T) {
	for dep, want := range map[string]string{
		"59":  "2154 25830 25831 25832 3857 3942 3943 3944 3945 3946 3947 3948 3949 3950",
		"2A":  "2154 25830 25831 25832 3857 3942 3943 3944 3945 3946 3947 3948 3949 3950",
		"971": "3313 4467 5490 3857", "972": "3313 4467 5490 3857", "973": "2972 3313 4467 3857", "974": "2975 3857", "976": "4471 3857", "96": "", "": "",
	} {
		var got []string
		for _, p := range geo.ProjectionsOf(dep) {
			got = append(got, strconv.Itoa(p.EPSG))
		}
		w := strings.Fields(want)
		slices.Sort(got)
		slices.Sort(w)
		if !slices.Equal(got, w) {
			t.Errorf("département %q: %v, want %v", dep, got, w)
		}
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
	for _, code := range []int{0, 27572, 3035, 2192, 32633} {
		if p, ok := geo.ProjectionByEPSG(code); ok {
			t.Errorf("EPSG:%d is read as %s", code, p.Name)
		}
	}
}

func TestAxesSwapped(t *testing.T) {
	for pt, want := range map[orb.Point]bool{
		{2.35, 48.85}: false, {48.85, 2.35}: true, {55.45, -20.9}: false, {-20.9, 55.45}: true, {-61.5, 16.2}: false, {16.2, -61.5}: true,
		{45.2, -12.8}: false, {-12.8, 45.2}: true, {-30, 48}: false, {13.4, 52.5}: false, {2.35, 148.85}: false,
	} {
		if got := geo.AxesSwapped(pt); got != want {
			t.Errorf("%v: %v", pt, got)
		}
	}
}
