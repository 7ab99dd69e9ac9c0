package study

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"perimetre/data"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest"
)

// ReadMatrix reads a table origin;destination;minutes.
func ReadMatrix(path string) (*coverage.Matrix, error) {
	m := &coverage.Matrix{Source: "matrice fournie"}
	err := ingest.TravelTimes(path, func(origin, destination string, minutes float64) error {
		m.Set(origin, destination, minutes)
		return nil
	})
	if err == nil && len(m.Origins) == 0 {
		err = &fault.Error{Kind: fault.Input, File: path, Message: "aucun temps de trajet dans ce fichier"}
	}
	return m, err
}

// Router returns travel times in minutes, NaN where there is no route. It is called
// concurrently.
type Router interface {
	Minutes(ctx context.Context, origins, destinations []orb.Point) ([][]float64, error)
	Source() string
}

// nearestAsked is how many sites, the nearest in a straight line, are asked of a
// routing server for each origin; candidatesAsked, how many candidates.
const (
	nearestAsked    = 8
	candidatesAsked = 40
)

// originsTogether is how many neighbouring origins share one question; askedAtOnce,
// how many questions wait for the server together.
const (
	originsTogether = 24
	askedAtOnce     = 4
)

// mostOrigins is the most places whose times are asked; squares are made wider until
// they are no more, from squareMetres to mostSquare.
const (
	mostOrigins  = 20000
	squareMetres = 250
	mostSquare   = 4000
)

// place is where times are asked from, and its code in the matrix.
type place struct {
	code string
	at   orb.Point
}

// Travel asks a routing server the times from the people of a study to its sites
// and, when places are to be chosen, to its candidates. What is sent is each row of
// a table of demand that has a point, else the centre of each square that holds an
// address, and the centre of each QPV and of each commune: never an address.
func Travel(ctx context.Context, pack *data.Pack, o Options, r Router) (*coverage.Matrix, error) {
	o.Matrix = nil
	ask := o
	ask.Reach = DefaultReach
	w, err := newWalk(ctx, pack, &ask)
	if err != nil {
		return nil, err
	}
	g, s := w.g, w.s
	m := &coverage.Matrix{Source: r.Source()}
	origins, err := w.askedFrom(m)
	if err != nil {
		return nil, err
	}
	for z := range g.zones {
		origins = append(origins, place{g.zones[z].Code, g.middle(z)})
	}
	for _, c := range g.list {
		if c.Lon == c.Lon {
			origins = append(origins, place{c.Code, orb.Point{c.Lon, c.Lat}})
		}
	}
	var names []string
	var to []orb.Point
	for i := range s.placed {
		names, to = append(names, s.sites[i].ID), append(to, s.at(i))
	}
	sites := len(to)
	if o.Places > 0 {
		candidates, err := g.candidates(&ask, s)
		if err != nil {
			return nil, err
		}
		for _, c := range candidates {
			names, to = append(names, c.ID), append(to, orb.Point{c.Lon, c.Lat})
		}
	}
	if len(to) == 0 || len(origins) == 0 {
		return nil, fault.New(fault.Input, "aucun trajet à demander : ni site ni personne sur la carte")
	}
	// Neighbours ask together: their nearest places are much the same.
	slices.SortStableFunc(origins, func(a, b place) int { return compareStrips(a.at, b.at) })
	near, others := coverage.NewLocator(to[:sites]), coverage.NewLocator(to[sites:])
	// Some groups wait for the server at once; what they learn is set in order.
	type learnt struct {
		ranks []int
		times [][]float64
	}
	groups := slices.Collect(slices.Chunk(origins, originsTogether))
	answers := make([]learnt, len(groups))
	asking, stop := errgroup.WithContext(ctx)
	asking.SetLimit(askedAtOnce)
	for n, group := range groups {
		asking.Go(func() (err error) {
			points, wanted := make([]orb.Point, len(group)), map[int]bool{}
			for i, p := range group {
				points[i] = p.at
				for _, j := range nearestOf(p.at, near, nearestAsked) {
					wanted[j] = true
				}
				for _, j := range nearestOf(p.at, others, candidatesAsked) {
					wanted[sites+j] = true
				}
			}
			ranks := slices.Sorted(maps.Keys(wanted))
			ends := make([]orb.Point, len(ranks))
			for k, j := range ranks {
				ends[k] = to[j]
			}
			times, err := r.Minutes(stop, points, ends)
			answers[n] = learnt{ranks, times}
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	for n, group := range groups {
		for i, p := range group {
			for k, j := range answers[n].ranks {
				if v := answers[n].times[i][k]; !math.IsNaN(v) {
					m.Set(p.code, names[j], v)
				}
			}
		}
	}
	return m, nil
}

// askedFrom returns the rows of a table of demand, or the squares that hold people, or
// addresses where people are persons, and says in the matrix's source how wide.
func (w *walk) askedFrom(m *coverage.Matrix) (origins []place, err error) {
	each := w.p.each
	if w.p.codes != nil {
		row := 0
		err = each(func(list []coverage.Point) bool {
			for i := range list {
				if !math.IsNaN(list[i].At[0]) {
					origins = append(origins, place{w.p.codes[row], list[i].At})
				}
				row++
			}
			return w.ctx.Err() == nil
		})
		if err != nil || len(origins) <= mostOrigins {
			return origins, err
		}
	} else if w.g.hasAddresses() {
		each = w.g.addresses(nil)
	} else {
		return nil, nil
	}
	l := coverage.NewLattice(squareMetres, w.g.latitude)
	squares := map[coverage.Square]bool{}
	err = each(func(list []coverage.Point) bool {
		for i := range list {
			if !math.IsNaN(list[i].At[0]) {
				squares[l.At(list[i].At)] = true
			}
		}
		return w.ctx.Err() == nil
	})
	for len(squares) > mostOrigins && l.Metres < mostSquare {
		l = coverage.NewLattice(2*l.Metres, w.g.latitude)
		wider := map[coverage.Square]bool{}
		for s := range squares {
			wider[coverage.Square{s[0] >> 1, s[1] >> 1}] = true // halves, rounded down
		}
		squares = wider
	}
	origins = origins[:0]
	for s := range squares {
		origins = append(origins, place{s.String(), l.Centre(s)})
	}
	slices.SortFunc(origins, func(a, b place) int { return cmp.Compare(a.code, b.code) })
	m.Squares = &l
	m.Source += fmt.Sprintf(", depuis le centre de carrés de %.0f m", l.Metres)
	return origins, err
}

// compareStrips walks strips of a tenth of a degree, back and forth.
func compareStrips(a, b orb.Point) int {
	x, y := math.Floor(a[0]*10), math.Floor(b[0]*10)
	if x != y {
		return b2i(x > y) - b2i(x < y)
	}
	if int(x)%2 == 0 {
		return b2i(a[1] > b[1]) - b2i(a[1] < b[1])
	}
	return b2i(a[1] < b[1]) - b2i(a[1] > b[1])
}

// nearestOf returns the ranks of the n nearest points.
func nearestOf(p orb.Point, l *coverage.Locator, n int) []int {
	for reach := 2000.0; ; reach *= 2 {
		near := l.Within(p, reach, nil)
		if len(near) < min(n, l.Len()) && reach < 2e7 {
			continue
		}
		slices.SortFunc(near, func(a, b coverage.Near) int { return b2i(a.Metres > b.Metres) - b2i(a.Metres < b.Metres) })
		var out []int
		for _, k := range near[:min(n, len(near))] {
			out = append(out, int(k.Index))
		}
		return out
	}
}
