package study

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
)

// A QPV of both communes is listed once for each Mission Locale, with its own site;
// the people of each territory are told apart from those who are nearer to another.
func TestUnitsAndShares(t *testing.T) {
	p := world(t)
	sites := "nom;genre;lon;lat;insee;code_ml;demi_journees\nSiège;siège;3.01;50.05;59901;59901;10\nAntenne;antenne;3.195;50.05;59902;59902;4\n"
	r := cover(t, p, Options{Sites: file(t, "s.csv", sites), Reach: coverage.Reach{Limit: 2200, Unit: coverage.Metres}})
	if len(r.Units) != 2 || len(r.Shares) != 0 {
		t.Fatalf("%+v\n%+v", r.Units, r.Shares)
	}
	left, right := r.Units[0], r.Units[1]
	if left.Code != "59901" || left.Total != 10 || left.Covered != 4 || left.Elsewhere != 0 || left.QPV != 1 || left.Served != 1 || left.Sites != 1 || left.HalfDays != 10 {
		t.Errorf("%+v", left)
	}
	if right.Total != 10 || right.Elsewhere != 0 || right.HalfDays != 4 {
		t.Errorf("%+v", right)
	}
	p.Territories = append(p.Territories, geo.Territory{Commune: "59901", MissionLocale: "59902"})
	r = cover(t, p, Options{Sites: file(t, "s.csv", sites)})
	want := []Share{{Kind: "QPV", Unit: "59-ML GAUCHE", Own: Nearest{Name: "Siège"}}, {Kind: "QPV", Unit: "59-ML DROITE", Own: Nearest{Name: "Antenne"}}, {Kind: "commune", Unit: "59-ML GAUCHE", Own: Nearest{Name: "Siège"}}, {Kind: "commune", Unit: "59-ML DROITE", Own: Nearest{Name: "Antenne"}}}
	if len(r.Shares) != len(want) {
		t.Fatalf("%+v", r.Shares)
	}
	for i, s := range r.Shares {
		if s.Kind != want[i].Kind || s.Unit != want[i].Unit || s.Own.Name != want[i].Own.Name || !(s.Own.Metres > 0) && s.Own.Name == "Antenne" {
			t.Errorf("%+v", s)
		}
	}
	if last := r.Units[len(r.Units)-1]; last.Code != "" || last.Total != 10 || last.Communes != 1 {
		t.Errorf("commune de deux Missions Locales : %+v", last)
	}
}

// A study limited to a Mission Locale counts its people alone, and the sites of all.
func TestScope(t *testing.T) {
	p := world(t)
	units, err := ParseUnits(p, []string{"59-ml droite"})
	if err != nil || !slices.Equal(units, []string{"59902"}) {
		t.Fatal(units, err)
	}
	if _, err := ParseUnits(p, []string{"ailleurs"}); fault.KindOf(err) != fault.Usage {
		t.Error(err)
	}
	land, err := DrawLand(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, drawn := range []*Land{nil, land} {
		r := cover(t, p, Options{Sites: file(t, "s.csv", oneSite), Units: units, Land: drawn, Reach: coverage.Reach{Limit: 8000, Unit: coverage.Metres}})
		if g := r.Groups[0]; g.Total != 10 || g.Covered != 2 || r.Elsewhere != 10 || len(r.QPV) != 0 || len(r.Communes) != 1 || r.Completeness.OnFile != 0 {
			t.Errorf("%+v, ailleurs %v, %d QPV, %+v", g.Count, r.Elsewhere, len(r.QPV), r.Completeness)
		}
		bands, err := r.Land()
		if err != nil || len(bands) == 0 {
			t.Fatal(bands, err)
		}
		box := orb.Bound{Min: orb.Point{3.1, 50}, Max: orb.Point{3.2, 50.1}}.Pad(0.001)
		last := 0.0
		for _, b := range bands {
			if area := geo.Area(b.Shape); b.Limit < 5000 || area < last || !box.Contains(b.Shape.Bound().Min) || !box.Contains(b.Shape.Bound().Max) {
				t.Errorf("%v m: %v m² in %v", b.Limit, area, b.Shape.Bound())
			} else {
				last = area
			}
		}
	}
}

// An itinerant permanence visits the places chosen when they are open, from the head
// office and back, and leaves out what no half-day suits.
func TestRound(t *testing.T) {
	o := Options{Sites: file(t, "s.csv", oneSite), On: onDay, Known: onDay, Reach: coverage.Reach{Limit: 1500, Unit: coverage.Metres}, Detour: 1.3,
		Itinerant: &Itinerant{PerWeek: 2, Weeks: 1, Pattern: "mardi", Receives: 5}, Candidates: file(t, "c.csv",
			"nom;lon;lat;ouverture\nLoin;3.19;50.05;mardi après-midi\nMilieu;3.15;50.05;mardi matin\nBis;3.14;50.05;mardi matin\nRare;3.08;50.05;1er mardi du mois\n")}
	plan, err := Choose(context.Background(), world(t), o)
	if err != nil {
		t.Fatal(err)
	}
	r := plan.Round
	if len(plan.Places) != 2 || len(r.Days) != 1 || r.Base != "Siège" || r.Unit != coverage.Metres {
		t.Fatalf("%+v\n%+v", plan.Places, r)
	}
	d := r.Days[0]
	if d.Day != 1 || plan.Places[d.Places[1]].Name != "Loin" || plan.Places[d.Places[0]].Name == "Loin" {
		t.Errorf("%+v, %+v", d, plan.Places)
	}
	there := geo.Distance(orb.Point{3.01, 50.05}, orb.Point{3.19, 50.05})
	if math.Abs(d.Cost-2*1.3*there) > 5 || math.Abs(r.Cost-d.Cost) > 1e-9 { // out and back on one line
		t.Errorf("trip %v, want %v", d.Cost, 2*1.3*there)
	}
	if len(r.Unseen) == 0 || !slices.Contains(r.Unseen, "Rare") {
		t.Errorf("left out: %v", r.Unseen)
	}
	if plan.Bound < plan.After {
		t.Errorf("borne %v sous %v", plan.Bound, plan.After)
	}
	router := &planRouter{}
	o.Itinerant = &Itinerant{PerWeek: 2, Router: router}
	o.Candidates = file(t, "c.csv", "nom;lon;lat\nA;3.15;50.05\nB;3.12;50.05\n")
	if plan, err = Choose(context.Background(), world(t), o); err != nil || plan.Round.Unit != coverage.Minutes || plan.Round.Source != "essai" || plan.Round.Unknown != 2 || router.asked != 1 {
		t.Errorf("%+v, %v", plan.Round, err)
	}
}
