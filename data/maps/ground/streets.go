package ground

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// Lengths of the drawing of a street, metres.
const (
	// widest is how far apart the two sides of a street may stand.
	widest = 60
	// shortestGap and longestGap bound the gap between two numbers past which nothing is
	// drawn: what lies in between is not known to be the street.
	shortestGap, longestGap = 120, 400
	shortestRun             = 12
	// near is how far a simplified line may lie from the numbers' own.
	near = 3
)

// firstFictitious is the number from which the base of addresses writes those that stand
// for « sans numéro ».
const firstFictitious = 5000

// streetLines draws a street through its numbers, in degrees: along its middle where
// numbers stand on both sides, cut where they are far apart or turn back on themselves.
// The longest line comes first.
func streetLines(numbers []geocode.HouseNumber) []orb.LineString {
	if len(numbers) < 2 {
		return nil
	}
	origin := orb.Point{numbers[0].Lon, numbers[0].Lat}
	mx, my := geo.MetresPerDegree(origin[1])
	base, other := sides(numbers, func(h *geocode.HouseNumber) orb.Point {
		return orb.Point{(h.Lon - origin[0]) * mx, (h.Lat - origin[1]) * my}
	})
	if len(other) > len(base) {
		base, other = other, base
	}
	middle, alone := between(base, other)
	out := append(runs(middle), runs(alone)...)
	slices.SortStableFunc(out, func(a, b orb.LineString) int {
		switch x, y := length(a), length(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for _, line := range out {
		for i, p := range line {
			line[i] = orb.Point{origin[0] + p[0]/mx, origin[1] + p[1]/my}
		}
	}
	return out
}

// sides returns the places of the even and of the odd numbers of a street, by number.
func sides(numbers []geocode.HouseNumber, place func(*geocode.HouseNumber) orb.Point) (even, odd []orb.Point) {
	sorted := slices.Clone(numbers)
	slices.SortStableFunc(sorted, func(a, b geocode.HouseNumber) int { return a.Number - b.Number })
	last := -1
	for i := range sorted {
		h := &sorted[i]
		if h.Number == last || h.Number >= firstFictitious { // 12 bis stands beside 12
			continue
		}
		last = h.Number
		if h.Number%2 == 0 {
			even = append(even, place(h))
		} else {
			odd = append(odd, place(h))
		}
	}
	return even, odd
}

// between moves the places of one side of a street to its middle; alone are those of the
// other side that have none in front of them.
func between(base, other []orb.Point) (middle, alone []orb.Point) {
	shift := orb.Point{}
	for _, p := range base {
		if q, d := nearest(p, other); d <= widest {
			shift = orb.Point{(q[0] - p[0]) / 2, (q[1] - p[1]) / 2}
		}
		middle = append(middle, orb.Point{p[0] + shift[0], p[1] + shift[1]})
	}
	for _, p := range other {
		if _, d := nearest(p, base); d > widest {
			alone = append(alone, p)
		}
	}
	return middle, alone
}

// nearest gives the place of a line that is nearest to a point, and how far it is: +Inf
// from none.
func nearest(p orb.Point, line []orb.Point) (best orb.Point, metres float64) {
	least := math.Inf(1) // squared
	for i, b := range line {
		q := b
		if i > 0 {
			a := line[i-1]
			dx, dy := b[0]-a[0], b[1]-a[1]
			if long := dx*dx + dy*dy; long > 0 && long <= longestGap*longestGap {
				t := max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/long))
				q = orb.Point{a[0] + t*dx, a[1] + t*dy}
			}
		}
		if d := (p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]); d < least {
			best, least = q, d
		}
	}
	return best, math.Sqrt(least)
}

func distance(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func length(line orb.LineString) (metres float64) {
	for i := 1; i < len(line); i++ {
		metres += distance(line[i-1], line[i])
	}
	return metres
}

// runs joins places in their order, but those too far from the one before.
func runs(places []orb.Point) (out []orb.LineString) {
	gaps := make([]float64, 0, len(places))
	for i := 1; i < len(places); i++ {
		gaps = append(gaps, distance(places[i-1], places[i]))
	}
	if len(gaps) == 0 {
		return nil
	}
	slices.Sort(gaps)
	limit := max(shortestGap, min(longestGap, 6*gaps[len(gaps)/2]))
	var run orb.LineString
	end := func() {
		if len(run) > 1 && length(run) >= shortestRun {
			out = append(out, simplify.DouglasPeucker(near).LineString(run))
		}
		run = nil
	}
	for _, p := range places {
		n := len(run)
		if n > 0 && distance(run[n-1], p) < 1 {
			continue
		}
		switch {
		case n > 0 && distance(run[n-1], p) > limit:
			end()
		case n > 1 && turnsBack(run[n-2], run[n-1], p):
			last := run[n-1]
			end()
			run = orb.LineString{last}
		}
		run = append(run, p)
	}
	end()
	return out
}

// turnsBack reports whether the way from a by b to c turns by more than 120 degrees.
func turnsBack(a, b, c orb.Point) bool {
	x, y := distance(a, b), distance(b, c)
	return ((b[0]-a[0])*(c[0]-b[0])+(b[1]-a[1])*(c[1]-b[1]))/(x*y) < -.5
}
