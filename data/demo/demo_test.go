package demo

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// made is one demo for the tests that only read it.
func made(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if _, err := Write(context.Background(), dir, Config{Addresses: 8000, People: 800}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func sums(t *testing.T, dir string) map[string][32]byte {
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = sha256.Sum256(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameSeedSameBytes(t *testing.T) {
	one, two := sums(t, made(t)), sums(t, made(t))
	if len(one) < 15 {
		t.Fatalf("%d files", len(one))
	}
	for name, sum := range one {
		if two[name] != sum {
			t.Errorf("%s differs", name)
		}
	}
}

func rows(t *testing.T, path string) [][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	r.Comma = ';'
	out, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The area of the whole equals that of the parts, borders are shared to the last
// digit, and no contour crosses itself: the communes tile without gap or overlap.
func TestCommunesTile(t *testing.T) {
	tr := newTerritory(3, 400_000)
	edges := map[[2]orb.Point]int{}
	for _, c := range tr.towns {
		for i := 1; i < len(c.ring); i++ {
			edges[[2]orb.Point{c.ring[i-1], c.ring[i]}]++
		}
		if c.ring.Orientation() != orb.CCW {
			t.Fatalf("%s turns the wrong way", c.code)
		}
		for i := 1; i < len(c.ring); i++ {
			for j := i + 2; j < len(c.ring); j++ {
				if i == 1 && j == len(c.ring)-1 {
					continue
				}
				if crosses(c.ring[i-1], c.ring[i], c.ring[j-1], c.ring[j]) {
					t.Fatalf("%s crosses itself", c.code)
				}
			}
		}
	}
	outer := 0
	for e, n := range edges {
		if n != 1 {
			t.Fatalf("the edge %v is run %d times one way", e, n)
		}
		if edges[[2]orb.Point{e[1], e[0]}] == 0 {
			outer++
		}
	}
	// Every commune of the inside has neighbours on its four sides: the edges with
	// one owner make the outline of the départements, 8 a side of a cell.
	sides := 0
	for _, c := range tr.towns {
		for _, step := range [][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
			if tr.byCell[[2]int{c.gx + step[0], c.gy + step[1]}] == nil {
				sides++
			}
		}
	}
	if outer != sides*8 {
		t.Errorf("%d lone edges, want %d", outer, sides*8)
	}
}

func crosses(a, b, c, d orb.Point) bool {
	side := func(a, b, p orb.Point) bool { return (b[0]-a[0])*(p[1]-a[1])-(b[1]-a[1])*(p[0]-a[0]) > 0 }
	return side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}

func TestLiesInTheOcean(t *testing.T) {
	for _, n := range []int{2_000, 2_000_000, 26_000_000} {
		tr := newTerritory(0, n)
		if n == 26_000_000 && (len(tr.towns) < 34_000 || len(tr.deps) < 90) {
			t.Errorf("%d communes in %d départements at the size of France", len(tr.towns), len(tr.deps))
		}
		for _, c := range tr.towns {
			b := c.ring.Bound()
			if b.Min[0] < -23.5 || b.Max[0] > -12 || b.Min[1] < 42 || b.Max[1] > 50 {
				t.Fatalf("%s lies at %v", c.code, b)
			}
		}
	}
}

// No name of a commune is a real one's.
func TestNamesExistNowhere(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "data", "raw", "zonages", "frr-2025-07-10.csv.gz")
	real := realNames(t, path)
	tr := newTerritory(0, 5_000_000)
	for _, c := range tr.towns {
		if real[strings.ToLower(c.name)] {
			t.Errorf("%s is a real commune's name", c.name)
		}
	}
}

func TestDepartementCodes(t *testing.T) {
	seen := map[string]bool{}
	for i := range 120 {
		code := depCode(i)
		if _, _, real := geo.Departement(code); real || len(code) != 2 || seen[code] {
			t.Errorf("département %d: %s", i, code)
		}
		seen[code] = true
	}
}

func TestQuarters(t *testing.T) {
	tr := newTerritory(0, 20_000)
	re := map[version]*regexp.Regexp{v2015: regexp.MustCompile(`^QP\d{6}$`), v2024: regexp.MustCompile(`^QN(\d{3}|02[AB])\d{2}[A-Z]$`)}
	letters, seen := map[string]int{}, map[string]bool{}
	shared, holes, parts := 0, 0, 0
	for _, q := range tr.quarters {
		if !re[q.version].MatchString(q.code) || seen[q.code] {
			t.Errorf("code %q", q.code)
		}
		seen[q.code] = true
		if q.version == v2024 {
			letters[q.code[7:]]++
		}
		if len(q.communes) > 1 {
			shared++
			if q.communes[0].ml == q.communes[1].ml {
				t.Errorf("%s is shared within one Mission Locale", q.code)
			}
			for _, c := range q.communes {
				if !slices.ContainsFunc(q.shape[0][0], func(p orb.Point) bool { return inRing(c.ring, p) }) {
					t.Errorf("%s does not reach %s", q.code, c.code)
				}
			}
		}
		if len(q.shape) > 1 {
			parts++
		}
		if len(q.shape[0]) > 1 {
			holes++
		}
	}
	if letters["I"] == 0 || letters["M"] == 0 || letters["N"] == 0 || shared == 0 || holes == 0 || parts == 0 {
		t.Errorf("letters %v, %d shared, %d with a hole, %d in parts", letters, shared, holes, parts)
	}
	exits := 0
	for _, q := range tr.quarters {
		if q.version == v2015 && !slices.ContainsFunc(tr.quarters, func(o *quarter) bool { return o.version == v2024 && o.bound.Intersects(q.bound) }) {
			exits++
		}
	}
	if exits == 0 {
		t.Error("no QPV of 2015 left")
	}
	rural := 0
	for _, m := range tr.missions {
		if !m.rural {
			continue
		}
		rural++
		for _, c := range m.communes {
			if len(c.quarters) > 0 {
				t.Errorf("%s of a rural Mission Locale holds %s", c.code, c.quarters[0].code)
			}
		}
	}
	if rural == 0 {
		t.Error("every Mission Locale has a QPV")
	}
}

// The truth of each row again, with orb's own geometry over the files as written.
func TestTruthAgainstTheFiles(t *testing.T) {
	dir := made(t)
	shapes := map[string][]zone{"2015": zones(t, filepath.Join(dir, "qpv", "qpv2015-fictif.geojson.gz")),
		"2024": zones(t, filepath.Join(dir, "qpv", "qpv2024-fictif.geojson.gz"))}
	people, truth := rows(t, filepath.Join(dir, "jeunes.csv")), rows(t, filepath.Join(dir, "truth.csv"))
	if len(people) != 800+4 || len(truth) != 801 {
		t.Fatalf("%d rows, %d truths", len(people), len(truth))
	}
	col := map[string]int{}
	for i, h := range truth[0] {
		col[h] = i
	}
	inside, placed := 0, 0
	for _, row := range truth[1:] {
		line, _ := strconv.Atoi(row[col["ligne"]])
		if people[line-1][0] != row[col["matricule"]] {
			t.Fatalf("line %d is %s", line, people[line-1][0])
		}
		if row[col["lon"]] == "" {
			continue
		}
		placed++
		lon, _ := strconv.ParseFloat(row[col["lon"]], 64)
		lat, _ := strconv.ParseFloat(row[col["lat"]], 64)
		for v, list := range shapes {
			var codes []string
			for _, z := range list {
				if planar.MultiPolygonContains(z.shape, orb.Point{lon, lat}) {
					codes = append(codes, z.code)
				}
			}
			if got := row[col["qpv_"+v]]; got != strings.Join(codes, "|") {
				t.Errorf("line %d: QPV %s %q, want %q", line, v, got, codes)
			}
			inside += len(codes)
		}
	}
	if inside < 100 || placed < 700 {
		t.Errorf("%d in a QPV, %d placed", inside, placed)
	}
}

func TestMessIsWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	if _, err := Write(context.Background(), dir, Config{}); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	quarter := map[string]int{}
	for _, row := range rows(t, filepath.Join(dir, "truth.csv"))[1:] {
		count[row[2]]++
		for _, f := range []string{row[3], row[4]} {
			for w := range strings.SplitSeq(f, "|") {
				count[w]++
			}
		}
		if len(row[6]) == 10 {
			m, _ := strconv.Atoi(row[6][5:7])
			quarter[row[6][:4]+"-T"+strconv.Itoa((m+2)/3)]++
		}
	}
	for _, want := range []string{"propre", "abreviations", "une_faute", "sans_domicile", "domiciliation", "foyer", "etranger", "inexploitable", "quartier_seul",
		"voie_absente", "autre_commune", "avant_voie", "bp_cs_cedex", "plage", "commune_ancienne", "st_ville",
		"doublon", "renouvellement", "mutation", "hors_territoire", "date_invalide", "date_iso", "date_excel", "insee_faux"} {
		if count[want] == 0 {
			t.Errorf("no %s among %v", want, count)
		}
	}
	for _, q := range []string{"2023-T4", "2024-T1", "2024-T2", "2024-T3", "2024-T4"} {
		if quarter[q] < 100 {
			t.Errorf("%s: %d entries", q, quarter[q])
		}
	}
}

func TestRefusesAForeignFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mes-notes.txt"), []byte("à garder"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Write(context.Background(), dir, Config{Addresses: 2000, People: -1})
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "mes-notes.txt")); err != nil {
		t.Error(err)
	}
}

func TestFixedAgainstStrconv(t *testing.T) {
	for _, v := range []float64{0, -19.876543, 45.000001, 1234567.89, -0.5, 6.9999999} {
		if got, want := string(appendFixed(nil, v, 6)), strconv.FormatFloat(v, 'f', 6, 64); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func BenchmarkAddresses(b *testing.B) {
	tr := newTerritory(0, 200_000)
	dir := b.TempDir()
	n := 0
	for b.Loop() {
		o, err := create(dir, "ban/adresses-96.csv.gz")
		if err != nil {
			b.Fatal(err)
		}
		k, err := tr.writeAddresses(o, tr.deps[0])
		if err = o.done(err); err != nil {
			b.Fatal(err)
		}
		n += k
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "adresses/s")
}
