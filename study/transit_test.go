package study

import (
	"archive/zip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

// busWorld is a pack of four communes and one line: Bourg, where the site is; Aval,
// from where a bus arrives at 9:20 and goes back at 12:10; Amont, whose bus arrives at
// 9:20 too and does not go back; Loin, without any.
func busWorld(t *testing.T) *data.Pack {
	t.Helper()
	raw, dir := t.TempDir(), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(raw, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("communes/communes.csv", "code;nom;population;lon;lat;codes_postaux\n"+
		"96001;Bourg;1000;3.0000;50.0000;96000\n96002;Aval;200;3.1000;50.0000;96000\n96003;Amont;300;2.9000;50.0000;96000\n96004;Loin;50;3.0000;50.2000;96000\n")
	write("missions-locales/sites.csv", "id;nom;type;lon;lat;ouverture\nm;Mission Locale;siège;3.0000;50.0000;mardi 9h-12h\n")
	path := filepath.Join(t.TempDir(), "reseau.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range map[string]string{
		"agency.txt":   "agency_name,agency_timezone\nCars du Bourg,Europe/Paris\n",
		"stops.txt":    "stop_id,stop_name,stop_lat,stop_lon\nb,Bourg,50.0,3.0\nv,Aval,50.0,3.1\nm,Amont,50.0,2.9\n",
		"calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\ns,1,1,1,1,1,0,0,20250303,20250430\n",
		"trips.txt":    "route_id,service_id,trip_id\nr,s,aller\nr,s,retour\nr,s,perdu\n",
		"stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\naller,8:50:00,8:50:00,v,1\naller,9:20:00,9:20:00,b,2\n" +
			"retour,12:10:00,12:10:00,b,1\nretour,12:40:00,12:40:00,v,2\nperdu,8:50:00,8:50:00,m,1\nperdu,9:20:00,9:20:00,b,2\n",
	} {
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
	f.Close()
	if !data.IsTimetable(path) || data.IsTimetable(filepath.Join(raw, "communes/communes.csv")) {
		t.Error("a timetable is not told by its content")
	}
	if _, _, err := data.AddTimetable(raw, path, geo.MustDate("2025-05-01"), false); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "périmés") {
		t.Errorf("a timetable out of date: %v", err)
	}
	if line, _, err := data.AddTimetable(raw, path, geo.MustDate("2025-04-30"), false); err != nil || line.Kind != data.KindTimetable {
		t.Fatal(line, err)
	}
	m, err := data.Build(context.Background(), data.BuildOptions{Raw: raw, Pack: dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Sources) != 3 {
		t.Errorf("sources %v", m.Sources)
	}
	p, err := data.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	return p
}

func TestByTransit(t *testing.T) {
	p := busWorld(t)
	monday := geo.MustDate("2025-03-10")
	r, err := ByTransit(context.Background(), p, Options{On: monday, Known: monday}, transit.UsualTerms)
	if err != nil {
		t.Fatal(err)
	}
	all := r.Groups[0]
	// Bourg walks, Aval takes the bus and comes back with the next; 8:50 to 9:20 is
	// half an hour. Amont could come and not go home.
	if all.Total != 1550 || all.Able != 1200 {
		t.Errorf("%v of %v can come", all.Able, all.Total)
	}
	for i, want := range []TransitArea{{Code: "96001", Able: 1000, Median: 0}, {Code: "96002", Able: 200, Median: 30}, {Code: "96003"}, {Code: "96004"}} {
		if a := r.Communes[i]; a.Code != want.Code || a.Able != want.Able || want.Able > 0 && (a.Median != want.Median || a.HalfDayCount() != 1 || !a.Days[1][0]) {
			t.Errorf("%+v, want %+v", a, want)
		}
	}
	// Nobody of Bourg or Aval is past half an hour; all of Amont and Loin are.
	if r.Communes[1].Beyond != (Beyond{}) || r.Communes[2].Beyond != (Beyond{300, 300, 300}) {
		t.Errorf("past %d minutes: %+v, %+v", EquityMinutes, r.Communes[1].Beyond, r.Communes[2].Beyond)
	}
	if tuesday := r.Sites[0].HalfDays[1][0]; !tuesday.Open || tuesday.Able != 1200 || tuesday.Within != 1200 || r.Days[1].String() != "2025-03-11" {
		t.Errorf("Tuesday %+v, %v", tuesday, r.Days)
	}
	// The site might open on other mornings for as many; in the afternoon no bus comes.
	if closed := r.Sites[0].Closed; closed[1][0].Open || closed[3][0].Able != 1200 || closed[3][1].Able != 1000 || closed[5][0].Open {
		t.Errorf("when it is closed: %+v", closed)
	}
	if got := all.Median[2]; r.Bands[2] != 45 || got != 1200 {
		t.Errorf("within %v: %v", r.Bands[2], got)
	}
	// An hour on the spot and home by half past twelve: Aval no longer can.
	terms := transit.UsualTerms
	terms.Home = 12*60 + 30
	if r, err = ByTransit(context.Background(), p, Options{On: monday, Known: monday}, terms); err != nil || r.Groups[0].Able != 1000 {
		t.Errorf("home by 12:30: %v, %v", r.Groups[0].Able, err)
	}
	may := geo.MustDate("2025-05-05")
	if _, err = ByTransit(context.Background(), p, Options{On: may, Known: may}, terms); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "du 03/03/2025 au 30/04/2025") {
		t.Errorf("a week without timetables: %v", err)
	}
}

// A permanence at Amont serves Amont; one at Loin serves fewer.
func TestChooseByTransit(t *testing.T) {
	p := busWorld(t)
	monday := geo.MustDate("2025-03-10")
	plan, err := ChooseByTransit(context.Background(), p, Options{On: monday, Known: monday, Places: 2}, transit.UsualTerms)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Places) != 2 || plan.Places[0].Code != "96003" || plan.Places[0].Gain != 300 || plan.Places[1].Code != "96004" || plan.After != 1550 || !plan.Exact {
		t.Errorf("%+v", plan)
	}
	if w := plan.Places[0].When; !strings.Contains(w, "lundi, mardi, mercredi, jeudi ou vendredi matin") {
		t.Errorf("when: %s", w)
	}
}
