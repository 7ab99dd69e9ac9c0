package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"perimetre/batch/publicapi"
	"perimetre/server/httpio"
)

// What the Géoplateforme adds to the API that it replaced: a test a parameter.
func TestGeoplateforme(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	here := w.known()
	lon, lat := fmt.Sprint(here.Lon), fmt.Sprint(here.Lat)
	at := "lon=" + lon + "&lat=" + lat
	q := "q=" + url.QueryEscape(here.Street)

	for path, want := range map[string]int{"/search?" + q + "&autocomplete=0": 5, "/geocodage/search?" + q: 10, "/reverse?" + at + "&reach=5000": 1, "/geocodage/reverse?" + at + "&reach=5000": 10} {
		if got := len(places(c.get(path).want(200)).Features); got > want || got == 0 || strings.Contains(path, "reach") && got != want {
			t.Errorf("%s: %d results, want %d", path, got, want)
		}
	}
	first := places(c.get("/geocodage/search?q=" + url.QueryEscape(here.Label))).Features[0].Properties
	if g := first.Geoplateforme; g == nil || g.Index != "address" || g.Score != first.Score || g.DepCode != here.CityCode[:2] {
		t.Errorf("properties of the Géoplateforme: %+v", first)
	}
	if places(c.get("/search?q=" + url.QueryEscape(here.Label))).Features[0].Properties.Geoplateforme != nil {
		t.Error("/search bears properties of the Géoplateforme")
	}

	// A filter of several values, by commas or repeated, and names in any case.
	for _, query := range []string{"citycode=" + here.CityCode + ",75056", "citycode=75056&citycode=" + here.CityCode, "CityCode=" + here.CityCode, "postcode=" + here.Postcode + ",75001", "autocomplete=no&returnTrueGeometry=yes"} {
		if got := places(c.get("/geocodage/search?q=" + url.QueryEscape(here.Label) + "&" + query).want(200)); len(got.Features) == 0 || got.Features[0].Properties.ID != here.ID {
			t.Errorf("%s: %+v", query, got.Features)
		}
	}
	if got := places(c.get("/geocodage/search?q=" + url.QueryEscape(here.Label) + "&citycode=75056,13055")); len(got.Features) != 0 {
		t.Errorf("outside of the filter: %+v", got.Features)
	}

	// Several types: the best of each, none of another.
	for _, types := range []string{"type=housenumber,street", "type=street+housenumber", "type=street&type=housenumber"} {
		got := places(c.get("/geocodage/search?limit=100&q=" + url.QueryEscape(here.Street) + "&" + types).want(200))
		n := map[string]int{}
		for i, f := range got.Features {
			n[f.Properties.Type]++
			if i > 0 && f.Properties.Score > got.Features[i-1].Properties.Score {
				t.Errorf("%s: %s is behind one of a lesser score", types, f.Properties.Label)
			}
		}
		if n["street"] == 0 || n["locality"]+n["municipality"] > 0 {
			t.Errorf("%s: %v", types, n)
		}
		near := places(c.get("/geocodage/reverse?limit=100&" + at + "&" + types).want(200))
		n = map[string]int{}
		for _, f := range near.Features {
			n[f.Properties.Type]++
		}
		if n["street"] == 0 || n["housenumber"] == 0 || len(n) > 2 {
			t.Errorf("around the point, %s: %v", types, n)
		}
	}

	// Shapes. A step is about 30 m.
	const step = 0.0003
	ring := func(d float64) string {
		return fmt.Sprintf("[[%[1]v,%[2]v],[%[3]v,%[2]v],[%[3]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[2]v]]", here.Lon-d, here.Lat-d, here.Lon+d, here.Lat+d)
	}
	for name, g := range map[string]string{
		"point": `{"type":"Point","coordinates":[` + lon + `,` + lat + `]}`, "circle": `{"type":"Circle","radius":50,"coordinates":[` + lon + `,` + lat + `]}`,
		"line":    fmt.Sprintf(`{"type":"LineString","coordinates":[[%v,%s],[%v,%s]]}`, here.Lon-step, lat, here.Lon+step, lat),
		"polygon": `{"type":"Polygon","coordinates":[` + ring(step) + `]}`,
	} {
		got := places(c.get("/geocodage/reverse?limit=100&searchgeom=" + url.QueryEscape(g)).want(200))
		if !slices.ContainsFunc(got.Features, func(f publicapi.Feature) bool { return f.Properties.ID == here.ID }) {
			t.Errorf("%s: not found in %d places", name, len(got.Features))
		}
		for _, f := range got.Features {
			x, y := f.Geometry.Coordinates[0], f.Geometry.Coordinates[1]
			if name == "polygon" && (x < here.Lon-step-1e-6 || x > here.Lon+step+1e-6 || y < here.Lat-step-1e-6 || y > here.Lat+step+1e-6 || f.Properties.Score != 1 || f.Properties.Distance != nil) {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
	ordered := places(c.get("/geocodage/reverse?" + at + "&searchgeom=" + url.QueryEscape(`{"type":"Polygon","coordinates":[`+ring(10*step/3)+`]}`)).want(200)).Features
	if len(ordered) == 0 || ordered[0].Properties.ID != here.ID || ordered[0].Properties.Distance == nil || ordered[0].Properties.Score != 1 {
		t.Errorf("a shape and a point: %+v", ordered)
	}
	for i := 1; i < len(ordered); i++ {
		if *ordered[i].Properties.Distance < *ordered[i-1].Properties.Distance {
			t.Error("a point does not order the answers")
		}
	}
}

// A refusal bears the message that the Géoplateforme's clients look at, and says what
// is expected of which parameter.
func TestGeoplateformeRefusals(t *testing.T) {
	c := newWorld(t).client()
	wide := `{"type":"Polygon","coordinates":[[[3,50],[3.1,50],[3.1,50.1],[3,50]]]}`
	for query, name := range map[string]string{
		"search": "q", "search?q=ab": "q", "search?q=rue&limit=0": "limit", "search?q=rue&limit=101": "limit", "search?q=rue&lon=1": "lon, lat", "search?q=rue&lon=x&lat=1": "lon",
		"search?q=rue&type=maison": "type", "search?q=rue&type=street,maison": "type", "search?q=rue&postcode=59": "postcode", "search?q=rue&citycode=59350,x": "citycode", "search?q=rue&index=poi": "index", "search?q=rue&index=ailleurs": "index",
		"search?q=rue&autocomplete=peut-%C3%AAtre": "autocomplete", "search?q=rue&city=Nulle-Part": "city",
		"reverse": "lon, lat", "reverse?searchgeom=x": "searchgeom", "reverse?searchgeom=%7B%7D": "searchgeom", "reverse?searchgeom=" + url.QueryEscape(wide): "searchgeom",
		"reverse?searchgeom=" + url.QueryEscape(`{"type":"Circle","coordinates":[3,50]}`): "searchgeom", "reverse?searchgeom=" + url.QueryEscape(`{"type":"Circle","radius":5000,"coordinates":[3,50]}`): "searchgeom",
		"reverse?searchgeom=" + url.QueryEscape(`{"type":"Circle","radius":50,"coordinates":[300,50]}`): "searchgeom", "reverse?searchgeom=" + url.QueryEscape(`{"type":"MultiPoint","coordinates":[[3,50]]}`): "searchgeom",
		"reverse?searchgeom=" + url.QueryEscape(`{"type":"Polygon","coordinates":[[[3,50],[3.001,50],[3.001,50.001]]]}`): "searchgeom", "reverse?searchgeom=" + url.QueryEscape(`{"type":"LineString","coordinates":[[3,50]]}`): "searchgeom",
		"completion": "text", "completion?text=ru": "text", "completion?text=rue&type=Rue": "type", "completion?text=rue&terr=Nord": "terr", "completion?text=rue&lonlat=3": "lonlat", "completion?text=rue&lonlat=300,50": "lonlat",
		"completion?text=rue&bbox=1,2,3": "bbox", "completion?text=rue&bbox=1,2,3,x": "bbox", "completion?text=rue&bbox=1,2,3,95": "bbox", "completion?text=rue&maximumResponses=16": "maximumresponses",
	} {
		var p httpio.Problem
		c.get("/geocodage/" + query).want(http.StatusBadRequest).json(&p)
		if p.Code != 400 || p.Message != "Failed parsing query" || len(p.Detail) != 1 || !strings.HasPrefix(p.Detail[0], name+" : ") {
			t.Errorf("%s: %+v, want a detail of %s", query, p, name)
		}
	}
	var p httpio.Problem
	c.get("/search?q=ab").want(http.StatusBadRequest).json(&p)
	if p.Message != "paramètres refusés" {
		t.Errorf("elsewhere: %+v", p)
	}
	if a := c.form("/geocodage/completion", url.Values{"text": {"rue"}}); a.status != http.StatusMethodNotAllowed {
		t.Errorf("POST on completion: %d", a.status)
	}
}

// Completion, as geoportal-access-lib 3.4.6 asks it.
func TestGeoplateformeCompletion(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	here := w.known()
	ask := func(query string) (list []publicapi.Suggestion) {
		t.Helper()
		var got publicapi.Suggestions
		c.get("/geocodage/completion?gp-access-lib=3.4.6&text=" + query).want(200).json(&got)
		if got.Status != "OK" || got.Results == nil {
			t.Errorf("%s: %+v", query, got)
		}
		return got.Results
	}
	name, town := url.PathEscape(here.Name+" "+here.City), url.PathEscape(here.City)
	list := ask(name + "&type=StreetAddress,PositionOfInterest&terr=&maximumResponses=10")
	i := slices.IndexFunc(list, func(s publicapi.Suggestion) bool { return s.Fulltext == here.Name+", "+here.Postcode+" "+here.City })
	if i < 0 {
		t.Fatalf("%q is not in %+v", here.Label, list)
	}
	if s := list[i]; s.Country != "StreetAddress" || s.City != here.City || s.Zipcode != here.Postcode || s.Street != here.Street || !s.Metropole || s.Classification != 7 {
		t.Errorf("%+v", s)
	}
	if got := ask(url.PathEscape(here.Street) + "&maximumResponses=2"); len(got) == 0 || len(got) > 2 {
		t.Errorf("2 at most: %d", len(got))
	}
	for _, s := range ask(town + "&type=PositionOfInterest") {
		if s.Country != "PositionOfInterest" || s.Kind == "" || len(s.Names) == 0 || len(s.POIType) == 0 {
			t.Errorf("a place: %+v", s)
		}
	}
	if len(ask(town+"&type=PositionOfInterest")) == 0 {
		t.Errorf("no place for %s", here.City)
	}
	for terr, some := range map[string]bool{here.CityCode[:2]: true, here.Postcode: true, "METROPOLE": true, "DOMTOM": false, "2A": false, "DOMTOM," + here.CityCode[:2]: true, "75001": false} {
		if got := ask(name + "&terr=" + terr); (len(got) > 0) != some {
			t.Errorf("terr=%s: %+v", terr, got)
		}
	}
	box := fmt.Sprintf("&bbox=%v,%v,%v,%v", here.Lon-.01, here.Lat-.01, here.Lon+.01, here.Lat+.01)
	for _, s := range ask(name + box) {
		if s.X < here.Lon-.01 || s.X > here.Lon+.01 || s.Y < here.Lat-.01 || s.Y > here.Lat+.01 {
			t.Errorf("out of the box: %+v", s)
		}
	}
	if len(ask(name+box)) == 0 || len(ask(name+"&bbox=-5,48,-4,49")) > 0 {
		t.Error("the box does not narrow")
	}
	if got := ask(url.PathEscape(here.Street) + fmt.Sprintf("&lonlat=%v,%v", here.Lon, here.Lat)); len(got) == 0 || got[0].City != here.City {
		t.Errorf("near: %+v", got)
	}
}

// A hundred requests at once, each answered apart.
func TestGeoplateformeBatch(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	here := w.known()
	type m = map[string]any
	var got struct {
		Results []struct {
			ID     any
			Status string
			Result struct {
				publicapi.Properties
				Lon, Lat float64
			}
			Error string
		}
	}
	c.post("/geocodage/batch", m{"requests": []m{
		{"id": "a", "operation": "search", "params": m{"q": here.Label}}, {"id": 2, "operation": "reverse", "params": m{"lon": here.Lon, "lat": here.Lat}},
		{"operation": "reverse", "params": m{"searchgeom": m{"type": "Circle", "radius": 20, "coordinates": []float64{here.Lon, here.Lat}}}},
		{"operation": "search", "params": m{"q": here.Label, "citycode": []string{"75056"}}}, {"operation": "search", "params": m{"q": "x"}}, {"operation": "search", "params": m{"q": []int{1}}},
	}}).want(200).json(&got)
	var status []string
	for _, r := range got.Results {
		status = append(status, r.Status)
	}
	if !slices.Equal(status, []string{"ok", "ok", "ok", "not-found", "error", "error"}) || got.Results[0].ID != "a" || got.Results[1].ID != 2.0 || !strings.Contains(got.Results[4].Error, "q : ") {
		t.Fatalf("%+v", got.Results)
	}
	for _, r := range got.Results[:2] {
		if r.Result.Properties.ID != here.ID || r.Result.Lon == 0 || r.Result.Geoplateforme == nil {
			t.Errorf("%+v", r.Result)
		}
	}
	many := make([]m, 101)
	for i := range many {
		many[i] = m{"operation": "search", "params": m{"q": "rue"}}
	}
	for name, body := range map[string]any{"too many": m{"requests": many}, "no list": m{}, "another operation": m{"requests": []m{{"operation": "delete", "params": m{}}}}, "no parameters": m{"requests": []m{{"operation": "search"}}}} {
		if a := c.post("/geocodage/batch", body); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}

// A table of the Géoplateforme's bears the BAN's identifier, and others of its columns
// when they are named; what it tells of itself is openapi.json's.
func TestGeoplateformeTablesAndCapabilities(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	here := w.known()
	table := "n,adresse\n1,\"" + here.Label + "\"\n2,nulle part\n"
	rows := readCSV(t, c.upload("/geocodage/search/csv", "a.csv", table, "columns", "adresse").want(200).body, ',')
	if !slices.Equal(rows[0][2:], append(slices.Clone(publicapi.Columns), "result_banId")) {
		t.Error(rows[0])
	}
	wanted := []string{"result_index", "result_depcode", "result_x", "qpv_statut"}
	for _, path := range []string{"/search/csv", "/geocodage/search/csv"} {
		var fields []string
		for _, f := range wanted {
			fields = append(fields, "result_columns", f)
		}
		rows = readCSV(t, c.upload(path, "a.csv", table, append(fields, "columns", "adresse")...).want(200).body, ',')
		if !slices.Equal(rows[0][2:], wanted) || rows[1][2] != "address" || rows[1][3] != here.CityCode[:2] || rows[1][4] == "" || rows[1][5] == "" || rows[2][2] != "" {
			t.Errorf("%s: %v", path, rows)
		}
	}
	points := fmt.Sprintf("lon,lat\n%v,%v\n-30,48\n", here.Lon, here.Lat)
	rows = readCSV(t, c.upload("/geocodage/reverse/csv", "p.csv", points).want(200).body, ',')
	if rows[0][len(rows[0])-1] != "result_banId" || cellOf(t, rows, 1, "result_id") != here.ID {
		t.Error(rows)
	}

	var capable struct {
		Operations []struct {
			ID         string
			Parameters []struct{ Name string }
		}
		Indexes []struct{ ID string }
	}
	c.get("/geocodage/getCapabilities").want(200).json(&capable)
	if len(capable.Operations) != 2 || capable.Operations[1].ID != "reverse" || capable.Operations[1].Parameters[0].Name != "searchgeom" || capable.Indexes[0].ID != "address" {
		t.Errorf("%+v", capable)
	}
	c.get("/geocodage/completion/getCapabilities").want(200).json(&capable)
	if len(capable.Operations) != 1 || capable.Operations[0].Parameters[0].Name != "text" {
		t.Errorf("%+v", capable)
	}
	var doc struct{ Paths map[string]json.RawMessage }
	c.get("/geocodage/openapi").want(200).json(&doc)
	if len(doc.Paths) < 8 {
		t.Errorf("%d paths", len(doc.Paths))
	}
	for path := range doc.Paths {
		if !strings.HasPrefix(path, "/geocodage/") {
			t.Errorf("%s is described", path)
		}
	}
	if kind := c.get("/geocodage/openapi.yaml").want(200).header.Get("Content-Type"); !strings.HasPrefix(kind, "application/yaml") {
		t.Error(kind)
	}
}
