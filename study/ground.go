package study

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
)

// ground is the territory of a study: the pack's communes and QPV in force, in the
// départements whose addresses it holds.
type ground struct {
	pack     *data.Pack // nil without one
	communes *geo.Communes
	units    []string       // to whose territory the study is limited; nil for all
	list     []*geo.Commune // in scope, by code
	rank     map[string]int32
	groups   []uint8 // of each commune in scope: FRR, ZRR
	unitsOf  map[string][]string
	version  *geo.Version
	zones    []geo.Zone // in scope, by code
	shapes   *geo.Polygons
	zoneRank []int32 // polygon of shapes -> zone in scope, -1
	polygon  []int   // zone in scope -> polygon
	notices  []string
	latitude float64
	drawn    func() (*Land, error)
	middles  func() []orb.Point // of the people of each zone
	siteOf   []int              // destination of the matrix -> site, -1
}

func (g *ground) notice(s string) {
	if !slices.Contains(g.notices, s) {
		g.notices = append(g.notices, s)
	}
}

func newGround(pack *data.Pack, o *Options) *ground {
	g := &ground{pack: pack, units: o.Units, rank: map[string]int32{}, unitsOf: map[string][]string{}, latitude: 46.5}
	g.drawn = sync.OnceValues(func() (*Land, error) {
		if o.Land != nil {
			return o.Land.of(g.units)
		}
		return g.drawLand()
	})
	g.middles = sync.OnceValue(g.findMiddles)
	if pack == nil {
		return g
	}
	g.communes = pack.Communes
	for _, t := range pack.Territories {
		code, _, _ := pack.Communes.Resolve(t.Commune)
		if !slices.Contains(g.unitsOf[code], t.MissionLocale) {
			g.unitsOf[code] = append(g.unitsOf[code], t.MissionLocale)
		}
	}
	deps := pack.Departements()
	in := func(d string) bool { return len(deps) == 0 || slices.Contains(deps, d) }
	all := pack.Communes.All()
	for i := range all {
		c := &all[i]
		if !in(geo.DepartementOf(c.Code)) || !g.serves(g.unitsOf[c.Code]) {
			continue
		}
		g.rank[c.Code] = int32(len(g.list))
		g.list = append(g.list, c)
		m := pack.Zonings.At(geo.Question{Commune: c.Code, On: o.On, Known: o.Known})
		var bits uint8
		switch m.FRR.Status {
		case geo.StatusSocle, geo.StatusPlus, geo.StatusBeneficiary:
			bits |= 1 << coverage.InFRR
		}
		if m.ZRR.Status == geo.StatusYes {
			bits |= 1 << coverage.InZRR
		}
		g.groups = append(g.groups, bits)
		if c.Lat == c.Lat && c.Lat != 0 {
			g.latitude = c.Lat
		}
	}
	g.findZones(o, in)
	return g
}

// outlines returns the shapes of the territory and of its Missions Locales.
func (g *ground) outlines() (all orb.MultiPolygon, units []Outline, err error) {
	land, err := g.drawn()
	if err != nil {
		return nil, nil, err
	}
	return land.All, land.Units, nil
}

// serves reports whether a place of these Missions Locales is in the study.
func (g *ground) serves(units []string) bool {
	return len(g.units) == 0 || slices.ContainsFunc(units, func(u string) bool { return slices.Contains(g.units, u) })
}

// findZones takes the QPV in force on the date, as known, département by
// département.
func (g *ground) findZones(o *Options, in func(string) bool) {
	for _, v := range g.pack.Zonings.Versions() {
		if v.Zoning != geo.QPV {
			continue
		}
		zones, index, ok := g.pack.Zonings.Polygons(geo.QPV, v.Name)
		if !ok {
			continue
		}
		ranks := make([]int32, len(zones))
		n := 0
		for i := range zones {
			ranks[i] = -1
			d := zoneDepartement(&zones[i])
			from, to, known := v.InForce(d)
			if !in(d) && len(g.pack.Departements()) > 0 || g.outOfCommunes(d) || o.On.Before(from) || !to.IsZero() && o.On.After(to) || o.Known.Before(known) {
				continue
			}
			n++
			ranks[i] = 0
		}
		if n == 0 {
			continue
		}
		g.version, g.shapes, g.zoneRank = v, index, ranks
		for i := range zones {
			if ranks[i] != 0 {
				continue
			}
			rank := len(g.zones)
			ranks[i] = int32(rank)
			g.zones, g.polygon = append(g.zones, zones[i]), append(g.polygon, i)
			if !g.serves(g.unitsOfZone(rank)) {
				ranks[i] = -1
				g.zones, g.polygon = g.zones[:rank], g.polygon[:rank]
			}
		}
		return
	}
	g.notice(fmt.Sprintf("aucun périmètre de QPV en vigueur au %s dans le référentiel", french.Date(o.On)))
}

// outOfCommunes: without addresses, the territory is that of the commune table.
func (g *ground) outOfCommunes(dep string) bool {
	return len(g.list) > 0 && !slices.ContainsFunc(g.list, func(c *geo.Commune) bool { return geo.DepartementOf(c.Code) == dep })
}

// zoneDepartement returns the département of the zone's first commune, else of its code: QN05901M,
// QP059001.
func zoneDepartement(z *geo.Zone) string {
	if len(z.Communes) > 0 {
		return geo.DepartementOf(z.Communes[0])
	}
	if len(z.Code) < 5 {
		return ""
	}
	return strings.TrimPrefix(z.Code[2:5], "0")
}

// centre returns the middle of a zone's surface, or a point of its outline when that
// falls out of it.
func (g *ground) centre(zone int) orb.Point {
	shape := g.shapes.Shape(g.polygon[zone])
	c, _ := planar.CentroidArea(shape)
	if g.shapes.Side(g.polygon[zone], c) == geo.Outside {
		best := shape[0][0][0]
		for _, poly := range shape {
			for _, p := range poly[0] {
				if geo.Distance(p, c) < geo.Distance(best, c) {
					best = p
				}
			}
		}
		return best
	}
	return c
}

// fill gives a point its zone, commune and groups, from its place and the rank of
// its commune (-1 to find it).
func (g *ground) fill(p *coverage.Point, room []geo.Hit) []geo.Hit {
	p.Zone, p.Groups = -1, 0
	if p.Commune < 0 && g.communes != nil {
		if code, ok := g.communes.At(p.At); ok {
			p.Commune = g.commune(code)
		}
	}
	if p.Commune >= 0 {
		p.Groups = g.groups[p.Commune]
	}
	if g.shapes != nil {
		room = g.shapes.At(p.At, room[:0])
		for _, h := range room {
			if z := g.zoneRank[h.Polygon]; z >= 0 {
				p.Zone = z
				p.Groups |= 1 << coverage.InQPV
				break
			}
		}
	}
	return room
}

// commune returns the rank of a commune by its code, today's or a former one; -1 out of
// scope.
func (g *ground) commune(code string) int32 {
	if r, ok := g.rank[code]; ok {
		return r
	}
	if g.communes != nil {
		now, _, _ := g.communes.Resolve(code)
		if r, ok := g.rank[now]; ok {
			return r
		}
	}
	return -1
}

// unitName returns how people call a Mission Locale.
func (g *ground) unitName(code string) string {
	if g.pack == nil || code == "" {
		return code
	}
	if n := g.pack.UsualNames[code]; n != "" {
		return n
	}
	for i := range g.pack.MissionsLocales {
		if g.pack.MissionsLocales[i].Code == code {
			return g.pack.MissionsLocales[i].Name
		}
	}
	return code
}

// unitsOfZone returns the Missions Locales of the communes that the file gives to a
// zone, else of the commune of its centre.
func (g *ground) unitsOfZone(zone int) (units []string) {
	codes := g.zones[zone].Communes
	if len(codes) == 0 {
		if code, ok := g.communes.At(g.centre(zone)); ok {
			codes = []string{code}
		}
	}
	for _, c := range codes {
		now, _, _ := g.communes.Resolve(c)
		for _, u := range g.unitsOf[now] {
			if !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	slices.Sort(units)
	return units
}

func count(n int, word string) string { return fmt.Sprintf("%d %s%s", n, word, french.S(n)) }
