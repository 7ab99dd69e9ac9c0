package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// benchWorld is the yardstick of point in polygon: 1,300 polygons of 200 vertices
// spread over Hauts-de-France, of the size of a QPV, and 1 M points clustered
// round them, a third inside.
func benchWorld() ([]orb.MultiPolygon, []orb.Point) {
	rnd := rand.New(rand.NewPCG(1, 2))
	shapes := make([]orb.MultiPolygon, 1300)
	centres := make([]orb.Point, len(shapes))
	radii := make([]float64, len(shapes))
	for i := range shapes {
		c := orb.Point{1.5 + 2.7*rnd.Float64(), 49 + 2*rnd.Float64()}
		r := 250 + 350*rnd.Float64() // metres
		centres[i], radii[i] = c, r
		mx, my := geo.MetresPerDegree(c[1])
		ring := make(orb.Ring, 0, 201)
		phase := rnd.Float64() * 7
		for k := range 200 {
			a := 2 * math.Pi * float64(k) / 200
			rr := r * (1 + 0.25*math.Sin(3*a+phase) + 0.08*math.Sin(11*a) + 0.03*rnd.Float64())
			ring = append(ring, orb.Point{c[0] + rr*math.Cos(a)/mx, c[1] + rr*math.Sin(a)/my})
		}
		shapes[i] = orb.MultiPolygon{{append(ring, ring[0])}}
	}
	points := make([]orb.Point, 1_000_000)
	for i := range points {
		k := rnd.IntN(len(shapes))
		mx, my := geo.MetresPerDegree(centres[k][1])
		points[i] = orb.Point{centres[k][0] + rnd.NormFloat64()*1.1*radii[k]/mx, centres[k][1] + rnd.NormFloat64()*1.1*radii[k]/my}
	}
	return shapes, points
}

func BenchmarkPolygonsAt(b *testing.B) {
	shapes, points := benchWorld()
	index := geo.NewPolygons(shapes)
	var room [8]geo.Hit
	index.At(points[0], nil)
	hits, i := 0, 0
	for b.Loop() {
		hits += len(index.At(points[i], room[:0]))
		if i++; i == len(points) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
	b.ReportMetric(float64(hits)/float64(b.N), "hits/point")
}

func BenchmarkPolygonsSignedDistance300m(b *testing.B) {
	shapes, points := benchWorld()
	index := geo.NewPolygons(shapes)
	index.SignedDistance(points[0], 300)
	found, i := 0, 0
	for b.Loop() {
		if _, ok := index.SignedDistance(points[i], 300); ok {
			found++
		}
		if i++; i == len(points) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
	b.ReportMetric(float64(found)/float64(b.N), "found/point")
}

func BenchmarkPolygonsSignedDistance5km(b *testing.B) {
	shapes, points := benchWorld()
	index := geo.NewPolygons(shapes)
	i := 0
	for b.Loop() {
		index.SignedDistance(points[i], geo.Reach)
		if i++; i == len(points) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
}

func BenchmarkPolygonsBuild(b *testing.B) {
	shapes, points := benchWorld()
	for b.Loop() {
		geo.NewPolygons(shapes).At(points[0], nil)
	}
}
