package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

type fakePlace struct{ Lat, Lon float64 }

// fakeRouter answers as Valhalla documents, at 100 m a minute on straight roads, and
// keeps the points that it was sent.
type fakeRouter struct {
	mu   sync.Mutex
	sent []fakePlace
}

func (f *fakeRouter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Sources, Targets, Locations []fakePlace
		Contours                    []struct{ Time float64 }
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		w.WriteHeader(400)
		fmt.Fprint(w, `{"error_code":100,"error":"Failed to parse json request"}`)
		return
	}
	f.mu.Lock()
	f.sent = append(f.sent, slices.Concat(q.Sources, q.Targets, q.Locations)...)
	f.mu.Unlock()
	if r.URL.Path == "/isochrone" {
		var features []string
		for _, c := range q.Contours {
			p, d := q.Locations[0], c.Time/1000
			features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"contour":%v},"geometry":{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}}`, c.Time, p.Lon-d, p.Lat-d, p.Lon+d, p.Lat-d, p.Lon, p.Lat+d, p.Lon-d, p.Lat-d))
		}
		fmt.Fprintf(w, `{"type":"FeatureCollection","features":[%s]}`, strings.Join(features, ","))
		return
	}
	durations := make([][]float64, len(q.Sources))
	for i, a := range q.Sources {
		for _, b := range q.Targets {
			durations[i] = append(durations[i], math.Hypot((a.Lon-b.Lon)*71000, (a.Lat-b.Lat)*111200)/100*60)
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"sources_to_targets": map[string]any{"durations": durations}})
}

// A routing server is asked only when it is named, of squares and centres and never
// of an address; its source goes with the figures.
func TestCommandsAskARoutingServer(t *testing.T) {
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	router := &fakeRouter{}
	web := httptest.NewServer(router)
	defer web.Close()
	sites := filepath.Join(t.TempDir(), "sites.csv")
	if err := os.WriteFile(sites, []byte("nom;genre;lon;lat\nSiège A;siège;3.0050;50.6000\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	perimetre := func(args ...string) string {
		t.Helper()
		var out, messages bytes.Buffer
		if code := run(append([]string{"--pack", pack}, args...), streams{nil, &out, &messages}); code != 0 {
			t.Fatalf("%v : %s", args, messages.String())
		}
		return out.String()
	}
	perimetre("coverage", "--sites", sites)
	if len(router.sent) > 0 {
		t.Fatal("a server is asked without being named")
	}
	got := perimetre("coverage", "--sites", sites, "--valhalla", web.URL, "--reach", "15min", "--format", "geojson")
	for _, want := range []string{`"layer":"bands"`, `"band":"15` + "\u202f" + `min"`, `"unit":"min"`, "serveur d’itinéraires Valhalla", "à pied, depuis le centre de carrés de 250 m"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	got = perimetre("site", "--half-days", "2", "--sites", sites, "--valhalla", web.URL, "--reach", "15min", "--format", "json")
	if !strings.Contains(got, `"unit": "min"`) || !strings.Contains(got, `"start": "Siège A"`) {
		t.Errorf("tour: %s", got)
	}
	found := perimetre("reverse", "3.006800", "50.607500", "--format", "json") // an address of the pack
	if !strings.Contains(found, "4 Rue des Lilas") {
		t.Fatal(found)
	}
	for _, p := range router.sent {
		if math.Abs(p.Lon-3.0068) < 1e-6 && math.Abs(p.Lat-50.6075) < 1e-6 {
			t.Error("an address went to the server")
		}
	}
	if len(router.sent) == 0 {
		t.Error("a server is named and not asked")
	}
}
