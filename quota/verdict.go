package quota

import "math/big"

// Verdict is what the bounds of a share say of a target.
type Verdict string

const (
	Reached      Verdict = "atteint"
	Missed       Verdict = "non_atteint"
	Undetermined Verdict = "indetermine"
	NotRelevant  Verdict = "sans_objet"    // nobody counted
	NoTarget     Verdict = "sans_objectif" // nothing asked
)

// Flip holds the least numbers of undecided files that settle a verdict: answered « dans le
// QPV » to reach the target, « hors QPV » to miss it.
type Flip struct {
	ToReach int `json:"to_reach"`
	ToMiss  int `json:"to_miss"`
}

// Assessment is a count set against what is asked of it.
type Assessment struct {
	Count
	// Required is the exact number of people that the target asks for, nil
	// without a target: Σ target × people over the parts.
	Required *big.Rat
	// Marginal is the target that new entries meet: the target at the period's end, zero where
	// the units of a group have several.
	Marginal    Fraction
	Verdict     Verdict
	VerdictAuto Verdict // without manual decisions, or empty if their number is unknown
	// Short is the number of residents lacking at constant N, from the lower
	// bound; ShortMin the same from the upper bound.
	Short, ShortMin int
	// Missing is the least number of new entries, all residents, that reach the
	// target from the lower bound; nil when none does, or without a Marginal target.
	Missing *int
	// MissingAtMix is the same with new entries of the share seen among decided
	// ones; nil when that share never lifts the bound to the target.
	MissingAtMix *int
	Flip         *Flip
	// ByUnlocatable is the verdict under each treatment of people without an established
	// residence, only where it changes the verdict.
	ByUnlocatable map[Unlocatable]Verdict
}

// assess sets a tally against its parts' targets. The tally is as counted:
// people without residence among the undecided.
func assess(t Tally, treatment Unlocatable) Assessment {
	a := judge(t, treatment, false)
	if !t.Unsure {
		a.VerdictAuto = judge(t, treatment, true).Verdict
	}
	if t.Sum().Unlocatable > 0 {
		by := map[Unlocatable]Verdict{}
		differ := false
		for _, u := range []Unlocatable{AsUndecided, AsOut, Excluded} {
			by[u] = judge(t, u, false).Verdict
			differ = differ || by[u] != a.Verdict
		}
		if differ {
			a.ByUnlocatable = by
		}
	}
	return a
}

func judge(t Tally, treatment Unlocatable, auto bool) Assessment {
	a := Assessment{Marginal: t.Marginal}
	required := new(big.Rat)
	targeted := true
	for _, p := range t.Parts {
		c := p.Count
		if auto {
			c = c.Auto()
		}
		c = c.Treat(treatment)
		a.Count = a.Count.Add(c)
		if p.Share.IsZero() {
			targeted = targeted && c.N() == 0
			continue
		}
		required.Add(required, new(big.Rat).Mul(p.Share.rat(), big.NewRat(int64(c.N()), 1)))
	}
	switch {
	case a.N() == 0:
		a.Verdict = NotRelevant
		return a
	case !targeted:
		a.Verdict = NoTarget
		return a
	}
	a.Required = required
	need := ceil(required)
	a.Short = max(0, need-a.In)
	a.ShortMin = max(0, need-a.In-a.Undecided)
	switch {
	case a.In >= need:
		a.Verdict = Reached
	case a.In+a.Undecided < need:
		a.Verdict = Missed
	default:
		a.Verdict = Undetermined
		a.Flip = &Flip{ToReach: need - a.In, ToMiss: a.In + a.Undecided - need + 1}
	}
	if a.Marginal.IsZero() {
		return a
	}
	a.Missing = missing(a.In, required, a.Marginal, big.NewRat(1, 1))
	if d := a.In + a.Out; d > 0 {
		a.MissingAtMix = missing(a.In, required, a.Marginal, big.NewRat(int64(a.In), int64(d)))
	} else {
		a.MissingAtMix = missing(a.In, required, a.Marginal, new(big.Rat))
	}
	return a
}

// verdict returns the verdict of counts of people against one share asked of them.
func (f Fraction) verdict(n, in, undecided int) Verdict {
	need := (f.Num*int64(n) + f.Den - 1) / f.Den
	switch {
	case n == 0:
		return NotRelevant
	case int64(in) >= need:
		return Reached
	case int64(in+undecided) < need:
		return Missed
	}
	return Undetermined
}

// missing returns the least m with q + mix·m ≥ required + target·m: as many new
// entries with a share mix of residents. nil when no m does.
func missing(q int, required *big.Rat, target Fraction, mix *big.Rat) *int {
	gap := new(big.Rat).Sub(required, big.NewRat(int64(q), 1))
	m := 0
	if gap.Sign() > 0 {
		gain := new(big.Rat).Sub(mix, target.rat())
		if gain.Sign() <= 0 {
			return nil
		}
		m = ceil(gap.Quo(gap, gain))
	}
	return &m
}

// ceil returns the least integer at or above a positive or null ratio.
func ceil(r *big.Rat) int {
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	n := int(q.Int64())
	if rest.Sign() > 0 {
		n++
	}
	return n
}

// ShareMin returns the lower bound of the share, from 0 to 1; ok is false for nobody.
func (a Assessment) ShareMin() (share float64, ok bool) { return ratio(a.In, a.N()) }

// ShareMax returns the upper bound of the share.
func (a Assessment) ShareMax() (share float64, ok bool) { return ratio(a.In+a.Undecided, a.N()) }

// Target returns the share asked over the period: what is required over N, or the
// target itself for nobody. ok is false without a target.
func (a Assessment) Target() (share float64, ok bool) {
	if a.Required == nil {
		return a.Marginal.Float(), !a.Marginal.IsZero() && a.N() == 0
	}
	f, _ := new(big.Rat).Quo(a.Required, big.NewRat(int64(a.N()), 1)).Float64()
	return f, true
}

// Weighted reports whether the target weighs the targets of several parts: it then says how
// many people each part has.
func (a Assessment) Weighted() bool {
	return a.Required != nil && (a.Marginal.IsZero() || a.Required.Cmp(new(big.Rat).Mul(a.Marginal.rat(), big.NewRat(int64(a.N()), 1))) != 0)
}

func ratio(q, n int) (float64, bool) {
	if n == 0 {
		return 0, false
	}
	return float64(q) / float64(n), true
}
