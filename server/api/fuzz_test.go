package api

import "testing"

// A geometry to search in is one that a point can be told inside or out of, or is
// refused.
func FuzzShape(f *testing.F) {
	for _, text := range []string{
		`{"type":"Circle","coordinates":[3,50],"radius":100}`, `{"type":"Point","coordinates":[3,50]}`,
		`{"type":"LineString","coordinates":[[3,50],[3.001,50]]}`, `{"type":"Polygon","coordinates":[[[3,50],[3.001,50],[3.001,50.001],[3,50]]]}`,
		`{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}`, `{"type":"Polygon","coordinates":[[]]}`, `{"type":"MultiPolygon","coordinates":[[[[1e308,1]]]]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseShape(text)
		if err != nil {
			return
		}
		if !onEarth(s.centre) || !(s.radius >= 0 && s.radius < 5000) {
			t.Fatalf("a search of %v metres around %v", s.radius, s.centre)
		}
		if s.inside != nil {
			s.inside(s.centre[0], s.centre[1])
		}
	})
}
