package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

func TestNothingIsDroppedInSilence(t *testing.T) {
	raw, pack := t.TempDir(), filepath.Join(t.TempDir(), "pack")
	makeRaw(t, raw, 40)
	path := filepath.Join(raw, "ban", "adresses-59.csv")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line := func(id string, number int, name string, lon, lat string) string {
		return fmt.Sprintf("%s_%05d;;%d;;%s;59111;59001;Premont;;;;;%s;%s;entrée;;;;;;;1;\n", id, number, number, name, lon, lat)
	}
	text := string(b) + line("59001_9000", 0, "Rue Zéro", "3.05", "50.03") + line("59001_9001", 99999, "Rue Seule", "3.05", "50.03") +
		line("59001_9002", 7, "Rue Sans Point", "", "") + line("59001_9003", 8, "Rue Lointaine", "3.5", "50.3") +
		line("59001_9004", 9, "Rue Double", "3.05", "50.03") + line("59001_9004", 9, "Rue Double", "3.05", "50.03")
	write(t, path, []byte(text))
	m := build(t, raw, pack)
	var got *Counts
	for _, s := range m.Sources {
		if s.Path == "ban/adresses-59.csv" {
			got = s.Counts
		}
	}
	want := "44 numéros, 2 voies et 0 lieu-dit lus ; gardés sans numéro ou à vérifier (numéro 0 : 1, numéro 99999 : 1, loin de leur commune : 1) ; écartés (sans coordonnées : 1, en double : 1)"
	if got == nil || got.String() != want {
		t.Fatalf("%v\nwant %s", got, want)
	}
	if m.Stats.Index.Addresses != 42 {
		t.Error(m.Stats.Index.Addresses)
	}
}

func TestMisplacedFileIsRefused(t *testing.T) {
	raw, pack := t.TempDir(), filepath.Join(t.TempDir(), "pack")
	makeRaw(t, raw, 40)
	path := filepath.Join(raw, "ban", "adresses-59.csv")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, []byte(strings.ReplaceAll(string(b), ";50.03", ";49.03")))
	_, err = Build(context.Background(), BuildOptions{Raw: raw, Pack: pack})
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "40 points sur 40 sont à plus de 500 m de leur commune") || !strings.Contains(err.Error(), "Rue Numéro") {
		t.Error(err)
	}
}

// One identifier for two streets, as in real bases: both are found, by their own
// numbers; two writings of one name stay one street.
func TestTwoNamesUnderOneStreet(t *testing.T) {
	raw, pack := t.TempDir(), filepath.Join(t.TempDir(), "pack")
	makeRaw(t, raw, 40)
	f, err := os.OpenFile(filepath.Join(raw, "ban", "adresses-59.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		number int
		name   string
	}{{1, "Place du Foirail"}, {2, "Passe de la Canibière"}, {1, "Passe de la Canibière"}, {3, "Place du foirail"}, {2, "Place du Foirail"}} {
		fmt.Fprintf(f, "59001_9000_%05d;;%d;;%s;59111;59001;Premont;;;;;3.0%d;50.03;entrée;;;;;;;1;\n", c.number, c.number, c.name, i+1)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	m := build(t, raw, pack)
	if m.Stats.Index.Streets != 4 || m.Stats.Index.Duplicates != 0 {
		t.Errorf("%+v", m.Stats.Index)
	}
	s := openPack(t, pack).Index.NewSearcher()
	for query, lon := range map[string]float64{
		"1 place du Foirail 59111 Premont": 3.01, "2 passe de la Canibière 59111 Premont": 3.02, "1 passe de la canibiere 59111 Premont": 3.03,
		"3 place du foirail 59111 Premont": 3.04, "2 place du foirail 59111 Premont": 3.05,
	} {
		a, err := s.Search(&geocode.Query{Text: query})
		if err != nil || len(a.Results) == 0 || a.Results[0].Precision != geocode.PrecisionNumber || a.Results[0].Lon != lon || a.Results[0].Confidence < 0.9 {
			t.Errorf("%s: %+v %v", query, a.Results, err)
		}
	}
}

func TestFilesOfBAN(t *testing.T) {
	for _, name := range []string{"adresses-with-ids-59.csv.gz", "lieux-dits-with-ids-59-beta.csv.gz", "adresses-france.csv.gz", "adresses-addok-france.ndjson.gz", "bal-59350.csv", "adresses-addok-2A.ndjson.gz"} {
		if _, ok, err := fileByName("ban/" + name); !ok || err != nil {
			t.Errorf("%s: %v %v", name, ok, err)
		}
	}
	if d := fileDepartement("ban/adresses-with-ids-2a.csv.gz"); d != "2A" {
		t.Error(d)
	}
	for _, name := range []string{"ban/autre.csv", "ban/adresses.csv.gz", "ban/59/nord.csv.gz", "ban/adresses59.txt", "BAN/adresses59.csv"} {
		raw := t.TempDir()
		write(t, filepath.Join(raw, "ban", "adresses-62.csv.gz"), nil)
		write(t, filepath.Join(raw, filepath.FromSlash(name)), nil)
		_, _, err := RawFiles(raw)
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), filepath.Base(name)) || !strings.Contains(err.Error(), "adresses-59.csv.gz") {
			t.Errorf("%s: %v", name, err)
		}
	}
	plan := planAddresses([]RawFile{{Path: "ban/adresses-59.csv.gz", Kind: KindAddresses}, {Path: "ban/adresses-with-ids-59.csv.gz", Kind: KindAddresses}}, nil)
	if len(plan.files) != 1 || len(plan.notices) != 1 || !strings.Contains(plan.notices[0], "adresses-with-ids-59.csv.gz") {
		t.Errorf("%+v", plan)
	}
}
