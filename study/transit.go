package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
	"perimetre/ingest/opening"
)

// bandsTransit are the usual ones of a way by bus or train, minutes; ReachTransit is
// the reach.
var (
	bandsTransit = []float64{15, 30, 45, 60, 90}
	ReachTransit = coverage.Reach{Limit: 45, Unit: coverage.Minutes}
)

// EquityMinutes is the duration past which people are said to have no site: always one
// of the bands.
const EquityMinutes = 30

// Transit is who can come by bus, train and foot to the sites while they are open, and
// be home the same day.
type Transit struct {
	Frame
	Terms        transit.Terms
	Foot         transit.Foot
	Days         [7]geo.Date // Monday first
	Feeds        []transit.Feed
	Bands        []float64
	Groups       []TransitGroup
	HalfDays     [7][2]HalfDayReach // to any site that is open
	Sites        []TransitSite
	QPV          []TransitArea
	Communes     []TransitArea
	Completeness coverage.Completeness
}

// TransitGroup is the people of a group: those who can come on some half-day, and how
// many come within each band at best, in median and at worst over departure times, to
// the site and half-day of the least median.
type TransitGroup struct {
	Group               coverage.Group
	Total, Able         float64
	Best, Median, Worst []float64
}

// HalfDayReach is who can come on one half-day.
type HalfDayReach struct {
	Open   bool
	Hours  opening.Hours
	Able   float64 // people who can come
	Within float64 // of them, within the reach in median
}

// TransitSite is who can come to one site.
type TransitSite struct {
	Site     *geo.Site
	HalfDays [7][2]HalfDayReach
	// Closed is who could come, at usual hours, on the half-days on which a site that
	// seldom opens is closed; nobody for the other sites.
	Closed [7][2]HalfDayReach
	Able   float64 // on some half-day
}

// TransitArea is a QPV or a commune.
type TransitArea struct {
	Code, Name  string
	Units       []string
	Total, Able float64
	Days        [7][2]bool // half-days on which some of its people can come somewhere
	Median      float64    // minutes, weighted over those who can; NaN without any
	Site        string     // to which most go, empty without any
	Beyond      Beyond
}

// Beyond is the people who have no site within EquityMinutes: when all leave at their
// best minute, in median, and when all leave at the worst.
type Beyond struct{ Least, Median, Most float64 }

func (b *Beyond) add(weight float64, c transit.Coming, able bool) {
	for _, x := range []struct {
		minutes int
		people  *float64
	}{{c.Best, &b.Least}, {c.Median, &b.Median}, {c.Worst, &b.Most}} {
		if !able || x.minutes > EquityMinutes {
			*x.people += weight
		}
	}
}

// HalfDayCount returns the number of half-days on which somebody can come.
func (a *TransitArea) HalfDayCount() (n int) {
	for _, d := range a.Days {
		n += b2i(d[0]) + b2i(d[1])
	}
	return n
}

// ByTransit measures who can come to the sites by the timetables of the pack.
func ByTransit(ctx context.Context, pack *data.Pack, o Options, terms transit.Terms) (t *Transit, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	j, err := newJourneys(ctx, pack, &o, terms)
	if err != nil {
		return nil, err
	}
	offers := make([]offer, j.w.s.placed)
	assumed := 0
	for i := range offers {
		var guess bool
		offers[i], guess = offerOf(&j.w.s.sites[i])
		assumed += b2i(guess)
	}
	if assumed > 0 {
		j.w.g.notice(fmt.Sprintf("%s sans horaires lisibles : supposé%s ouvert%s du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h", count(assumed, "site"), french.S(assumed), french.S(assumed)))
	}
	found, err := j.search(offers)
	if err != nil {
		return nil, err
	}
	closed := j.closed(offers)
	tried, err := j.search(closed)
	if err != nil {
		return nil, err
	}
	t = j.result(offers, found)
	for i := range t.Sites {
		t.Sites[i].Closed = weekOf(&closed[i], &tried.sites[i])
	}
	return t, nil
}

// seldom is the most half-days a week of a site that might as well open on others.
const seldom = 4

// closed returns, for each site of a Mission Locale that seldom opens, the half-days of the
// usual week on which it does not; none for the others.
func (j *journeys) closed(offers []offer) []offer {
	usual, _ := opening.Parse("lundi au vendredi")
	out := make([]offer, len(offers))
	for i := range offers {
		out[i].at = offers[i].at
		open := 0
		for _, day := range offers[i].hours {
			open += b2i(day[0].To > 0) + b2i(day[1].To > 0)
		}
		if open > seldom || !j.w.s.sites[i].Kind.Presence() {
			continue
		}
		for d, day := range usual.Hours {
			for h, hours := range day {
				if offers[i].hours[d][h].To == 0 {
					out[i].hours[d][h] = hours
				}
			}
		}
	}
	return out
}

// offer is when a place is open: a half-day that is not has To 0.
type offer struct {
	at    orb.Point
	hours [7][2]opening.Hours
}

// offerOf reads a site's opening; guess is true when its hours are not known.
func offerOf(s *geo.Site) (out offer, guess bool) {
	out.at = orb.Point{s.Lon, s.Lat}
	if o, err := opening.Parse(s.Opening); err == nil && o.Week != ([7][2]float64{}) {
		out.hours = o.Hours
		return out, false
	}
	usual, _ := opening.Parse("lundi au vendredi")
	out.hours = usual.Hours
	return out, true
}

// journeys are the people of a study, gathered in squares, and the timetables of a week.
type journeys struct {
	w     *walk
	net   *transit.Network
	days  [7]*transit.Timetable // the same pointer for days on which the same runs
	on    [7]geo.Date
	reach coverage.Reach
	bands []float64
	terms transit.Terms

	keys  []nodeKey
	at    []orb.Point
	nodes []coverage.Point
	walks [][]transit.Walk
	near  *coverage.Locator
	of    [][]int32 // stop -> nodes
}

func newJourneys(ctx context.Context, pack *data.Pack, o *Options, terms transit.Terms) (*journeys, error) {
	if pack == nil {
		return nil, fault.New(fault.Usage, "les horaires se lisent dans un référentiel géographique : donner --pack")
	}
	reach := ReachTransit
	if o.ReachGiven {
		reach = o.Reach
	}
	switch {
	case reach.Unit != coverage.Minutes:
		return nil, fault.New(fault.Usage, "avec les horaires, la portée est une durée : --reach 45min")
	case o.Matrix != nil:
		return nil, fault.New(fault.Usage, "les horaires (--transit) et une matrice ou un serveur d’itinéraires s’excluent")
	}
	foot := transit.UsualFoot
	if o.Detour > 1 {
		foot.Detour = o.Detour
	}
	o.Reach, o.ReachGiven, o.Detour = DefaultReach, true, foot.Detour
	j := &journeys{reach: reach, terms: terms, bands: o.Bands}
	o.Bands = nil
	if j.bands == nil {
		j.bands = bandsTransit
	}
	j.bands = append(slices.Clone(j.bands), reach.Limit, EquityMinutes)
	slices.Sort(j.bands)
	j.bands = slices.Compact(j.bands)
	if j.terms.Longest < int(reach.Limit) {
		j.terms.Longest = int(reach.Limit)
	}
	var err error
	if j.w, err = newWalk(ctx, pack, o); err != nil {
		return nil, err
	}
	feeds, err := j.feeds(pack, o.On)
	if err != nil {
		return nil, err
	}
	if j.net, err = transit.NewNetwork(feeds, foot); err != nil {
		return nil, err
	}
	j.week(o.On)
	return j, j.gather()
}

// feeds returns the pack's timetables that cover the week from a day; the others are named.
func (j *journeys) feeds(pack *data.Pack, on geo.Date) (kept []transit.Feed, err error) {
	all, err := pack.Timetables()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Usage, "aucun horaire de bus ou de train dans le référentiel : « perimetre data add RESEAU.zip --to RAW », puis « data build »")
	}
	var out []string
	for _, f := range all {
		if f.Covers(on) && f.Covers(on.AddDays(6)) {
			kept = append(kept, f)
			continue
		}
		out = append(out, fmt.Sprintf("%s (du %s au %s)", f.Name, french.Date(f.First), french.Date(f.Last)))
	}
	week := fmt.Sprintf("la semaine du %s", french.Date(on))
	switch {
	case len(kept) == 0:
		return nil, fault.New(fault.Input, "aucun horaire ne couvre %s : %s ; donner une autre date (on)", week, strings.Join(out, ", "))
	case len(out) > 0:
		j.w.g.notice("horaires laissés de côté, qui ne couvrent pas " + week + " : " + strings.Join(out, ", ") + " ; d’autres personnes peuvent donc venir")
	}
	return kept, nil
}

// week makes the timetable of each day from a date, once for days on which the same
// runs, and names the days on which much less runs than on the same day of other weeks.
func (j *journeys) week(from geo.Date) {
	made := map[uint64]*transit.Timetable{}
	monday := (int(from.Time().Weekday()) + 6) % 7
	trips := func(on geo.Date) (n int) {
		for i := range j.net.Feeds {
			n += j.net.Feeds[i].TripsOn(on)
		}
		return n
	}
	var odd []string
	for k := range 7 {
		d, on := (monday+k)%7, from.AddDays(k)
		key := j.net.Key(on)
		if made[key] == nil {
			made[key] = j.net.Day(on)
		}
		j.days[d], j.on[d] = made[key], on
		most := 0
		for _, other := range []int{-14, -7, 7, 14} {
			most = max(most, trips(on.AddDays(other)))
		}
		if n := trips(on); 2*n < most {
			odd = append(odd, fmt.Sprintf("%s (%d courses contre %d)", french.Date(on), n, most))
		}
	}
	if len(odd) > 0 {
		j.w.g.notice("jours où circulent bien moins de courses que d’habitude, fériés peut-être : " + strings.Join(odd, ", ") + " ; donner une autre date (on)")
	}
}

// transitMetres is the size of the squares in which people are gathered; it doubles
// until they are no more than mostOrigins.
const transitMetres = 250

// gather puts people in squares of one commune and one QPV, at their mean place.
func (j *journeys) gather() error {
	w := j.w
	l := coverage.NewLattice(transitMetres, w.g.latitude)
	cells := map[nodeKey]*node{}
	groups := map[nodeKey]uint8{}
	lost := 0.0
	var room []geo.Hit
	err := w.p.each(func(list []coverage.Point) bool {
		for i := range list {
			p := &list[i]
			if math.IsNaN(p.At[0]) || !(p.Weight > 0) {
				lost += p.Weight
				continue
			}
			room = w.g.fill(p, room)
			k := nodeKey{p.Commune, p.Zone, l.At(p.At)}
			n := cells[k]
			if n == nil {
				n = &node{}
				cells[k], groups[k] = n, p.Groups
			}
			n.weight, n.lon, n.lat = n.weight+p.Weight, n.lon+p.Weight*p.At[0], n.lat+p.Weight*p.At[1]
		}
		return w.ctx.Err() == nil
	})
	if err != nil {
		return err
	}
	if w.ctx.Err() != nil {
		return fault.New(fault.Internal, "calcul interrompu")
	}
	if lost > 0 {
		w.g.notice(fmt.Sprintf("%.0f personnes sans lieu connu ne sont pas comptées", lost))
	}
	if len(cells) == 0 {
		return fault.New(fault.Input, "personne à compter : ni adresse ni demande sur la carte")
	}
	for len(cells) > mostOrigins && l.Metres < mostSquare {
		l = coverage.NewLattice(2*l.Metres, w.g.latitude)
		wider := map[nodeKey]*node{}
		kept := map[nodeKey]uint8{}
		for k, n := range cells {
			g := groups[k]
			k.Square = coverage.Square{k.Square[0] >> 1, k.Square[1] >> 1} // halves, rounded down
			if m := wider[k]; m != nil {
				m.weight, m.lon, m.lat = m.weight+n.weight, m.lon+n.lon, m.lat+n.lat
			} else {
				wider[k], kept[k] = n, g
			}
		}
		cells, groups = wider, kept
	}
	for k := range cells {
		j.keys = append(j.keys, k)
	}
	slices.SortFunc(j.keys, compareNodes)
	j.of = make([][]int32, j.net.Stops())
	for i, k := range j.keys {
		n := cells[k]
		at := orb.Point{n.lon / n.weight, n.lat / n.weight}
		j.at = append(j.at, at)
		j.nodes = append(j.nodes, coverage.Point{At: at, Weight: n.weight, Commune: k.commune, Zone: k.zone, Groups: groups[k]})
		walks := j.net.Walks(at)
		j.walks = append(j.walks, walks)
		for _, x := range walks {
			j.of[x.Stop] = append(j.of[x.Stop], int32(i))
		}
	}
	j.near = coverage.NewLocator(j.at)
	w.g.notice(fmt.Sprintf("trajets comptés depuis %s carrés de %.0f m", french.Integer(len(j.keys)), l.Metres))
	return nil
}
