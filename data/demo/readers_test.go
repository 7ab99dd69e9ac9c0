package demo

import (
	"path/filepath"
	"testing"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/ingest"
	"perimetre/ingest/gtfs"
)

// The demo goes through the door of real data: every file by the product's reader.
func TestReadersTakeTheFiles(t *testing.T) {
	dir := made(t)
	files, notices, err := data.RawFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	count := map[data.Kind]int{}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		switch f.Kind {
		case data.KindAddresses, data.KindLocalities:
			r, err := ingest.Addresses(path, func([]geo.Address) error { return nil })
			if err != nil || r.Rejected > 0 || r.NoPoint > 0 || r.Merged > 0 {
				t.Errorf("%s: %v %+v", f.Path, err, r)
			}
			count[f.Kind] += r.Numbers + r.Localities
		case data.KindContours:
			_, err := ingest.Contours(path, func(geo.Contour) error { count[f.Kind]++; return nil })
			if err != nil {
				t.Error(err)
			}
		case data.KindMissions:
			list, err := ingest.MissionsLocales(path)
			if err != nil {
				t.Error(err)
			}
			count[f.Kind] += len(list)
		case data.KindTerritories:
			list, err := ingest.Territories(path)
			if err != nil {
				t.Error(err)
			}
			count[f.Kind] += len(list)
		case data.KindSites:
			list, r, err := ingest.Sites(path)
			if err != nil || len(r.Faults) > 0 || r.WithOpening != len(list) || r.WithPoint == len(list) {
				t.Errorf("%s: %v %+v", f.Path, err, r)
			}
			count[f.Kind] += len(list)
		case data.KindTimetable:
			feed, warnings, err := gtfs.Read(path)
			if err != nil || len(warnings) > 0 {
				t.Errorf("%s: %v %q", f.Path, err, warnings)
			}
			count[f.Kind] += len(feed.Trips)
			if tuesday, sunday := feed.TripsOn(geo.MustDate("2026-12-01")), feed.TripsOn(geo.MustDate("2026-12-06")); sunday == 0 || 3*sunday > tuesday || feed.TripsOn(geo.MustDate("2026-12-25")) > 0 {
				t.Errorf("%d trips on a Tuesday, %d on a Sunday", tuesday, sunday)
			}
		case data.KindCommunes:
			list, err := ingest.Communes(path)
			if err != nil {
				t.Error(err)
			}
			count[f.Kind] += len(list)
		case data.KindZoning:
			if f.Zoning == geo.QPV {
				z, err := ingest.Zones(path, nil)
				if err != nil || len(z.Repaired) > 0 || z.Precision > 1 {
					t.Errorf("%s: %v, repaired %v, precision %v", f.Path, err, z.Repaired, z.Precision)
				}
				count[f.Kind] += len(z.Zones)
				continue
			}
			count["liste"]++
			l, err := ingest.CommuneList(path)
			if err != nil || l.Zoning != f.Zoning || len(l.Status) != 50 {
				t.Errorf("%s: %v %+v", f.Path, err, l)
			}
		}
	}
	if count["liste"] != 3 || count[data.KindTerritories] != 50 || count[data.KindMissions] != 6 || count[data.KindSites] < 20 {
		t.Errorf("read %v", count)
	}
	if count[data.KindAddresses] != 8000 || count[data.KindContours] != 50 || count[data.KindCommunes] != 50 || count[data.KindZoning] < 20 || count[data.KindLocalities] < 50 {
		t.Errorf("read %v", count)
	}
	if count[data.KindTimetable] < 200 {
		t.Errorf("%d trips", count[data.KindTimetable])
	}
	// Only what is no source is left aside.
	if len(notices) > 3 {
		t.Errorf("%q", notices)
	}
}
