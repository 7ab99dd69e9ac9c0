package study

import (
	"fmt"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest"
	"perimetre/ingest/table"
)

// chunk is how many points go together from the reader to a worker.
const chunk = 8192

// people are those whom sites should reach. Each visits them in chunks, points
// without zone or groups; undecided ones have a commune and no place.
type people struct {
	label string // French: what is counted
	noun  string // « adresses », « personnes », « jeunes »
	stand bool   // addresses stand in for people
	each  func(yield func([]coverage.Point) bool) error
	codes []string // of the rows of a table, in the order of points; nil otherwise
	names []string
}

// readPeople chooses what is counted: a table, a flagged file, a population table
// spread over addresses, or the addresses themselves.
func (g *ground) readPeople(o *Options) (*people, error) {
	switch {
	case o.Demand != "":
		return g.table(o)
	case o.Population != "" && g.hasAddresses():
		pop, err := readPopulation(o.Population)
		if err != nil {
			return nil, err
		}
		return g.spread(pop)
	case g.hasAddresses():
		g.notice("personnes comptées par les adresses de la Base Adresse Nationale, faute de table de population : chaque adresse compte pour une")
		return &people{label: "adresses de la Base Adresse Nationale, en place de personnes", noun: "adresses", stand: true, each: g.addresses(nil)}, nil
	case len(g.list) > 0:
		g.notice("référentiel sans adresses : la population de chaque commune est comptée en son centre")
		return &people{label: "population des communes, en leur centre", noun: "habitants", each: g.centres}, nil
	}
	return nil, fault.New(fault.Usage, "personne à compter : donner --demand FICHIER ou un référentiel géographique (--pack)")
}

func (g *ground) hasAddresses() bool {
	return g.pack != nil && g.pack.Index != nil && g.pack.Index.Stats().Addresses > 0
}

// addresses visits the house numbers of the communes in scope; weight gives the weight of
// each from its commune, nil for one each.
func (g *ground) addresses(weight func(p *coverage.Point) float64) func(func([]coverage.Point) bool) error {
	return func(yield func([]coverage.Point) bool) error {
		last, rank, stopped := "", int32(-1), false
		out := make([]coverage.Point, 0, chunk)
		err := g.pack.Index.Walk(func(commune string, _ geocode.StreetRef, n geocode.HouseNumber) bool {
			if commune != last {
				last, rank = commune, g.commune(commune)
			}
			if rank < 0 {
				return true
			}
			p := coverage.Point{At: orb.Point{n.Lon, n.Lat}, Weight: 1, Commune: rank, Zone: -1}
			if weight != nil {
				if p.Weight = weight(&p); p.Weight == 0 {
					return true
				}
			}
			if out = append(out, p); len(out) == chunk {
				stopped = !yield(out)
				out = make([]coverage.Point, 0, chunk)
			}
			return !stopped
		})
		if err == nil && !stopped && len(out) > 0 {
			yield(out)
		}
		return err
	}
}

func (g *ground) centres(yield func([]coverage.Point) bool) error {
	var out []coverage.Point
	for i, c := range g.list {
		if c.Lon == c.Lon && c.Population > 0 {
			out = append(out, coverage.Point{At: orb.Point{c.Lon, c.Lat}, Weight: float64(c.Population), Commune: int32(i), Zone: -1})
		}
	}
	yield(out)
	return nil
}

// part is the people of a commune, in one of its zones or out of all.
type part struct{ commune, zone int32 }

// readPopulation reads a table that must name communes.
func readPopulation(path string) (*ingest.PopulationTable, error) {
	pop, err := ingest.Population(path)
	if err == nil && !pop.HasCommune {
		err = pop.Lacks("la commune", "code_insee (et code_qpv pour les parts de quartier)")
	}
	return pop, err
}

// spread shares out the people of a population table among the addresses of each
// commune and of each part of QPV.
func (g *ground) spread(pop *ingest.PopulationTable) (*people, error) {
	left := map[part]float64{}
	for _, l := range pop.Lines {
		c := g.commune(l.Commune)
		if c < 0 {
			continue
		}
		z := int32(-1)
		if l.Zone != "" {
			if z = g.zoneOf(l.Zone); z < 0 {
				continue
			}
			left[part{c, -1}] -= l.Young // the commune's line counts them too
		}
		left[part{c, z}] += l.Young
	}
	addresses := map[part]float64{}
	var room []geo.Hit
	err := g.addresses(nil)(func(list []coverage.Point) bool {
		for i := range list {
			room = g.fill(&list[i], room)
			addresses[part{list[i].Commune, list[i].Zone}]++
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	// The people of a part without any address go to the rest of its commune.
	for k, n := range left {
		if k.zone >= 0 && addresses[k] == 0 && n > 0 {
			left[part{k.commune, -1}] += n
			delete(left, k)
		}
	}
	lost := 0.0
	for k, n := range left {
		if n > 0 && addresses[k] == 0 {
			lost += n
		}
	}
	if lost > 0 {
		g.notice(fmt.Sprintf("%.0f jeunes de communes sans adresse dans le référentiel ne sont pas comptés", lost))
	}
	var hits []geo.Hit
	weight := func(p *coverage.Point) float64 {
		q := *p
		hits = g.fill(&q, hits)
		k := part{q.Commune, q.Zone}
		if n := left[k]; n > 0 {
			return n / addresses[k]
		}
		return 0
	}
	return &people{label: "jeunes de la table de population, répartis entre les adresses de leur commune ou de leur quartier" + pop.SourceText(), noun: "jeunes", each: g.addresses(weight)}, nil
}

// zoneOf returns the rank of a zone by its code, -1 out of scope.
func (g *ground) zoneOf(code string) int32 {
	for i := range g.zones {
		if g.zones[i].Code == code {
			return int32(i)
		}
	}
	return -1
}

// table reads people by point, by commune, by code, or a flagged file.
func (g *ground) table(o *Options) (*people, error) {
	r, err := table.Open(o.Demand, table.Options{})
	if err != nil {
		return nil, err
	}
	header := r.Header
	r.Close()
	at := func(title string) int { return table.FindColumn(header, title) }
	switch {
	case at("qpv_statut") >= 0 && at("longitude") >= 0:
		return g.flagged(FlaggedFile(o.Demand))
	case o.Matrix != nil && (at("lon") < 0 || at("lat") < 0):
		return g.coded(o.Demand)
	}
	list, err := ingest.Demand(o.Demand)
	if err != nil {
		return nil, err
	}
	p := &people{label: "personnes du fichier de demande", noun: "personnes"}
	var points []coverage.Point
	undecided := 0.0
	for _, d := range list {
		q := coverage.Point{At: orb.Point{d.Lon, d.Lat}, Weight: d.People, Commune: g.commune(d.CityCode), Zone: -1}
		if d.Lon != d.Lon {
			undecided += d.People
		}
		points = append(points, q)
		p.codes, p.names = append(p.codes, d.ID), append(p.names, d.Name)
	}
	if undecided > 0 {
		g.notice(fmt.Sprintf("%.0f personnes dont seule la commune est connue : couvertes si toutes ses adresses le sont, entre les deux bornes sinon", undecided))
	}
	p.each = inChunks(points)
	return p, nil
}

func inChunks(points []coverage.Point) func(func([]coverage.Point) bool) error {
	return func(yield func([]coverage.Point) bool) error {
		for from := 0; from < len(points); from += chunk {
			if !yield(append([]coverage.Point(nil), points[from:min(len(points), from+chunk)]...)) {
				break
			}
		}
		return nil
	}
}

// coded reads people by the codes that a matrix uses: no place is needed.
func (g *ground) coded(path string) (*people, error) {
	list, err := ingest.DemandByCode(path)
	if err != nil {
		return nil, err
	}
	p := &people{label: "personnes du fichier de demande", noun: "personnes"}
	points := make([]coverage.Point, len(list))
	for i, d := range list {
		points[i] = coverage.Point{At: orb.Point{d.Lon, d.Lat}, Weight: d.People, Commune: g.commune(d.ID), Zone: -1}
		p.codes, p.names = append(p.codes, d.ID), append(p.names, d.Name)
	}
	p.each = inChunks(points)
	return p, nil
}
