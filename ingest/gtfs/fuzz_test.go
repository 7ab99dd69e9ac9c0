package gtfs

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

// feedFiles are the files of a feed, in the order in which FuzzTables takes them.
var feedFiles = []string{"agency.txt", "stops.txt", "calendar.txt", "calendar_dates.txt", "trips.txt", "stop_times.txt", "frequencies.txt", "transfers.txt"}

// smallFeed is a feed that has every one of feedFiles.
var smallFeed = []string{
	"agency_id,agency_name,agency_url,agency_timezone\n1,Bus,http://a.fr,Europe/Paris\n",
	"stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nS,Gare,50,3,1,\nA,Quai,,,0,S\nB,Mairie,50.01,3.01,0,\n",
	"service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nw,1,1,1,1,1,0,0,20240101,20241231\n",
	"service_id,date,exception_type\nw,20240501,2\n",
	"route_id,service_id,trip_id\nr,w,t\nr,w,u\n",
	"trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,08:00:00,08:00:00,A,1\nt,08:10:00,08:10:00,B,2\nu,,,B,1\nu,25:10:00,25:10:00,A,2\n",
	"trip_id,start_time,end_time,headway_secs\nt,06:00:00,09:00:00,600\n",
	"from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,120\n",
}

func zipped(texts []string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, text := range texts {
		if w, err := z.Create(feedFiles[i]); err == nil && text != "" {
			w.Write([]byte(text))
		}
	}
	z.Close()
	return b.Bytes()
}

// readBytes reads a feed, which is taken or refused as a bad file, and makes the
// timetable of a day of what is taken.
func readBytes(t *testing.T, b []byte) {
	path := filepath.Join(t.TempDir(), "f.zip")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	IsFeed(path)
	feed, _, err := Read(path)
	if err != nil {
		if k := fault.KindOf(err); k != fault.Input && k != fault.TooLarge {
			t.Fatalf("%v: %v", k, err)
		}
		return
	}
	for _, trip := range feed.Trips {
		for _, c := range feed.Calls[trip.From : trip.From+trip.N] {
			if int(c.Stop) >= len(feed.Stops) || c.Depart < c.Arrive {
				t.Fatalf("trip %+v calls at %+v of %d stops", trip, c, len(feed.Stops))
			}
		}
	}
	net, err := transit.NewNetwork([]transit.Feed{feed}, transit.UsualFoot)
	if err != nil {
		return
	}
	net.Day(geo.MustDate("2024-05-14"))
}

// Whatever the tables of a feed hold, they are read or refused.
func FuzzTables(f *testing.F) {
	f.Add(smallFeed[0], smallFeed[1], smallFeed[2], smallFeed[3], smallFeed[4], smallFeed[5], smallFeed[6], smallFeed[7])
	f.Add("", "stop_id,stop_lat,stop_lon\na,1,1\n", "", "service_id,date,exception_type\nw,20240501,1\n", "service_id,trip_id\nw,t\n", "trip_id,stop_id,stop_sequence,departure_time,arrival_time\nt,a,1,24:00:00,\n", "", "")
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h, i string) {
		readBytes(t, zipped([]string{a, b, c, d, e, g, h, i}))
	})
}

// Whatever the bytes of the archive, it is read or refused.
func FuzzArchive(f *testing.F) {
	f.Add(zipped(smallFeed))
	f.Add(zipped(smallFeed[:4]))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(readBytes)
}
