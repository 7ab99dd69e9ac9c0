package directory

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo/fault"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A unit is found by our code, i-Milo's, and the names that people write; another stays as
// it is written.
func TestResolve(t *testing.T) {
	d := New()
	if err := d.ReadUnits(write(t, "ml.csv", "code_ml,nom_ml\n59512,Mission Locale Roubaix-Lys\n59350,Mission Locale de Lille\n")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ written, name, want string }{
		{"59512", "", "59512"},
		{"59512S00", "", "59512"},
		{"MISSION LOCALE ROUBAIX LYS", "", "59512"},
		{"", "mission locale de lille", "59350"},
		{"62041", "", "62041"},
		{"Mission Locale d’Ailleurs", "", "Mission Locale d’Ailleurs"},
	} {
		if got := d.Resolve(c.written, c.name); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.written, c.name, got, c.want)
		}
	}
	if d.NameOf("59512", "ML Rbx") != "Mission Locale Roubaix-Lys" || d.NameOf("62041", "") != "" || d.NameOf("Ma Mission", "") != "Ma Mission" {
		t.Error("names")
	}
	if d.Lacks("59512") || !d.Lacks("62041") {
		t.Error("what the directory lacks")
	}
}

// A code of commune that lost its zero is found again; an empty line names nobody.
func TestTerritory(t *testing.T) {
	d := New()
	if d.Knows() {
		t.Error("an empty directory knows communes")
	}
	if err := d.ReadTerritory(write(t, "communes.csv", "code_insee;code_ml\n2408;02408\n59512;59512\n;59350\n")); err != nil {
		t.Fatal(err)
	}
	if d.UnitOf("02408") != "02408" || d.UnitOf("59512") != "59512" || d.UnitOf("") != "" || !d.Knows() {
		t.Errorf("%+v", d.homes)
	}
}

// A nil directory leaves codes as they are written.
func TestNil(t *testing.T) {
	var d *Units
	if d.Resolve("x", "y") != "x" || d.UnitOf("59512") != "" || d.Knows() || d.Lacks("x") || d.NameOf("59512", "Roubaix") != "Roubaix" {
		t.Error("a nil directory answers something else")
	}
}

func TestColumnThatLacksIsNamed(t *testing.T) {
	err := New().ReadUnits(write(t, "autre.csv", "ville,maire\nLille,X\n"))
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "autre.csv") || !strings.Contains(err.Error(), "code_ml") {
		t.Errorf("%v", err)
	}
}
