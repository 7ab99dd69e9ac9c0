package server

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"perimetre/batch"
	"perimetre/batch/publicapi"
	"perimetre/geo"
	"perimetre/geo/geocode"
)

// One call gives the address and its zones: by JSON, by a table and by the commands'
// pipeline the answers are the same.
func TestZonagesInTheSameCall(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	pack := w.server.packs.Acquire()
	defer pack.Release()
	_, index, _ := pack.Zonings.Polygons(geo.QPV, "2024")
	var labels []string
	var points [][2]float64
	for i := range min(index.Len(), 6) {
		b := index.Bound(i)
		for _, p := range [][2]float64{b.Center(), b.Min, b.Max} {
			near, err := pack.Index.Reverse(p[0], p[1], geocode.ReverseOptions{Limit: 2, Only: geocode.Filter{Type: "housenumber"}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range near {
				labels, points = append(labels, r.Label), append(points, [2]float64{r.Lon, r.Lat})
			}
		}
	}
	var body, coordinates strings.Builder
	body.WriteString("n;adresse\n")
	coordinates.WriteString("n;lon;lat\n")
	for i, l := range labels {
		fmt.Fprintf(&body, "=%d;%s\n", i, l)
		fmt.Fprintf(&coordinates, "%d;%v;%v\n", i, points[i][0], points[i][1])
	}
	read := func(path, content string, fields ...string) (rows []map[string]string, head []string) {
		t.Helper()
		r := csv.NewReader(strings.NewReader(string(c.upload(path, "a.csv", content, fields...).want(http.StatusOK).body)))
		r.Comma = ';'
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range all[1:] {
			row := map[string]string{}
			for i, v := range cells {
				row[all[0][i]] = v
			}
			rows = append(rows, row)
		}
		return rows, all[0]
	}
	const asked, day = "qpv,frr,zrr", "2025-06-30"
	rows, head := read("/search/csv", body.String(), "columns", "adresse", "zonages", asked, "date", day)
	if !slices.Equal(head, slices.Concat([]string{"n", "adresse"}, batch.FlagColumns)) || len(rows) != len(labels) {
		t.Fatalf("%v, %d rows of %d", head, len(rows), len(labels))
	}
	same := func(where string, row map[string]string, z *publicapi.Zoned) {
		t.Helper()
		distance := ""
		if z.QPVDistance != nil {
			distance = fmt.Sprintf("%.1f", *z.QPVDistance)
		}
		for column, v := range map[string]string{"qpv_statut": z.QPVStatus, "qpv_code": z.QPVCode, "qpv_nom": z.QPVName, "qpv_motif": z.QPVMotif, "qpv_action": z.QPVAction,
			"qpv_perimetre": z.QPVPerimeter, "qpv_distance_m": distance, "frr_statut": z.FRRStatus, "zrr_statut": z.ZRRStatus, "zonage_date": z.Date} {
			if row[column] != v {
				t.Errorf("%s: %s is %q in the table and %q in JSON", where, column, row[column], v)
			}
		}
	}
	status := map[string]int{}
	for i, l := range labels {
		if rows[i]["n"] != fmt.Sprint("=", i) {
			t.Errorf("a cell of the table is changed: %q", rows[i]["n"])
		}
		found := places(c.get("/search?" + url.Values{"q": {l}, "limit": {"3"}, "autocomplete": {"0"}, "zonages": {asked}, "date": {day}}.Encode()))
		same(l, rows[i], found.Features[0].Properties.Zoned)
		status[rows[i]["qpv_statut"]]++
		if z := found.Features[0].Properties.Zoned; z.QPVReason == "" {
			t.Errorf("%s: no reason", l)
		}
	}
	if status["oui"] == 0 || status["non"]+status["a_verifier"] == 0 {
		t.Errorf("the labels try one side only: %v", status)
	}

	// From a point, the answer is on the point.
	rows, head = read("/reverse/csv", coordinates.String(), "zonages", asked, "date", day)
	if !slices.Equal(head, slices.Concat([]string{"n", "lon", "lat"}, publicapi.ReverseColumns, batch.ZoningColumns)) {
		t.Fatal(head)
	}
	for i, p := range points {
		q := url.Values{"lon": {fmt.Sprint(p[0])}, "lat": {fmt.Sprint(p[1])}, "zonages": {asked}, "date": {day}}
		same(fmt.Sprint(p), rows[i], places(c.get("/reverse?" + q.Encode())).Features[0].Properties.Zoned)
	}

	// A column that is named is asked; of the zonings, those asked alone.
	_, head = read("/search/csv", body.String(), "columns", "adresse", "result_columns", "result_label", "result_columns", "qpv_statut")
	if !slices.Equal(head, []string{"n", "adresse", "result_label", "qpv_statut"}) {
		t.Error(head)
	}
	_, head = read("/search/csv", body.String(), "columns", "adresse", "zonages", "frr")
	if !slices.Contains(head, "frr_statut") || slices.Contains(head, "qpv_statut") || !slices.Contains(head, "zonage_date") {
		t.Error(head)
	}
	one := places(c.get("/search?" + url.Values{"q": {labels[0]}, "zonages": {"frr"}}.Encode())).Features[0].Properties.Zoned
	if one == nil || one.FRRStatus == "" || one.QPVStatus != "" {
		t.Errorf("%+v", one)
	}
	if places(c.get("/search?" + url.Values{"q": {labels[0]}}.Encode())).Features[0].Properties.Zoned != nil {
		t.Error("zones that nobody asked")
	}
	for _, q := range []string{"zonages=zus", "zonages=qpv&date=hier"} {
		if got := c.raw("GET", "/search?q=1+rue+du+port&"+q, "", "").StatusCode; got != http.StatusBadRequest {
			t.Errorf("%s: %d", q, got)
		}
	}
}
