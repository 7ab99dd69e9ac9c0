package residency

import (
	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

// question returns the zonings' question on a place. A commune's own point says
// nothing of where a person lives.
func question(in Input, p place) geo.Question {
	return geo.Question{
		Point: p.point, HasPoint: p.hasPoint && p.precision > geocode.PrecisionCommune,
		Commune: p.commune, OldCommune: p.old, On: in.On, Known: in.Known, Perimeter: in.Perimeter,
	}
}

// lists returns the statuses of the commune in the zonings made of lists. They need
// a commune that is sure; where several fit, they must agree.
func (d *Decider) lists(in Input, p place, m geo.Memberships) (frr, zrr geo.ListStatus) {
	frr, zrr = m.FRR.Status, m.ZRR.Status
	a := in.Answer
	if a == nil {
		return frr, zrr
	}
	doubt := func(s *geo.ListStatus, with geo.ListStatus) {
		if *s != geo.StatusNone {
			*s = with
		}
	}
	switch in.class() {
	case address.Residence:
	case address.Foreign:
		doubt(&frr, geo.StatusNo)
		doubt(&zrr, geo.StatusNo)
		return frr, zrr
	default:
		doubt(&frr, geo.StatusUncertain)
		doubt(&zrr, geo.StatusUncertain)
		return frr, zrr
	}
	var places []geocode.Result
	if len(a.Results) > 0 {
		places = rivals(a)
	}
	if len(places) == 0 && !p.communeCertain && (p.precision <= geocode.PrecisionCommune || p.confidence < d.Options.MinConfidence) {
		doubt(&frr, geo.StatusUncertain)
		doubt(&zrr, geo.StatusUncertain)
		return frr, zrr
	}
	for _, r := range places {
		if r.CityCode == p.commune && r.OldCityCode == p.old {
			continue
		}
		o := d.Zones.At(geo.Question{Commune: r.CityCode, OldCommune: r.OldCityCode, On: in.On, Known: in.Known})
		if o.FRR.Status != frr {
			doubt(&frr, geo.StatusUncertain)
		}
		if o.ZRR.Status != zrr {
			doubt(&zrr, geo.StatusUncertain)
		}
	}
	return frr, zrr
}
