package batch

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// The columns of filters narrow each row's search; an empty cell narrows nothing,
// and a row with filters alone asks nothing.
func TestRowFilters(t *testing.T) {
	const in = "a;insee;cp;genre;x;y\n" +
		"180 rue A;2a004; 1000 ;street;3,5;50.1\n" +
		"180 rue A;;;;3;\n" +
		"180 rue A;;;;200;50\n" +
		";59999;59999;;;\n"
	var seen []geocode.Query
	search := fakeSearch()
	o := Options{Workers: 1, Columns: []string{"a"}, CityCode: "insee", Postcode: "cp", Type: "genre", Near: [2]string{"x", "y"}, NewSearch: func() Search {
		return func(q *geocode.Query) (*geocode.Answer, error) { seen = append(seen, *q); return search(q) }
	}}
	open := func() *table.Reader {
		r, err := table.OpenReader("t.csv", strings.NewReader(in), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close() })
		return r
	}
	sum, err := Geocode(context.Background(), o, open(), discard{})
	if err != nil {
		t.Fatal(err)
	}
	want := []geocode.Query{
		{Text: "180 rue A", CityCode: "2a004", Postcode: " 1000 ", Only: geocode.Filter{CityCode: "2A004", Postcode: "01000", Type: "street"}, Near: [2]float64{3.5, 50.1}, HasNear: true},
		{Text: "180 rue A"},
		{Text: "180 rue A"},
	}
	if !slices.Equal(seen, want) {
		t.Error(cmp.Diff(want, seen))
	}
	if sum.Status["skipped"] != 1 {
		t.Errorf("%v", sum.Status)
	}
	o.Type = "absente"
	if _, err := Geocode(context.Background(), o, open(), discard{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "absente") {
		t.Error(err)
	}
}

type discard struct{}

func (discard) Write([]string) error { return nil }
