package routing

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/paulmach/orb"
)

// Whatever a server answers, a question ends with a table of the right shape or an
// error.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{`{"code":"Ok","durations":[[1,null]]}`, `{"sources_to_targets":[[{"time":60},{"time":null}]]}`, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}`, `[]`, `{`} {
		f.Add([]byte(s))
	}
	var body []byte
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(body) }))
	f.Cleanup(web.Close)
	o, _ := OSRM(web.URL, Walk)
	v, _ := Valhalla(web.URL, Walk)
	f.Fuzz(func(t *testing.T, b []byte) {
		body = b
		for _, s := range []*Server{o, v} {
			s.Tries = 1
			m, err := s.Minutes(context.Background(), []orb.Point{{3, 50}}, []orb.Point{{3, 51}, {4, 51}})
			if err == nil && (len(m) != 1 || len(m[0]) != 2) {
				t.Fatalf("%v", m)
			}
		}
		v.Isochrones(context.Background(), orb.Point{3, 50}, []float64{10})
	})
}
