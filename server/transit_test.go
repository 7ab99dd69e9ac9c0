package server

import (
	"archive/zip"
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"perimetre/server/store"
)

// Who can come by the fictional buses: the bounds hold, a Mission Locale sees its own
// territory, and what is no duration is refused.
func TestTransitCoverage(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	type group struct {
		Group       string
		Total, Able float64
		Least       float64 `json:"without_30min_min"`
		Without     float64 `json:"without_30min"`
		Most        float64 `json:"without_30min_max"`
		Bands       []struct{ Best, Median, Worst float64 }
	}
	type answer struct {
		Groups   []group
		HalfDays []struct{ Day, Half string } `json:"half_days"`
		BySite   []struct {
			Closed []struct{ Day string } `json:"closed_half_days"`
		} `json:"by_site"`
		QPV []struct {
			Code     string
			Total    float64
			HalfDays int     `json:"half_days"`
			Least    float64 `json:"without_30min_min"`
			Without  float64 `json:"without_30min"`
			Most     float64 `json:"without_30min_max"`
		}
		Communes []struct{ Units []string }
	}
	const path = "/api/v1/coverage/transit?on=2026-03-02&reach=45min"
	var all, own answer
	w.account(store.DataTeam).get(path).want(200).json(&all)
	everyone := all.Groups[0]
	if everyone.Group != "tous" || everyone.Able <= 0 || everyone.Able >= everyone.Total || len(all.HalfDays) < 8 {
		t.Fatalf("%+v, %d half-days", everyone, len(all.HalfDays))
	}
	for _, g := range all.Groups {
		if !(g.Least <= g.Without && g.Without <= g.Most && g.Most <= g.Total) {
			t.Errorf("without a site: %+v", g)
		}
		for _, b := range g.Bands {
			if !(b.Worst <= b.Median && b.Median <= b.Best && b.Best <= g.Able) {
				t.Errorf("%s: %+v", g.Group, b)
			}
		}
	}
	never, always := 0, 0
	for _, q := range all.QPV {
		if !(q.Least <= q.Without && q.Without <= q.Most && q.Most <= q.Total) {
			t.Errorf("without a site: %+v", q)
		}
		if q.HalfDays == 0 {
			never++
		} else if q.HalfDays >= 8 {
			always++
		}
	}
	closed := 0
	for _, s := range all.BySite {
		closed += len(s.Closed)
	}
	if never == 0 || always == 0 || closed == 0 {
		t.Errorf("%d QPV never come, %d often, %d closed half-days are tried", never, always, closed)
	}

	c := w.account(store.Direction, units[0])
	c.get(path).want(200).json(&own)
	if own.Groups[0].Total <= 0 || own.Groups[0].Total >= everyone.Total || len(own.Communes) >= len(all.Communes) {
		t.Errorf("own %+v of %+v", own.Groups[0], everyone)
	}
	c.get(path + "&unit=" + units[1]).want(http.StatusForbidden)
	for _, bad := range []string{"reach=1000m", "reach=200min", "visit=-1", "longest=0", "home_by=25:00", "format=geojson", "detour=0"} {
		c.get("/api/v1/coverage/transit?" + bad).want(400)
	}
	c.get("/api/v1/coverage?transit=1&reach=45min").want(400)
	book := c.get(path + "&format=xlsx").want(200)
	z, err := zip.NewReader(bytes.NewReader(book.body), int64(len(book.body)))
	if err != nil || len(z.File) < 5 {
		t.Errorf("the workbook: %v", err)
	}

	// A place and its half-day; an agent's round asks for none.
	var plan struct {
		Sites []struct {
			Name string
			When string `json:"half_day"`
		}
	}
	c.get("/api/v1/sites/proposals?k=2&transit=1&reach=45min&on=2026-03-02").want(200).json(&plan)
	if len(plan.Sites) != 2 || plan.Sites[0].When == "" {
		t.Errorf("%+v", plan)
	}
	c.get("/api/v1/sites/proposals?half_days=2&transit=1").want(400)
	// A week that no timetable covers is said.
	c.get("/api/v1/coverage/transit?on=2040-03-02").want(422)
}

// The page says the sentence of the study, colours every commune that its table lists,
// and a Mission Locale finds its own territory in it.
func TestReachPage(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	state, own := w.account(store.State), w.account(store.Direction, units[0])
	body := func(c *client, query string) string { return string(c.get("/couverture" + query).want(200).body) }

	all := body(state, "?semaine=2026-03-02&lieux=1")
	for _, words := range []string{"peuvent venir à un site ouvert à pied, en bus ou en train", "Demi-journées où l’on peut venir", "Sans aucun site à 30 minutes", "Demi-journée fermée qui ferait mieux", "Où ouvrir", "matin, "} {
		if !strings.Contains(all, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	keys := regexp.MustCompile(`<tr id="l-(\w+)"`).FindAllStringSubmatch(all, -1)
	if len(keys) < 20 {
		t.Fatalf("%d communes in the table", len(keys))
	}
	for _, k := range keys {
		if !strings.Contains(all, `<a id="a-`+k[1]+`" href="#l-`+k[1]+`"`) || !strings.Contains(all, `<a href="#a-`+k[1]+`"`) {
			t.Errorf("%s: the map and the table do not lead to each other", k[1])
		}
	}
	mine := body(own, "?semaine=2026-03-02")
	if n := strings.Count(mine, `<tr id="l-`); n == 0 || n >= len(keys) || strings.Contains(mine, `name="ml"`) {
		t.Errorf("own: %d communes of %d", n, len(keys))
	}
	own.get("/couverture?ml=" + units[1]).want(http.StatusForbidden)

	if line := body(state, "?moyen=ligne-droite&portee=2000"); !strings.Contains(line, "≤\u00a02\u202fkm") || strings.Contains(line, "f-semaine") {
		t.Error("straight lines")
	}
	if late := body(state, "?semaine=2040-03-02"); !strings.Contains(late, "Aucun horaire ne couvre la semaine du 02/03/2040") {
		t.Error("a week without timetables is not said")
	}
	for _, bad := range []string{"portee=4000", "retour=25:00", "moyen=velo", "lieux=9", "sejour=-1"} {
		state.get("/couverture?" + bad).want(400)
	}
}
