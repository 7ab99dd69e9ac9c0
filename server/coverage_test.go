package server

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/server/store"
	"perimetre/server/studies"
)

// layersAnswer is what a map reads of coverage and of proposals.
type layersAnswer struct {
	Features []struct {
		Properties struct {
			Layer, Band, Name string
			UpTo              float64 `json:"up_to"`
			Share             float64
			Rank              int
			Gain              *float64
		}
	}
	Completeness struct {
		Declared, WithPoint int
		Share               *float64
		Complete            bool
		Warning             string
	}
}

func (l *layersAnswer) of(layer string) (n int) {
	for _, f := range l.Features {
		if f.Properties.Layer == layer {
			n++
		}
	}
	return n
}

// The layers of the map: the widest band first, the gaps and the places by rank,
// with what the list of sites allows to say.
func TestCoverageLayers(t *testing.T) {
	w := newWorld(t)
	c := w.account(store.DataTeam)
	var got layersAnswer
	c.get("/api/v1/coverage?format=geojson&layers=bands,unserved&bands=500,2000&reach=1000m").want(200).json(&got)
	if got.of("bands") != 3 || got.of("unserved") == 0 || got.of("qpv")+got.of("sites") != 0 {
		t.Fatalf("%d bands, %d gaps, %d others", got.of("bands"), got.of("unserved"), got.of("qpv")+got.of("sites"))
	}
	last := 1e9
	for _, f := range got.Features[:3] {
		p := f.Properties
		if p.UpTo >= last || p.Band == "" || p.Share < 0 || p.Share > 1 {
			t.Errorf("%+v after %v", p, last)
		}
		last = p.UpTo
	}
	if got.Features[2].Properties.Band != "500\u202fm" {
		t.Errorf("%q", got.Features[2].Properties.Band)
	}
	// Nobody declared any number: nothing may be said to be without presence.
	if got.Completeness.Complete || !strings.Contains(got.Completeness.Warning, "les distances sont des maximums") {
		t.Errorf("%+v", got.Completeness)
	}
	c.get("/api/v1/coverage?format=geojson&layers=rien").want(400)
	c.get("/api/v1/coverage?bands=2000,500").want(400)
	c.get("/api/v1/coverage?reach=20min").want(400)
	c.get("/api/v1/coverage?decay=gaussian:800m").want(400)
	var access struct{ Access []struct{ Value float64 } }
	c.post("/api/v1/coverage", map[string]string{"access": "e2sfca", "decay": "gaussian:800m"}).want(200).json(&access)
	if len(access.Access) == 0 {
		t.Error("no access")
	}
}

// Under 80 % of the sites declared, the sentence of an incomplete list goes with
// every answer; at 80 % it goes.
func TestProposals(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	admin, c := w.account(store.Administrator), w.account(store.Direction, units[0])
	var sites struct{ Sites []studies.Site }
	c.get("/api/v1/sites?unit=" + units[0]).want(200).json(&sites)
	declare := func(n int) {
		admin.send("PUT", "/api/v1/settings", map[string]any{"reduce_months": 6, "remove_months": 24, "declared_sites": map[string]int{units[0]: n}}).want(200)
	}
	placed := 0
	for _, x := range sites.Sites {
		if x.Lon != nil {
			placed++
		}
	}
	if placed == 0 {
		t.Fatal("no site on the map")
	}
	type plan struct {
		Before, After, Bound, Gap float64
		Sites                     []struct {
			Rank int
			Name string
			Gain float64
		}
		Frame struct{ Warning string }
	}
	declare(placed * 2)
	var got plan
	c.get("/api/v1/sites/proposals?k=3&reach=1000m").want(200).json(&got)
	if !strings.HasPrefix(got.Frame.Warning, "liste incomplète : les distances sont des maximums") {
		t.Errorf("%q", got.Frame.Warning)
	}
	if len(got.Sites) != 3 || got.After <= got.Before || got.Bound < got.After || got.Gap > 0.02 {
		t.Errorf("%+v", got)
	}
	sum := got.Before
	for i, x := range got.Sites {
		if sum += x.Gain; x.Rank != i+1 || x.Name == "" || x.Gain <= 0 {
			t.Errorf("%+v", x)
		}
	}
	if sum < got.After-1 || sum > got.After+1 {
		t.Errorf("gains sum to %v, after %v", sum, got.After)
	}
	declare(placed)
	c.get("/api/v1/sites/proposals?k=3&reach=1000m").want(200).json(&got)
	if got.Frame.Warning != "" {
		t.Errorf("a whole list warns: %q", got.Frame.Warning)
	}
	// What one declares says nothing of the list of all.
	w.account(store.DataTeam).get("/api/v1/sites/proposals?k=3&reach=1000m").want(200).json(&got)
	if !strings.Contains(got.Frame.Warning, "complétude inconnue") {
		t.Errorf("the list of all is held complete: %q", got.Frame.Warning)
	}
	var map_ layersAnswer
	c.post("/api/v1/sites/proposals", map[string]any{"k": 2, "objective": "distance", "weight": "qpv=3", "candidates": "communes", "format": "geojson"}).want(200).json(&map_)
	if map_.of("places") != 2 || map_.Features[0].Properties.Rank != 1 || map_.Features[0].Properties.Gain == nil || !map_.Completeness.Complete {
		t.Errorf("%+v", map_)
	}
	var itinerant struct {
		Round struct {
			Days []struct {
				Day                string
				Morning, Afternoon *int
			}
		}
	}
	c.get("/api/v1/sites/proposals?half_days=3&rotation=2").want(200).json(&itinerant)
	visits := 0
	for _, d := range itinerant.Round.Days {
		for _, p := range []*int{d.Morning, d.Afternoon} {
			if p != nil {
				visits++
			}
		}
	}
	if visits != 6 {
		t.Errorf("%d visits: %+v", visits, itinerant)
	}
	for _, bad := range []string{"", "k=0", "k=2&half_days=2", "half_days=10&rotation=4", "half_days=4&days=mardi", "k=21", "k=2&weight=tous=2", "k=2&candidates=mairies", "k=2&objective=rien", "k=2&reach=2h"} {
		c.get("/api/v1/sites/proposals?" + bad).want(400)
	}
}

// A Mission Locale and the services de l'État get their territory, never another's.
func TestStudiesKeepToTheTerritory(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	type answer struct {
		People   struct{ Total float64 }
		Communes []struct{ Units []string }
	}
	var all, own, state answer
	w.account(store.DataTeam).get("/api/v1/coverage").want(200).json(&all)
	c := w.account(store.Direction, units[0])
	c.get("/api/v1/coverage").want(200).json(&own)
	w.account(store.State, units[0][:2]).get("/api/v1/coverage?unit=" + units[0]).want(200).json(&state)
	if own.People.Total <= 0 || own.People.Total >= all.People.Total || own.People.Total != state.People.Total {
		t.Errorf("all %v, own %v, asked %v", all.People.Total, own.People.Total, state.People.Total)
	}
	if len(own.Communes) == 0 || len(own.Communes) >= len(all.Communes) {
		t.Errorf("%d communes of %d", len(own.Communes), len(all.Communes))
	}
	for _, path := range []string{"/api/v1/coverage?unit=", "/api/v1/sites/proposals?k=1&unit="} {
		c.get(path + units[1]).want(http.StatusForbidden)
		w.account(store.State, "2A").get(path + units[0]).want(http.StatusForbidden)
		w.account(store.State, "2A").get(strings.TrimSuffix(path, "unit=")).want(http.StatusForbidden)
	}
}

// Young people not met: the own Mission Locale is told all, the services de l'État
// those that sent a bordereau and no small number, the others nothing.
func TestNotMetByRole(t *testing.T) {
	dir, err := territory()
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "raw", "population", "*.csv"))
	if err != nil || len(found) == 0 {
		t.Fatal("no table of population", err)
	}
	w := newWorld(t, func(c *Config) { c.Population = found[0] })
	unit := w.someUnits()[0]
	officer, direction, state := w.account(store.DataOfficer, unit), w.account(store.Direction, unit), w.account(store.State, unit[:2])
	const path = "/api/v1/coverage?not_met=1"
	direction.get(path).want(http.StatusNotFound) // nothing imported
	officer.imported(unit, w.youngPeople())
	state.get(path).want(http.StatusNotFound) // nothing sent
	type answer struct {
		NotMet []struct {
			Unit, Name  string
			Young       float64
			Known       *int
			KnownMax    int     `json:"known_max"`
			LackMin     int     `json:"lack_min"`
			LackMax     int     `json:"lack_max"`
			Merged      int     `json:"merged"`
			NearestSite *string `json:"nearest_site"`
		} `json:"not_met"`
	}
	var own, theirs answer
	direction.get(path).want(200).json(&own)
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201)
	state.get(path).want(200).json(&theirs)
	if len(own.NotMet) == 0 || len(theirs.NotMet) == 0 {
		t.Fatalf("%d and %d lines", len(own.NotMet), len(theirs.NotMet))
	}
	known, hidden := 0, 0
	for _, l := range own.NotMet {
		if l.Known == nil || l.LackMin > l.LackMax || l.Young < 11 && len(own.NotMet) > 1 {
			t.Errorf("own: %+v", l)
			continue
		}
		known += *l.Known
	}
	for _, l := range theirs.NotMet {
		if l.Known == nil {
			hidden++
		} else if *l.Known > 0 && *l.Known < 5 {
			t.Errorf("a small number is told: %+v", l)
		}
	}
	if known == 0 || hidden == 1 {
		t.Errorf("%d known, %d hidden", known, hidden)
	}
	for i := 1; i < len(own.NotMet); i++ {
		if own.NotMet[i].LackMin > own.NotMet[i-1].LackMin {
			t.Errorf("not ranked by persons at %d", i)
		}
	}
	for _, role := range []store.Role{store.Administrator, store.DataTeam, store.Auditor} {
		w.account(role).get(path).want(http.StatusForbidden)
	}
	newWorld(t).account(store.DataTeam).get(path).want(400)
}
