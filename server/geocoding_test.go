package server

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"perimetre/batch/publicapi"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/server/httpio"
)

// known is a house number of the territory, found by looking around its QPV.
func (w *world) known() geocode.Result {
	w.t.Helper()
	pack := w.server.packs.Acquire()
	defer pack.Release()
	_, index, ok := pack.Zonings.Polygons(geo.QPV, "2024")
	if !ok {
		w.t.Fatal("no QPV")
	}
	c := index.Bound(0).Center()
	rs, err := pack.Index.Reverse(c[0], c[1], geocode.ReverseOptions{Only: geocode.Filter{Type: "housenumber"}})
	if err != nil || len(rs) == 0 {
		w.t.Fatal("no address near a QPV", err)
	}
	return rs[0]
}

func places(a answer) publicapi.Collection {
	a.t.Helper()
	var c publicapi.Collection
	a.want(http.StatusOK).json(&c)
	return c
}

// One test a parameter of the public API, each through both prefixes and both
// methods.
func TestSearchParameters(t *testing.T) {
	w := newWorld(t)
	here := w.known()
	c := w.client()
	far := url.Values{"lon": {"-22.5"}, "lat": {"42.5"}}
	for _, tc := range []struct {
		name  string
		v     url.Values
		check func(t *testing.T, c publicapi.Collection)
	}{
		{"q", url.Values{"q": {here.Label}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 || c.Features[0].Properties.ID != here.ID || c.Query != here.Label || c.Attribution != "BAN" || c.Licence == "" || c.Limit != 5 {
				t.Errorf("%+v", c)
			}
		}},
		{"limit", url.Values{"q": {here.Street}, "limit": {"2"}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) > 2 || len(c.Features) == 0 || c.Limit != 2 {
				t.Errorf("%d features, limit %d", len(c.Features), c.Limit)
			}
		}},
		{"autocomplete=1", url.Values{"q": {here.City[:len(here.City)-2]}, "autocomplete": {"1"}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 {
				t.Error("an unfinished word finds nothing")
			}
		}},
		{"type=municipality", url.Values{"q": {here.City}, "type": {"municipality"}}, func(t *testing.T, c publicapi.Collection) {
			for _, f := range c.Features {
				if f.Properties.Type != "municipality" {
					t.Errorf("%+v", f.Properties)
				}
			}
			if len(c.Features) == 0 {
				t.Error("no town")
			}
		}},
		{"type=street", url.Values{"q": {here.Street + " " + here.City}, "type": {"street"}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 || c.Features[0].Properties.Type != "street" {
				t.Errorf("%+v", c.Features)
			}
		}},
		{"postcode", url.Values{"q": {here.Street}, "postcode": {here.Postcode}}, func(t *testing.T, c publicapi.Collection) {
			for _, f := range c.Features {
				if f.Properties.Postcode != here.Postcode {
					t.Errorf("%+v", f.Properties)
				}
			}
			if len(c.Features) == 0 {
				t.Error("nothing")
			}
		}},
		{"citycode", url.Values{"q": {here.Street}, "citycode": {here.CityCode}}, func(t *testing.T, c publicapi.Collection) {
			for _, f := range c.Features {
				if f.Properties.CityCode != here.CityCode {
					t.Errorf("%+v", f.Properties)
				}
			}
			if len(c.Features) == 0 {
				t.Error("nothing")
			}
		}},
		{"postcode of another place", url.Values{"q": {here.Label}, "postcode": {"99999"}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) != 0 {
				t.Errorf("%+v", c.Features)
			}
		}},
		{"city", url.Values{"q": {here.Street}, "city": {strings.ToUpper(here.City)}}, func(t *testing.T, c publicapi.Collection) {
			for _, f := range c.Features {
				if f.Properties.CityCode != here.CityCode {
					t.Errorf("%+v", f.Properties)
				}
			}
			if len(c.Features) == 0 {
				t.Error("nothing")
			}
		}},
		{"autocomplete=0", url.Values{"q": {here.Label}, "autocomplete": {"0"}, "returntruegeometry": {"false"}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 || c.Features[0].Properties.ID != here.ID {
				t.Errorf("%+v", c.Features)
			}
		}},
		{"index", url.Values{"q": {here.Label}, "index": {"poi,address"}}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 || c.Features[0].Properties.ID != here.ID {
				t.Errorf("%+v", c.Features)
			}
		}},
		{"lng, latitude", url.Values{"q": {here.Label}, "lng": far["lon"], "latitude": far["lat"]}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 || c.Features[0].Properties.ID != here.ID {
				t.Error("a bias must not hide a whole address")
			}
		}},
		{"lon, lat", url.Values{"q": {here.Label}, "lon": far["lon"], "lat": far["lat"]}, func(t *testing.T, c publicapi.Collection) {
			if len(c.Features) == 0 || c.Features[0].Properties.ID != here.ID {
				t.Error("a bias must not hide a whole address")
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			first := places(c.get("/search?" + tc.v.Encode()))
			tc.check(t, first)
			for _, a := range []answer{c.get("/search/?" + tc.v.Encode()), c.get("/geocodage/search?" + tc.v.Encode()), c.form("/search", tc.v), c.form("/geocodage/search", tc.v)} {
				if got := places(a); !tc.v.Has("limit") && len(got.Features) < len(first.Features) || tc.v.Has("limit") && len(got.Features) != len(first.Features) || len(got.Features) > 0 && got.Features[0].Properties.ID != first.Features[0].Properties.ID {
					t.Errorf("another answer by another door: %+v", got.Features)
				}
			}
		})
	}
	for _, bad := range []string{"", "q=ab", "q=" + strings.Repeat("a", 1001), "q=rue&limit=0", "q=rue&limit=101", "q=rue&limit=x", "q=rue&autocomplete=peut", "q=rue&lon=3", "q=rue&lon=300&lat=4",
		"q=rue&type=ville", "q=rue&postcode=59", "q=rue&citycode=ABCDE", "q=rue&index=parcel", "q=rue&index=address,rien", "q=rue&city=Nulle-Part", "q=rue&city=" + url.QueryEscape(here.City) + "&citycode=99999"} {
		var p httpio.Problem
		c.get("/search?" + bad).want(400).json(&p)
		if p.Code != 400 || len(p.Detail) == 0 || p.Request == "" {
			t.Errorf("%s: %+v", bad, p)
		}
	}
}

// Of streets of one name, the one near lon and lat comes first.
func TestSearchFavoursANearPlace(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	tried := 0
	for _, name := range []string{"rue de l’église", "rue du moulin", "grande rue", "rue de la mairie", "rue du lac"} {
		all := places(c.get("/search?limit=20&autocomplete=0&type=street&q=" + url.QueryEscape(name))).Features
		for _, f := range all {
			if f.Properties.Name != all[0].Properties.Name || f.Properties.CityCode == all[0].Properties.CityCode {
				continue
			}
			tried++
			at := "&lon=" + strconv.FormatFloat(f.Geometry.Coordinates[0], 'f', 6, 64) + "&lat=" + strconv.FormatFloat(f.Geometry.Coordinates[1], 'f', 6, 64)
			if near := places(c.get("/search?autocomplete=0&q=" + url.QueryEscape(name) + at)).Features; len(near) == 0 || near[0].Properties.ID != f.Properties.ID {
				t.Errorf("%s near %s: %+v", name, f.Properties.Label, near)
			}
		}
	}
	if tried == 0 {
		t.Error("no two towns have a street of one name")
	}
}

func TestReverseParameters(t *testing.T) {
	w := newWorld(t)
	here := w.known()
	c := w.client()
	at := url.Values{"lon": {strconv.FormatFloat(here.Lon, 'f', 6, 64)}, "lat": {strconv.FormatFloat(here.Lat, 'f', 6, 64)}}
	with := func(k, v string) url.Values {
		m := url.Values{k: {v}}
		for k, v := range at {
			m[k] = v
		}
		return m
	}
	one := places(c.get("/reverse?" + at.Encode()))
	if len(one.Features) != 1 || one.Features[0].Properties.ID != here.ID || one.Features[0].Properties.Distance == nil || *one.Features[0].Properties.Distance != 0 {
		t.Errorf("%+v", one.Features)
	}
	four := with("limit", "4")
	four.Set("reach", "5000")
	if got := places(c.form("/geocodage/reverse", four)); len(got.Features) != 4 {
		t.Errorf("limit: %d", len(got.Features))
	}
	for _, f := range places(c.get("/reverse?" + with("limit", "50").Encode())).Features {
		if *f.Properties.Distance > 100 {
			t.Errorf("%s at %d m, without a reach", f.Properties.Label, *f.Properties.Distance)
		}
	}
	if got := places(c.get("/reverse?lon=-30&lat=48")); len(got.Features) != 0 { // the open sea
		t.Errorf("far from everything: %+v", got.Features)
	}
	if got := c.get("/reverse?lon=48.85&lat=2.35").want(400); !strings.Contains(string(got.body), "lon=2.35 et lat=48.85 ?") {
		t.Errorf("the latitude first: %s", got.body)
	}
	if got := places(c.get("/reverse?" + with("type", "street").Encode())); got.Features[0].Properties.Type != "street" {
		t.Errorf("type: %+v", got.Features[0])
	}
	if got := places(c.get("/reverse?" + with("citycode", here.CityCode).Encode())); got.Features[0].Properties.CityCode != here.CityCode {
		t.Errorf("citycode: %+v", got.Features[0])
	}
	for _, bad := range []string{"", "lon=3", "lon=a&lat=b", "lon=3&lat=95", "lon=3&lat=50&limit=-1", "lon=3&lat=50&reach=0", "lon=3&lat=50&reach=loin"} {
		c.get("/reverse?" + bad).want(400)
	}
}

func readCSV(t *testing.T, b []byte, delimiter rune) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(string(b)))
	r.Comma = delimiter
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func cellOf(t *testing.T, rows [][]string, row int, title string) string {
	t.Helper()
	i := slices.Index(rows[0], title)
	if i < 0 {
		t.Fatalf("no column %s in %v", title, rows[0])
	}
	return rows[row][i]
}

// No address typed by anybody stands in the journal.
func TestQueriesAreNotLogged(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	c.get("/search?q=rue+tressecrete").want(200)
	c.get("/reverse?lon=1.234567&lat=42.765432").want(200)
	c.get("/nulle/part/tressecrete?q=tressecrete").want(404)
	if logs := w.logs.String(); strings.Contains(logs, "tressecrete") || strings.Contains(logs, "1.234567") || !strings.Contains(logs, "GET /search") {
		t.Error(logs)
	}
	if m := string(c.get("/metrics").want(200).body); strings.Contains(m, "tressecrete") || !strings.Contains(m, `perimetre_http_requests_total{route="GET /search",status="200"}`) {
		t.Error("metrics name what was asked, or do not count")
	}
}
