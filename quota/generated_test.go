package quota

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/quota/directory"
)

var writePeople = flag.String("write-people", "", "écrit les personnes générées dans ce fichier")

const shared = "../../shared/data"

// generatePeople writes n made-up people of the 42 Missions Locales as `flag`
// would: the user's columns, then ours. The truth is drawn first, so that the
// counts of each unit are known.
func generatePeople(t testing.TB, n int, path string) (units map[string]Count) {
	t.Helper()
	coverage := filepath.Join(shared, "raw/missions-locales/couverture-2026.csv")
	if _, err := os.Stat(coverage); err != nil {
		t.Skip("données réelles absentes : " + coverage)
	}
	r, err := table.Open(coverage, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	communes := map[string][]string{}
	for {
		row, err := r.Next()
		if err != nil {
			break
		}
		communes[row.Cells[1]] = append(communes[row.Cells[1]], row.Cells[0])
	}
	var codes []string
	for code := range communes {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(w, "\ufeffN° dossier;Code structure;Mission Locale;Dispositif;Date d’entrée;Renouvellement;Date de naissance;RQTH;QPV;N° voie;Libellé voie;Complément;Code postal;Ville;"+
		"longitude;latitude;result_score;result_score_next;result_label;result_type;result_id;result_housenumber;result_name;result_street;result_postcode;result_city;result_context;result_citycode;result_oldcitycode;result_oldcity;result_district;result_status;result_precision;result_confidence;result_faults;"+
		"qpv_statut;qpv_code;qpv_nom;qpv_distance_m;qpv_motif;qpv_action;qpv_perimetre;frr_statut;zrr_statut;zonage_date;pack\n")
	rng := rand.New(rand.NewPCG(1, 2))
	units = map[string]Count{}
	first := geo.MustDate("2024-01-01")
	for i := range n {
		unit := codes[rng.IntN(len(codes))]
		commune := communes[unit][rng.IntN(len(communes[unit]))]
		entry := first.AddDays(rng.IntN(366))
		birth := first.AddDays(-365*25 + rng.IntN(365*8))
		c := units[unit]
		status, code, motif, action := "non", "", "numero_dehors", ""
		switch k := rng.IntN(1000); {
		case k < 250+int(unit[4]-'0')*30:
			status, code, motif = "oui", "QN05901M", "numero_dedans"
			c.In++
		case k > 970:
			status, motif, action = "a_verifier", "bord", "trancher"
			c.Undecided++
		default:
			c.Out++
		}
		units[unit] = c
		fmt.Fprintf(w, "J%06d;%s;Mission Locale %s;CEJ;%02d/%02d/%d;non;%02d/%02d/%d;non;;%d;rue de l’Église;;%s;Ville;3.057256;50.632971;0.9312;0.4;%d Rue de l’Église 59000 Ville;housenumber;%s_1234_%05d;%d;Rue de l’Église;Rue de l’Église;59000;Ville;59, Nord, Hauts-de-France;%s;;;;ok;numero;0.97;;%s;%s;Quartier;-123.4;%s;%s;2024;non;sans_objet;%s;0123456789abcdef\n",
			i, unit, unit, entry.Day, entry.Month, entry.Year, birth.Day, birth.Month, birth.Year, 1+rng.IntN(200), commune, 1+rng.IntN(200), commune, i%99999, 1+rng.IntN(200),
			commune, status, code, motif, action, entry)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return units
}

// The people of the region's 42 Missions Locales come back unit by unit.
func TestGeneratedRegion(t *testing.T) {
	n, path := 20_000, *writePeople
	if path == "" {
		path = filepath.Join(t.TempDir(), "jeunes.csv")
	} else {
		n = 115_109
	}
	truth := generatePeople(t, n, path)
	rule := loadRule(t, "cej-qpv-40")
	d := directory.New()
	if err := d.ReadUnits(filepath.Join(shared, "raw/missions-locales/structures-2026.csv")); err != nil {
		t.Fatal(err)
	}
	if err := d.ReadTerritory(filepath.Join(shared, "raw/missions-locales/couverture-2026.csv")); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFlagged(path, rule, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := compute(t, rule, Options{Period: Year(2024), Units: d}, f)
	if len(r.Units) != 42 || len(r.Departements) != 5 || len(r.Regions) != 1 || r.Total.N() != n || len(r.Outside) != 0 || len(r.Rejected) != 0 {
		t.Fatalf("%d units, %d départements, %d regions, %d people, %d out of territory, %d rejects", len(r.Units), len(r.Departements), len(r.Regions), r.Total.N(), len(r.Outside), len(r.Rejected))
	}
	for _, u := range r.Units {
		if want := truth[u.Code]; u.In != want.In || u.Out != want.Out || u.Undecided != want.Undecided {
			t.Errorf("%s %s: %+v, want %+v", u.Code, u.Name, u.Count, want)
		}
	}
}

// BenchmarkQuota reads and counts the region's 115 109 people from a flagged CSV.
func BenchmarkQuota(b *testing.B) {
	path := filepath.Join(b.TempDir(), "jeunes.csv")
	generatePeople(b, 115_109, path)
	rule := loadRule(b, "cej-qpv-40")
	b.ReportAllocs()
	for b.Loop() {
		f, err := ReadFlagged(path, rule, ReadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		compute(b, rule, Options{Period: Year(2024)}, f)
	}
}
