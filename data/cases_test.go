package data_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/data"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

// sharedFile is the path of a file beside the repository, or skips.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skip("no " + name + " beside the repository")
	}
	return path
}

// sharedIndex builds the index of address files and a commune table.
func sharedIndex(t *testing.T, communes string, files ...string) *geocode.Searcher {
	t.Helper()
	table, err := ingest.Communes(communes)
	if err != nil {
		t.Fatal(err)
	}
	data.NameFormer(table)
	dir := t.TempDir()
	b, err := geocode.NewBuilder(geocode.BuildOptions{Dir: dir, Communes: table})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := ingest.Addresses(f, func(batch []geo.Address) error { return b.Add(batch) }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Close(); err != nil {
		t.Fatal(err)
	}
	ix, err := geocode.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return ix.NewSearcher()
}

// caseRow is an input and its right answer; an empty street is one that is not
// there, which nothing may be placed on.
type caseRow struct{ kind, input, street, insee, number string }

func readCases(t *testing.T, path string) []caseRow {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, h := range all[0] {
		column[h] = i
	}
	var rows []caseRow
	for _, rec := range all[1:] {
		get := func(name string) string { return rec[column[name]] }
		rows = append(rows, caseRow{get("kind"), get("input"), get("expected_street"), get("expected_insee"), get("expected_number")})
	}
	return rows
}

// judge asks the cases and gives how many are right, and how many are wrong at
// the confidence bold or above.
func judge(t *testing.T, s *geocode.Searcher, rows []caseRow, bold float64) (right, wrong int) {
	t.Helper()
	house := func(h string) string { return strings.ReplaceAll(noise.Fold(h), " ", "") }
	for _, c := range rows {
		a, err := s.Search(&geocode.Query{Text: c.input})
		if err != nil {
			t.Fatal(err)
		}
		var r geocode.Result
		if len(a.Results) > 0 {
			r = a.Results[0]
		}
		placed := r.Precision > geocode.PrecisionCommune && a.Rivals <= 1
		ok := placed && noise.Key(r.Street) == noise.Key(c.street) && r.CityCode == c.insee && (c.number == "" || house(r.HouseNumber) == house(c.number))
		if c.street == "" {
			ok = !placed || r.Confidence < bold
		}
		if ok {
			right++
			continue
		}
		if placed && r.Confidence >= bold {
			wrong++
		}
		t.Logf("%s: %q: %q %.3f rivals %d %v, want %s %s %s", c.kind, c.input, r.Label, r.Confidence, a.Rivals, r.Faults, c.number, c.street, c.insee)
	}
	return right, wrong
}

// What people typed in public reports, moved to the Nord, finds its address.
func TestReportedAddresses(t *testing.T) {
	rows := readCases(t, sharedFile(t, "cases/addresses.csv"))
	s := sharedIndex(t, sharedFile(t, "data/raw/communes/communes-hdf.csv"), sharedFile(t, "cases/adresses-59.csv.gz"))
	right, wrong := judge(t, s, rows, 0.9)
	t.Logf("%d of %d right, %d bold", right, len(rows), wrong)
	if right*100 < 97*len(rows) || wrong > 0 {
		t.Errorf("%d of %d right, want 97 %%; %d wrong at a confidence of 0.9, want none", right, len(rows), wrong)
	}
}

// Real addresses that a public geocoder found and ours once did not.
func TestHardAddresses(t *testing.T) {
	rows := readCases(t, sharedFile(t, "cases/hard.csv"))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(sharedFile(t, "data/real/bano-2016/adresses-04.csv.gz")), "adresses-*.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	s := sharedIndex(t, sharedFile(t, "data/real/communes/communes.json"), files...)
	right, wrong := judge(t, s, rows, 0.95)
	t.Logf("%d of %d right, %d bold", right, len(rows), wrong)
	if right*100 < 85*len(rows) || wrong > 0 {
		t.Errorf("%d of %d right, want 85 %%; %d wrong at a confidence of 0.95, want none", right, len(rows), wrong)
	}
}
