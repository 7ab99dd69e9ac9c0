package residency

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

// place is what the geocoder, or the file's own coordinates, say of an address.
type place struct {
	point          orb.Point
	hasPoint       bool
	commune, old   string
	communeCertain bool
	precision      geocode.Precision
	position       geo.PositionType
	confidence     float64
	street         geocode.StreetRef
}

// Decide applies the rules in their order.
func (d *Decider) Decide(in Input) Decision {
	out := Decision{On: in.On, FRR: geo.StatusUncertain, ZRR: geo.StatusUncertain}
	p := placeOf(in)
	var m geo.Memberships
	if !in.On.IsZero() {
		m = d.Zones.At(question(in, p))
		out.FRR, out.ZRR = d.lists(in, p, m)
		if m.QPV.Version != nil {
			out.Perimeter = m.QPV.Version.Name
		}
		d.explainPerimeter(&out, m)
	}
	if d.byClass(in.class(), &out) {
		return out
	}
	if in.On.IsZero() {
		out.undecided(UnusableText, Complete)
		d.step(&out, "Date", "absente ou invalide")
		return out
	}
	if d.byPerson(in, p, m, &out) {
		return out
	}
	if in.Answer == nil && !in.HasPoint {
		out.undecided(UnusableText, Complete)
		return out
	}
	if in.Answer != nil && len(in.Answer.Results) == 0 {
		out.undecided(UnusableText, Complete)
		d.step(&out, "Lieu", "aucun lieu trouvé")
		return out
	}
	if m.QPV.Version == nil {
		out.undecided(NoPerimeter, NoAction)
		d.step(&out, "Périmètre", "aucune version chargée pour ce lieu à cette date")
		return out
	}
	if p.hasPoint && p.precision > geocode.PrecisionCommune {
		out.Distance, out.HasDistance = m.QPV.Distance, m.QPV.HasDistance
	}
	d.byPlace(in, p, m, &out)
	return out
}

// byPlace decides a located address under a loaded version: ambiguity first,
// then the number, the street, the commune.
func (d *Decider) byPlace(in Input, p place, m geo.Memberships, out *Decision) {
	if a := in.Answer; a != nil {
		if r := rivals(a); len(r) > 1 {
			out.Rivals = r
			out.undecided(Ambiguous, ToDecide)
			if a.Contradiction {
				out.Action = Complete
			}
			d.step(out, "Ambiguïté", "plusieurs lieux distincts conviennent également")
			return
		}
	}
	sure := p.precision > geocode.PrecisionCommune && p.confidence >= d.Options.MinConfidence
	if p.precision > geocode.PrecisionCommune && !sure {
		d.step(out, "Confiance", "sous le seuil de décision : seule la commune est retenue")
	}
	if sure && p.commune != "" && d.Communes != nil {
		if m, known := d.Communes.MetresOutside(p.commune, p.point); known && m > d.Options.CommuneTolerance {
			out.undecided(Ambiguous, ToDecide)
			d.step(out, "Commune", fmt.Sprintf("le point est à %.0f m hors de la commune %s", m, p.commune))
			return
		}
	}
	if sure && in.Answer != nil && !d.sameSide(in, p, m.QPV) {
		sure = false
		d.step(out, "Type de voie", "autre que celui demandé, et une limite passe à moins de 500 m : seule la commune est retenue")
	}
	switch {
	case sure && p.precision >= geocode.PrecisionInterpolated:
		d.byNumber(p, m.QPV, out)
	case sure:
		d.byStreet(in, p, m.QPV, out)
	default:
		d.byCommune(in, p, m.QPV, out)
	}
}

// otherTypeReach is how far, in metres, a street of another type than the one asked
// must be from every border: streets of one name are often neighbours.
const otherTypeReach = 500

// sameSide reports whether a street of another type than the one asked may stand for
// it: every street of its name that was found lies on one side of every border, with
// none within otherTypeReach. It is true where the type is the one asked.
func (d *Decider) sameSide(in Input, p place, f geo.QPVFact) bool {
	a := in.Answer
	if !slices.Contains(a.Results[0].Faults, geocode.FaultType) {
		return true
	}
	for i := range a.Results {
		r := &a.Results[i]
		if r.Precision <= geocode.PrecisionCommune || r.City != a.Results[0].City || i > 0 && !slices.Contains(r.Faults, geocode.FaultType) {
			continue
		}
		g := f
		if i > 0 {
			q := question(in, p)
			q.Point, q.HasPoint = orb.Point{r.Lon, r.Lat}, true
			g = d.Zones.At(q).QPV
		}
		if g.OnEdge || g.HasDistance && math.Abs(g.Distance) <= otherTypeReach || (len(g.Inside) > 0) != (len(f.Inside) > 0) {
			return false
		}
	}
	return true
}

// byNumber decides a point by its distance to the border.
func (d *Decider) byNumber(p place, f geo.QPVFact, out *Decision) {
	band := d.Options.Bands.Of(p.position, p.precision == geocode.PrecisionInterpolated, f.Version.Precision)
	d.explainBand(out, f, band)
	out.Overlap = len(f.Inside) > 1
	switch {
	case f.OnEdge || f.HasDistance && math.Abs(f.Distance) <= band:
		out.Zones = f.Inside
		if len(out.Zones) == 0 && f.Nearest.Code != "" {
			out.Zones = []geo.ZoneRef{f.Nearest}
		}
		out.undecided(Border, ToDecide)
	case len(f.Inside) > 0:
		out.Zones = f.Inside
		out.decided(In, NumberIn)
	default:
		out.decided(Out, NumberOut)
	}
}

// byCommune decides when no street could be: out where the commune surely has
// no zone in that version.
func (d *Decider) byCommune(in Input, p place, f geo.QPVFact, out *Decision) {
	switch {
	case p.commune == "" || !p.communeCertain:
		out.undecided(Ambiguous, Complete)
		d.step(out, "Commune", "non certaine")
	case !f.CommuneHasZone:
		out.decided(Out, CommuneWithoutZone)
		d.step(out, "Commune", "sans QPV dans cette version")
	case p.precision > geocode.PrecisionCommune:
		// A place was found, but not surely: a person can decide it on the map.
		out.undecided(Ambiguous, ToDecide)
	default:
		out.undecided(CommuneWithZone, Complete)
		d.step(out, "Commune", "a un QPV : la commune seule ne suffit pas")
	}
}

// class returns how the text was read, or what is known from elsewhere: someone said
// homeless has no residence whatever the address, even an empty one.
func (in *Input) class() address.Class {
	c := address.Residence
	if in.Answer != nil && in.Answer.Parsed != nil {
		c = in.Answer.Parsed.Class
	}
	if in.Class != address.Residence && c != address.Foreign {
		return in.Class
	}
	return c
}

// byClass decides the texts that are no residence.
func (d *Decider) byClass(c address.Class, out *Decision) bool {
	switch c {
	case address.Unusable:
		out.undecided(UnusableText, Complete)
		d.step(out, "Adresse", "inexploitable")
	case address.Foreign:
		out.decided(Out, ForeignAddress)
		d.step(out, "Adresse", "hors de France")
	case address.Homeless, address.Domiciliation, address.Institution:
		out.undecided(NoResidence, NoneKnown)
		d.step(out, "Adresse", "sans résidence établie")
	default:
		return false
	}
	return true
}

// byPerson applies a person's decision on this address under this perimeter.
func (d *Decider) byPerson(in Input, p place, m geo.Memberships, out *Decision) bool {
	if d.Decisions == nil || m.QPV.Version == nil || in.Text == "" {
		return false
	}
	say, ok := d.Decisions.Lookup(in.Text, p.commune, m.QPV.Version.Name)
	if !ok {
		return false
	}
	if p.hasPoint && p.precision > geocode.PrecisionCommune {
		out.Distance, out.HasDistance = m.QPV.Distance, m.QPV.HasDistance
	}
	switch say.Verdict {
	case SaysIn:
		out.decided(In, ByPerson)
		switch {
		case say.Code != "":
			out.Zones = []geo.ZoneRef{namedZone(say.Code, m.QPV)}
		case len(m.QPV.Inside) > 0:
			out.Zones = m.QPV.Inside
		case m.QPV.Nearest.Code != "":
			out.Zones = []geo.ZoneRef{m.QPV.Nearest}
		}
	case SaysOut:
		out.decided(Out, ByPerson)
	default:
		out.undecided(ByPerson, Complete)
	}
	d.step(out, "Décision d’une personne", string(say.Verdict))
	return true
}

// namedZone gives a code its name where the fact knows it.
func namedZone(code string, f geo.QPVFact) geo.ZoneRef {
	for _, z := range f.Inside {
		if z.Code == code {
			return z
		}
	}
	if f.Nearest.Code == code {
		return f.Nearest
	}
	return geo.ZoneRef{Code: code}
}

// rivals lists the places that fit equally: the geocoder's own, and, where town
// and postcode contradict, the same street found in another commune.
func rivals(a *geocode.Answer) []geocode.Result {
	if a.Rivals > 1 {
		return a.Results[:min(a.Rivals, len(a.Results))]
	}
	first := &a.Results[0]
	if !a.Contradiction || first.Precision <= geocode.PrecisionCommune {
		return nil
	}
	for i := 1; i < len(a.Results); i++ {
		r := &a.Results[i]
		if r.CityCode != first.CityCode && r.Precision > geocode.PrecisionCommune && r.Street == first.Street {
			return []geocode.Result{*first, *r}
		}
	}
	return nil
}

// placeOf returns what is known of the place before any zone is looked at.
func placeOf(in Input) place {
	if in.Answer == nil {
		p := place{
			point: in.Point, hasPoint: in.HasPoint, commune: in.Commune, communeCertain: in.Commune != "",
			precision: in.Precision, confidence: 1,
		}
		if p.precision == geocode.PrecisionNone {
			p.precision = geocode.PrecisionNumber
		}
		return p
	}
	if len(in.Answer.Results) == 0 {
		return place{}
	}
	r := &in.Answer.Results[0]
	return place{
		point: orb.Point{r.Lon, r.Lat}, hasPoint: !math.IsNaN(r.Lon) && !math.IsNaN(r.Lat) && r.Precision > geocode.PrecisionNone,
		commune: r.CityCode, old: r.OldCityCode, communeCertain: in.Answer.CommuneCertain,
		precision: r.Precision, position: r.Position, confidence: r.Confidence, street: r.Streets,
	}
}

func (o *Decision) decided(s Status, m Motif) { o.Status, o.Motif, o.Action = s, m, NoAction }

func (o *Decision) undecided(m Motif, a Action) { o.Status, o.Motif, o.Action = Undecided, m, a }
