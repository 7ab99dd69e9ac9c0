package quota

import (
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo/fault"
)

// fuzzTable gives outside bytes as a file to a reader, which must answer or refuse the
// file.
func fuzzTable(f *testing.F, name string, read func(path string) error) {
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := read(path); err != nil && fault.KindOf(err) != fault.Input && fault.KindOf(err) != fault.TooLarge {
			t.Fatalf("%v: %v", fault.KindOf(err), err)
		}
	})
}

// A file that says to be flagged is counted or refused; its counts add up.
func FuzzFlagged(f *testing.F) {
	rule := loadRule(f, "cej-qpv-40")
	f.Add([]byte(header + "\np1;59350;CEJ;10/02/2024;non;;;;oui;;;2024;\np2;59350;CEJ;11/02/2024;non;;;;indéterminé;a;;2024;\n"))
	fuzzTable(f, "a.csv", func(path string) error {
		flagged, err := ReadFlagged(path, rule, ReadOptions{})
		if err != nil {
			return err
		}
		r, err := FromRows([]*Flagged{flagged}, rule, in2024)
		if err != nil {
			return err
		}
		if n := r.Total.In + r.Total.Out + r.Total.Undecided; n != r.Total.N() || r.Total.In < 0 {
			panic("counts that do not add up")
		}
		return nil
	})
}

// A table of published figures is bounded or refused.
func FuzzAggregated(f *testing.F) {
	rule := loadRule(f, "cej-qpv-40")
	f.Add([]byte("Mission Locale;Entrées;Dont QPV\nLille;100;40\nTotal;100;40\n"))
	f.Add([]byte("Mission Locale;Entrées;Part QPV\nLille;15 061;27,1 %\n"))
	fuzzTable(f, "a.csv", func(path string) error {
		_, err := FromAggregated(path, rule, in2024, ReadOptions{})
		return err
	})
}

// What is said to be out is read or refused.
func FuzzPublished(f *testing.F) {
	f.Add([]byte(`{"format":"perimetre/publication/1","releases":[{"rule":"cej-qpv-40","period":{"id":"2024","from":"2024-01-01","to":"2024-12-31"},"as_of":"2025-01-01","threshold":11,"lines":[{"level":0,"code":"1","counts":[3,1,1,1],"hidden":["in"]}]}]}`))
	fuzzTable(f, "p.json", func(path string) error { _, err := ReadPublished(path); return err })
}
