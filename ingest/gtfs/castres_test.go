package gtfs

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

// real is a feed of the shared data, or the test is skipped.
func real(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "gtfs", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("horaires absents : " + path)
	}
	return path
}

// On the real network of Castres, three places and ten homes, a morning and the end of
// an afternoon.
func TestCastres(t *testing.T) {
	path := real(t, "castres-libellus-2024.zip")
	homes := []orb.Point{{2.2418, 43.6062}, {2.2240, 43.6120}, {2.2640, 43.5920}, {2.2700, 43.6250}, {2.3660, 43.4930}, {2.3730, 43.4920}, {2.2050, 43.6400}, {2.3000, 43.5600}, {2.2430, 43.5800}, {2.1000, 43.7000}}
	places := []orb.Point{{2.2416, 43.6077}, {2.3745, 43.4925}, {2.2620, 43.6290}}
	halves := []transit.HalfDay{{Open: 9 * 60, Close: 12 * 60}, {Open: 16 * 60, Close: 19 * 60}}
	if testing.Short() {
		homes, halves = homes[:5], halves[:1]
	}
	able := compare(t, []string{path}, time.Date(2024, 5, 14, 0, 0, 0, 0, time.UTC), homes, places, halves, transit.UsualTerms)
	if able < 8 || !testing.Short() && able == len(homes)*len(places)*len(halves) { // the first five all live by a stop
		t.Errorf("%d answers say that one can come", able)
	}
}

func TestReadCastres(t *testing.T) {
	f, warnings, err := Read(real(t, "castres-libellus-2024.zip"))
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if len(f.Trips) != 596 || len(f.Stops) != 428 || f.Publisher != "Transports publics Libellus" {
		t.Errorf("%d trips, %d stops, %s", len(f.Trips), len(f.Stops), f.Publisher)
	}
	// Wednesday 8 May 2024, a holiday, has no trip of the week.
	if n, holiday := f.TripsOn(geo.MustDate("2024-05-15")), f.TripsOn(geo.MustDate("2024-05-08")); n == 0 || holiday >= n {
		t.Errorf("%d trips on a Wednesday, %d on a holiday", n, holiday)
	}
	if err := OutOfDate(&f, "castres.zip", geo.MustDate("2024-05-13")); err != nil {
		t.Error(err)
	}
	err = OutOfDate(&f, "castres.zip", geo.MustDate("2026-11-30"))
	if err == nil || !strings.Contains(err.Error(), "au 29/06/2024") {
		t.Errorf("out of date: %v", err)
	}
}

func TestReadTrains(t *testing.T) {
	f, _, err := Read(real(t, "sncf-intercites-2013-2014.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Trips) != 1551 || f.Zone != "Europe/Paris" {
		t.Errorf("%d trips, %s", len(f.Trips), f.Zone)
	}
}

// A feed whose times were cut is refused, by how many trips have none.
func TestCutFeed(t *testing.T) {
	_, _, err := Read(real(t, "sncf-ter-2021-stop_times-tronque.zip"))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Input || !strings.Contains(err.Error(), "tronqué") {
		t.Fatalf("%v", err)
	}
	t.Log(err)
}

// What is wrong is told by file, line and column.
func TestRefused(t *testing.T) {
	good := func() map[string]string {
		return map[string]string{
			"agency.txt":     "agency_name,agency_timezone\nA,Europe/Paris\n",
			"stops.txt":      "stop_id,stop_name,stop_lat,stop_lon\na,A,50,3\nb,B,50.1,3.1\n",
			"calendar.txt":   "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\ns,1,1,1,1,1,0,0,20250101,20251231\n",
			"trips.txt":      "route_id,service_id,trip_id\nr,s,t\n",
			"stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,8:10:00,8:10:00,b,2\n",
		}
	}
	if f, w, err := Read(writeZip(t, filepath.Join(t.TempDir(), "f.zip"), good())); err != nil || len(w) > 0 || len(f.Trips) != 1 {
		t.Fatal(f, w, err)
	}
	for _, c := range []struct{ file, text, says string }{
		{"stops.txt", "", "sans stops.txt"},
		{"calendar.txt", "", "sans calendrier"},
		{"trips.txt", "route_id,service_id,trip_id\nr,autre,t\n", "trips.txt, ligne 2, colonne service_id"},
		{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,7:10:00,7:10:00,b,2\n", "ligne 3, colonne arrival_time"},
		{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,8h10,8:10:00,b,2\n", "une heure HH:MM:SS"},
		{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,,,b,2\n", "au premier et au dernier arrêt"},
		{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,8:10:00,8:1", "ligne 3"},
		{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,a,1\nt,8:10:00,8:10:00,z,2\n", "colonne stop_id"},
		{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n", "1 des 1 courses"},
		{"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\na,A,50,3\nb,B,,\n", "coordonnées"},
		{"calendar.txt", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\ns,0,0,0,0,0,0,0,20250101,20251231\n", "aucune course ne circule"},
		{"agency.txt", "agency_name,agency_timezone\nA,Europe/Paris\nB,America/Cayenne\n", "le même fuseau"},
	} {
		files := good()
		if files[c.file] = c.text; c.text == "" {
			delete(files, c.file)
		}
		_, _, err := Read(writeZip(t, filepath.Join(t.TempDir(), "f.zip"), files))
		if fault.KindOf(err) != fault.Input || err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.file, err, c.says)
		}
	}
	path := writeZip(t, filepath.Join(t.TempDir(), "f.zip"), good())
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Read(path); fault.KindOf(err) != fault.Input || IsFeed(path) {
		t.Errorf("a zip cut short: %v", err)
	}
}

// Feeds of two clocks are not joined.
func TestClocks(t *testing.T) {
	feeds := []transit.Feed{{Name: "a", Zone: "Europe/Paris", First: geo.MustDate("2025-01-01")}, {Name: "b", Zone: "Europe/Brussels", First: geo.MustDate("2025-01-01")}}
	if _, err := transit.NewNetwork(slices.Clone(feeds), transit.UsualFoot); err != nil {
		t.Error(err)
	}
	feeds[1].Zone = "America/Martinique"
	if _, err := transit.NewNetwork(feeds, transit.UsualFoot); fault.KindOf(err) != fault.Input {
		t.Errorf("two clocks: %v", err)
	}
}
