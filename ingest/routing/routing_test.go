package routing

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// seconds is the time that the fakes know between two points; longitude 9 is an
// island without road.
func seconds(a, b orb.Point) *float64 {
	if a[0] == 9 || b[0] == 9 {
		return nil
	}
	v := 60 * (math.Abs(a[0]-b[0]) + 2*math.Abs(a[1]-b[1]))
	return &v
}

// fakeOSRM answers as the HTTP API v1 documents: at most 100 points, null without a
// route, {"code":"TooBig"} beyond.
func fakeOSRM(t *testing.T, calls *atomic.Int32) http.Handler {
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
		if len(at) > 100 {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"code":"TooBig","message":"Too many table coordinates"}`)
			return
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
		var table [][]*float64
		for _, a := range pick(query["sources"]) {
			var row []*float64
			for _, b := range pick(query["destinations"]) {
				row = append(row, seconds(a, b))
			}
			table = append(table, row)
		}
		json.NewEncoder(w).Encode(map[string]any{"code": "Ok", "durations": table})
	})
}

// fakeValhalla answers as Valhalla documents.
func fakeValhalla(calls *atomic.Int32) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		var q struct {
			Sources, Targets, Locations []valhallaPlace
			Costing                     string
			Polygons                    bool
			Contours                    []struct{ Time float64 }
		}
		if json.NewDecoder(r.Body).Decode(&q) != nil || q.Costing != "pedestrian" || len(q.Sources)+len(q.Targets) > 50 {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"error_code":150,"error":"Exceeded max locations: 50","status_code":400,"status":"Bad Request"}`)
			return
		}
		switch r.URL.Path {
		case "/sources_to_targets":
			type cell struct {
				Time *float64 `json:"time"`
				From int      `json:"from_index"`
				To   int      `json:"to_index"`
			}
			var table [][]cell
			for i, a := range q.Sources {
				var row []cell
				for j, b := range q.Targets {
					row = append(row, cell{seconds(orb.Point{a.Lon, a.Lat}, orb.Point{b.Lon, b.Lat}), i, j})
				}
				table = append(table, row)
			}
			json.NewEncoder(w).Encode(map[string]any{"sources_to_targets": table, "units": "kilometers"})
		case "/isochrone":
			p, d := q.Locations[0], q.Contours[0].Time/1000
			fmt.Fprintf(w, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"contour":%v},"geometry":{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}}]}`,
				q.Contours[0].Time, p.Lon-d, p.Lat-d, p.Lon+d, p.Lat-d, p.Lon+d, p.Lat+d, p.Lon-d, p.Lat+d, p.Lon-d, p.Lat-d)
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
	for name, make := range map[string]func(string, Mode) (*Server, error){"OSRM": OSRM, "Valhalla": Valhalla} {
		var calls atomic.Int32
		path := ""
		handler := fakeValhalla(&calls)
		if name == "OSRM" {
			handler, path = fakeOSRM(t, &calls), "/osrm/"
		}
		web := httptest.NewServer(handler)
		defer web.Close()
		s, err := make(web.URL+path, Walk)
		if err != nil {
			t.Fatal(err)
		}
		origins, destinations := append(points(130, 50), orb.Point{9, 50}), points(77, 50.5)
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
		if n := calls.Load(); n < 2 {
			t.Errorf("%s : %d requête", name, n)
		}
	}
}

func TestIsochrone(t *testing.T) {
	var calls atomic.Int32
	web := httptest.NewServer(fakeValhalla(&calls))
	defer web.Close()
	s, _ := Valhalla(web.URL, Walk)
	mp, err := s.Isochrone(context.Background(), orb.Point{3, 50}, 15)
	if err != nil || len(mp) != 1 || math.Abs(mp.Bound().Max[0]-3.015) > 1e-9 {
		t.Errorf("%v, %v", mp, err)
	}
	o, _ := OSRM(web.URL, Walk)
	if _, err := o.Isochrone(context.Background(), orb.Point{3, 50}, 15); fault.KindOf(err) != fault.Usage {
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
		inner := fakeOSRM(t, new(atomic.Int32))
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
			t.Errorf("%s : %d requêtes, attendu %d", name, calls.Load(), c.calls)
		}
	}
}

func TestForeignAnswers(t *testing.T) {
	for name, body := range map[string]string{"page HTML": "<html>", "autre JSON": `{"ok":true}`, "lignes manquantes": `{"code":"Ok","durations":[[1]]}`, "colonnes manquantes": `{"code":"Ok","durations":[[1],[2]]}`} {
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
			t.Errorf("%q accepté", bad)
		}
	}
}
