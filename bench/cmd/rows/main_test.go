package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"perimetre/bench/labelled"
	"perimetre/bench/labelled/toy"
	"perimetre/data/noise"
)

// The file has a row a case under its headings, of one class alone when asked; the clean
// ones are numbers of the base.
func TestRows(t *testing.T) {
	o := labelled.Options{Base: "essai=" + toy.Base(t), Seed: 7, PerClass: 5, Negatives: 5}
	read := func(only noise.Class) [][]string {
		out := filepath.Join(t.TempDir(), "rows.csv")
		if err := run(o, out, only); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := csv.NewReader(f)
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	clean := read(noise.Clean)
	if len(clean) != 6 || clean[0][1] != "Adresse" {
		t.Fatalf("%d lines of 5 clean rows: %v", len(clean), clean)
	}
	for _, row := range clean[1:] {
		if row[3] != "59100" || row[4] != "Roubaix" {
			t.Errorf("%v is not of the base", row)
		}
	}
	if all := read(""); len(all) <= 2*len(clean) {
		t.Errorf("%d lines of every class", len(all))
	}
}
