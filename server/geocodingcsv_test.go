package server

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"perimetre/batch/publicapi"
	"perimetre/server/httpio"
)

// One test a parameter of the public API's tables, through both prefixes.
func TestSearchCSVParameters(t *testing.T) {
	w := newWorld(t)
	here := w.known()
	c := w.client()
	quoted := `"` + here.Name + `"`
	table := "nom,adresse,commune,cp,insee,genre\nA," + quoted + "," + here.City + "," + here.Postcode + "," + here.CityCode + ",housenumber\nB,,,,,\n" +
		"C," + quoted + "," + here.City + ",99999,,street\nD," + quoted + "," + here.City + ",,97999,\n"
	titles := []string{"nom", "adresse", "commune", "cp", "insee", "genre"}
	for _, tc := range []struct {
		name   string
		fields []string // two by two
		ids    string   // result_type of each row, or its status where it is not ok
	}{
		{"columns", []string{"columns", "adresse", "columns", "commune"}, "housenumber skipped housenumber housenumber"},
		{"no columns: the headings", nil, "housenumber skipped housenumber housenumber"},
		{"citycode", []string{"columns", "adresse", "columns", "commune", "citycode", "insee"}, "housenumber skipped housenumber not-found"},
		{"postcode", []string{"columns", "adresse", "columns", "commune", "postcode", "cp"}, "housenumber skipped not-found housenumber"},
		{"both filters", []string{"columns", "adresse", "citycode", "insee", "postcode", "cp"}, "housenumber skipped not-found not-found"},
		{"a type for all", []string{"columns", "commune", "type", "municipality"}, "municipality skipped municipality municipality"},
		{"a column of types", []string{"columns", "adresse", "columns", "commune", "type", "genre"}, "housenumber skipped street housenumber"},
		{"encoding and delimiter", []string{"columns", "adresse", "columns", "commune", "encoding", "utf-8", "delimiter", ",", "quote", `"`}, "housenumber skipped housenumber housenumber"},
		{"indexes", []string{"columns", "adresse", "columns", "commune", "indexes", "address", "indexes", "poi"}, "housenumber skipped housenumber housenumber"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, path := range []string{"/search/csv", "/search/csv/", "/geocodage/search/csv"} {
				a := c.upload(path, "gens.csv", table, tc.fields...).want(200)
				rows := readCSV(t, a.body, ',')
				want := slices.Concat(titles, publicapi.Columns)
				if strings.HasPrefix(path, "/geocodage") {
					want = append(want, "result_banId")
				}
				if !slices.Equal(rows[0], want) {
					t.Errorf("header %v", rows[0])
				}
				var got []string
				for i := range rows[1:] {
					word := cellOf(t, rows, i+1, "result_type")
					if s := cellOf(t, rows, i+1, "result_status"); s != publicapi.OK {
						word = s
					}
					got = append(got, word)
				}
				if s := strings.Join(got, " "); s != tc.ids {
					t.Errorf("%s, want %s", s, tc.ids)
				}
				if tc.name == "columns" && cellOf(t, rows, 1, "result_id") != here.ID {
					t.Errorf("%v", rows[1])
				}
				if d := a.header.Get("Content-Disposition"); !strings.Contains(d, "gens.geocoded.csv") {
					t.Error(d)
				}
			}
		})
	}
	// Parameters in the query string, beside the form.
	rows := readCSV(t, c.upload("/search/csv/?columns=adresse&columns=commune&postcode=cp", "a.csv", table).want(200).body, ',')
	if cellOf(t, rows, 3, "result_status") != publicapi.NotFound {
		t.Errorf("%v", rows[3])
	}
	// The columns asked, in the order asked.
	rows = readCSV(t, c.upload("/search/csv", "a.csv", table, "columns", "adresse", "columns", "commune", "result_columns", "result_id", "result_columns", "latitude").want(200).body, ',')
	if want := append(slices.Clone(titles), "result_id", "latitude"); !slices.Equal(rows[0], want) || rows[1][6] != here.ID {
		t.Errorf("result_columns: %v %v", rows[0], rows[1])
	}
	if rows := readCSV(t, c.upload("/search/csv", "a.csv", strings.ReplaceAll(table, ",", ";")).want(200).body, ';'); cellOf(t, rows, 1, "result_id") != here.ID {
		t.Errorf("%v", rows[1])
	}
	// Without columns and without a known heading, the whole row is the address, but
	// what a parameter names.
	rows = readCSV(t, c.upload("/search/csv", "a.csv", "a,b,c\n"+quoted+","+here.City+",99999\n").want(200).body, ',')
	if cellOf(t, rows, 1, "result_citycode") != here.CityCode {
		t.Errorf("%v", rows[1])
	}
	rows = readCSV(t, c.upload("/search/csv", "a.csv", "a,b,c\n"+quoted+","+here.City+",99999\n", "postcode", "c").want(200).body, ',')
	if cellOf(t, rows, 1, "result_status") != publicapi.NotFound {
		t.Errorf("%v", rows[1])
	}
	// A point to favour, unreadable in one row.
	rows = readCSV(t, c.upload("/search/csv", "a.csv", "a,x,y\n"+quoted+" "+here.City+",3.1,50.2\n"+quoted+" "+here.City+",?,\n", "columns", "a", "lon", "x", "lat", "y").want(200).body, ',')
	if cellOf(t, rows, 1, "result_id") != here.ID || cellOf(t, rows, 2, "result_id") != here.ID {
		t.Errorf("%v", rows)
	}
	a := c.upload("/search/csv", "a.csv", table, "columns", "adresse", "columns", "commune", "with_bom", "1").want(200)
	if !strings.HasPrefix(string(a.body), "\ufeffnom") {
		t.Errorf("%.20q", a.body)
	}
	a = c.upload("/search/csv", "a.csv", "adresse,note\n"+quoted+" "+here.City+",\xe9t\xe9\n", "columns", "adresse", "encoding", "latin1").want(200)
	if !strings.Contains(string(a.body), "\xe9t\xe9") || a.header.Get("Content-Type") != "text/csv; charset=windows-1252" {
		t.Errorf("%s %q", a.header.Get("Content-Type"), a.body)
	}
	for _, bad := range [][]string{{"columns", "absente"}, {"citycode", "absente"}, {"postcode", "absente"}, {"lon", "absente", "lat", "absente"}, {"result_columns", "absente"}, {"type", "ville"},
		{"encoding", "klingon"}, {"delimiter", "::"}, {"quote", "'"}, {"index", "poi"}, {"with_bom", "peut-être"}} {
		var p httpio.Problem
		c.upload("/search/csv", "a.csv", table, bad...).want(400).json(&p)
		if p.Code != 400 || len(p.Detail) == 0 || p.Request == "" {
			t.Errorf("%v: %+v", bad, p)
		}
	}
	c.upload("/search/csv", "a.csv", "", "columns", "adresse").want(400)
	c.do("POST", "/search/csv", "text/csv", []byte(table)).want(400)
}

func TestReverseCSV(t *testing.T) {
	w := newWorld(t)
	here := w.known()
	c := w.client()
	lon, lat := strconv.FormatFloat(here.Lon, 'f', 6, 64), strconv.FormatFloat(here.Lat, 'f', 6, 64)
	for _, header := range []string{"id,longitude,latitude", "id,lon,lat", "id,lng,lat"} {
		rows := readCSV(t, c.upload("/reverse/csv", "p.csv", header+"\n1,"+lon+","+lat+"\n2,,\n3,x,y\n").want(200).body, ',')
		if want := slices.Concat(strings.Split(header, ","), publicapi.ReverseColumns); !slices.Equal(rows[0], want) {
			t.Errorf("header %v", rows[0])
		}
		if cellOf(t, rows, 1, "result_id") != here.ID || cellOf(t, rows, 2, "result_status") != "skipped" || cellOf(t, rows, 3, "result_status") != "error" {
			t.Errorf("%v", rows)
		}
		if cellOf(t, rows, 1, "result_distance") != "0" || cellOf(t, rows, 1, "result_latitude") != strings.TrimRight(lat, "0") {
			t.Errorf("%v", rows[1])
		}
	}
	rows := readCSV(t, c.upload("/reverse/csv", "p.csv", "a,b\n"+lon+","+lat+"\n", "lon", "a", "lat", "b", "result_columns", "result_label").want(200).body, ',')
	if !slices.Equal(rows[0], []string{"a", "b", "result_label"}) || rows[1][2] != here.Label {
		t.Errorf("%v", rows)
	}
	table := "lon,lat,insee,genre\n" + lon + "," + lat + "," + here.CityCode + ",street\n" + lon + "," + lat + ",99999,municipality\n"
	rows = readCSV(t, c.upload("/reverse/csv", "p.csv", table, "citycode", "insee").want(200).body, ',')
	if cellOf(t, rows, 1, "result_id") != here.ID || cellOf(t, rows, 2, "result_status") != "not-found" {
		t.Errorf("%v", rows)
	}
	rows = readCSV(t, c.upload("/reverse/csv", "p.csv", table, "type", "genre").want(200).body, ',')
	if cellOf(t, rows, 1, "result_type") != "street" || cellOf(t, rows, 2, "result_id") != here.CityCode {
		t.Errorf("%v", rows)
	}
	rows = readCSV(t, c.upload("/reverse/csv", "p.csv", table, "type", "municipality").want(200).body, ',')
	if cellOf(t, rows, 1, "result_type") != "municipality" {
		t.Errorf("%v", rows)
	}
	c.upload("/reverse/csv", "p.csv", "a,b\n1,2\n").want(400)
	c.upload("/reverse/csv", "p.csv", "a,b\n1,2\n", "lon", "a").want(400)
	c.upload("/reverse/csv", "p.csv", "lon,lat\n1,2\n", "result_columns", "longitude").want(400)
}
