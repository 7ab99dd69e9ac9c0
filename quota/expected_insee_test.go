package quota

import (
	"math"
	"os"
	"path/filepath"
	"perimetre/quota/directory"
	"strings"
	"testing"
)

// The people of the region's QPV by Mission Locale: nine QPV span several, and a table by
// QPV alone bounds what each has. The numbers were counted apart, in FORMATS.md.
func TestQPVThatSpanUnitsGiveBounds(t *testing.T) {
	const shared = "../../shared/data"
	table, territory := shared+"/population/qpv2024-popmuni-hdf.csv", shared+"/raw/missions-locales/couverture-2026.csv"
	if _, err := os.Stat(table); err != nil {
		t.Skip("the shared tables of population are missing")
	}
	d := directory.New()
	if err := d.ReadTerritory(territory); err != nil {
		t.Fatal(err)
	}
	p, err := ReadPopulation(table, d)
	if err != nil {
		t.Fatal(err)
	}
	straddling, people, all := 0, 0.0, 0.0
	for _, z := range p.zones {
		all += z.people
		if len(z.units) > 1 {
			straddling++
			people += z.people
		}
	}
	if straddling != 9 || math.Round(people) != 167577 || math.Round(all) != 753115 {
		t.Errorf("%d QPV of %.0f people span units, of %.0f; want 9 of 167577, of 753115", straddling, people, all)
	}
	e := p.Of("59512") // Roubaix
	if e.Sure != 3060 || e.Possible != 90050 {
		t.Errorf("Roubaix: %d to %d people, want 3060 to 90050", e.Sure, e.Possible)
	}
	if _, ok := e.Share(); ok {
		t.Error("a share of young people out of a table that has none")
	}
}

// INSEE's own tables, laid out as they are served: communes by age, and QPV with the share
// of 15 to 24.
func TestPopulationTablesOfINSEE(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const melodi = "\ufeff\"GEO\";\"GEO_OBJECT\";\"SEX\";\"AGE\";\"RP_MEASURE\";\"OBS_STATUS\";\"TIME_PERIOD\";\"OBS_VALUE\"\n"
	put("communes.csv", melodi+
		"59512;COM;_T;Y15T24;POP;A;2022;1000\n59512;COM;_T;Y15T24;POP;A;2017;900\n59512;COM;F;Y15T24;POP;A;2022;500\n59512;COM;_T;_T;POP;A;2022;9000\n"+
		"59650;COM;_T;Y15T24;POP;A;2022;600\n59;DEP;_T;Y15T24;POP;A;2022;99999\n62999;COM;_T;Y15T24;POP;A;2022;7\n59512;COM;_T;Y15T24;POP;K;2022;1000\n")
	const quarters = "codeQPV;libQPV;popMuniQPV;partPop15_24;listeDepCom\n"
	put("quartiers.csv", quarters+"QN05901A;Un;1000;20,0;59512\nQN05902M;Deux;500;10,0;59512,59650\nQN05903N;Trois;100;;59650\n")
	d := directory.New()
	d.Name("59512", "Roubaix")
	d.Name("59650", "Wattrelos")
	d.Territory("59512", "59512")
	d.Territory("59650", "59650")
	p, err := ReadPopulation(dir, d)
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Of("59512"); e.Young != 1000 || e.InQPV != 200 || e.InQPVHigh != 250 {
		t.Errorf("Roubaix: %+v", e)
	}
	if e := p.Of("59650"); e.InQPV != 0 || e.InQPVHigh != 150 || len(e.Secret) != 1 {
		t.Errorf("Wattrelos: %+v", e)
	}
	both := p.ofAll([]string{"59512", "59650"}) // the QPV that spans both is counted exactly
	if both.Young != 1600 || both.InQPV != 250 || both.InQPVHigh != 350 || both.Sure != 1600 {
		t.Errorf("both: %+v", both)
	}
	notices := strings.Join(p.Notices(), "\n")
	for _, want := range []string{"15–24 ans (le CEJ vise 16–25 ans)", "62999", "1 quartier, 100 habitants"} {
		if !strings.Contains(notices, want) {
			t.Errorf("notices lack %q:\n%s", want, notices)
		}
	}

	for _, c := range []struct{ name, text, want string }{
		{"a commune twice", melodi + "59512;COM;_T;Y15T24;POP;A;2022;1\n59512;COM;_T;Y15T24;POP;A;2022;2\n", "ligne 3"},
		{"a QPV twice", quarters + "QN05901A;Un;1000;20;59512\nQN05901A;Un;1000;20;59512\n", "ligne 3"},
		{"a share above 100 %", quarters + "QN05901A;Un;1000;120;59512\n", "ligne 2"},
		{"two populations of one QPV", quarters + "QN05901A;Un;1000;20;59512\nQN05901A;Un;900;20;59650\n", "même population"},
		{"no young people", melodi + "59512;COM;_T;_T;POP;A;2022;1\n", "Y15T24"},
		{"a part twice", "code_insee;code_qpv;jeunes\n59512;;100\n59512;QN05901A;10\n59512;QN05901A;10\n", "ligne 4"},
		{"a QPV larger than its commune", "code_insee;code_qpv;jeunes\n59512;;100\n59512;QN05901A;101\n", "ligne 3"},
		{"a share above 100 % of a unit", "code_ml;jeunes;jeunes_qpv\n59512;100;101\n", "ligne 2"},
	} {
		if _, err := ReadPopulation(write(t, "x.csv", c.text), d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
