package quota

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/quota/directory"
)

// A Mission Locale is one unit by every code and name, through every door of a quota; a name
// that is nobody's is told, never a line in silence.
func TestEveryDoorKnowsUnitsByEveryName(t *testing.T) {
	rule, in2024 := loadRule(t, "cej-qpv-40"), period(t, "2024")
	d := directory.New()
	d.Name("59512", "59-ML ROUBAIX LYS-LEZ-LANNOY")
	d.Name("59512", "Mission Locale Roubaix")
	d.Name("59350", "Mission Locale de Lille")
	o := Options{Period: in2024, Units: d}
	put := func(t *testing.T, name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	row := func(unit string) *Flagged {
		return flagged(t, rule, "m.csv", header, "P1;"+unit+";CEJ;15/03/2024;non;01/01/2003;non;;oui;numero_dedans;;2024;59512")
	}
	// Each door returns the code that the figures go to, and whether a name of nobody's was told.
	doors := map[string]func(t *testing.T, written string) (code string, told bool){
		"rows": func(t *testing.T, written string) (string, bool) {
			r := compute(t, rule, o, row(written))
			return r.Units[0].Code, r.Units[0].Doubts[UnitUnknown] > 0
		},
		"bordereau made without the directory": func(t *testing.T, written string) (string, bool) {
			b := bordereauOf(t, rule, Options{Period: in2024}, "b.json", row(written))
			r, err := FromBordereaux([]*Bordereau{b}, rule, o, "")
			if err != nil {
				t.Fatal(err)
			}
			return r.Units[0].Code, r.Units[0].Doubts[UnitUnknown] > 0
		},
		"table already counted": func(t *testing.T, written string) (string, bool) {
			r, err := FromAggregated(put(t, "publie.csv", "Unité;Entrées;dont QPV\n"+written+";10;4\n"), rule, o, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return r.Units[0].Code, strings.Contains(strings.Join(r.Notices, " "), "« "+written+" »")
		},
		"population": func(t *testing.T, written string) (string, bool) {
			p, err := ReadPopulation(put(t, "jeunes.csv", "mission_locale;jeunes;jeunes_qpv\n"+written+";1000;250\n"), d)
			if err != nil {
				t.Fatal(err)
			}
			for code, t := range p.units {
				if t.young == 1000 {
					return code, bytes.Contains(fmt.Append(nil, p.Unmatched), []byte(written))
				}
			}
			return "", false
		},
	}
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			for _, written := range []string{"59512", "59512S00", "59512s00", "59-ML ROUBAIX", "59 - ML Roubaix", "MISSION LOCALE ROUBAIX", "Mission Locale de Roubaix", "ML Roubaix", "59-ML ROUBAIX LYS-LEZ-LANNOY"} {
				if code, told := door(t, written); code != "59512" || told {
					t.Errorf("%q goes to %q, told as unknown: %v", written, code, told)
				}
			}
			for _, written := range []string{"99999", "59-ML AILLEURS"} {
				if code, told := door(t, written); code == "59512" || code == "59350" || !told {
					t.Errorf("%q goes to %q, told as unknown: %v", written, code, told)
				}
			}
		})
	}
}
