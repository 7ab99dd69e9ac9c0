package crosstab

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/directory"
)

var update = flag.Bool("update", false, "writes the golden files again")

const header = "Matricule;Code structure;Dispositif;Date d'entrée;Renouvellement;Date de naissance;RQTH;Sexe;Niveau de diplôme;qpv_statut;frr_statut;zrr_statut;result_citycode\n"

// someone is a person of the test's own counting, which shares no code with the package.
type someone struct{ unit, programme, sex, diploma, age, qpv, frr string }

// draw writes a file of people, one row each, and tells what they are.
func draw(t *testing.T, seed uint64, n int) (path string, all []someone) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 15))
	var b strings.Builder
	b.WriteString(header)
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	for i := range n {
		p := someone{
			unit: pick("59350", "59512", "62041", "80021"), programme: pick("CEJ", "PACEA", "Premier accueil", "PPAE"), sex: pick("F", "H", ""),
			diploma: pick("Niveau 3", "V bis", "Bac", "Sans diplôme", ""), qpv: pick("oui", "non", "non", "a_verifier"), frr: pick("non", "socle", "plus", "a_verifier"),
		}
		years := 16 + rnd.IntN(10)
		p.age = map[bool]string{true: "16-17 ans", false: "18-21 ans"}[years < 18]
		if years > 21 {
			p.age = "22-25 ans"
		}
		all = append(all, p)
		fmt.Fprintf(&b, "P%04d;%s;%s;%02d/%02d/2024;non;01/01/%d;non;%s;%s;%s;%s;sans_objet;59350\n", i, p.unit, p.programme, 1+rnd.IntN(28), 1+rnd.IntN(12), 2024-years, p.sex, p.diploma, p.qpv, p.frr)
	}
	path = filepath.Join(t.TempDir(), "jeunes.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, all
}

func count(t *testing.T, path string, q Query) *Set {
	t.Helper()
	f, err := Read(path, quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	q.Period, q.AsOf, q.Units = quota.Year(2024), geo.MustDate("2025-01-15"), directory.New()
	s, err := Count([]*File{f}, q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every cell of every table is what a count of the drawn people gives.
func TestTablesAgainstAPlainCount(t *testing.T) {
	path, all := draw(t, 1, 900)
	s := count(t, path, Query{})
	programmes := map[string]string{
		"accompagnes": "CEJ PACEA Premier accueil PPAE", "premiers-accueils": "Premier accueil", "parcours-nationaux": "CEJ PACEA PPAE", "cej-entrees": "CEJ", "pacea": "PACEA",
	}
	values := func(p someone, b By) string {
		switch b {
		case BySex:
			return map[string]string{"F": Women, "H": Men, "": Unknown}[p.sex]
		case ByAge:
			return p.age
		case ByDiploma:
			return map[string]string{"Niveau 3": "niveau 3 (CAP, BEP)", "V bis": NoDiploma, "Bac": "niveau 4 (baccalauréat)", "Sans diplôme": NoDiploma, "": Unknown}[p.diploma]
		}
		return ""
	}
	cells := 0
	for _, x := range s.Tables {
		if x.Zoning == geo.ZRR {
			continue
		}
		for _, row := range s.rowsOf(x) {
			n, in, undecided := 0, 0, 0
			for _, p := range all {
				place := row.Level == "ensemble" || row.Level == "region" || row.Level == "mission_locale" && p.unit == row.Code || row.Level == "departement" && p.unit[:2] == row.Code
				if !place || !strings.Contains(programmes[x.Indicator.Rule], p.programme) || values(p, x.By) != x.Value {
					continue
				}
				n++
				status := p.qpv
				if x.Zoning == geo.FRR {
					status = p.frr
				}
				switch status {
				case "oui", "socle", "plus":
					in++
				case "a_verifier":
					undecided++
				}
			}
			cells++
			if *row.N != n || *row.In != in || *row.Undecided != undecided {
				t.Errorf("%s, %s %q, %s, %s %s: %d %d %d, counted %d %d %d", x.Indicator.Name, x.By, x.Value, x.Zoning, row.Level, row.Code, *row.N, *row.In, *row.Undecided, n, in, undecided)
			}
		}
	}
	if cells < 500 {
		t.Errorf("%d cells only", cells)
	}
	if len(s.Notices) != 2 {
		t.Errorf("absent columns: %q", s.Notices)
	}
	if got := len(s.Find("cej-entrees", geo.QPV, BySex, Women).Result.Units); got != 4 {
		t.Errorf("%d units", got)
	}
}

// A column that is not there gives no table, and is refused when it is asked for.
func TestNothingIsInvented(t *testing.T) {
	path, _ := draw(t, 2, 20)
	f, err := Read(path, quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Count([]*File{f}, Query{Period: quota.Year(2024), By: []By{ByHousing}, Units: directory.New()}); err == nil {
		t.Error("counted by a housing that no column tells")
	}
}

// What everybody sees has one zoning and one division; small counts are hidden.
func TestPublicTables(t *testing.T) {
	path, _ := draw(t, 3, 2600)
	s := count(t, path, Query{})
	if err := s.Mask(quota.Everybody); err == nil {
		t.Error("every division at once")
	}
	s = count(t, path, Query{Zonings: []geo.Zoning{geo.QPV}, By: []By{BySex}, Indicators: Indicators[3:4]})
	truth := count(t, path, Query{Zonings: []geo.Zoning{geo.QPV}, By: []By{BySex}, Indicators: Indicators[3:4]}).Rows()
	if err := s.Mask(quota.Everybody); err != nil {
		t.Fatal(err)
	}
	shown := 0
	for i, r := range s.Rows() {
		for _, c := range [][2]*int{{r.N, truth[i].N}, {r.In, truth[i].In}, {r.Undecided, truth[i].Undecided}} {
			if c[0] == nil {
				continue
			}
			shown++
			if *c[1] < 11 && *truth[i].N > 0 {
				t.Errorf("%s %s %s: %d is shown", r.Value, r.Level, r.Code, *c[1])
			}
		}
	}
	if shown < 12 {
		t.Errorf("%d numbers shown", shown)
	}
}

func TestTraits(t *testing.T) {
	for in, want := range map[string]string{
		"Niveau 1": NoDiploma, "2": NoDiploma, "VI": NoDiploma, "V bis": NoDiploma, "Sans diplôme": NoDiploma, "Aucun diplôme": NoDiploma, "3 - CAP": diplomas[1], "V": diplomas[1], "CAP": diplomas[1],
		"BEP": diplomas[1], "Bac": diplomas[2], "Bac pro": diplomas[2], "IV": diplomas[2], "Bac+2": diplomas[3], "BTS": diplomas[3], "Licence": diplomas[3], "III": diplomas[3], "": Unknown, "?": Unknown,
	} {
		if got := diplomaOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"F": Women, "Mme": Women, "Masculin": Men, "M.": Men, "X": Unknown} {
		if got := sexOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	birth := geo.MustDate("2000-06-15")
	for on, want := range map[string]string{"2018-06-14": Minors, "2018-06-15": "18-21 ans", "2022-06-15": "22-25 ans", "2026-06-15": "26 ans et plus"} {
		if got := ageOf(birth, geo.MustDate(on), false); got != want {
			t.Errorf("%s: %q, want %q", on, got, want)
		}
	}
}

// The tables as a terminal and as a program read them, by Mission Locale and by EPCI, for
// the Mission Locale itself and for everybody.
func TestTablesAsWritten(t *testing.T) {
	path, _ := draw(t, 4, 240)
	epci := func(commune string) (code, name string) { return "200093201", "Métropole fictive" }
	for _, c := range []struct {
		name   string
		query  Query
		reader quota.Reader
		write  func(*Set, *bytes.Buffer) error
	}{
		{"unite.txt", Query{By: []By{BySex}, Indicators: Indicators[3:]}, quota.OwnUnit, func(s *Set, b *bytes.Buffer) error { return s.Text(b) }},
		{"public.txt", Query{By: []By{BySex}, Zonings: []geo.Zoning{geo.QPV}}, quota.Everybody, func(s *Set, b *bytes.Buffer) error { return s.Text(b) }},
		{"epci.csv", Query{By: []By{ByAge}, Indicators: Indicators[:1], EPCI: epci}, quota.OwnUnit, func(s *Set, b *bytes.Buffer) error { return s.CSV(b) }},
		{"epci.json", Query{By: []By{}, Indicators: Indicators[:1], Zonings: []geo.Zoning{geo.FRR}, EPCI: epci}, quota.OwnUnit, func(s *Set, b *bytes.Buffer) error { return s.JSON(b) }},
	} {
		s := count(t, path, c.query)
		if err := s.Mask(c.reader); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := c.write(s, &b); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", c.name)
		if *update {
			if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, b.Bytes()) {
			t.Errorf("%s is not what is written now (-update writes it again):\n%s", golden, b.Bytes())
		}
	}
}

// The words of files for the situation at the end are grouped as the rule groups them.
func TestOutcomesAreGrouped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeunes.csv")
	lines := "Matricule;Code structure;Dispositif;Date d’entrée;Motif de sortie;qpv_statut\n" +
		"1;59512;CEJ;02/07/2024;CDI;oui\n2;59512;CEJ;02/07/2024;Contrat en alternance;non\n3;59512;CEJ;02/07/2024;Demandeur d'emploi;oui\n4;59512;CEJ;02/07/2024;;oui\n"
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	s := count(t, path, Query{Zonings: []geo.Zoning{geo.QPV}, By: []By{ByOutcome}})
	for value, want := range map[string]int{"emploi durable": 2, "aucune solution": 1, Unknown: 1} {
		if got := s.Find("cej-entrees", geo.QPV, ByOutcome, value); got == nil || got.Result.Total.N() != want {
			t.Errorf("%s: %+v", value, got)
		}
	}
}
