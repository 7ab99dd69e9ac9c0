package gtfs

import (
	"archive/zip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo/transit"
)

// writeZip writes the files of a feed.
func writeZip(t testing.TB, path string, files map[string]string) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	west, south = 2.20, 43.58
	side        = 0.07
)

func anywhere(r *rand.Rand) orb.Point {
	return orb.Point{west + side*r.Float64(), south + side*0.7*r.Float64()}
}

// randomFeed is a small network with all that GTFS allows: weeks and exceptions, trips
// past midnight, frequencies, stations, times left out, stops where one only gets on
// or off, transfers that a network times or forbids.
func randomFeed(r *rand.Rand, monday time.Time) map[string]string {
	var stops, trips, calls, often, transfers strings.Builder
	n := 5 + r.IntN(8)
	stops.WriteString("stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n")
	p := anywhere(r)
	fmt.Fprintf(&stops, "gare,\"Gare, centre\",%.5f,%.5f,1,\n", p[1], p[0])
	for i := range n {
		p := anywhere(r)
		switch {
		case i < 2 && r.IntN(2) == 0:
			fmt.Fprintf(&stops, "s%d,Quai %d,,,0,gare\n", i, i)
		case i < 3:
			fmt.Fprintf(&stops, "s%d,Quai %d,%.5f,%.5f,0,gare\n", i, i, p[1], p[0])
		default:
			fmt.Fprintf(&stops, "s%d,Arrêt %d,%.5f,%.5f,0,\n", i, i, p[1], p[0])
		}
	}
	trips.WriteString("route_id,service_id,trip_id\n")
	calls.WriteString("trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n")
	often.WriteString("trip_id,start_time,end_time,headway_secs\n")
	hms := func(s int) string { return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60) }
	var way []int
	start := 0
	many, most := 4+r.IntN(18), 5
	if r.IntN(2) == 0 {
		many, most = 90, 2 // short hops: a way takes as many vehicles as are allowed
	}
	for k := range many {
		id := fmt.Sprintf("t%d", k)
		fmt.Fprintf(&trips, "r,%s,%s\n", []string{"semaine", "ete", "nuit"}[r.IntN(3)], id)
		at := 6*3600 + r.IntN(7*3600)
		if r.IntN(5) == 0 {
			at += 86400 - 3600 // after midnight, or all of the next morning
		}
		m := 2 + r.IntN(most-1)
		if r.IntN(3) == 0 && len(way) > 0 { // the stops of the trip before, a little later, faster or slower
			m, at = len(way), start+r.IntN(600)
		} else {
			way = way[:0]
			for range m {
				way = append(way, r.IntN(n))
			}
		}
		start = at
		for j := range m {
			arrive := at
			at += r.IntN(3) * 30
			leave := at
			at += 120 + r.IntN(900)
			times := hms(arrive) + "," + hms(leave)
			if j > 0 && j < m-1 && r.IntN(4) == 0 {
				times = ","
			}
			fmt.Fprintf(&calls, "%s,%s,s%d,%d,%d,%d\n", id, times, way[j], j*3+1, b2i(k%5 == 0 && r.IntN(4) == 0), b2i(k%7 == 0 && r.IntN(4) == 0))
		}
		if r.IntN(6) == 0 {
			from := 7*3600 + r.IntN(3600)
			fmt.Fprintf(&often, "%s,%s,%s,%d\n", id, hms(from), hms(from+r.IntN(4*3600)), 600+r.IntN(1800))
		}
	}
	transfers.WriteString("from_stop_id,to_stop_id,transfer_type,min_transfer_time\n")
	seen := map[[2]int]bool{}
	for range r.IntN(5) {
		a, b := r.IntN(n), r.IntN(n)
		if !seen[[2]int{a, b}] {
			seen[[2]int{a, b}] = true
			fmt.Fprintf(&transfers, "s%d,s%d,%d,%d\n", a, b, 2+r.IntN(2), r.IntN(900))
		}
	}
	ymd := func(days int) string { return monday.AddDate(0, 0, days).Format("20060102") }
	return map[string]string{
		"agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,Réseau,https://exemple.fr,Europe/Paris\n",
		"stops.txt":  stops.String(), "trips.txt": trips.String(), "stop_times.txt": calls.String(), "frequencies.txt": often.String(), "transfers.txt": transfers.String(),
		"calendar.txt": "\ufeffservice_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n" +
			"semaine,1,1,1,1,1,0,0," + ymd(-30) + "," + ymd(60) + "\nete,1,1,1,1,1,1,1," + ymd(3) + "," + ymd(90) + "\n",
		"calendar_dates.txt": "service_id,date,exception_type\nsemaine," + ymd(2) + ",2\nnuit," + ymd(1) + ",1\nnuit," + ymd(2) + ",1\nnuit," + ymd(0) + ",1\nete," + ymd(0) + ",1\n",
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The search and the reader say what a search of every way says, on 200 small networks,
// some of two feeds.
func TestRandomNetworks(t *testing.T) {
	networks := 200
	if testing.Short() {
		networks = 40
	}
	monday := time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC)
	able, far := 0, 0
	for seed := range networks {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		dir := t.TempDir()
		paths := []string{writeZip(t, filepath.Join(dir, "a.zip"), randomFeed(r, monday))}
		if seed%3 == 0 {
			paths = append(paths, writeZip(t, filepath.Join(dir, "b.zip"), randomFeed(r, monday)))
		}
		homes := make([]orb.Point, 6)
		for i := range homes {
			homes[i] = anywhere(r)
		}
		open := 8*60 + r.IntN(120)
		halves := []transit.HalfDay{{Open: open, Close: open + 30 + r.IntN(200)}}
		terms := transit.Terms{Visit: 20 + r.IntN(40), Longest: 60 + r.IntN(120), Home: 13*60 + r.IntN(11*60)}
		n := compare(t, paths, monday.AddDate(0, 0, seed%5), homes, []orb.Point{anywhere(r)}, halves, terms)
		able += n
		far += len(homes) - n
	}
	if able < networks/2 || far < networks/2 {
		t.Errorf("%d homes can come and %d cannot: the networks try too little", able, far)
	}
}
