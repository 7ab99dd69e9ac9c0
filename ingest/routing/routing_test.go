package routing

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// seconds is the time that the fakes know between two points; past longitude 8
// there is no road.
func seconds(a, b orb.Point) *float64 {
	if a[0] >= 8 || b[0] >= 8 {
		return nil
	}
	v := 60 * (math.Abs(a[0]-b[0]) + 2*math.Abs(a[1]-b[1]))
	return &v
}

// fakeOSRM answers as the HTTP API v1 documents: null without a route, 400 with
// {"code":"TooBig"} past most × most pairs, {"code":"NoSegment"} for a point that no
// way is near (longitude 8).
func fakeOSRM(t *testing.T, calls *atomic.Int32, most int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		rest, ok := strings.CutPrefix(r.URL.Path, "/osrm/table/v1/foot/")
		if !ok || r.Method != http.MethodGet || r.URL.Query().Get("annotations") != "duration" {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"code":"InvalidUrl","message":"URL string malformed close to position 7"}`)
			return
		}
		var at []orb.Point
		for s := range strings.SplitSeq(rest, ";") {
			x, y, _ := strings.Cut(s, ",")
			lon, _ := strconv.ParseFloat(x, 64)
			lat, _ := strconv.ParseFloat(y, 64)
			at = append(at, orb.Point{lon, lat})
		}
		for i, p := range at {
			if p[0] == 8 {
				w.WriteHeader(400)
				fmt.Fprintf(w, `{"code":"NoSegment","message":"Could not find a matching segment for coordinate %d"}`, i)
				return
			}
		}
		pick := func(list string) (out []orb.Point) {
			for s := range strings.SplitSeq(list, ";") {
				i, err := strconv.Atoi(s)
				if err != nil || i >= len(at) {
					t.Errorf("indice %q", s)
					return nil
				}
				out = append(out, at[i])
			}
			return out
		}
		// The query holds semicolons as OSRM documents them, which ParseQuery refuses.
		query := map[string]string{}
		for kv := range strings.SplitSeq(r.URL.RawQuery, "&") {
			k, v, _ := strings.Cut(kv, "=")
			query[k] = v
		}
		sources, destinations := pick(query["sources"]), pick(query["destinations"])
		if len(sources)*len(destinations) > most*most {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"code":"TooBig","message":"Too many table coordinates"}`)
			return
		}
		var table [][]*float64
		for _, a := range sources {
			var row []*float64
			for _, b := range destinations {
				row = append(row, seconds(a, b))
			}
			table = append(table, row)
		}
		json.NewEncoder(w).Encode(map[string]any{"code": "Ok", "durations": table})
	})
}

// fakeValhalla answers as Valhalla documents: 400 with error_code 150 past most
// locations, 171 for a point that no way is near (longitude 8); durations apart when
// verbose is false, unless it is an old server, which only knows the other form.
func fakeValhalla(calls *atomic.Int32, most int, old bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		var q struct {
			Sources, Targets, Locations []valhallaPlace
			Costing                     string
			Polygons                    bool
			Verbose                     *bool
			Contours                    []struct{ Time float64 }
		}
		refuse := func(code int, words string) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"error_code":%d,"error":%q,"status_code":400,"status":"Bad Request"}`, code, words)
		}
		if json.NewDecoder(r.Body).Decode(&q) != nil {
			refuse(100, "Failed to parse json request")
			return
		}
		if q.Costing != "pedestrian" {
			refuse(125, "No costing method found")
			return
		}
		if len(q.Sources) > most || len(q.Targets) > most || len(q.Contours) > 4 {
			refuse(150, fmt.Sprintf("Exceeded max locations:%d", most))
			return
		}
		for _, p := range slices.Concat(q.Sources, q.Targets, q.Locations) {
			if p.Lon == 8 {
				refuse(171, "No suitable edges near location")
				return
			}
		}
		switch r.URL.Path {
		case "/sources_to_targets":
			type cell struct {
				Time *float64 `json:"time"`
				From int      `json:"from_index"`
				To   int      `json:"to_index"`
			}
			var table [][]cell
			var durations [][]*float64
			for i, a := range q.Sources {
				var row []cell
				var times []*float64
				for j, b := range q.Targets {
					v := seconds(orb.Point{a.Lon, a.Lat}, orb.Point{b.Lon, b.Lat})
					row, times = append(row, cell{v, i, j}), append(times, v)
				}
				table, durations = append(table, row), append(durations, times)
			}
			answer := map[string]any{"sources_to_targets": table, "units": "kilometers"}
			if !old && q.Verbose != nil && !*q.Verbose {
				answer["sources_to_targets"] = map[string]any{"durations": durations, "distances": durations}
			}
			json.NewEncoder(w).Encode(answer)
		case "/isochrone":
			var features []string
			for _, c := range q.Contours {
				p, d := q.Locations[0], c.Time/1000
				features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"contour":%v,"metric":"time"},"geometry":{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}}`,
					c.Time, p.Lon-d, p.Lat-d, p.Lon+d, p.Lat-d, p.Lon+d, p.Lat+d, p.Lon-d, p.Lat+d, p.Lon-d, p.Lat-d))
			}
			slices.Reverse(features) // the widest first, as the service does
			fmt.Fprintf(w, `{"type":"FeatureCollection","features":[%s]}`, strings.Join(features, ","))
		default:
			w.WriteHeader(404)
		}
	})
}

func points(n int, lat float64) (out []orb.Point) {
	for i := range n {
		out = append(out, orb.Point{float64(i) / 100, lat})
	}
	return out
}

func TestMatrixInBatches(t *testing.T) {
	for name, c := range map[string]struct {
		server func(string, Mode) (*Server, error)
		most   int
		old    bool
	}{"OSRM": {OSRM, 100, false}, "OSRM étroit": {OSRM, 7, false}, "Valhalla": {Valhalla, 50, false}, "Valhalla étroit": {Valhalla, 6, false}, "Valhalla ancien": {Valhalla, 50, true}} {
		var calls atomic.Int32
		path := ""
		handler := fakeValhalla(&calls, c.most, c.old)
		if strings.HasPrefix(name, "OSRM") {
			handler, path = fakeOSRM(t, &calls, c.most), "/osrm/"
		}
		web := httptest.NewServer(handler)
		defer web.Close()
		s, err := c.server(web.URL+path, Walk)
		if err != nil {
			t.Fatal(err)
		}
		// An island without road to it, and a point that no way is near.
		origins, destinations := append(points(130, 50), orb.Point{9, 50}, orb.Point{8, 50}), append(points(76, 50.5), orb.Point{8, 50.5})
		got, err := s.Minutes(context.Background(), origins, destinations)
		if err != nil {
			t.Fatalf("%s : %v", name, err)
		}
		for i, a := range origins {
			for j, b := range destinations {
				want := seconds(a, b)
				if want == nil != math.IsNaN(got[i][j]) || want != nil && math.Abs(got[i][j]*60-*want) > 1e-3 {
					t.Fatalf("%s %d-%d : %v min", name, i, j, got[i][j])
				}
			}
		}
		if n := calls.Load(); n < 2 || n > 2500 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

func TestIsochrones(t *testing.T) {
	var calls atomic.Int32
	web := httptest.NewServer(fakeValhalla(&calls, 50, false))
	defer web.Close()
	s, _ := Valhalla(web.URL, Walk)
	minutes := []float64{5, 10, 15, 20, 30} // one more than is drawn at once
	got, err := s.Isochrones(context.Background(), orb.Point{3, 50}, minutes)
	if err != nil || len(got) != len(minutes) || calls.Load() != 2 {
		t.Fatalf("%d isochrones in %d requests: %v", len(got), calls.Load(), err)
	}
	for k, m := range minutes {
		if x := got[k].Bound().Max[0]; math.Abs(x-3-m/1000) > 1e-9 {
			t.Errorf("%v min: up to %v", m, x)
		}
	}
	if off, err := s.Isochrones(context.Background(), orb.Point{8, 50}, minutes[:2]); err != nil || len(off) != 2 || len(off[0]) != 0 {
		t.Errorf("place off the network: %v %v", off, err)
	}
	o, _ := OSRM(web.URL, Walk)
	if _, err := o.Isochrones(context.Background(), orb.Point{3, 50}, minutes); fault.KindOf(err) != fault.Usage {
		t.Errorf("OSRM : %v", err)
	}
}

func TestRetries(t *testing.T) {
	for name, c := range map[string]struct {
		fail  []int // statuses before the server answers; 0 cuts the connection
		kind  fault.Kind
		calls int32
		says  string
	}{
		"occupé puis répond":  {[]int{429, 503}, 255, 3, ""},
		"coupure puis répond": {[]int{0}, 255, 2, ""},
		"toujours en panne":   {[]int{500, 500, 500, 500, 500}, fault.Network, 4, "refus 500"},
		"refuse la question":  {[]int{400, 400}, fault.Network, 1, "InvalidQuery"},
	} {
		var calls atomic.Int32
		inner := fakeOSRM(t, new(atomic.Int32), 100)
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := int(calls.Add(1)) - 1
			if n < len(c.fail) {
				if c.fail[n] == 0 {
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(c.fail[n])
				fmt.Fprint(w, `{"code":"InvalidQuery","message":"Query string malformed"}`)
				return
			}
			r.URL.Path = "/osrm" + r.URL.Path
			inner.ServeHTTP(w, r)
		}))
		s, _ := OSRM(web.URL, Walk)
		s.Wait = time.Millisecond
		_, err := s.Minutes(context.Background(), points(2, 50), points(2, 51))
		web.Close()
		if c.kind == 255 && err != nil || c.kind != 255 && (err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s : %v", name, err)
		}
		if calls.Load() != c.calls {
			t.Errorf("%s: %d requests, want %d", name, calls.Load(), c.calls)
		}
	}
}

func TestForeignAnswers(t *testing.T) {
	for name, body := range map[string]string{"page HTML": "<html>", "autre JSON": `{"ok":true}`, "lignes manquantes": `{"code":"Ok","durations":[[1]]}`, "colonnes manquantes": `{"code":"Ok","durations":[[1],[2]]}`,
		"durée négative": `{"code":"Ok","durations":[[1,2],[-60,3]]}`} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		s, _ := OSRM(web.URL, Walk)
		if _, err := s.Minutes(context.Background(), points(2, 50), points(2, 51)); fault.KindOf(err) != fault.Network {
			t.Errorf("%s : %v", name, err)
		}
		web.Close()
	}
	s, _ := OSRM("http://127.0.0.1:1", Walk)
	s.Wait = time.Millisecond
	if _, err := s.Minutes(context.Background(), points(1, 50), points(1, 51)); err == nil || !strings.Contains(err.Error(), "injoignable") {
		t.Errorf("serveur absent : %v", err)
	}
	for _, bad := range []string{"", "osrm.local", "ftp://x", "http://"} {
		if _, err := OSRM(bad, Walk); fault.KindOf(err) != fault.Usage {
			t.Errorf("%q is accepted", bad)
		}
	}
}
