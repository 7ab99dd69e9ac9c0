package study

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/transit"
)

// madeUpRegion is a made-up network of a region's size: 40 towns of 8 bus lines every
// quarter of an hour, 120 coach lines every hour, 30 train lines every two.
func madeUpRegion(r *rand.Rand) (transit.Feed, []orb.Point) {
	day := geo.MustDate("2025-03-10")
	service := make(transit.Service, 1)
	service.Set(0)
	f := transit.Feed{Name: "region", Zone: "Europe/Paris", First: day, Last: day, Services: []transit.Service{service}}
	line := func(from, to orb.Point, stops int, speed, every float64) {
		first := int32(len(f.Stops))
		for i := range stops {
			s := float64(i) / float64(stops-1)
			f.Stops = append(f.Stops, transit.Stop{ID: fmt.Sprint(len(f.Stops)), At: orb.Point{from[0] + s*(to[0]-from[0]) + 0.002*r.Float64(), from[1] + s*(to[1]-from[1]) + 0.002*r.Float64()}, Station: -1})
		}
		hop := geo.Distance(from, to) * 1.3 / float64(stops-1) / speed
		for _, way := range []int{1, -1} {
			for at := 6*3600 + r.Float64()*every; at < 20*3600; at += every {
				f.Trips = append(f.Trips, transit.Trip{From: int32(len(f.Calls)), N: int32(stops)})
				for i := range stops {
					stop := first + int32(i)
					if way < 0 {
						stop = first + int32(stops-1-i)
					}
					t := int32(at + float64(i)*hop)
					f.Calls = append(f.Calls, transit.Call{Stop: stop, Arrive: t, Depart: t + 20})
				}
			}
		}
	}
	towns := make([]orb.Point, 40)
	for i := range towns {
		towns[i] = orb.Point{1.8 + 2*r.Float64(), 49.3 + 1.4*r.Float64()}
		for range 8 {
			at := func() orb.Point {
				return orb.Point{towns[i][0] + 0.06*(r.Float64()-0.5), towns[i][1] + 0.04*(r.Float64()-0.5)}
			}
			line(at(), at(), 15, 5.5, 900)
		}
	}
	for k := range 150 {
		a, b := towns[r.IntN(40)], towns[r.IntN(40)]
		switch {
		case a == b:
		case k < 120:
			line(a, b, 20, 10, 3600)
		default:
			line(a, b, 8, 22, 7200)
		}
	}
	return f, towns
}

// BenchmarkTransitRegion: 500 places, 20,000 squares, one morning.
//
//	go test -run '^$' -bench TransitRegion -benchtime 1x ./study
func BenchmarkTransitRegion(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	feed, towns := madeUpRegion(r)
	net, err := transit.NewNetwork([]transit.Feed{feed}, transit.UsualFoot)
	if err != nil {
		b.Fatal(err)
	}
	j := &journeys{w: &walk{ctx: context.Background()}, net: net, reach: ReachTransit, terms: transit.UsualTerms}
	for d := range j.days {
		if j.days[d] = j.days[0]; d == 0 {
			j.days[d] = net.Day(feed.First)
		}
	}
	around := func() orb.Point {
		t := towns[r.IntN(len(towns))]
		return orb.Point{t[0] + 0.05*r.NormFloat64(), t[1] + 0.035*r.NormFloat64()}
	}
	j.of = make([][]int32, net.Stops())
	for i := range 20000 {
		at := around()
		j.at, j.nodes = append(j.at, at), append(j.nodes, coverage.Point{At: at, Weight: 1})
		j.walks = append(j.walks, net.Walks(at))
		for _, x := range j.walks[i] {
			j.of[x.Stop] = append(j.of[x.Stop], int32(i))
		}
	}
	j.near = coverage.NewLocator(j.at)
	offers := make([]offer, 500)
	for i := range offers {
		offers[i].at = around()
		offers[i].hours[1][0].From, offers[i].hours[1][0].To = 9*60, 12*60
	}
	b.Logf("%d stops, %d trips", net.Stops(), len(feed.Trips))
	for b.Loop() {
		f, err := j.search(offers)
		if err != nil {
			b.Fatal(err)
		}
		able := 0
		for _, s := range f.site {
			able += int(min(1, s+1))
		}
		b.ReportMetric(float64(able), "squares-able")
	}
}
