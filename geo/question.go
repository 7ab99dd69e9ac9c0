package geo

import "strings"

// location is where a question asks, its codes resolved.
type location struct {
	code        string // commune of today, as written when the table lacks it; may be empty
	old         string // former commune, empty when unknown
	departement string // empty when unknown
	overseas    bool
	beyond      bool // far from every commune's contour
	former      []FormerCommune
}

// At answers a question with the versions that were in force at q.On and known
// at q.Known for that place.
func (z *Zonings) At(q Question) Memberships {
	p := z.locate(q)
	return Memberships{QPV: z.qpv(q, p), FRR: z.list(FRR, q, p), ZRR: z.list(ZRR, q, p)}
}

func (z *Zonings) locate(q Question) location {
	var p location
	if q.Commune != "" {
		var former string
		p.code, former, _ = z.communes.Resolve(q.Commune)
		if p.old = q.OldCommune; p.old == "" {
			p.old = former
		}
	} else if q.HasPoint {
		p.code, _ = z.communes.At(q.Point)
		p.beyond = p.code == "" && z.communes.Beyond(q.Point, ashore)
	}
	if c, ok := z.communes.Lookup(p.code); ok {
		p.departement, p.former = c.Departement, c.Former
	}
	if p.departement == "" {
		p.departement = DepartementOf(p.code)
	}
	if p.departement != "" {
		p.overseas = isOverseas(p.departement)
	} else if q.HasPoint {
		x, y := q.Point[0], q.Point[1]
		p.overseas = x < -6 || x > 10 || y < 41 || y > 52 // out of the box of metropolitan France
	}
	return p
}

// isOverseas tells a département or a collectivity whose INSEE code is 97x or 98x.
func isOverseas(departement string) bool {
	return strings.HasPrefix(departement, "97") || strings.HasPrefix(departement, "98")
}

// The QPV of 2015 gave way to the QPV of 2024 at the end of 2023 in metropolitan
// France (décret 2023-1314), a year later overseas (décret 2024-1212 of 27
// December 2024, published on the 28th). The official file gives both under one
// version: the dates of a version move for an overseas place when they are those
// of the change in metropolitan France, and only then.
var (
	qpv2015End           = MustDate("2023-12-31")
	qpv2015EndOverseas   = MustDate("2024-12-31")
	qpv2024Start         = MustDate("2024-01-01")
	qpv2024StartOverseas = MustDate("2025-01-01")
	qpv2024KnownOverseas = MustDate("2024-12-28")
)

// InForce returns the first and the last day on which v is in force in a
// département (zero: still in force), and the first day on which it could be
// known there. For QPV these differ overseas; elsewhere they are v's own.
func (v *Version) InForce(departement string) (from, to, known Date) {
	return v.inForce(isOverseas(departement))
}

func (v *Version) inForce(overseas bool) (from, to, known Date) {
	from, to, known = v.ValidFrom, v.ValidTo, v.KnownFrom
	if v.Zoning != QPV || !overseas {
		return from, to, known
	}
	if to == qpv2015End {
		to = qpv2015EndOverseas
	}
	if from == qpv2024Start {
		from = qpv2024StartOverseas
		if known.Before(qpv2024KnownOverseas) {
			known = qpv2024KnownOverseas
		}
	}
	return from, to, known
}

// answers reports whether the version was in force and known for a place.
func (v *Version) answers(q Question, p location, complete *completeness) bool {
	if v.Zoning == QPV && q.Perimeter != "" {
		return v.Name == q.Perimeter && complete.covers(p)
	}
	from, to, known := v.inForce(p.overseas)
	return !q.On.Before(from) && (to.IsZero() || !q.On.After(to)) && !q.Known.Before(known) && complete.covers(p)
}

// ashore is how far, in metres, a point without a commune may be from every contour:
// contours are simplified, and piers and quays run out of them.
const ashore = 1000

func (z *Zonings) qpv(q Question, p location) QPVFact {
	for _, v := range z.polygons {
		if v.Zoning != QPV || !v.answers(q, p, &v.complete) {
			continue
		}
		f := v.fact(q, p, z.communes)
		if p.beyond && !f.HasDistance && len(f.Inside) == 0 {
			return QPVFact{} // the open sea, or a country or a region of which nothing is known
		}
		return f
	}
	return QPVFact{}
}

func (v *polygonVersion) fact(q Question, p location, communes *Communes) QPVFact {
	f := QPVFact{Version: &v.Version, CommuneHasZone: v.hasZone(p, communes)}
	if !q.HasPoint {
		return f
	}
	var room [8]Hit
	for _, h := range v.index.At(q.Point, room[:0]) {
		f.Inside = append(f.Inside, v.zones[h.Polygon].ZoneRef)
		f.OnEdge = f.OnEdge || h.OnEdge
	}
	if s, ok := v.index.SignedDistance(q.Point, Reach); ok {
		f.Nearest, f.Distance, f.HasDistance = v.zones[s.Polygon].ZoneRef, s.Metres, true
	}
	return f
}

// completeness is the territory for which a version is complete.
type completeness struct {
	france bool
	codes  map[string]bool // départements and communes
}

func newCompleteness(codes []string) completeness {
	c := completeness{codes: make(map[string]bool, len(codes))}
	for _, code := range codes {
		c.france = c.france || code == "*"
		c.codes[code] = true
	}
	return c
}

// covers reports whether all of the place is covered: its département, its commune
// by today's code, its former commune where known, or all the former communes.
func (c *completeness) covers(p location) bool {
	if c.france || p.departement != "" && c.codes[p.departement] || p.code != "" && c.codes[p.code] || p.old != "" && c.codes[p.old] {
		return true
	}
	for _, f := range p.former {
		if !c.codes[f.Code] {
			return false
		}
	}
	return len(p.former) > 0
}
