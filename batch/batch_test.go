package batch

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/export"
	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// fakeSearch places an address by the number that it starts with: at that many
// metres inside the only zone. No number is the street; "néant" is nothing.
func fakeSearch() Search {
	var p address.Parser
	return func(q *geocode.Query) (*geocode.Answer, error) {
		in := address.Input{Text: q.Text, Number: q.Number, Street: q.Street, Complement: q.Complement, Postcode: q.Postcode, City: q.City, CityCode: q.CityCode}
		a := &geocode.Answer{Parsed: p.Parse(in), Rivals: 1, CommuneCertain: true}
		all := strings.ToLower(q.Number + " " + q.Street + " " + q.Text)
		switch {
		case strings.Contains(all, "panne"):
			return nil, fault.New(fault.Internal, "panne")
		case strings.Contains(all, "abîmé"):
			return nil, fault.New(fault.Corrupt, "octets endommagés")
		case a.Parsed.Class != address.Residence || strings.Contains(all, "introuvable"):
			return a, nil
		}
		x := float64(a.Parsed.Number)
		a.Results = []geocode.Result{{
			Precision: geocode.PrecisionNumber, Position: geo.PositionEntrance, Lon: x / 1000, Lat: 50.5, ID: "59999_1", HouseNumber: fmt.Sprint(x),
			Name: "Rue A", Street: "Rue A", Postcode: "59999", City: "Essai", CityCode: "59999", Label: "Rue A 59999 Essai", Context: "59, Nord", Score: 0.91, Confidence: 0.97,
		}}
		return a, nil
	}
}

// plain is a world with one zone: x thousandths of a degree is x metres inside.
type plain struct{}

func (plain) At(q geo.Question) geo.Memberships {
	v := &geo.Version{Zoning: geo.QPV, Name: "2024"}
	if q.Perimeter != "" {
		v.Name = q.Perimeter
	}
	m := geo.Memberships{FRR: geo.ListFact{Status: geo.StatusNo}, ZRR: geo.ListFact{Status: geo.StatusNone}}
	m.QPV = geo.QPVFact{Version: v, CommuneHasZone: true}
	if q.HasPoint {
		d := q.Point[0]*1000 - 100
		m.QPV.Distance, m.QPV.HasDistance, m.QPV.Nearest = d, true, geo.ZoneRef{Code: "QN05999N", Name: "Les Essais"}
		if d >= 0 {
			m.QPV.Inside = []geo.ZoneRef{m.QPV.Nearest}
		}
	}
	return m
}

func flagOptions() FlagOptions {
	return FlagOptions{
		Options: Options{NewSearch: fakeSearch, Workers: 2},
		Decider: &residency.Decider{Zones: plain{}, Options: residency.DefaultOptions},
		Today:   geo.MustDate("2026-01-15"), Known: geo.MustDate("2026-01-15"), Pack: "essai",
	}
}

// through runs a table through f and gives what came out.
func through(t *testing.T, name, content string, f func(*table.Reader, Writer) (Summary, error)) ([][]string, Summary, error) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := export.Create(filepath.Join(dir, "out.csv"), export.Options{Delimiter: in.Delimiter, Encoding: table.UTF8})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Abort()
	sum, err := f(in, out)
	if err != nil {
		return nil, sum, err
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(string(b)))
	r.Comma = rune(in.Delimiter)
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	return rows, sum, nil
}

func flagged(t *testing.T, content string, o FlagOptions) ([][]string, Summary) {
	t.Helper()
	rows, sum, err := through(t, "in.csv", content, func(in *table.Reader, out Writer) (Summary, error) {
		return Flag(context.Background(), o, in, out)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, sum
}

// at is the cell of a row under a heading.
func at(t *testing.T, rows [][]string, row int, title string) string {
	t.Helper()
	i := table.FindColumn(rows[0], title)
	if i < 0 {
		t.Fatalf("no column %s in %v", title, rows[0])
	}
	return rows[row][i]
}

func TestFlagWritesTheContractsColumns(t *testing.T) {
	rows, _ := flagged(t, "Matricule;Adresse;CP;Ville;Date d'entrée\n1;180 rue A;59999;Essai;03/04/2024\n", flagOptions())
	want := strings.Fields(`Matricule Adresse CP Ville Date_d'entrée
		longitude latitude result_score result_score_next result_label result_type result_id result_housenumber result_name result_street
		result_postcode result_city result_context result_citycode result_oldcitycode result_oldcity result_district result_status
		result_precision result_confidence result_faults
		qpv_statut qpv_code qpv_nom qpv_distance_m qpv_motif qpv_action qpv_perimetre frr_statut zrr_statut zonage_date pack`)
	want[4] = "Date d'entrée"
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
	wantRow := []string{"1", "180 rue A", "59999", "Essai", "03/04/2024",
		"0.18", "50.5", "0.91", "", "Rue A 59999 Essai", "housenumber", "59999_1", "180", "Rue A", "Rue A", "59999", "Essai", "59, Nord", "59999", "", "", "", "ok",
		"numero", "0.97", "", "oui", "QN05999N", "Les Essais", "80.0", "numero_dedans", "", "2024", "non", "sans_objet", "2024-04-03", "essai"}
	if diff := cmp.Diff(wantRow, rows[1]); diff != "" {
		t.Error(diff)
	}
}

func TestFlagKeepsEveryRowInOrder(t *testing.T) {
	var b strings.Builder
	b.WriteString("Extraction du 15/01/2026;;;\nMatricule;Adresse;Ville;Date d'entrée\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "%d;%d rue A;Essai;01/04/2024\n", i, i%300+1)
	}
	b.WriteString("a;;;\nb;introuvable;Essai;01/04/2024\nc;12 rue panne;Essai;01/04/2024\nd;SDF;Essai;01/04/2024\n;;;\ne;180 rue A;Essai;31/02/2024\nf;180 rue A;Essai;\nTOTAL;;;2007\n")
	var first string
	for _, workers := range []int{1, 2, 7} {
		o := flagOptions()
		o.Workers = workers
		rows, sum := flagged(t, b.String(), o)
		if len(rows) != 1+2000+8 {
			t.Fatalf("%d rows", len(rows))
		}
		for i := range 2000 {
			if rows[i+1][0] != fmt.Sprint(i) {
				t.Fatalf("row %d holds %s", i+1, rows[i+1][0])
			}
		}
		if s := fmt.Sprint(rows); first == "" {
			first = s
		} else if s != first {
			t.Errorf("%d workers change the output", workers)
		}
		for i, want := range [][4]string{
			{"skipped", "a_verifier", "inexploitable", "2026-01-15"}, {"not-found", "a_verifier", "inexploitable", "2024-04-01"},
			{"error", "a_verifier", "inexploitable", "2024-04-01"}, {"not-found", "a_verifier", "sans_residence", "2024-04-01"},
			{"skipped", "", "", ""}, {"ok", "a_verifier", "inexploitable", ""}, {"ok", "oui", "numero_dedans", "2026-01-15"}, {"skipped", "", "", ""},
		} {
			got := [4]string{at(t, rows, 2001+i, "result_status"), at(t, rows, 2001+i, "qpv_statut"), at(t, rows, 2001+i, "qpv_motif"), at(t, rows, 2001+i, "zonage_date")}
			if got != want {
				t.Errorf("last row %d: %v, want %v", i, got, want)
			}
		}
		if sum.Rows != 2008 || sum.InvalidDates != 1 || sum.Status["skipped"] != 3 || sum.Status["error"] != 1 {
			t.Errorf("summary %+v", sum)
		}
	}
}

func TestFlagTwiceIsFlagOnce(t *testing.T) {
	once, _ := flagged(t, "Matricule;Adresse;Ville\n1;180 rue A;Essai\n2;100 rue A;Essai\n3;SDF;\n;;\nTOTAL;3;\n", flagOptions())
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	w.WriteAll(once)
	twice, _ := flagged(t, b.String(), flagOptions())
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Error(diff)
	}
}

func TestFlagNeutralisesFormulas(t *testing.T) {
	in := "Matricule;Adresse;Ville;Téléphone;Solde;Note\n1;180 rue A;Essai;+33 6 12 34 56 78;-12,5;=HYPERLINK(\"x\")\n2;@x;Essai;;;+cmd|' /C calc'!A0\n"
	rows, _ := flagged(t, in, flagOptions())
	for _, c := range []struct {
		row         int
		title, want string
	}{{1, "Téléphone", "+33 6 12 34 56 78"}, {1, "Solde", "-12,5"}, {1, "Note", `'=HYPERLINK("x")`}, {2, "Adresse", "'@x"}, {2, "Note", "'+cmd|' /C calc'!A0"}} {
		if got := at(t, rows, c.row, c.title); got != c.want {
			t.Errorf("%s: %q, want %q", c.title, got, c.want)
		}
	}
	rows, _, err := through(t, "in.csv", in, func(in *table.Reader, out Writer) (Summary, error) {
		return Geocode(context.Background(), flagOptions().Options, in, out)
	})
	if err != nil || at(t, rows, 1, "Note") != `=HYPERLINK("x")` {
		t.Errorf("geocode changed an input cell: %q %v", at(t, rows, 1, "Note"), err)
	}
}

func TestFlagLeavesOut(t *testing.T) {
	const in = "Matricule;N° voie;Libellé voie;CP;Ville;Note\n1;180;rue A;59999;Essai;x\n"
	o := flagOptions()
	o.DropAddress = true
	rows, _ := flagged(t, in, o)
	if got := rows[0][:3]; !cmp.Equal(got, []string{"Matricule", "Note", "longitude"}) {
		t.Errorf("--drop-address keeps %v", got)
	}
	for _, title := range []string{"longitude", "latitude", "result_label", "result_street", "result_id"} {
		if c := at(t, rows, 1, title); c != "" {
			t.Errorf("%s still tells %q", title, c)
		}
	}
	if at(t, rows, 1, "qpv_statut") != "oui" || at(t, rows, 1, "result_citycode") != "59999" {
		t.Error("the decision was lost")
	}
	o = flagOptions()
	o.Keep = []string{"note", "Matricule"}
	rows, _ = flagged(t, in, o)
	if got := rows[0][:3]; !cmp.Equal(got, []string{"Matricule", "Note", "longitude"}) {
		t.Errorf("--keep gives %v", got)
	}
	o.Keep = []string{"absente"}
	_, _, err := through(t, "in.csv", in, func(in *table.Reader, out Writer) (Summary, error) {
		return Flag(context.Background(), o, in, out)
	})
	if err == nil || !strings.Contains(err.Error(), "« Matricule »") {
		t.Errorf("an absent column: %v", err)
	}
}

func TestFlagByCoordinates(t *testing.T) {
	o := flagOptions()
	o.Lon, o.Lat = "X", "Y"
	o.NewSearch = nil // nothing may be geocoded
	o.Locate = func(lon, lat float64) (string, bool) { return "59999", true }
	rows, _ := flagged(t, "id,X,Y,result_precision,result_label\n1,\"0,18\",\"50,5\",,\n2,0.05,50.5,numero,Rue A\n3,0.18,50.5,commune,Essai\n4,,,,\n5,est,nord,,\n6,0.18,50.5,voie,Rue A\n7,190,50,,\n", o)
	for i, want := range [][3]string{
		{"ok", "oui", "numero_dedans"}, {"ok", "non", "numero_dehors"}, {"ok", "a_verifier", "commune_avec_qpv"}, {"skipped", "a_verifier", "inexploitable"},
		{"error", "a_verifier", "inexploitable"}, {"ok", "a_verifier", "voie_coupee"}, {"error", "a_verifier", "inexploitable"},
	} {
		got := [3]string{at(t, rows, i+1, "result_status"), at(t, rows, i+1, "qpv_statut"), at(t, rows, i+1, "qpv_motif")}
		if got != want {
			t.Errorf("row %d: %v, want %v", i+1, got, want)
		}
	}
	if at(t, rows, 2, "result_label") != "Rue A" || at(t, rows, 1, "longitude") != "0.18" {
		t.Error("what an earlier geocoding said is lost")
	}
}

func TestDates(t *testing.T) {
	const in = "Matricule;Adresse;Ville;Date d'entrée;Autre\n1;180 rue A;Essai;03/04/2024;45383\n"
	for _, c := range []struct {
		name, want string
		set        func(*FlagOptions)
	}{
		{"found by its heading", "2024-04-03", func(o *FlagOptions) {}},
		{"--date takes another column", "2024-04-01", func(o *FlagOptions) { o.Date = "autre" }},
		{"--on stands for all", "2025-12-31", func(o *FlagOptions) { o.On = geo.MustDate("2025-12-31") }},
	} {
		o := flagOptions()
		c.set(&o)
		rows, _ := flagged(t, in, o)
		if got := at(t, rows, 1, "zonage_date"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	o := flagOptions()
	o.Perimeter = "2015"
	rows, _ := flagged(t, in, o)
	if got := at(t, rows, 1, "qpv_perimetre"); got != "2015" {
		t.Errorf("perimeter %s", got)
	}
}

func TestColumnsAloneAreRead(t *testing.T) {
	o := flagOptions()
	o.Columns = []string{"b", "a"}
	var seen geocode.Query
	search := fakeSearch()
	o.Workers = 1
	o.NewSearch = func() Search {
		return func(q *geocode.Query) (*geocode.Answer, error) { seen = *q; return search(q) }
	}
	flagged(t, "a;b;Adresse;Code postal;Ville\nEssai;180 rue A;12 rue B;62000;Arras\n", o)
	if want := (geocode.Query{Text: "180 rue A Essai"}); !cmp.Equal(seen, want) {
		t.Errorf("asked %+v", seen)
	}
	o.CityCode, o.Postcode = "insee", "code postal"
	flagged(t, "a;b;INSEE;Code postal;Ville\nEssai;180 rue A;59999;62000;Arras\n", o)
	if want := (geocode.Query{Text: "180 rue A Essai", CityCode: "59999", Postcode: "62000"}); !cmp.Equal(seen, want) {
		t.Errorf("asked %+v", seen)
	}
}

func TestSituationsOutsideTheAddress(t *testing.T) {
	rows, _ := flagged(t, "Matricule;Adresse;Ville;Pays;Situation de logement\n1;180 rue A;Essai;Belgique;\n2;180 rue A;Essai;France;Sans domicile fixe\n3;180 rue A;Essai;FRANCE;Foyer familial\n4;;;;SDF\n5;180 rue A;Essai;;CHRS\n", flagOptions())
	for i, want := range []string{"etranger", "sans_residence", "numero_dedans", "sans_residence", "sans_residence"} {
		if got := at(t, rows, i+1, "qpv_motif"); got != want {
			t.Errorf("row %d: %s, want %s", i+1, got, want)
		}
	}
}

// The home of a family is a residence, also in words that name an institution.
func TestHousingWithTheFamily(t *testing.T) {
	rows, _ := flagged(t, "Matricule;Adresse;Ville;Situation de logement\n1;180 rue A;Essai;Foyer parental\n2;180 rue A;Essai;Foyer de jeunes travailleurs\n", flagOptions())
	for i, want := range []string{"numero_dedans", "sans_residence"} {
		if got := at(t, rows, i+1, "qpv_motif"); got != want {
			t.Errorf("row %d: %s, want %s", i+1, got, want)
		}
	}
}

// Dates are warned of where there is something to warn of.
func TestDatesAreWarnedOf(t *testing.T) {
	for _, c := range []struct {
		date         string
		bad, missing bool
	}{{"03/04/2024", false, false}, {"31/02/2024", true, false}, {"", false, true}} {
		var log strings.Builder
		o := flagOptions()
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		flagged(t, "Matricule;Adresse;Ville;Date d'entrée\n1;180 rue A;Essai;"+c.date+"\n", o)
		if strings.Contains(log.String(), "dates invalides") != c.bad || strings.Contains(log.String(), "dates absentes") != c.missing {
			t.Errorf("%q: %s", c.date, log.String())
		}
	}
}

func TestRowsWithTooManyCells(t *testing.T) {
	rows, _ := flagged(t, "Matricule;Adresse;Ville\n1;180 rue A;Essai;surplus;encore\n", flagOptions())
	if got := at(t, rows, 1, "Ville"); got != "Essai;surplus;encore" {
		t.Errorf("last cell %q", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	run := func(content string, o FlagOptions) error {
		_, _, err := through(t, "in.csv", content, func(in *table.Reader, out Writer) (Summary, error) {
			return Flag(context.Background(), o, in, out)
		})
		return err
	}
	err := run("foo;bar\n1;2\n3;4\n", flagOptions())
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "« foo »") || !strings.Contains(err.Error(), "Adresse") {
		t.Errorf("no column of address: %v", err)
	}
	o := flagOptions()
	o.Lon = "foo"
	if err := run("foo;bar\n1;2\n", o); fault.KindOf(err) != fault.Usage {
		t.Errorf("--lon alone: %v", err)
	}
	if err := run("Matricule;Adresse\n1;rue abîmé\n", flagOptions()); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("a damaged pack: %v", err)
	}
}

func TestDecisionsFile(t *testing.T) {
	o := flagOptions()
	const people = "Matricule;Adresse;Ville\n1;95 rue A;Essai\n2;101 rue A;Essai\n3;102 rue A;Essai\n"
	rows, _ := flagged(t, people, o)
	if got := at(t, rows, 1, "qpv_motif"); got != "bord" {
		t.Fatalf("motif %s", got)
	}
	// The flagged file with a column of answers is the file of decisions.
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	answers := []string{"Réponse", "dans", "hors QPV", ""}
	for i, r := range rows {
		w.Write(append(r, answers[i]))
	}
	w.Flush()
	path := filepath.Join(t.TempDir(), "decisions.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ledger, _, err := ReadDecisions(path, table.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.Decider.Decisions = ledger
	rows, sum := flagged(t, people, o)
	for i, want := range [][3]string{{"oui", "decision", "QN05999N"}, {"non", "decision", ""}, {"a_verifier", "bord", "QN05999N"}} {
		got := [3]string{at(t, rows, i+1, "qpv_statut"), at(t, rows, i+1, "qpv_motif"), at(t, rows, i+1, "qpv_code")}
		if got != want {
			t.Errorf("row %d: %v, want %v", i+1, got, want)
		}
	}
	if sum.Motif["decision"] != 2 {
		t.Errorf("summary %v", sum.Motif)
	}
	o.Perimeter = "2015"
	if rows, _ = flagged(t, people, o); at(t, rows, 1, "qpv_motif") != "bord" {
		t.Error("a decision carried to another perimeter")
	}
	for name, content := range map[string]string{
		"answer":    "Adresse;Ville;périmètre;réponse\n1 rue A;Essai;2024;peut-être\n",
		"no column": "Adresse;Ville\n1 rue A;Essai\n",
		"twice":     "clé;réponse\nabc;dans\nabc;hors\n",
		"version":   "Adresse;Ville;périmètre;réponse\n1 rue A;Essai;;dans\n",
		"no key":    "clé;réponse\n;dans\n", // in the first column
	} {
		os.WriteFile(path, []byte(content), 0o600)
		if _, _, err := ReadDecisions(path, table.Options{}, nil); fault.KindOf(err) != fault.Input {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := through(t, "in.csv", "Matricule;Adresse\n1;rue A\n", func(in *table.Reader, out Writer) (Summary, error) {
		return Flag(ctx, flagOptions(), in, out)
	})
	if err == nil {
		t.Error("a cancelled run ended well")
	}
}
