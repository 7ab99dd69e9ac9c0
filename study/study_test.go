package study

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// world is a pack of two communes side by side, ten numbers each; a QPV holds the
// first four of Gauche, whose street runs east, and fields to their north.
func world(t testing.TB) *data.Pack {
	t.Helper()
	raw, dir := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(raw, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	square := func(code, name string, x float64) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"code":"%s","nom":"%s","codeDepartement":"59"},"geometry":{"type":"Polygon","coordinates":[[[%g,50],[%g,50],[%g,50.1],[%g,50.1],[%g,50]]]}}`, code, name, x, x+0.1, x+0.1, x, x)
	}
	write("communes/communes-59.geojson", `{"type":"FeatureCollection","features":[`+square("59901", "Gauche", 3)+","+square("59902", "Droite", 3.1)+`]}`)
	write("communes/communes-essai.csv", "code_insee;nom;departement;population;codes_postaux;epci;nom_epci;anciens_codes\n59901;Gauche;59;900;59910;200000001;CC;\n59902;Droite;59;300;59920;200000001;CC;\n")
	write("qpv/qpv2024-france.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code_qp":"QN05901M","lib_qp":"Les Pins","insee_dep":"59","insee_com":"59901"},"geometry":{"type":"Polygon","coordinates":[[[3.005,50.045],[3.045,50.045],[3.045,50.095],[3.005,50.095],[3.005,50.045]]]}}]}`)
	write("missions-locales/structures-2026.csv", "code_ml;nom_ml;adresse;code_postal;ville\n59901;59-ML GAUCHE;1 rue A;59910;Gauche\n59902;59-ML DROITE;1 rue B;59920;Droite\n")
	write("missions-locales/couverture-2026.csv", "code_insee;code_ml;plusieurs_ml\n59901;59901;Non\n59902;59902;Non\n")
	header := "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n"
	for i := range 20 {
		code, name, post := "59901", "Gauche", "59910"
		if i >= 10 {
			code, name, post = "59902", "Droite", "59920"
		}
		header += fmt.Sprintf("%s_0010_%05d;;%d;;Rue Longue;%s;%s;%s;;;;;%.4f;50.05;entrée;;;%s;RUE LONGUE;commune;commune;1;\n", code, i+1, i+1, post, code, name, 3.01+0.01*float64(i), strings.ToUpper(name))
	}
	write("ban/adresses-59.csv", header)
	if _, err := data.Build(context.Background(), data.BuildOptions{Raw: raw, Pack: dir}); err != nil {
		t.Fatal(err)
	}
	p, err := data.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

const oneSite = "nom;genre;lon;lat;insee;demi_journees\nSiège;siège;3.01;50.05;59901;10\n"

func cover(t *testing.T, p *data.Pack, o Options) *Result {
	t.Helper()
	o.On, o.Known = onDay, onDay
	r, err := Cover(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCoverAddresses(t *testing.T) {
	r := cover(t, world(t), Options{Sites: file(t, "s.csv", oneSite), Reach: coverage.Reach{Limit: 2200, Unit: coverage.Metres}, Bands: []float64{800, 2200, 1e6}})
	// A hundredth of a degree is 716 m there: the numbers 1 to 4 are within 2,200 m.
	if got := r.Groups[0].Count; got != (coverage.Count{Total: 20, Covered: 4}) {
		t.Errorf("adresses : %+v", got)
	}
	if u := r.Groups[0].UpTo; u[0] != 2 || u[1] != 4 || u[2] != 20 {
		t.Errorf("bandes : %v", u)
	}
	z := r.QPV[0]
	if z.Code != "QN05901M" || z.Total != 4 || z.Covered != 4 || z.Presence != 1 || z.Border != 0 || len(z.Units) != 1 {
		t.Errorf("QPV : %+v", z.Area)
	}
	// Its numbers stand in the street from 3.01 to 3.04, its surface reaches 5 km north: the
	// distance is from the median of the numbers, not from the fields.
	if d := geo.Distance(orb.Point{3.01, 50.05}, orb.Point{3.025, 50.05}); math.Abs(z.Nearest.Metres-d) > 1 {
		t.Errorf("distance %.0f m, want %.0f", z.Nearest.Metres, d)
	}
	// Droite's people have the site of Gauche for nearest.
	if r.Elsewhere != 10 {
		t.Errorf("ailleurs : %v", r.Elsewhere)
	}
	if !r.StandIn || r.Warning == "" {
		t.Error("neither addresses in place of people nor completeness is said")
	}
	land, units, err := r.Territory()
	if err != nil || len(units) != 2 || len(land) != 1 || len(land[0]) != 1 {
		t.Errorf("territory: %d parts, %d units, %v", len(land), len(units), err)
	}
}

// The young people of a table are shared out among the addresses of their commune
// and QPV: none is lost.
func TestCoverPopulation(t *testing.T) {
	pop := file(t, "p.csv", "code_ml;code_insee;code_qpv;jeunes;source;annee\n59901;59901;;100;INSEE;2021\n59901;59901;QN05901M;40;INSEE;2021\n59902;59902;;30;INSEE;2021\n")
	r := cover(t, world(t), Options{Sites: file(t, "s.csv", oneSite), Population: pop, Reach: coverage.Reach{Limit: 2200, Unit: coverage.Metres}})
	if c := r.Groups[0]; math.Abs(c.Total-130) > 1e-9 || math.Abs(c.Covered-40) > 1e-9 {
		t.Errorf("jeunes : %+v", c.Count)
	}
	if c := r.Groups[1]; c.Group != coverage.InQPV || math.Abs(c.Total-40) > 1e-9 {
		t.Errorf("jeunes en QPV : %+v", c)
	}
	if !strings.Contains(r.People, "INSEE, 2021") {
		t.Errorf("source : %q", r.People)
	}
}

// Somebody of whom only the commune is known is between the bounds, unless all its
// addresses agree; a person counts once.
func TestCoverFlagged(t *testing.T) {
	flagged := file(t, "f.csv", "matricule;longitude;latitude;result_citycode;result_precision;qpv_statut;qpv_code\n"+
		"A;3.01;50.05;59901;numero;oui;QN05901M\nA;3.20;50.05;59902;numero;non;\nB;3.05;50.05;59901;commune;a_verifier;\nC;;;59902;aucune;a_verifier;\nD;3.15;50.05;59902;numero;non;\n")
	for _, c := range []struct {
		metres float64
		want   coverage.Count
	}{{2200, coverage.Count{Total: 4, Covered: 1, Maybe: 1}}, {7000, coverage.Count{Total: 4, Covered: 2}}, {9000, coverage.Count{Total: 4, Covered: 2, Maybe: 1}}, {20000, coverage.Count{Total: 4, Covered: 4}}} {
		r := cover(t, world(t), Options{Sites: file(t, "s.csv", oneSite), Demand: flagged, Reach: coverage.Reach{Limit: c.metres, Unit: coverage.Metres}})
		if got := r.Groups[0].Count; got != c.want {
			t.Errorf("at %v m: %+v, want %+v", c.metres, got, c.want)
		}
	}
}

// Half an hour on foot is 1,731 m as the crow flies, 2,250 m along lines as long as streets,
// and 30 minutes of a table of travel times; whose place is not known lies between the bounds.
func TestHalfHour(t *testing.T) {
	p, sites := world(t), file(t, "s.csv", oneSite)
	for _, c := range []struct {
		detour   float64
		all, qpv float64 // numbers beyond it, 716 m apart
	}{{1, 17, 1}, {2, 18, 2}} {
		r := cover(t, p, Options{Sites: sites, Detour: c.detour})
		for i, want := range []float64{c.all, c.qpv} {
			if least, most := BeyondOf(r.Groups[i].HalfHour); least != want || most != want {
				t.Errorf("detour %v, group %d: from %v to %v beyond, want %v", c.detour, r.Groups[i].Group, least, most, want)
			}
		}
		if least, _ := BeyondOf(r.QPV[0].HalfHour); least != c.qpv {
			t.Errorf("detour %v: %v beyond in the QPV, want %v", c.detour, least, c.qpv)
		}
		if least, _ := BeyondOf(r.Communes[1].HalfHour); least != 10 {
			t.Errorf("detour %v: %v beyond in Droite", c.detour, least)
		}
	}
	known := "longitude;latitude;result_citycode;result_precision;qpv_statut\n3.01;50.05;59901;numero;oui\n;;59901;commune;a_verifier\n3.15;50.05;59902;numero;non\n;;59902;commune;a_verifier\n"
	r := cover(t, p, Options{Sites: sites, Demand: file(t, "f.csv", known)})
	if least, most := BeyondOf(r.Groups[0].HalfHour); least != 2 || most != 3 {
		t.Errorf("from %v to %v beyond, want from 2 to 3", least, most)
	}
}

func TestNotMetOfFlagged(t *testing.T) {
	pop := file(t, "p.csv", "code_ml;code_insee;code_qpv;jeunes\n59901;59901;;100\n59901;59901;QN05901M;40\n59902;59902;;30\n")
	text := "matricule;result_citycode;qpv_statut;qpv_code;renouvellement\n"
	for i := range 24 {
		text += fmt.Sprintf("N%d;59901;non;;non\n", i)
	}
	for i := range 6 {
		text += fmt.Sprintf("Q%d;59901;oui;QN05901M;%s\n", i, []string{"oui", "non"}[i%2])
	}
	text += "V;59901;a_verifier;QN05901M;\nQ0;59901;oui;QN05901M;non\nX;62001;non;;\n"
	r := cover(t, world(t), Options{Sites: file(t, "s.csv", oneSite), Population: pop, Met: FlaggedFile(file(t, "f.csv", text))})
	var zone *NotMetLine
	for i := range r.NotMet.Lines {
		if r.NotMet.Lines[i].Zone != "" {
			zone = &r.NotMet.Lines[i]
		}
	}
	// 30 known of 100 young: the QPV of 40 should hold 12, and holds 6 to 7.
	if zone == nil || zone.Young != 40 || zone.Known != 6 || zone.Maybe != 1 || zone.Entries != 3 || zone.LackMin != 5 || zone.LackMax != 6 || zone.Nearest.Name != "Siège" {
		t.Errorf("QPV : %+v", zone)
	}
	if r.NotMet.Outside != 1 {
		t.Errorf("out of the table: %d", r.NotMet.Outside)
	}
}

// planRouter knows a straight road at 100 m a minute, and no road to longitude
// beyond 3.19.
type planRouter struct {
	mu    sync.Mutex
	asked int
	from  []orb.Point
}

func (r *planRouter) Source() string { return "essai" }

func (r *planRouter) Minutes(_ context.Context, from, to []orb.Point) ([][]float64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	r.from = append(r.from, from...)
	out := make([][]float64, len(from))
	for i, a := range from {
		for _, b := range to {
			d := geo.Distance(a, b) / 100
			if a[0] > 3.19 {
				d = math.NaN()
			}
			out[i] = append(out[i], d)
		}
	}
	return out, nil
}

func TestTravel(t *testing.T) {
	p := world(t)
	o := Options{Sites: file(t, "s.csv", oneSite), On: onDay, Known: onDay, Demand: file(t, "d.csv", "id;lon;lat;personnes\na;3.02;50.05;7\nb;3.12;50.05;5\nc;3.195;50.05;3\n")}
	router := &planRouter{}
	m, err := Travel(context.Background(), p, o, router)
	if err != nil {
		t.Fatal(err)
	}
	o.Matrix, o.Reach = m, coverage.Reach{Limit: 20, Unit: coverage.Minutes}
	r := cover(t, p, o)
	if got := r.Groups[0].Count; got != (coverage.Count{Total: 15, Covered: 7}) {
		t.Errorf("%+v", got)
	}
	if got := r.Groups[0].HalfHour; got != (coverage.Count{Total: 15, Covered: 7}) {
		t.Errorf("half an hour of travel: %+v", got)
	}
	if z := r.QPV[0].Nearest; z.Name != "Siège" || math.Abs(z.Minutes-geo.Distance(r.QPV[0].At, orb.Point{3.01, 50.05})/100) > 1e-9 {
		t.Errorf("QPV : %+v", z)
	}
	if !strings.Contains(r.Source, "essai") || router.asked != 1 {
		t.Errorf("source %q, %d demandes", r.Source, router.asked)
	}
}

// Without a table, times are asked from the centres of squares that hold addresses,
// never from an address, and each address takes the minutes of its square.
func TestTravelFromSquares(t *testing.T) {
	p := world(t)
	o := Options{Sites: file(t, "s.csv", oneSite), On: onDay, Known: onDay, Access: "2sfca"}
	router := &planRouter{}
	m, err := Travel(context.Background(), p, o, router)
	if err != nil {
		t.Fatal(err)
	}
	o.Matrix, o.Reach = m, coverage.Reach{Limit: 20, Unit: coverage.Minutes}
	far, total := map[string]int{}, 0
	err = p.Index.Walk(func(_ string, _ geocode.StreetRef, n geocode.HouseNumber) bool {
		at := orb.Point{n.Lon, n.Lat}
		total++
		if slices.Contains(router.from, at) {
			t.Errorf("an address is sent: %v", at)
		}
		if c := m.Squares.Centre(m.Squares.At(at)); geo.Distance(c, at) > m.Squares.Metres*math.Sqrt2/2*1.01 {
			t.Errorf("%v loin de %v", at, c)
		}
		if geo.Distance(m.Squares.Centre(m.Squares.At(at)), orb.Point{3.01, 50.05})/100 <= 20 {
			far["near"]++
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	r := cover(t, p, o)
	if got := r.Groups[0].Count; int(got.Total) != total || int(got.Covered) != far["near"] {
		t.Errorf("%+v, want %d of %d", got, far["near"], total)
	}
	if !strings.Contains(r.Source, "carrés de 250 m") || len(r.Access) == 0 || len(r.Unserved) == 0 || r.Unserved[0].Nearest.Site < 0 {
		t.Errorf("source %q, %d accesses, homes %+v", r.Source, len(r.Access), r.Unserved)
	}
	o.Places, o.Objective, o.Access = 1, coverage.LeastDistance, ""
	if o.Matrix, err = Travel(context.Background(), p, o, router); err != nil {
		t.Fatal(err)
	}
	plan, err := Choose(context.Background(), p, o)
	if err != nil || int(plan.Weight+plan.Unreachable) != total || plan.After >= plan.Before || !plan.Exact {
		t.Errorf("%+v, %v", plan, err)
	}
}

// A square of a hundredth of a degree a minute.
type squares struct{}

func (squares) Isochrones(_ context.Context, at orb.Point, minutes []float64) (out []orb.MultiPolygon, err error) {
	for _, m := range minutes {
		d := m / 100
		out = append(out, orb.MultiPolygon{{{{at[0] - d, at[1] - d}, {at[0] + d, at[1] - d}, {at[0] + d, at[1] + d}, {at[0] - d, at[1] + d}, {at[0] - d, at[1] - d}}}})
	}
	return out, nil
}

// Isochrones are unioned and cut by the territory; without any, discs are.
func TestZone(t *testing.T) {
	p := world(t)
	m := &coverage.Matrix{}
	m.Set("59901", "Siège", 4)
	r := cover(t, p, Options{Sites: file(t, "s.csv", oneSite), Matrix: m, Reach: coverage.Reach{Limit: 2, Unit: coverage.Minutes}})
	if z, err := r.Zone(); err != nil || z != nil {
		t.Errorf("without an isochrone: %v, %v", z, err)
	}
	if err := r.DrawReach(context.Background(), squares{}); err != nil {
		t.Fatal(err)
	}
	z, err := r.Zone()
	want := orb.Bound{Min: orb.Point{3, 50.03}, Max: orb.Point{3.03, 50.07}}
	if b := z.Bound(); err != nil || !b.Pad(1e-9).Contains(want.Min) || !b.Pad(1e-9).Contains(want.Max) || !want.Pad(1e-9).Contains(b.Min) || !want.Pad(1e-9).Contains(b.Max) {
		t.Errorf("isochrones: %v, want %v (%v)", b, want, err)
	}
	r = cover(t, p, Options{Sites: file(t, "s.csv", oneSite), Reach: coverage.Reach{Limit: 500, Unit: coverage.Metres}})
	if z, err = r.Zone(); err != nil || math.Abs(geo.Area(z)/(math.Pi*500*500)-1) > 0.01 {
		t.Errorf("disque : %v m² (%v)", geo.Area(z), err)
	}
}

func TestChoose(t *testing.T) {
	p := world(t)
	o := Options{Sites: file(t, "s.csv", oneSite), On: onDay, Known: onDay, Places: 1, Reach: coverage.Reach{Limit: 2200, Unit: coverage.Metres}}
	plan, err := Choose(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Before != 4 || plan.After <= plan.Before || !plan.Exact || plan.Places[0].Name != "Centre de Droite" {
		t.Errorf("%+v", plan)
	}
	o.Weight = must(ParseWeight("qpv"))
	if plan, err = Choose(context.Background(), p, o); err != nil || plan.Weight != 4 || plan.Before != 4 {
		t.Errorf("QPV seul : %+v, %v", plan, err)
	}
	o.Weight = must(ParseWeight("qpv=3"))
	if plan, err = Choose(context.Background(), p, o); err != nil || plan.Weight != 28 {
		t.Errorf("QPV trois fois : %+v, %v", plan, err)
	}
	o.Weight = must(ParseWeight("frr"))
	if _, err = Choose(context.Background(), p, o); fault.KindOf(err) != fault.Input {
		t.Errorf("personne en FRR : %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// BenchmarkCoverRegion is the whole region against 962 sites; PERIMETRE_BENCH_PACK
// names a pack of its 2.58 million addresses.
func BenchmarkCoverRegion(b *testing.B) {
	path := os.Getenv("PERIMETRE_BENCH_PACK")
	if path == "" {
		b.Skip("référentiel de la région absent : PERIMETRE_BENCH_PACK")
	}
	p, err := data.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	rng := rand.New(rand.NewPCG(1, 1))
	sites := "nom;lon;lat\n"
	all := p.Communes.All()
	for i := range 962 {
		c := &all[rng.IntN(len(all))]
		sites += fmt.Sprintf("Site %d;%.5f;%.5f\n", i, c.Lon+rng.NormFloat64()*0.01, c.Lat+rng.NormFloat64()*0.01)
	}
	path = file(b, "sites.csv", sites)
	for b.Loop() {
		r, err := Cover(context.Background(), p, Options{Sites: path, On: onDay, Known: onDay})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(r.Groups[0].Total, "adresses")
	}
}
