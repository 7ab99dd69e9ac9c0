package geocode

import (
	"math"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/address"
)

// conclude turns the hits into the answer: numbers found, order made final, equal
// places told apart, each result with its score and its confidence.
func (s *Searcher) conclude(q *Query, p *address.Parsed) {
	a := &s.answer
	asked := p
	if q.Only.Type == "street" || q.Only.Type == "locality" {
		whole := *p
		whole.Number, asked = 0, &whole
	}
	for i := range s.hits {
		s.weighNumber(&s.hits[i], asked)
	}
	s.preferExact(p)
	if q.Only.Type != "" {
		s.filterType(q.Only.Type)
	}
	slices.SortStableFunc(s.hits, func(x, y hit) int {
		if before(&x, &y) {
			return -1
		}
		return 1
	})
	a.StreetAsked = len(p.Street) > 0 || len(p.Extra) > 0 && len(p.City) == 0 && len(s.hits) > 0
	s.judgeTown(p)
	var town *townHit
	if len(s.towns) > 0 {
		town = &s.towns[0]
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	if len(s.hits) == 0 {
		s.townResults(q, limit)
		return
	}
	best := &s.hits[0]
	next := s.nextDistinct(0)
	f := s.features(best, next, p)
	confidence := f.Confidence()
	a.Features, a.FeatureStreet = f, s.streetID(best)
	if q.Explain {
		readTown(p, best.cand.cut)
	}
	if p.CityOpen && town != nil && town.cut > 0 && town.cut == len(p.Open) && (town.sim > 0.95 || s.auto) && p.Number == 0 {
		a.StreetAsked = false // "Lille": a town alone
	}
	if p.Two { // "21 rue Clef 34 rue Daubenton": either
		confidence = min(confidence, 0.5)
	}
	// A street that is probably not the one asked gives way to its commune; but for
	// the town that the text writes, one inside the filters is the one asked.
	asFiltered := q.Only.placed() && best.sim >= 0.9
	if q.Only.Type == "" && town != nil && (confidence < leastConfidence && !asFiltered && !wholly(best) && s.townKnown(town, best) || !a.StreetAsked) {
		towns := 1
		if s.auto {
			towns = (limit + 1) / 2
		}
		s.townResults(q, towns)
		if len(a.Results) > 0 {
			a.ScoreNext = score(best)
			limit -= len(a.Results)
		}
	}
	townFirst := len(a.Results) > 0
	a.Rivals = 1
	if !townFirst {
		s.gatherRivals()
		if next != nil {
			a.ScoreNext = score(next)
		}
	}
	for i := range s.hits {
		if i >= limit {
			break
		}
		h := &s.hits[i]
		r := s.result(h)
		r.Score = score(h)
		switch {
		case townFirst:
			r.Confidence = min(confidence, 0.5)
			if i > 0 {
				r.Confidence = 0.01
			}
		case i < a.Rivals:
			r.Confidence = confidence / float64(a.Rivals)
		default:
			fi := s.features(h, best, p)
			r.Confidence = min(fi.Confidence(), 1-confidence)
		}
		r.Confidence = math.Round(r.Confidence*1e4) / 1e4
		r.Faults = s.faults(h, p, r.Faults)
		a.Results = append(a.Results, r)
	}
}

// weighNumber finds the number asked in a hit's street, and weighs it.
func (s *Searcher) weighNumber(h *hit, p *address.Parsed) {
	if p.Behind && h.beside > 0 && p.Suffix == "" && s.bears(h, itoa(int32(p.Number))) {
		whole := *p // "Lotissement La Chicotte 2": the figures are of the name
		whole.Number, p = 0, &whole
	}
	s.findNumber(h, p)
	if h.tail > 0 && h.level < numberOtherSuffix { // no number says that the name is whole
		h.total -= streetWeight * (h.sim - h.withTail.sim)
		h.nameSim, h.sim = h.withTail.nameSim, h.withTail.sim
		h.left += (1 - tailShare) * h.tail
	}
	h.total += levelWeight[h.level]
}

// readTown gives the spans of the town, found at the end of the text, their role.
func readTown(p *address.Parsed, cut int) {
	if cut == 0 {
		return
	}
	for _, t := range p.Open[len(p.Open)-cut:] {
		for i := range p.Spans {
			if sp := &p.Spans[i]; sp.Start == t.Start && sp.End == t.End && (sp.Role == address.RoleStreet || sp.Role == address.RoleComplement) {
				sp.Role = address.RoleCity
			}
		}
	}
}

// leastConfidence is the probability below which a street is not proposed before
// the commune that the text names.
const leastConfidence = 0.10

// filterType drops hits of another type than the one asked for.
func (s *Searcher) filterType(t string) {
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool {
		switch t {
		case "housenumber":
			return h.level <= numberAbsent
		case "street":
			return h.record.kind == kindLocality
		case "locality":
			return h.record.kind != kindLocality
		}
		return true
	})
}

// judgeTown tells whether the commune is certain, and whether the pieces of
// evidence contradict each other.
func (s *Searcher) judgeTown(p *address.Parsed) {
	a := &s.answer
	if len(s.towns) == 0 {
		return
	}
	slices.SortStableFunc(s.towns, func(x, y townHit) int {
		switch {
		case x.weight > y.weight:
			return -1
		case x.weight < y.weight:
			return 1
		}
		return 0
	})
	t := s.towns[0]
	if len(s.hits) > 0 { // the town as the best street reads it
		for _, o := range s.towns {
			if o.commune == s.hits[0].cand.commune && o.rank == s.hits[0].rank && o.cut == s.hits[0].cand.cut && s.hits[0].sim > 0.9 {
				t = o
				break
			}
		}
	}
	a.Contradiction = t.postcode < 0 || t.code < 0 || t.sim < 0 && len(p.City) > 0
	named := t.sim >= 0.9
	alone := true
	for _, o := range s.towns {
		if (o.commune != t.commune || o.rank != t.rank) && o.weight > t.weight-3 {
			alone = false
		}
	}
	a.CommuneCertain = alone && !a.Contradiction && (named || t.code > 0 || t.postcode > 0 && t.sim != 0 && len(p.City) == 0)
}

// townKnown reports whether the commune's evidence is worth an answer by itself:
// not a town read at the end of a text that is the whole name of a street.
func (s *Searcher) townKnown(t *townHit, best *hit) bool {
	if t.cut > 0 && (t.sim < 0.95 || best.sim >= 0.9 && best.cand.cut == 0) {
		return false
	}
	return t.weight >= 3
}

// sameStreet reports whether two hits are one place: one street under two names
// or two postcodes, or two records of one name close by.
func (s *Searcher) sameStreet(x, y *hit) bool {
	if x.rank == y.rank && (x.street == y.street || x.record.block == y.record.block) {
		return true
	}
	dx := float64(x.lon-y.lon) / degree * math.Cos(float64(x.lat)/degree*math.Pi/180)
	dy := float64(x.lat-y.lat) / degree
	near := 111_200*math.Hypot(dx, dy) < 60
	if near && x.level == y.level && x.record.name == y.record.name && x.rank == y.rank {
		return true
	}
	if x.rank == y.rank {
		return x.cand.commune == y.cand.commune && s.streetID(x) == s.streetID(y) && s.streetID(x) != ""
	}
	return s.streetID(x) == s.streetID(y) && s.streetID(x) != "" // packs that overlap
}

// nextDistinct returns the best hit after i that is another place.
func (s *Searcher) nextDistinct(i int) *hit {
	for k := range s.hits {
		if k > i && !s.sameStreet(&s.hits[i], &s.hits[k]) {
			return &s.hits[k]
		}
	}
	return nil
}

// equalGap is the difference of evidence under which two places fit equally.
const equalGap = 0.35

// gatherRivals counts the distinct places that fit as well as the first and puts
// them behind it: equal evidence, or the street asked both in the town written
// and in the postcode's.
func (s *Searcher) gatherRivals() {
	best := s.hits[0]
	n := 1
	for k := 1; k < len(s.hits); k++ {
		h := s.hits[k]
		if s.sameStreet(&s.hits[0], &h) {
			continue
		}
		equal := best.total-h.total < equalGap && h.sim > best.sim-0.03
		split := best.cand.postcode < 0 && h.cand.postcode > 0 && h.sim >= 0.9 && best.sim < h.sim+0.02 && h.level >= best.level && best.cand.code <= 0
		if !equal && !split {
			continue
		}
		copy(s.hits[n+1:k+1], s.hits[n:k])
		s.hits[n] = h
		n++
	}
	s.answer.Rivals = n
}

// result describes a hit.
func (s *Searcher) result(h *hit) Result {
	b := s.ix.bases[h.rank]
	c := &b.communes[h.cand.commune]
	r := Result{
		Lon: float64(h.lon) / degree, Lat: float64(h.lat) / degree, Position: h.position,
		City: c.name, CityCode: c.code, Context: c.context,
		Streets: StreetRef{uint32(h.rank) + 1, h.street},
	}
	if int(h.record.postcode) < len(c.postcodes) {
		r.Postcode = c.postcodes[h.record.postcode]
	} else if len(c.postcodes) == 1 {
		r.Postcode = c.postcodes[0]
	}
	r.setPart(c, uint32(h.record.former)+1)
	r.Street = b.display(h.record.name)
	r.Name = r.Street
	r.Precision = PrecisionStreet
	if h.record.kind == kindLocality {
		r.Precision = PrecisionLocality
	}
	id := s.streetID(h)
	r.ID, r.StreetID = id, id
	own := -1 // rank of the number whose identifier the result bears
	switch {
	case h.level >= numberOtherSuffix:
		r.Precision = PrecisionNumber
		r.HouseNumber = itoa(h.number)
		suffix := b.suffixOf(h.suffix)
		if suffix != "" {
			r.HouseNumber += " " + suffix
		}
		r.ID = b.numberID(h.street, id, h.ordinal, int(h.number), suffix)
		own = h.ordinal
	case h.level == numberInterpolated:
		r.Precision = PrecisionInterpolated
		r.HouseNumber = itoa(int32(s.answer.Parsed.Number))
		if s.answer.Parsed.Suffix != "" {
			r.HouseNumber += " " + s.answer.Parsed.Suffix
		}
	}
	if h.level != numberInterpolated {
		r.BANID = b.banIDOf(h.street, own)
	}
	if r.HouseNumber != "" {
		r.Name = r.HouseNumber + " " + r.Street
	}
	r.Label = r.Name
	if r.Postcode != "" {
		r.Label += " " + r.Postcode
	}
	r.Label += " " + r.City
	r.Importance = importance(c.population, int(h.record.size))
	return r
}

// setPart names the former commune of a rank + 1, or the arrondissement, whose code
// is the one that the public API gives for the place.
func (r *Result) setPart(c *commune, part uint32) {
	switch {
	case part == 0 || int(part) > len(c.formers):
	case c.district(part - 1):
		r.CityCode, r.District = c.formers[part-1].Code, c.formers[part-1].Name
	default:
		r.OldCityCode, r.OldCity = c.formers[part-1].Code, c.formers[part-1].Name
	}
}

// importance returns the public API's: the logarithms of a town's population and of
// a street's numbers (2^(size-1) at least), on 20.
func importance(population, size int) float64 {
	v := (math.Log1p(float64(population)/3) + float64(size)*math.Ln2) / 20
	return math.Round(v*1e5) / 1e5
}

// result returns the commune as a place, or its arrondissement of rank + 1 part, under
// the last of its postcodes that is wished, else under its first.
func (c *commune) result(part uint32, wished ...string) Result {
	r := Result{Precision: PrecisionCommune, Lon: float64(c.lon) / degree, Lat: float64(c.lat) / degree,
		ID: c.code, Name: c.name, Label: c.name, City: c.name, CityCode: c.code, Context: c.context, Importance: importance(c.population, 0)}
	if len(c.postcodes) > 0 {
		r.Postcode = c.postcodes[0]
		for _, p := range wished {
			if slices.Contains(c.postcodes, p) {
				r.Postcode = p
			}
		}
	}
	if part > 0 && c.district(part-1) {
		r.setPart(c, part)
		r.ID, r.Name, r.Label = r.CityCode, r.District, r.District
		for _, p := range c.postcodes {
			if geo.ArrondissementAt(c.code, r.Postcode) != r.CityCode && geo.ArrondissementAt(c.code, p) == r.CityCode {
				r.Postcode = p
			}
		}
	}
	return r
}

// townResults answers with communes alone.
func (s *Searcher) townResults(q *Query, limit int) {
	a := &s.answer
	if q.Only.Type != "" && q.Only.Type != "municipality" {
		return
	}
	seen := 0
	for i := range s.towns {
		t := &s.towns[i]
		if t.weight < 0 && len(a.Results) > 0 || slices.ContainsFunc(s.towns[:i], func(o townHit) bool { return o.rank == t.rank && o.commune == t.commune }) {
			continue
		}
		if seen++; seen > limit {
			break
		}
		b := s.ix.bases[t.rank]
		c := &b.communes[t.commune]
		r := c.result(max(t.part, q.Only.partOf(b, t.commune)), append([]string{a.Parsed.Postcode}, strings.Split(q.Only.Postcode, ",")...)...)
		if t.former > 0 && int(t.former) <= len(c.formers) {
			r.OldCityCode, r.OldCity = c.formers[t.former-1].Code, c.formers[t.former-1].Name
		}
		r.Score = townScore(&t.candidate)
		r.Confidence = townConfidence(s.towns, i, a)
		r.Faults = townFaults(nil, &t.candidate)
		if a.StreetAsked {
			r.Score *= 0.6
			r.Faults = append(r.Faults, FaultStreetNotFound)
		}
		a.Results = append(a.Results, r)
	}
	if a.Rivals == 0 && len(a.Results) > 0 {
		a.Rivals = 1
	}
}

// townConfidence returns the share of a town's evidence among all towns', less what its
// name leaves in doubt.
func townConfidence(towns []townHit, i int, a *Answer) float64 {
	var sum float64
	for k := range towns {
		sum += math.Exp(float64(towns[k].weight - towns[i].weight))
	}
	p := towns[i].plausible(a.StreetAsked) / sum
	if a.Contradiction {
		p *= 0.8
	}
	return math.Round(p*0.99*1e4) / 1e4
}

// plausible returns the probability (0–1) that a name read as a commune's is one, when
// nothing else says so: less for a name that only resembles it, and less again for
// words at the end of a text whose street is not found ("80 Rue Martre Clich" is not
// La Clisse).
func (c *candidate) plausible(streetLost bool) float64 {
	if c.code > 0 || c.postcode > 0 && (c.sim < 0 || c.sim >= 0.75) || c.sim >= 0.999 && c.cut == 0 {
		return 1
	}
	if c.sim < 0 {
		return 0.5
	}
	p := math.Min(1, 1.4*float64(c.sim)-0.3)
	switch {
	case c.cut == 0 || !streetLost:
		return p
	case c.sim >= 0.999:
		return 0.9
	}
	return 0.6 * p
}

func (b *base) display(name uint32) string {
	r := reader{b.names.item(int(name))}
	r.byte()
	for range r.byte() {
		r.uvarint()
	}
	return string(r.b)
}

// streetID returns the base's identifier of a street.
func (s *Searcher) streetID(h *hit) string {
	return s.ix.bases[h.rank].streetID(h.street, s.ix.bases[h.rank].communes[h.cand.commune].code)
}

func (b *base) streetID(street uint32, code string) string {
	id := b.idStreets.item(int(street))
	if len(id) == 0 {
		panic(overrun)
	}
	if id[0] == 1 {
		return code + "_" + string(id[1:])
	}
	return string(id[1:])
}
