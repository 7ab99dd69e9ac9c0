package coverage

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// Locator finds the nearest of a set of points. It may be read concurrently; each
// goroutine looks with a Finder of its own.
type Locator struct {
	points []orb.Point
	scale  scale
	order  []int32      // points, arranged as a balanced k-d tree
	chords [][3]float64 // their places in space, metres, in that order
	placed []orb.Point  // the points, in that order
}

// leaf is the number of points under which a branch is scanned.
const leaf = 8

// NewLocator indexes points in degrees; those that are not finite are left out.
func NewLocator(points []orb.Point) *Locator {
	l := &Locator{points: points}
	low, high := math.Inf(1), math.Inf(-1)
	for i, p := range points {
		if finite(p) {
			l.order = append(l.order, int32(i))
			low, high = min(low, p[1]), max(high, p[1])
		}
	}
	l.scale = newScale(low, high)
	space := make([][3]float64, len(points))
	for _, i := range l.order {
		space[i] = inSpace(points[i])
	}
	arrange(l.order, space, 0)
	l.chords = make([][3]float64, len(l.order))
	l.placed = make([]orb.Point, len(l.order))
	for k, i := range l.order {
		l.chords[k], l.placed[k] = space[i], points[i]
	}
	return l
}

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]+p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

func arrange(order []int32, space [][3]float64, axis int) {
	if len(order) <= leaf {
		return
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(space[a][axis], space[b][axis]), cmp.Compare(a, b))
	})
	m := len(order) / 2
	arrange(order[:m], space, (axis+1)%3)
	arrange(order[m+1:], space, (axis+1)%3)
}

// inSpace returns the place of a point on the GRS80 ellipsoid, metres from its centre.
// The straight line between two such places orders neighbours as the ground does.
func inSpace(p orb.Point) [3]float64 {
	const a, f = 6378137.0, 1 / 298.257222101
	const e2 = f * (2 - f)
	sy, cy := math.Sincos(p[1] * math.Pi / 180)
	sx, cx := math.Sincos(p[0] * math.Pi / 180)
	n := a / math.Sqrt(1-e2*sy*sy)
	return [3]float64{n * cy * cx, n * cy * sx, n * (1 - e2) * sy}
}

// Len returns the number of points that can be found.
func (l *Locator) Len() int { return len(l.order) }

// Finder looks in a Locator; it remembers the last answer, which is often the
// next one's.
type Finder struct {
	l     *Locator
	place [3]float64
	best  float64 // squared chord
	at    int32   // rank in order
}

// Finder returns a finder.
func (l *Locator) Finder() *Finder { return &Finder{l: l, at: -1} }

// Nearest returns the number of the nearest point and its distance on the ground in metres
// (see geo.Distance); ok is false without a point. Of two points equally far, to 1 m at 100
// km, it may return either.
func (f *Finder) Nearest(p orb.Point) (i int, metres float64, ok bool) {
	if len(f.l.order) == 0 || !finite(p) {
		return -1, math.Inf(1), false
	}
	f.place, f.best = inSpace(p), math.Inf(1)
	if f.at >= 0 {
		f.best = squared(f.place, f.l.chords[f.at])
	}
	f.look(0, len(f.l.order), 0)
	i = int(f.l.order[f.at])
	return i, f.l.scale.distance(p, f.l.points[i]), true
}

func squared(a, b [3]float64) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return x*x + y*y + z*z
}

func (f *Finder) look(from, to, axis int) {
	if to-from <= leaf {
		for k := from; k < to; k++ {
			f.try(k)
		}
		return
	}
	m := (from + to) / 2
	d := f.place[axis] - f.l.chords[m][axis]
	next := axis + 1
	if next == 3 {
		next = 0
	}
	if d < 0 {
		f.look(from, m, next)
	} else {
		f.look(m+1, to, next)
	}
	if d*d > f.best {
		return
	}
	f.try(m)
	if d < 0 {
		f.look(m+1, to, next)
	} else {
		f.look(from, m, next)
	}
}

func (f *Finder) try(k int) {
	if d := squared(f.place, f.l.chords[k]); d < f.best || d == f.best && f.l.order[k] < f.l.order[f.at] {
		f.best, f.at = d, int32(k)
	}
}

// Near is a point within reach.
type Near struct {
	Index  int32
	Metres float64
}

// Within appends to out the points at most metres away on the ground, in no order.
func (l *Locator) Within(p orb.Point, metres float64, out []Near) []Near {
	if !finite(p) || !(metres >= 0) {
		return out
	}
	// A chord is never longer than the ground; the tangent plane errs by 2 m at 100 km.
	reach := metres*1.0001 + 0.01
	return l.within(p, inSpace(p), metres, reach*reach, 0, len(l.order), 0, out)
}

func (l *Locator) within(p orb.Point, place [3]float64, metres, chord2 float64, from, to, axis int, out []Near) []Near {
	if to-from <= leaf {
		for k := from; k < to; k++ {
			if d := l.scale.distance(p, l.placed[k]); d <= metres {
				out = append(out, Near{l.order[k], d})
			}
		}
		return out
	}
	m := (from + to) / 2
	d := place[axis] - l.chords[m][axis]
	next := axis + 1
	if next == 3 {
		next = 0
	}
	if d <= 0 || d*d <= chord2 {
		out = l.within(p, place, metres, chord2, from, m, next, out)
	}
	if d := l.scale.distance(p, l.placed[m]); d <= metres {
		out = append(out, Near{l.order[m], d})
	}
	if d >= 0 || d*d <= chord2 {
		out = l.within(p, place, metres, chord2, m+1, to, next, out)
	}
	return out
}

// scale tabulates geo.MetresPerDegree so that a distance costs a few nanoseconds:
// linear between latitudes a hundredth of a degree apart, within 1e-8.
type scale struct {
	first float64 // degrees
	table [][2]float64
}

const scaleStep = 0.01

func newScale(low, high float64) scale {
	if !(low <= high) {
		low, high = 0, 0
	}
	const margin = 2 // degrees, for the points asked about
	s := scale{first: math.Max(-90, low-margin)}
	for lat := s.first; lat <= math.Min(90, high+margin)+2*scaleStep; lat += scaleStep {
		x, y := geo.MetresPerDegree(lat)
		s.table = append(s.table, [2]float64{x, y})
	}
	return s
}

// distance is geo.Distance.
func (s *scale) distance(a, b orb.Point) float64 {
	t := ((a[1]+b[1])/2 - s.first) / scaleStep
	k := int(t)
	if t < 0 || k+1 >= len(s.table) {
		return geo.Distance(a, b)
	}
	t -= float64(k)
	u, v := &s.table[k], &s.table[k+1]
	x := (a[0] - b[0]) * (u[0] + t*(v[0]-u[0]))
	y := (a[1] - b[1]) * (u[1] + t*(v[1]-u[1]))
	return math.Sqrt(x*x + y*y)
}
