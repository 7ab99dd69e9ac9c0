package residency

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// tally counts the known numbers of a street by side.
type tally struct {
	known, inside, near int
	zones               []geo.ZoneRef
}

// byStreet decides a street without a number: by all its known numbers when
// they are enough, on one side and away from any border. A street that has too
// few, none of them inside or near a border, in a commune that surely has no
// zone, is out like that commune.
func (d *Decider) byStreet(in Input, p place, f geo.QPVFact, out *Decision) {
	t, err := d.count(in, p, f)
	if err != nil {
		out.undecided(StreetCut, ToDecide)
		d.step(out, "Voie", "numéros illisibles : "+err.Error())
		return
	}
	out.StreetNumbers = t.known
	if t.known > 0 {
		out.ShareInside = float64(t.inside) / float64(t.known)
	}
	d.step(out, "Voie", fmt.Sprintf("%d numéros connus, %d dedans, %d près d’une limite", t.known, t.inside, t.near))
	enough := t.known >= d.Options.MinStreetNumbers && t.near == 0
	switch {
	case enough && t.inside == t.known:
		out.Zones = t.zones
		out.decided(In, StreetIn)
	case enough && t.inside == 0:
		out.decided(Out, StreetOut)
	case t.inside == 0 && t.near == 0 && d.clearOf(p, f) && p.communeCertain && p.commune != "" && !f.CommuneHasZone:
		out.decided(Out, CommuneWithoutZone)
	case t.inside > 0 && t.inside < t.known || t.near > 0:
		out.undecided(StreetCut, ToDecide)
	default:
		out.undecided(StreetCut, Complete)
	}
}

// clearOf reports whether the street's own point is outside by more than the band.
func (d *Decider) clearOf(p place, f geo.QPVFact) bool {
	band := d.Options.Bands.Of(p.position, false, f.Version.Precision)
	return len(f.Inside) == 0 && !(f.HasDistance && math.Abs(f.Distance) <= band)
}

// count visits the street's numbers under the same question as the street.
func (d *Decider) count(in Input, p place, f geo.QPVFact) (t tally, err error) {
	if d.Numbers == nil {
		return t, nil
	}
	q := question(in, p)
	q.HasPoint = true
	err = d.Numbers.Numbers(p.street, func(n geocode.HouseNumber) bool {
		q.Point = orb.Point{n.Lon, n.Lat}
		g := d.Zones.At(q).QPV
		t.known++
		if g.OnEdge || g.HasDistance && math.Abs(g.Distance) <= d.Options.Bands.Of(n.Position, false, f.Version.Precision) {
			t.near++
		}
		if len(g.Inside) > 0 {
			t.inside++
			for _, z := range g.Inside {
				if !slices.Contains(t.zones, z) {
					t.zones = append(t.zones, z)
				}
			}
		}
		return true
	})
	return t, err
}
