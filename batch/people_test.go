package batch

import (
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest"
	"perimetre/ingest/table"
)

// outcome counts what became of the rows of one class.
type outcome struct {
	rows, decided, wrong  int
	decidable, settled    int // one known number, more than 30 m from a border
	bold, boldOnCommune   int // decided though the street is not in the written commune
	undecided, placeless  int
	placelessTakenForHome int
}

// TestNoisyPeople flags people drawn from a semi-real base of the Nord, with the
// noise of their typing, and holds the figures of the half that no tuning saw:
// wrong at most 0.5 % of the decisions, 93 % of the decidable decided, bold at
// most 5 % of the decisions.
func TestNoisyPeople(t *testing.T) {
	if testing.Short() {
		t.Skip("long : construit une base de 59 à un vingtième")
	}
	shared := "../../shared"
	if _, err := os.Stat(filepath.Join(shared, "data/raw")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("données réelles absentes : " + shared + "/data/raw")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("données réelles absentes : python3 est nécessaire à tools/hdf_base.py")
	}
	raw := t.TempDir()
	if err := os.CopyFS(raw, os.DirFS(filepath.Join(shared, "data/raw"))); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(python, filepath.Join(shared, "tools/hdf_base.py"), "--out", filepath.Join(raw, "ban"), "--deps", "59", "--scale", "0.05").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	dir := t.TempDir()
	if _, err := data.Build(context.Background(), data.BuildOptions{Raw: raw, Pack: dir}); err != nil {
		t.Fatal(err)
	}
	pack, err := data.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer pack.Close()

	cases := drawPeople(t, raw, filepath.Join(shared, "data/addresses/street-names.txt"), 20000)
	var in strings.Builder
	w := csv.NewWriter(&in)
	w.Comma = ';'
	w.Write([]string{"Matricule", "Adresse", "Complément", "Code postal", "Ville"})
	for _, c := range cases {
		w.Write([]string{c.ID, c.Split.Street, c.Split.Complement, c.Split.Postcode, c.Split.City})
	}
	w.Flush()
	on := geo.MustDate("2025-09-01")
	o := FlagOptions{
		Options: Options{NewSearch: func() Search {
			s := pack.Index.NewSearcher()
			return func(q *geocode.Query) (*geocode.Answer, error) { return s.Search(q) }
		}},
		Decider: &residency.Decider{Zones: pack.Zonings, Communes: pack.Communes, Numbers: pack.Index, Options: residency.DefaultOptions},
		On:      on, Known: on, Pack: pack.ID,
	}
	rows, _, err := through(t, "people.csv", in.String(), func(in *table.Reader, out Writer) (Summary, error) {
		return Flag(context.Background(), o, in, out)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(cases)+1 {
		t.Fatalf("%d rows came out of %d", len(rows)-1, len(cases))
	}
	status, motif := table.FindColumn(rows[0], "qpv_statut"), table.FindColumn(rows[0], "qpv_motif")
	byClass := map[string]*outcome{}
	for i, c := range cases {
		if rows[i+1][0] != c.ID {
			t.Fatalf("row %d is %s, want %s", i+1, rows[i+1][0], c.ID)
		}
		if c.Half != noise.Held && c.Truth.CityCode != "" {
			continue
		}
		fact := pack.Zonings.At(geo.Question{Point: orb.Point{c.Truth.Lon, c.Truth.Lat}, HasPoint: c.Truth.CityCode != "", Commune: c.Truth.CityCode, On: on, Known: on}).QPV
		for _, name := range []string{string(c.Class), "ensemble"} {
			if byClass[name] == nil {
				byClass[name] = &outcome{}
			}
			byClass[name].count(&c, fact, rows[i+1][status], rows[i+1][motif])
		}
	}
	names := make([]string, 0, len(byClass))
	for name := range byClass {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		r := byClass[name]
		t.Logf("%-20s %6d rows, %5.1f %% undecided; wrong %.2f %% of %d; decided %.1f %% of %d decidable; bold %d, of which %d by the commune alone",
			name, r.rows, percent(r.undecided, r.rows), percent(r.wrong, r.decided), r.decided, percent(r.settled, r.decidable), r.decidable, r.bold, r.boldOnCommune)
	}
	all := byClass["ensemble"]
	if p := percent(all.wrong, all.decided); p > 0.5 {
		t.Errorf("wrong: %.2f %% of the decisions", p)
	}
	if p := percent(all.settled, all.decidable); p < 93 {
		t.Errorf("decided: %.1f %% of the decidable", p)
	}
	if p := percent(all.bold, all.decided); p > 5 {
		t.Errorf("bold: %.2f %% of the decisions", p)
	}
	if all.placelessTakenForHome > 0 {
		t.Errorf("%d of %d rows without residence were decided", all.placelessTakenForHome, all.placeless)
	}
}

// count adds a row: fact is the geometry at its true place.
func (r *outcome) count(c *noise.Case, fact geo.QPVFact, status, motif string) {
	r.rows++
	if c.Class == noise.Homeless || c.Class == noise.Foreign || c.Class == noise.Unusable && c.Truth.CityCode == "" {
		r.placeless++
		want := "a_verifier"
		if c.Class == noise.Foreign {
			want = "non"
		}
		if status == "a_verifier" {
			r.undecided++
		}
		// An unusable street in a commune without any zone is rightly out.
		if status != want && motif != string(residency.CommuneWithoutZone) {
			r.placelessTakenForHome++
		}
		return
	}
	decidable := c.Decidable() && !(fact.HasDistance && math.Abs(fact.Distance) <= 30)
	if decidable {
		r.decidable++
	}
	if status == "a_verifier" {
		r.undecided++
		return
	}
	r.decided++
	if decidable {
		r.settled++
	}
	switch truth := len(fact.Inside) > 0; {
	case c.Negative:
		r.bold++
		if motif == string(residency.CommuneWithoutZone) {
			r.boldOnCommune++
		}
	case truth != (status == "oui"):
		r.wrong++
	}
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// drawPeople draws noisy people from the base of the Nord in raw.
func drawPeople(t *testing.T, raw, names string, n int) []noise.Case {
	t.Helper()
	communes, err := ingest.Communes(filepath.Join(raw, "communes/communes-hdf.csv"))
	if err != nil {
		t.Fatal(err)
	}
	b := noise.NewBase(communes)
	if _, err := ingest.Addresses(filepath.Join(raw, "ban/adresses-59.csv.gz"), func(batch []geo.Address) error {
		for _, a := range batch {
			b.Add(a)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(names)
	if err != nil {
		t.Fatal(err)
	}
	return b.People(n, noise.Config{Seed: 59, Names: strings.Split(strings.TrimSpace(string(list)), "\n")})
}
