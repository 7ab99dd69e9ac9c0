package study

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"time"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
)

// cellMetres is the size of the cells in which people out of reach are gathered.
const cellMetres = 250

// Cover measures whom the sites reach. pack may be nil when o holds sites and demand.
func Cover(ctx context.Context, pack *data.Pack, o Options) (r *Result, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	w, err := newWalk(ctx, pack, &o)
	if err != nil {
		return nil, err
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	g, s := w.g, w.s
	r = &Result{Sites: s.sites, SiteUnits: s.units, Placed: s.placed, Kinds: s.kinds, Completeness: s.of, Bands: o.Bands, ground: g}
	r.Frame = g.frame(&o, s, w.p)
	for _, group := range coverage.Groups {
		if group != coverage.Everyone && w.tally.Total[group].Total == 0 {
			continue
		}
		r.Groups = append(r.Groups, GroupResult{group, w.tally.Total[group], w.tally.UpTo(group), w.near.Total[group]})
	}
	w.zones(r)
	w.communes(r)
	w.units(r)
	w.shares(r)
	w.gaps(r)
	if o.Access != "" {
		if r.Access, err = w.access(); err != nil {
			return nil, err
		}
	}
	if o.Met != nil {
		if r.NotMet, err = g.notMet(&o, r); err != nil {
			return nil, err
		}
	}
	r.Notices = g.notices
	return r, nil
}

func (g *ground) frame(o *Options, s *supply, p *people) Frame {
	f := Frame{Reach: o.Reach, Detour: o.Detour, On: o.On, People: p.label, Noun: p.noun, StandIn: p.stand, Notices: g.notices, Warning: warning(s.of)}
	if o.Matrix != nil {
		f.Source = "temps de trajet, " + o.Matrix.Source
	} else {
		f.Source = straight(o.Detour)
	}
	if g.pack != nil {
		f.Pack, f.Edition = g.pack.ID, edition(g.pack)
	}
	if g.version != nil {
		f.Perimeter = g.version.Name
	}
	return f
}

// edition names a pack by the day when it was built.
func edition(pack *data.Pack) string {
	var last time.Time
	for i := range pack.Manifests {
		if at := pack.Manifests[i].BuiltAt; at.After(last) {
			last = at
		}
	}
	name := pack.ID[:min(8, len(pack.ID))]
	if last.IsZero() {
		return name
	}
	return french.Date(geo.DateOf(last)) + " (" + name + ")"
}

// straight says in French how distances without a road network are had.
func straight(detour float64) string {
	if detour == 1 {
		return "distances en ligne droite au sol (facteur de détour 1) : un trajet réel est plus long"
	}
	return "distances en ligne droite au sol, multipliées par un facteur de détour de " + strings.Replace(fmt.Sprint(detour), ".", ",", 1)
}

// warning returns what an incomplete list of sites forbids to forget.
func warning(c coverage.Completeness) string {
	_, known := c.Share()
	switch {
	case c.Complete():
		return ""
	case !known && c.Around.Sites > 0:
		return fmt.Sprintf("liste de complétude inconnue (%d sites sont déclarés pour toute la région, aucun nombre ne l’est pour ce seul territoire) : les distances sont des maximums", c.Around.Sites)
	case !known:
		return "liste de complétude inconnue (aucun nombre de sites déclaré pour ce territoire) : les distances sont des maximums"
	}
	return fmt.Sprintf("liste incomplète : les distances sont des maximums (%d sites placés sur %d déclarés, soit %s %%)", c.WithPoint, c.Declared.Sites, CompletenessText(c))
}

// CompletenessText returns the completeness in percent, to a tenth; one under the
// threshold never reads as having reached it.
func CompletenessText(c coverage.Completeness) string {
	share, _ := c.Share()
	tenths := math.Round(share * 1000)
	if share < coverage.CompleteFrom {
		tenths = min(tenths, 1000*coverage.CompleteFrom-1)
	}
	return strings.Replace(fmt.Sprintf("%.1f", tenths/10), ".", ",", 1)
}

// walk is one pass over the people.
type walk struct {
	ctx   context.Context
	g     *ground
	s     *supply
	p     *people
	o     *Options
	tally *coverage.Tally
	near  *coverage.Tally // the same people, within half an hour
	nodes map[nodeKey]*node
	rows  []coverage.Point // kept where people have codes
	costs []float64
	// around cuts the ground where people are gathered for access.
	around coverage.Lattice
}

// newWalk reads what a study is asked of: territory, sites and people.
func newWalk(ctx context.Context, pack *data.Pack, o *Options) (w *walk, err error) {
	if err := o.normal(); err != nil {
		return nil, err
	}
	w = &walk{ctx: ctx, g: newGround(pack, o), o: o}
	if w.s, err = w.g.readSupply(o); err != nil {
		return nil, err
	}
	w.around = coverage.NewLattice(aroundMetres, w.g.latitude)
	if o.Matrix != nil && o.Matrix.Squares != nil {
		w.around = *o.Matrix.Squares
	}
	w.p, err = w.g.readPeople(o)
	return w, err
}

// nodeKey gathers the people of a commune and a zone by squares, for access.
type nodeKey struct {
	commune, zone int32
	coverage.Square
}

// aroundMetres is the size of these squares over straight distances.
const aroundMetres = 1000

type node struct{ weight, lon, lat float64 }

type worker struct {
	tally     *coverage.Tally
	near      *coverage.Tally
	nodes     map[nodeKey]*node
	undecided []coverage.Point
	rows      []coverage.Point
	costs     []float64
	trips     map[string]Nearest // by origin of the matrix
}

func (w *walk) run() error {
	workers := max(1, runtime.GOMAXPROCS(0))
	if w.p.codes != nil {
		workers = 1 // rows stay in order
	}
	chunks := make(chan []coverage.Point, workers)
	parts := make([]*worker, workers)
	var wg sync.WaitGroup
	for k := range parts {
		t := coverage.NewTally(w.o.Reach.Limit, w.o.Bands, len(w.g.list), len(w.g.zones))
		t.Unserved = coverage.NewGrid(cellMetres, w.g.latitude)
		near := coverage.NewTally(w.o.halfHour(), nil, len(w.g.list), len(w.g.zones))
		parts[k] = &worker{tally: t, near: near, nodes: map[nodeKey]*node{}, trips: map[string]Nearest{}}
		wg.Go(func() { w.work(parts[k], chunks) })
	}
	err := w.p.each(func(list []coverage.Point) bool {
		select {
		case chunks <- list:
			return true
		case <-w.ctx.Done():
			return false
		}
	})
	close(chunks)
	wg.Wait()
	if err == nil && w.ctx.Err() != nil {
		err = fault.New(fault.Internal, "calcul interrompu")
	}
	if err != nil {
		return err
	}
	first := parts[0]
	for _, p := range parts[1:] {
		first.tally.Merge(p.tally)
		first.near.Merge(p.near)
		first.undecided = append(first.undecided, p.undecided...)
		for k, n := range p.nodes {
			if m := first.nodes[k]; m != nil {
				m.weight, m.lon, m.lat = m.weight+n.weight, m.lon+n.lon, m.lat+n.lat
			} else {
				first.nodes[k] = n
			}
		}
	}
	w.tally, w.near, w.nodes, w.rows, w.costs = first.tally, first.near, first.nodes, first.rows, first.costs
	return w.undecided(first.undecided)
}

func (w *walk) work(part *worker, chunks <-chan []coverage.Point) {
	find := w.s.locator.Finder()
	var room []geo.Hit
	row := 0
	for list := range chunks {
		for i := range list {
			p := &list[i]
			placed := !math.IsNaN(p.At[0])
			if placed {
				room = w.g.fill(p, room)
			} else if p.Commune >= 0 {
				p.Groups |= w.g.groups[p.Commune]
			}
			cost, site := w.cost(p, row, find, part.trips)
			if w.p.codes != nil {
				part.rows, part.costs = append(part.rows, *p), append(part.costs, cost)
			}
			row++
			if !placed && w.o.Matrix == nil {
				part.undecided = append(part.undecided, *p)
				continue
			}
			part.tally.Add(p, cost, w.elsewhere(p, site))
			part.near.Add(p, cost, false)
			if w.o.Access != "" && placed && p.Weight > 0 && (w.o.Matrix == nil || w.o.Matrix.Squares != nil) {
				k := nodeKey{p.Commune, p.Zone, w.around.At(p.At)}
				n := part.nodes[k]
				if n == nil {
					n = &node{}
					part.nodes[k] = n
				}
				n.weight, n.lon, n.lat = n.weight+p.Weight, n.lon+p.Weight*p.At[0], n.lat+p.Weight*p.At[1]
			}
		}
	}
}

// undecided counts people without a place: what is sure of their commune is read
// from its addresses.
func (w *walk) undecided(list []coverage.Point) error {
	if len(list) == 0 {
		return nil
	}
	bounds := coverage.NewTally(w.o.Reach.Limit, nil, len(w.g.list), 0)
	if w.g.hasAddresses() {
		find := w.s.locator.Finder()
		err := w.g.addresses(nil)(func(points []coverage.Point) bool {
			for i := range points {
				_, d, ok := find.Nearest(points[i].At)
				if !ok {
					d = math.Inf(1)
				}
				bounds.Add(&points[i], d*w.o.Detour, false)
			}
			return w.ctx.Err() == nil
		})
		if err != nil {
			return err
		}
	}
	for i := range list {
		near, far := math.NaN(), math.NaN()
		if c := list[i].Commune; c >= 0 {
			near, far = bounds.Communes[c].Nearest, bounds.Communes[c].Farthest
		}
		w.tally.AddUndecided(&list[i], near, far)
		w.near.AddUndecided(&list[i], near, far)
	}
	return nil
}
