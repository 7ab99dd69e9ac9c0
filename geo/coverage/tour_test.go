package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// mostSeated is the greatest number of places that can have a visit, by trying all
// ways.
func mostSeated(t *Tour, from int, taken map[[3]int]bool, used []int) int {
	if from == len(t.Open) {
		return 0
	}
	best := mostSeated(t, from+1, taken, used)
	for w := range t.Weeks {
		for d := range 7 {
			for h := range 2 {
				k := [3]int{w, d, h}
				if t.Open[from][d][h] && !taken[k] && used[w] < t.PerWeek {
					taken[k] = true
					used[w]++
					best = max(best, 1+mostSeated(t, from+1, taken, used))
					delete(taken, k)
					used[w]--
				}
			}
		}
	}
	return best
}

// alongALine is the way between places on a line, from and to its origin.
func alongALine(at []float64) func(from, to int) float64 {
	place := func(i int) float64 {
		if i < 0 {
			return 0
		}
		return at[i]
	}
	return func(from, to int) float64 { return math.Abs(place(from) - place(to)) }
}

// A tour gives a visit to as many places as any timetable could, each in a half-day
// when it is open, and no two in one half-day.
func TestTourSeatsAsManyAsPossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tour := Tour{Weeks: rapid.IntRange(1, 2).Draw(t, "semaines"), PerWeek: rapid.IntRange(1, 3).Draw(t, "par semaine")}
		n := rapid.IntRange(1, 5).Draw(t, "lieux")
		at := make([]float64, n)
		for p := range n {
			var open [7][2]bool
			for range rapid.IntRange(0, 3).Draw(t, "ouvertures") {
				open[rapid.IntRange(0, 1).Draw(t, "jour")][rapid.IntRange(0, 1).Draw(t, "moitié")] = true
			}
			tour.Open, at[p] = append(tour.Open, open), rapid.Float64Range(-10, 10).Draw(t, "place")
		}
		tour.Cost = alongALine(at)
		visits, cost, left := tour.Plan()
		if want := mostSeated(&tour, 0, map[[3]int]bool{}, make([]int, tour.Weeks)); len(visits) != want || len(visits)+len(left) != n {
			t.Fatalf("%d visits and %d places without, %d possible", len(visits), len(left), want)
		}
		taken, used, sum := map[[3]int]bool{}, map[int]int{}, 0.0
		days := map[[2]int][2]int{}
		for _, v := range visits {
			k := [3]int{v.Week, v.Day, v.Half}
			if taken[k] || !tour.Open[v.Place][v.Day][v.Half] {
				t.Fatalf("visite impossible : %+v", v)
			}
			taken[k] = true
			used[v.Week]++
			d, ok := days[[2]int{v.Week, v.Day}]
			if !ok {
				d = [2]int{-1, -1}
			}
			d[v.Half] = v.Place
			days[[2]int{v.Week, v.Day}] = d
		}
		for _, d := range days {
			sum += tour.Day(d[0], d[1])
		}
		for w, n := range used {
			if n > tour.PerWeek {
				t.Fatalf("week %d: %d half-days", w, n)
			}
		}
		if math.Abs(sum-cost) > 1e-9 {
			t.Fatalf("cost %v, sum of the days %v", cost, sum)
		}
	})
}

// Four places in two towns far apart: each day stays in one town, whatever the order
// in which they come.
func TestTourKeepsNeighboursTogether(t *testing.T) {
	at := []float64{10, -10, 11, -11}
	any := [7][2]bool{{true, true}, {true, true}, {true, true}}
	tour := Tour{Weeks: 1, PerWeek: 4, Open: [][7][2]bool{any, any, any, any}, Cost: alongALine(at)}
	_, cost, left := tour.Plan()
	if cost != 44 || len(left) != 0 {
		t.Errorf("%v, %v, want 22 + 22", cost, left)
	}
	// A place open on one afternoon alone has it, whoever was there.
	tour.Open[0] = [7][2]bool{1: {false, true}}
	visits, _, _ := tour.Plan()
	for _, v := range visits {
		if v.Place == 0 && v.HalfDay != (HalfDay{1, 1}) {
			t.Errorf("%+v", v)
		}
	}
}

func BenchmarkTour(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var x, y [41]float64
	for i := range x {
		x[i], y[i] = rng.Float64(), rng.Float64()
	}
	weekdays := [7][2]bool{}
	for d := range 5 {
		weekdays[d] = [2]bool{true, true}
	}
	tour := Tour{Weeks: 4, PerWeek: 10, Cost: func(i, j int) float64 { return math.Hypot(x[i+1]-x[j+1], y[i+1]-y[j+1]) }}
	for range 40 {
		tour.Open = append(tour.Open, weekdays)
	}
	for b.Loop() {
		tour.Plan()
	}
}

func ExampleTour() {
	open := [7][2]bool{1: {true, false}, 3: {true, true}} // Tuesday morning, Thursday
	tour := Tour{Weeks: 1, PerWeek: 2, Open: [][7][2]bool{open, {3: {true, false}}}, Cost: func(_, _ int) float64 { return 1 }}
	visits, _, _ := tour.Plan()
	for _, v := range visits {
		fmt.Println("place", v.Place, "day", v.Day, "half", v.Half)
	}
	// Output:
	// place 1 day 3 half 0
	// place 0 day 3 half 1
}

// A day out costs its roads: to each place that it visits and back, the first place too.
func TestDay(t *testing.T) {
	tour := &Tour{Cost: func(from, to int) float64 { return float64(10*(from+2) + to + 2) }}
	for _, c := range []struct {
		morning, afternoon int
		want               float64
	}{
		{-1, -1, 0},
		{0, -1, 12 + 21},
		{-1, 0, 12 + 21},
		{0, 0, 12 + 22 + 21},
		{1, 0, 13 + 32 + 21},
	} {
		if got := tour.Day(c.morning, c.afternoon); got != c.want {
			t.Errorf("places %d and %d: %g, want %g", c.morning, c.afternoon, got, c.want)
		}
	}
}
