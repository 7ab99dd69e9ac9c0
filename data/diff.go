package data

import (
	"math"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

// Diff returns what became of the zones of a zoning from one version to another, where both
// are complete. Zones are matched by their territory.
type Diff struct {
	Zoning    geo.Zoning `json:"zoning"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Pack      string     `json:"pack"`
	Entered   []Change   `json:"entered"`
	Left      []Change   `json:"left"`
	Modified  []Change   `json:"modified"`
	Unchanged []Change   `json:"unchanged"`
	// NotComparable counts the zones of either version that lie where the other is
	// not complete.
	NotComparable int `json:"not_comparable"`
}

// Change is what became of one zone; areas are square metres, addresses are house
// numbers of the pack.
type Change struct {
	Code            string `json:"code"`
	Name            string `json:"name"`
	Predecessors    []Zone `json:"predecessors"` // zones of the earlier version that share territory with it
	AreaBefore      int64  `json:"area_before_m2"`
	AreaAfter       int64  `json:"area_after_m2"`
	AreaGained      int64  `json:"area_gained_m2"`
	AreaLost        int64  `json:"area_lost_m2"`
	AddressesGained int    `json:"addresses_gained"`
	AddressesLost   int    `json:"addresses_lost"`
}

// Zone names a zone.
type Zone struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Diff compares two versions of a zoning made of polygons.
func (p *Pack) Diff(zoning geo.Zoning, from, to string) (_ *Diff, err error) {
	return p.diffFrom(p, zoning, from, to)
}

// diffFrom compares a version with one of another pack.
func (p *Pack) diffFrom(before *Pack, zoning geo.Zoning, from, to string) (_ *Diff, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	if zoning != geo.QPV {
		return nil, &fault.Error{Kind: fault.Usage, Message: "la comparaison porte sur des contours", Expected: "qpv", Seen: string(zoning)}
	}
	d, err := p.Zonings.DiffFrom(before.Zonings, zoning, from, to)
	if err != nil {
		return nil, err
	}
	out := &Diff{Zoning: zoning, From: from, To: to, Pack: p.ID, NotComparable: d.NotComparable,
		Entered: []Change{}, Left: []Change{}, Modified: []Change{}, Unchanged: []Change{}}
	for _, z := range d.Changes {
		c := Change{Code: z.To.Code, Name: z.To.Name, Predecessors: []Zone{},
			AreaBefore: round(z.Before), AreaAfter: round(z.After), AreaGained: round(z.GainedArea), AreaLost: round(z.LostArea)}
		if c.AddressesGained, c.AddressesLost, err = p.addressesIn(z.Gained, z.Lost); err != nil {
			return nil, err
		}
		for _, f := range z.From {
			c.Predecessors = append(c.Predecessors, Zone{f.Code, f.Name})
		}
		switch z.Kind {
		case geo.ZoneEntered:
			out.Entered = append(out.Entered, c)
		case geo.ZoneLeft:
			c.Code, c.Name, c.Predecessors = z.From[0].Code, z.From[0].Name, []Zone{}
			out.Left = append(out.Left, c)
		case geo.ZoneModified:
			out.Modified = append(out.Modified, c)
		case geo.ZoneUnchanged:
			out.Unchanged = append(out.Unchanged, c)
		}
	}
	return out, nil
}

func round(v float64) int64 { return int64(math.Round(v)) }

// addressesIn counts the house numbers in each of two territories.
func (p *Pack) addressesIn(gained, lost orb.MultiPolygon) (inGained, inLost int, err error) {
	if len(gained)+len(lost) == 0 {
		return 0, 0, nil
	}
	bound := gained.Bound()
	if len(gained) == 0 {
		bound = lost.Bound()
	} else if len(lost) > 0 {
		bound = bound.Union(lost.Bound())
	}
	index := geo.NewPolygons([]orb.MultiPolygon{gained, lost})
	centre := bound.Center()
	metres := math.Max(geo.Distance(centre, bound.Min), geo.Distance(centre, bound.Max)) * 1.01
	var room [4]geo.Hit
	err = p.Index.Near(centre[0], centre[1], metres, func(_ geocode.StreetRef, n geocode.HouseNumber) bool {
		for _, h := range index.At(orb.Point{n.Lon, n.Lat}, room[:0]) {
			if h.Polygon == 0 {
				inGained++
			} else {
				inLost++
			}
		}
		return true
	})
	return inGained, inLost, err
}
