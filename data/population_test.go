package data

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo/fault"
)

// A table of young people added to a RAW folder goes into the pack as it was given; one
// that contradicts itself is refused with its line.
func TestPopulationTravelsInThePack(t *testing.T) {
	dir := t.TempDir()
	raw, pack := filepath.Join(dir, "raw"), filepath.Join(dir, "pack")
	makeRaw(t, raw, 100)
	file := filepath.Join(dir, "jeunes.csv")
	const text = "code_insee;code_qpv;jeunes;source;annee\n59001;;400;INSEE;2022\n59001;QN05901A;90;INSEE;2022\n"
	write(t, file, []byte(text))
	line, says, err := AddPopulation(raw, file, false)
	if err != nil || line.Kind != KindPopulation || len(says) != 1 || !strings.Contains(says[0], "par commune et par QPV (INSEE, 2022)") {
		t.Fatalf("%+v %v %v", line, says, err)
	}
	m := build(t, raw, pack)
	p := openPack(t, pack)
	paths, err := p.Population()
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v %v", paths, err)
	}
	if b, err := os.ReadFile(paths[0]); err != nil || string(b) != text {
		t.Errorf("the pack's table is %q, %v", b, err)
	}
	told := false
	for _, s := range m.Sources {
		told = told || s.Path == line.Path && s.Records == 2
	}
	if !told {
		t.Error("the manifest does not name the table")
	}
	// Altered under the server, it is not read.
	os.Chmod(paths[0], 0o644)
	write(t, paths[0], []byte(strings.Replace(text, "90", "99", 1)))
	if _, err := p.Population(); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("an altered table: %v", err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"a part twice":                     {text + "59001;QN05901A;90;;\n", "ligne 4"},
		"a QPV larger than its commune":    {text + "59001;QN05902A;350;;\n", "ligne 4"},
		"more in QPV than there are young": {"code_ml;jeunes;jeunes_qpv\n59350;100;101\n", "ligne 2"},
	} {
		write(t, file, []byte(c.text))
		if _, _, err := AddPopulation(raw, file, false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
