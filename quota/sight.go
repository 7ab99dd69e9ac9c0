package quota

import (
	"maps"
	"perimetre/geo/residency"
	"perimetre/quota/outcome"
	"slices"
)

// Reader is who a report is for: what it may show of small numbers depends on it.
type Reader string

const (
	OwnUnit       Reader = "unite"
	StatePartners Reader = "etat"
	Everybody     Reader = "public"
)

// Thresholds are the least numbers of people shown, by reader: 11 hides 1 to 10.
// Own is for a unit's own figures, Public for everybody. StateTotals is for what
// the services de l'État read of the totals that a unit sent (entries, in, out, to
// check), and State for their finer cells: by reason, by decision, by zone.
type Thresholds struct{ Own, StateTotals, State, Public int }

// Sight is what a reader may see under a rule. It is the only place where that is
// decided: results (Veil), bordereaux (Bordereau), and through them every answer.
type Sight struct {
	Reader Reader
	// Totals is the least number of people shown of a line's entries, residents,
	// others and undecided; Details of any finer cell.
	Totals, Details int
	rule            *Rule
}

// Sight returns what a reader may see under the rule.
func (r *Rule) Sight(reader Reader) Sight {
	t := r.Thresholds
	switch reader {
	case StatePartners:
		return Sight{reader, t.StateTotals, t.State, r}
	case Everybody:
		return Sight{reader, t.Public, t.Public, r}
	}
	return Sight{reader, t.Own, t.Own, r}
}

// Small reports whether a finer cell of n people is hidden by its number alone.
// Nobody is no small number: 0 is shown.
func (s Sight) Small(n int) bool { return n > 0 && n < s.Details }

// Veil knows which cells of a result its reader does not see.
type Veil struct {
	Sight
	mask     *Mask
	auto     map[lineKey]bool // lines whose verdict without decisions is hidden
	outcomes map[lineKey]outcome.Counts
}

type lineKey struct {
	level Level
	code  string
}

// Veil returns what a reader does not see of a result.
func (s Sight) Veil(r *Result) *Veil { return s.veil(r, r.Suppress(s.Totals)) }

// Veil returns what a reader does not see of one of the results of a publication.
func (p *Publication) Veil(r *Result, s Sight) *Veil { return s.veil(r, p.Mask(r)) }

func (s Sight) veil(r *Result, mask *Mask) *Veil {
	v := &Veil{Sight: s, mask: mask, auto: map[lineKey]bool{}}
	v.setOutcomes(r)
	if s.Details <= 1 || s.Reader == Everybody { // who reads no number of decisions: the mask knows
		return v
	}
	var all decidedRange
	departements, regions := map[string]decidedRange{}, map[string]decidedRange{}
	check := func(l Level, u *Unit, d decidedRange) { v.auto[lineKey{l, u.Code}] = !d.settles(&u.Assessment) }
	for i := range r.Units {
		u := &r.Units[i]
		d := s.decided(r.blocks[u.Code])
		check(LevelUnit, u, d)
		dep := departement(u.Code)
		all = all.add(d)
		departements[dep], regions[regionOf(dep)] = departements[dep].add(d), regions[regionOf(dep)].add(d)
	}
	check(LevelTotal, &r.Total, all)
	for i := range r.Departements {
		check(LevelDepartement, &r.Departements[i], departements[r.Departements[i].Code])
	}
	for i := range r.Regions {
		check(LevelRegion, &r.Regions[i], regions[r.Regions[i].Code])
	}
	return v
}

// Hidden reports whether a cell must not be shown.
func (v *Veil) Hidden(l Level, code string, c Column) bool { return v.mask.Hidden(l, code, c) }

// Any reports whether a line has a hidden cell: what is derived from its counts is
// then not shown either.
func (v *Veil) Any(l Level, code string) bool { return v.mask.Any(l, code) }

// HidesVerdict reports whether a line's verdict is hidden because it would reveal a small
// number.
func (v *Veil) HidesVerdict(l Level, code string) bool { return v.mask.HidesVerdict(l, code) }

// HidesAuto reports whether a line's verdict without manual decisions is hidden: it
// is shown when it is the same for every number of decisions that the reader may
// hold possible.
func (v *Veil) HidesAuto(l Level, code string) bool {
	return v.auto[lineKey{l, code}] || v.mask.HidesAuto(l, code)
}

// HidesRejected reports whether the number of rows rejected for a reason, all units together,
// is hidden. The services de l'État read the same numbers unit by unit: a sum beside all of
// its parts but one would reveal that one.
func (v *Veil) HidesRejected(r *Result, reason Reason) bool {
	units, all := map[string]int{}, 0
	for _, x := range r.Rejected {
		if x.Reason == reason {
			units[x.Unit] += x.Count
			all += x.Count
		}
	}
	if v.Reader == StatePartners {
		for _, n := range units {
			if v.Small(n) {
				return true
			}
		}
	}
	return v.Small(all)
}

// Masks reports whether the reader's view of a result may lack cells.
func (v *Veil) Masks() bool { return v.mask != nil }

// decidedRange bounds the numbers of people that decisions put in and out, as a
// reader may hold them possible.
type decidedRange struct{ inLow, inHigh, outLow, outHigh int }

func (d decidedRange) add(e decidedRange) decidedRange {
	return decidedRange{d.inLow + e.inLow, d.inHigh + e.inHigh, d.outLow + e.outLow, d.outHigh + e.outHigh}
}

// decided bounds the decisions behind a unit's counts. A number that is shown is
// itself; a small one is any small one; one that is hidden because the rest of its
// answer is small leaves a small rest; another that is hidden is any number.
func (s Sight) decided(k Block) decidedRange {
	c, h := k.sum(), s.block(k).hidden()
	bounds := func(hidden bool, n, of int) (low, high int) {
		switch {
		case !hidden:
			return n, n
		case s.Small(n):
			return 1, min(s.Details-1, of)
		case s.Small(of - n):
			return max(1, of-s.Details+1), of - 1
		}
		return 1, of
	}
	var d decidedRange
	d.inLow, d.inHigh = bounds(h.DecidedIn, c.DecidedIn, c.In)
	d.outLow, d.outHigh = bounds(h.DecidedOut, c.DecidedOut, c.Out)
	return d
}

// settles reports whether the verdict without decisions is the same for all the
// numbers of a range.
func (d decidedRange) settles(a *Assessment) bool {
	if a.Required == nil {
		return true
	}
	need := ceil(a.Required)
	verdict := func(in, out int) Verdict {
		switch {
		case a.In-in >= need:
			return Reached
		case a.N()-a.Out+out < need:
			return Missed
		}
		return Undetermined
	}
	first := verdict(d.inLow, d.outLow)
	return first == verdict(d.inHigh, d.outLow) && first == verdict(d.inLow, d.outHigh) && first == verdict(d.inHigh, d.outHigh)
}

// Bordereau returns what a reader may see of a bordereau: the totals, and the finer cells that
// are not small and do not reveal a small one. Small counts of decisions and of people without
// residence become null, other cells go.
func (s Sight) Bordereau(b *Bordereau) *Bordereau {
	if s.Details <= 1 {
		return b
	}
	out := *b
	out.MaskedUnder = s.Details
	out.Units = slices.Clone(b.Units)
	for i := range out.Units {
		u := &out.Units[i]
		u.Blocks = slices.Clone(u.Blocks)
		for k := range u.Blocks {
			u.Blocks[k] = s.block(u.Blocks[k])
		}
	}
	return &out
}

// fineCell is a number under a total: shown, hidden, or (rest) the part of a total
// that no number tells, which is known only as what the others leave.
type fineCell struct {
	n      int
	rest   bool
	hidden bool
}

// fineSum says that cells add up to a total. The total is known, or the sum of
// cells itself.
type fineSum struct {
	of    []*fineCell // nil for a known total
	parts []*fineCell
}

// block hides the finer cells of a block. Its sums are those that a reader can make:
// residents are those decided and the rest, the undecided add up by reason and by
// what is to be done, the decisions by basis.
func (s Sight) block(k Block) Block {
	c := k.sum()
	cell := func(n int) *fineCell { return &fineCell{n: n} }
	in, out, none, homeless := cell(c.DecidedIn), cell(c.DecidedOut), cell(c.DecidedNone), cell(c.Unlocatable)
	rest := func(of int, part *fineCell) fineSum {
		if part.n == 0 { // the rest is the total
			return fineSum{}
		}
		return fineSum{parts: []*fineCell{part, {n: of - part.n, rest: true}}}
	}
	sums := []fineSum{rest(c.In, in), rest(c.Out, out), rest(c.Undecided, none), rest(c.Undecided, homeless)}
	group := func(m map[string]int) (cells map[string]*fineCell, list []*fineCell) {
		cells = map[string]*fineCell{}
		for key, n := range m {
			cells[key] = cell(n)
			list = append(list, cells[key])
		}
		return cells, list
	}
	motifs, motifList := group(k.Motifs)
	actions, actionList := group(k.Actions)
	bases, baseList := group(k.Bases)
	sums = append(sums, fineSum{parts: motifList}, fineSum{parts: actionList}, fineSum{of: []*fineCell{in, out, none}, parts: baseList})
	outcomes, _ := group(k.Outcomes)
	sums = append(sums, s.outcomeSums(outcomes)...)
	// The same people, told under two names.
	twins := [][]*fineCell{{none, motifs[string(residency.ByPerson)]}, {homeless, motifs[string(residency.NoResidence)], actions[string(residency.NoneKnown)]}}
	s.conceal(sums, twins)

	k.Breakdown = Breakdown{Motifs: visible(k.Motifs, motifs), Actions: visible(k.Actions, actions), Bases: visible(k.Bases, bases), Doubts: s.doubts(k.Doubts, k.Entries), Outcomes: visible(k.Outcomes, outcomes)}
	rejected := map[Reason]int{}
	for reason, n := range k.Rejected {
		if !s.Small(n) {
			rejected[reason] = n
		}
	}
	k.Rejected = rejected
	k.Parts = slices.Clone(k.Parts)
	for i, p := range k.Parts {
		k.Parts[i].hidden = hiddenCounts{Unlocatable: homeless.hidden, DecidedIn: in.hidden, DecidedOut: out.hidden, DecidedNone: none.hidden}
		if len(k.Parts) > 1 { // the parts of a number that is shown may be small in turn
			small := func(n, of int) bool { return s.Small(n) || n > 0 && s.Small(of-n) }
			k.Parts[i].hidden = k.Parts[i].hidden.or(hiddenCounts{small(p.Unlocatable, p.Undecided), small(p.DecidedIn, p.In), small(p.DecidedOut, p.Out), small(p.DecidedNone, p.Undecided)})
		}
	}
	every := k.hidden() // what one part hides, the other parts would give back
	for i := range k.Parts {
		p := &k.Parts[i]
		p.hidden = every
		p.Count = every.wipe(p.Count)
	}
	return k
}

// conceal hides the small cells, then those that would give one of them away, until
// no sum leaves a hidden cell alone or within less than the threshold. The sums make
// no loop, so that a hidden cell which no sum leaves alone can take several values.
func (s Sight) conceal(sums []fineSum, twins [][]*fineCell) {
	for _, sum := range sums {
		for _, c := range slices.Concat(sum.of, sum.parts) {
			c.hidden = s.Small(c.n)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, same := range twins {
			hidden := slices.ContainsFunc(same, func(c *fineCell) bool { return c != nil && c.hidden })
			for _, c := range same {
				if c != nil && hidden && !c.hidden {
					c.hidden, changed = true, true
				}
			}
		}
		for _, sum := range sums {
			if c := s.loose(sum); c != nil {
				c.hidden, changed = true, true
			}
		}
	}
}

// loose returns the cell to hide so that a sum does not give a hidden one away: the
// smallest that is shown; nil when the sum gives nothing away, or has nothing left.
func (s Sight) loose(sum fineSum) *fineCell {
	members := slices.Concat(sum.of, sum.parts)
	hidden, people := 0, 0
	for _, c := range members {
		if c.hidden {
			hidden++
			people += c.n
		}
	}
	known := !slices.ContainsFunc(sum.of, func(c *fineCell) bool { return c.hidden })
	// Every hidden cell of a known sum holds somebody: it is at most what the others leave.
	if hidden == 0 || len(sum.parts) == 0 || hidden > 1 && (!known || people-(hidden-1) >= s.Details) {
		return nil
	}
	for _, cells := range [][]*fineCell{sum.parts, sum.of} { // decisions are of more use than their bases
		var least *fineCell
		for _, c := range cells {
			if !c.hidden && (c.n > 0 || c.rest) && (least == nil || c.n < least.n) {
				least = c
			}
		}
		if least != nil {
			return least
		}
	}
	return nil
}

func visible(counts map[string]int, cells map[string]*fineCell) map[string]int {
	if counts == nil {
		return nil
	}
	out := map[string]int{}
	for key, n := range counts {
		if !cells[key].hidden {
			out[key] = n
		}
	}
	return out
}

// doubts leaves the names of doubts, without the numbers that are small or leave a
// small rest.
func (s Sight) doubts(d Doubts, entries int) Doubts {
	out := maps.Clone(d)
	for k, n := range out {
		if s.Small(n) || s.Small(entries-n) {
			out[k] = 0
		}
	}
	return out
}

// hiddenCounts tells which of a count's finer numbers are not told.
type hiddenCounts struct{ Unlocatable, DecidedIn, DecidedOut, DecidedNone bool }

func (h hiddenCounts) or(o hiddenCounts) hiddenCounts {
	return hiddenCounts{h.Unlocatable || o.Unlocatable, h.DecidedIn || o.DecidedIn, h.DecidedOut || o.DecidedOut, h.DecidedNone || o.DecidedNone}
}

// hidden returns the numbers that a part of the block does not tell.
func (k Block) hidden() (h hiddenCounts) {
	for _, p := range k.Parts {
		h = h.or(p.hidden)
	}
	return h
}

// decisions reports whether a number of decisions is hidden.
func (h hiddenCounts) decisions() bool { return h.DecidedIn || h.DecidedOut || h.DecidedNone }

// wipe returns the count without the numbers that are not told.
func (h hiddenCounts) wipe(c Count) Count {
	for _, x := range []struct {
		hidden bool
		n      *int
	}{{h.Unlocatable, &c.Unlocatable}, {h.DecidedIn, &c.DecidedIn}, {h.DecidedOut, &c.DecidedOut}, {h.DecidedNone, &c.DecidedNone}} {
		if x.hidden {
			*x.n = 0
		}
	}
	return c
}
