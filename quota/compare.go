package quota

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Stand is what a unit's counts were when they were drawn, and what they rest on.
type Stand struct {
	Count
	Period   Period
	AsOf     geo.Date // day of the counting
	RuleHash string
	Versions []string // of the QPV, met in the rows
	Packs    []string
	Rejected int // rows to correct, not counted
	// Under are the same people by choice of perimeters, as the blocks are named.
	Under map[string]Count
	// Veiled reports that the reader does not see all numbers of manual decisions.
	Veiled bool
}

// Stand returns a unit's state in a bordereau, under a perimeter (the first block's when
// empty); ok is false when the bordereau does not have it.
func (b *Bordereau) Stand(unit, perimeter string) (s Stand, ok bool) {
	i := slices.IndexFunc(b.Units, func(u BordereauUnit) bool { return u.Code == unit })
	if i < 0 {
		return s, false
	}
	k, err := b.Units[i].choose(b.file, perimeter)
	if err != nil {
		return s, false
	}
	s = Stand{
		Count: k.sum(), Period: Period{b.Period.ID, b.Period.From, b.Period.To}, AsOf: b.AsOf, RuleHash: b.RuleHash, Versions: k.Versions, Packs: k.Packs,
		Under: map[string]Count{},
	}
	for _, n := range k.Rejected {
		s.Rejected += n
	}
	for _, other := range b.Units[i].Blocks {
		s.Under[other.Perimeter] = other.sum()
		s.Veiled = s.Veiled || other.hidden().decisions()
	}
	return s, true
}

// Treat returns the state with people without an established residence counted by the
// treatment.
func (s Stand) Treat(u Unlocatable) Stand {
	s.Count = s.Count.Treat(u)
	under := map[string]Count{}
	for version, c := range s.Under {
		under[version] = c.Treat(u)
	}
	s.Under = under
	return s
}

// CompareBordereaux explains why the share moved between two sets of bordereaux of a rule, for
// all units and for each that both sets hold.
func CompareBordereaux(before, after []*Bordereau, rule *Rule, perimeter string) (*Move, error) {
	a, names, err := stands(before, rule, perimeter)
	if err != nil {
		return nil, err
	}
	b, more, err := stands(after, rule, perimeter)
	if err != nil {
		return nil, err
	}
	maps.Copy(names, more)
	m := Compare(poolAll(a), poolAll(b), rule.Unlocatable)
	for _, code := range slices.Sorted(maps.Keys(b)) {
		if x, ok := a[code]; ok {
			u := Compare(x, b[code], rule.Unlocatable)
			if u.Unit, u.Name = code, names[code]; u.moved() {
				m.Units = append(m.Units, u)
			}
		}
	}
	return m, nil
}

// stands returns the states of each unit of bordereaux, by code, and the units' names.
func stands(list []*Bordereau, rule *Rule, perimeter string) (map[string]Stand, map[string]string, error) {
	out, names := map[string]Stand{}, map[string]string{}
	for _, b := range list {
		if b.Rule != rule.ID || b.RuleHash != rule.Fingerprint {
			return nil, nil, &fault.Error{
				Kind: fault.Input, File: b.file, Message: "bordereau établi avec une autre règle",
				Expected: rule.ID + " (" + rule.Fingerprint + ")", Seen: b.Rule + " (" + b.RuleHash + ")",
			}
		}
		for _, u := range b.Units {
			s, ok := b.Stand(u.Code, perimeter)
			if !ok {
				return nil, nil, &fault.Error{Kind: fault.Input, File: b.file, Message: "bordereau sans le périmètre demandé", Expected: perimeter}
			}
			out[u.Code], names[u.Code] = s, u.Name
		}
	}
	return out, names, nil
}

func poolAll(m map[string]Stand) Stand {
	var list []Stand
	for _, code := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[code])
	}
	return Pool(list)
}

func (k Block) sum() (c Count) {
	for _, p := range k.Parts {
		c = c.Add(p.Count)
	}
	return c
}

// Pool adds the states of several units up, as one is drawn for all of them.
func Pool(list []Stand) Stand {
	var all Stand
	for i, s := range list {
		if i == 0 {
			all = s
			all.Under = nil
			continue
		}
		all.Count, all.Rejected = all.Count.Add(s.Count), all.Rejected+s.Rejected
		all.Veiled = all.Veiled || s.Veiled
		all.Versions, all.Packs = union(all.Versions, s.Versions), union(all.Packs, s.Packs)
		if s.AsOf.Before(all.AsOf) {
			all.AsOf = s.AsOf
		}
	}
	if len(list) == 0 {
		return all
	}
	all.Under = map[string]Count{}
	for version, c := range list[0].Under {
		whole := true
		for _, s := range list[1:] {
			other, ok := s.Under[version]
			whole = whole && ok
			c = c.Add(other)
		}
		if whole {
			all.Under[version] = c
		}
	}
	return all
}

func union(a, b []string) []string {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Compare explains why the share went from one state of a unit's counts to another, as far as
// counts allow. Within a period it sets apart what came in or went out and what people
// decided; between two periods, where the people who entered live, how many addresses are left
// to check, and what people decided. Perimeters are a step of their own where the first state
// has been counted under the second's. Steps add up exactly, each taken after the one before
// it. People without an established residence count by treatment in both states: the shares
// explained are the shares of the tables. Manual decisions whose number the reader does not
// see are not set apart: they stay in the other steps and Move.Veiled reports it.
func Compare(before, after Stand, treatment Unlocatable) *Move {
	before, after = before.Treat(treatment), after.Treat(treatment)
	m := &Move{Before: before.Count, After: after.Count, BeforePerimeter: strings.Join(before.Versions, "|"), AfterPerimeter: strings.Join(after.Versions, "|")}
	m.Min, m.Max = minMoved(before.Count, after.Count), maxMoved(before.Count, after.Count)
	at := before.Count
	if !slices.Equal(before.Versions, after.Versions) && len(after.Versions) == 1 {
		if same, ok := before.Under[after.Versions[0]]; ok && same.N() == at.N() {
			m.Steps = append(m.Steps, Step{
				Cause: ByPerimeter, Persons: movedPersons(at, same), In: same.In - at.In, Out: same.Out - at.Out, Undecided: same.Undecided - at.Undecided,
				Min: minMoved(at, same), Max: maxMoved(at, same),
			})
			at = same
		}
	}
	m.Veiled = before.Veiled || after.Veiled
	settled := !m.Veiled
	from, to := at, after.Count
	if settled {
		from, to = at.Auto(), after.Count.Auto()
	}
	if before.Period.From == after.Period.From && before.Period.To == after.Period.To {
		m.Steps = append(m.Steps, volume(before, after, from, to))
	} else {
		m.Steps = append(m.Steps, mix(from, to)...)
	}
	if !settled {
		return m
	}
	in, out, none := after.DecidedIn-at.DecidedIn, after.DecidedOut-at.DecidedOut, after.DecidedNone-at.DecidedNone
	if max(at.DecidedIn, at.DecidedOut, at.DecidedNone, after.DecidedIn, after.DecidedOut, after.DecidedNone) > 0 {
		m.Steps = append(m.Steps, Step{
			Cause: BySettling, Persons: abs(in) + abs(out) + abs(none), In: in, Out: out, Undecided: -in - out,
			Min: sum(minMoved(at, from), minMoved(to, after.Count)), Max: sum(maxMoved(at, from), maxMoved(to, after.Count)),
		})
	}
	return m
}

// volume returns what came in, went out or was found otherwise within one period.
func volume(before, after Stand, from, to Count) Step {
	s := Step{Cause: ByNewEntry, In: to.In - from.In, Out: to.Out - from.Out, Undecided: to.Undecided - from.Undecided, Min: minMoved(from, to), Max: maxMoved(from, to)}
	n := to.N() - from.N()
	// Of the changes of the three answers, those against the change of the number
	// can only be people whose answer changed.
	for _, d := range []int{s.In, s.Out, s.Undecided} {
		if n >= 0 && d < 0 || n < 0 && d > 0 {
			s.Reclassed += abs(d)
		}
	}
	s.Persons = abs(n) + s.Reclassed
	switch {
	case n != 0 && before.AsOf.After(before.Period.To):
		s.Cause = ByLateRow
	case n != 0:
	case !slices.Equal(before.Packs, after.Packs):
		s.Cause = ByReferential
	default:
		s.Cause = ByCorrection
	}
	return s
}

// mix sets apart, between two periods, where people live and how many are left to
// check: the lower bound is the share of residents among those decided, times the
// share of people decided.
func mix(from, to Count) []Step {
	where := Step{Cause: ByResidence, Persons: from.In + from.Out + to.In + to.Out, In: to.In - from.In, Out: to.Out - from.Out}
	left := Step{Cause: ByUnsettled, Persons: from.Undecided + to.Undecided, Undecided: to.Undecided - from.Undecided}
	p0, p1 := rate(from.In, from.In+from.Out), rate(to.In, to.In+to.Out)
	c0, c1 := rate(from.In+from.Out, from.N()), rate(to.In+to.Out, to.N())
	switch {
	case p0 != nil && p1 != nil:
		where.Min = new(big.Rat).Mul(c0, new(big.Rat).Sub(p1, p0))
		where.Max = where.Min
	case c0 != nil && c1 != nil: // nobody decided on one side
		where.Min, where.Max = new(big.Rat), new(big.Rat)
	default:
		return []Step{where, left}
	}
	left.Min = new(big.Rat).Sub(minMoved(from, to), where.Min)
	left.Max = new(big.Rat).Sub(maxMoved(from, to), where.Max)
	return []Step{where, left}
}

func movedPersons(a, b Count) int {
	return (abs(b.In-a.In) + abs(b.Out-a.Out) + abs(b.Undecided-a.Undecided)) / 2
}

func minMoved(a, b Count) *big.Rat { return difference(b.In, b.N(), a.In, a.N()) }

func maxMoved(a, b Count) *big.Rat {
	return difference(b.In+b.Undecided, b.N(), a.In+a.Undecided, a.N())
}

func sum(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Add(a, b)
}

func rate(q, n int) *big.Rat {
	if n == 0 {
		return nil
	}
	return big.NewRat(int64(q), int64(n))
}

func abs(n int) int { return max(n, -n) }
