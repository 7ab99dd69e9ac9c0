package ogc

import (
	"math"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"perimetre/geo"
)

func asked(raw string) *query {
	v, _ := url.ParseQuery(raw)
	return &query{values: v}
}

func TestLimit(t *testing.T) {
	for raw, want := range map[string]int{"": 100, "limit=1": 1, "limit=10000": 10000, "limit=10001": 10000, "limit=99999999999999999999": 10000} {
		q := asked(raw)
		if got := q.limit(); got != want || q.err() != nil {
			t.Errorf("%q: %d, %v", raw, got, q.err())
		}
	}
	for _, raw := range []string{"limit=0", "limit=-1", "limit=", "limit=1.5", "limit=dix", "limit=-99999999999999999999"} {
		q := asked(raw)
		if q.limit(); q.err() == nil {
			t.Errorf("%q: accepted", raw)
		}
	}
}

func TestBoxes(t *testing.T) {
	box := func(w, s, e, n float64) orb.Bound { return orb.Bound{Min: orb.Point{w, s}, Max: orb.Point{e, n}} }
	for raw, want := range map[string][]orb.Bound{
		"":                         nil,
		"bbox=2,49,4,51":           {box(2, 49, 4, 51)},
		"bbox=2,49,0,4,51,100":     {box(2, 49, 4, 51)},
		"bbox=-2.5,+49,4e0,51.5":   {box(-2.5, 49, 4, 51.5)},
		"bbox=170,-50,-170,50":     {box(170, -50, 180, 50), box(-180, -50, -170, 50)},
		"bbox=-360,-100,360,100":   {box(-360, -100, 360, 100)},
		"bbox=2, 49, 4, 51":        {box(2, 49, 4, 51)},
		"bbox=2%2C49%2C4%2C51":     {box(2, 49, 4, 51)},
		"bbox=2,49,2,49":           {box(2, 49, 2, 49)},
		"bbox=2,49,-10,4,51,-9000": nil, // the bottom above the top
	} {
		q := asked(raw)
		got := q.boxes()
		if d := cmp.Diff(want, got); d != "" || (want == nil && raw != "") != (q.err() != nil) {
			t.Errorf("%q: %v\n%s", raw, q.err(), d)
		}
	}
	for _, raw := range []string{"bbox=", "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=1,2,3,x", "bbox=1,2,3,NaN", "bbox=1,2,3,Inf", "bbox=1,3,2,2"} {
		q := asked(raw)
		if q.boxes(); q.err() == nil {
			t.Errorf("%q: accepted", raw)
		}
	}
}

func TestDatetime(t *testing.T) {
	d := geo.MustDate
	for raw, want := range map[string]interval{
		"2024-01-01":                  {d("2024-01-01"), d("2024-01-01")},
		"2024-06-30T22:30:00Z":        {d("2024-07-01"), d("2024-07-01")}, // in Paris
		"2024-01-01t00:00:00%2B01:00": {d("2024-01-01"), d("2024-01-01")},
		"2015-01-01/2023-12-31":       {d("2015-01-01"), d("2023-12-31")},
		"2024-01-01/..":               {d("2024-01-01"), geo.Date{}},
		"2024-01-01/":                 {d("2024-01-01"), geo.Date{}},
		"../2024-01-01":               {geo.Date{}, d("2024-01-01")},
		"/2024-01-01":                 {geo.Date{}, d("2024-01-01")},
		"../..":                       {},
		"2024-02-12T00:00:00Z/2024-03-18T12:31:12.5Z": {d("2024-02-12"), d("2024-03-18")},
	} {
		q := asked("datetime=" + raw)
		got, given := q.datetime()
		if got != want || !given || q.err() != nil {
			t.Errorf("%q: %v, %v", raw, got, q.err())
		}
	}
	for _, raw := range []string{"", "..", "/", "hier", "2024", "2024-13-01", "2024-01-02/2024-01-01", "2024-01-01/2024-01-02/2024-01-03", "2024-01-01T00:00:00"} {
		q := asked("datetime=" + raw)
		if q.datetime(); q.err() == nil {
			t.Errorf("%q: accepted", raw)
		}
	}
	if _, given := asked("").datetime(); given {
		t.Error("given when absent")
	}
}

func TestIntervalMeets(t *testing.T) {
	d := geo.MustDate
	none := geo.Date{}
	for _, c := range []struct {
		name     string
		i        interval
		from, to geo.Date
		want     bool
	}{
		{"last day in force", interval{d("2024-06-30"), d("2024-06-30")}, d("2021-01-01"), d("2024-06-30"), true},
		{"the day after", interval{d("2024-07-01"), d("2024-07-01")}, d("2021-01-01"), d("2024-06-30"), false},
		{"the day before", interval{d("2020-12-31"), d("2020-12-31")}, d("2021-01-01"), d("2024-06-30"), false},
		{"still in force", interval{d("2050-01-01"), none}, d("2024-01-01"), none, true},
		{"until its first day", interval{none, d("2024-01-01")}, d("2024-01-01"), none, true},
		{"ended before", interval{none, d("2023-12-31")}, d("2024-01-01"), none, false},
		{"always", interval{d("1900-01-01"), d("1900-01-01")}, none, none, true},
	} {
		if got := c.i.meets(c.from, c.to); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		raw, accept string
		html        bool
	}{
		{"", "", false}, {"", "*/*", false}, {"", "application/json", false}, {"", "application/geo+json, */*;q=0.1", false},
		{"", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true}, {"", "text/*", true},
		{"", "text/html;q=0.3, application/json", false}, {"", "text/html;q=0", false}, {"f=json", "text/html", false}, {"f=html", "", true},
	} {
		q := asked(c.raw)
		if got := q.format(c.accept); got != c.html || q.err() != nil {
			t.Errorf("%q, %q: %v, %v", c.raw, c.accept, got, q.err())
		}
	}
	for _, raw := range []string{"f=", "f=xml", "f=HTML"} {
		q := asked(raw)
		if q.format(""); q.err() == nil {
			t.Errorf("%q: accepted", raw)
		}
	}
}

// No query makes the reader crash, and what it accepts is within its limits.
func FuzzQuery(f *testing.F) {
	f.Add("limit=10&bbox=1,2,3,4&datetime=2024-01-01/..&f=json&offset=3", "text/html")
	f.Fuzz(func(t *testing.T, raw, accept string) {
		q := asked(raw)
		q.only(append(itemsParams, "f"))
		q.format(accept)
		limit, offset, boxes := q.limit(), q.offset(), q.boxes()
		i, _ := q.datetime()
		if q.err() != nil {
			return
		}
		if limit < 1 || limit > maxLimit || offset < 0 || len(boxes) > 2 || !i.from.IsZero() && !i.to.IsZero() && i.to.Before(i.from) {
			t.Fatalf("%d, %d, %v, %v", limit, offset, boxes, i)
		}
		for _, b := range boxes {
			if b.Min[1] > b.Max[1] || b.Min[0] > b.Max[0] && b.Max[0] <= 180 && b.Min[0] >= -180 || math.IsNaN(b.Min[0]) {
				t.Fatalf("%v", b)
			}
		}
	})
}
