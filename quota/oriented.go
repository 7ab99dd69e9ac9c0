package quota

import (
	"cmp"
	"slices"
	"strings"

	"perimetre/quota/outcome"
)

// Oriented is what a rule makes of the situations at the end of the programme.
type Oriented struct {
	*outcome.Grouping
	// Alone counts the people oriented to work alone; without it they are told beside all.
	Alone bool
}

// Outcomes returns the people of a line by situation, as far as the reader sees them; nil
// where no file tells them, or for the public.
func (v *Veil) Outcomes(l Level, code string) outcome.Counts { return v.outcomes[lineKey{l, code}] }

// setOutcomes fills what the reader sees of situations. A sum has the numbers that each of
// its units tells.
func (v *Veil) setOutcomes(r *Result) {
	v.outcomes = map[lineKey]outcome.Counts{}
	if v.Reader == Everybody {
		return
	}
	untold := map[lineKey]bool{}
	for i := range r.Units {
		u := &r.Units[i]
		k := r.blocks[u.Code]
		if v.Details > 1 {
			k = v.block(k)
		}
		if k.Outcomes != nil {
			v.outcomes[lineKey{LevelUnit, u.Code}] = k.Outcomes
		}
		if k.Outcomes == nil && u.N() == 0 {
			continue
		}
		dep := departement(u.Code)
		for _, at := range []lineKey{{LevelTotal, r.Total.Code}, {LevelDepartement, dep}, {LevelRegion, regionOf(dep)}} {
			sum, met := v.outcomes[at]
			switch {
			case k.Outcomes == nil || untold[at]:
				untold[at] = true
				delete(v.outcomes, at)
			case met:
				v.outcomes[at] = sum.Plus(k.Outcomes)
			default:
				v.outcomes[at] = k.Outcomes
			}
		}
	}
}

// byOutcome counts the people chosen by situation, in the units whose files tell it, and
// leaves a rule that counts those oriented to work these alone.
func (c *Counted) byOutcome(rule *Rule) {
	held := map[string]bool{}
	for _, k := range c.chosen {
		held[k.unit] = held[k.unit] || k.file.Has.without(k.row.Absent).Outcome
	}
	for person, k := range c.chosen {
		if !held[k.unit] && !rule.Outcomes.Alone {
			continue
		}
		group, known := rule.Outcomes.Of(k.row.Outcome)
		if !known {
			c.unread[k.row.Outcome] = true
		}
		b := c.breakdown(k.unit)
		if b.Outcomes == nil {
			b.Outcomes = outcome.NewCounts()
		}
		b.Outcomes[outcome.Key(group, k.row.Answer.word())]++
		if !rule.Outcomes.Alone || rule.Outcomes.IsOriented(group) {
			continue
		}
		why := NotOriented
		if group == outcome.Unknown {
			why = NoOutcome
			b.Doubts[OutcomeUnknown]++
		}
		c.Aside[why]++
		delete(c.chosen, person)
	}
}

// word returns the answer as flag writes it.
func (a Answer) word() string {
	switch a {
	case In:
		return "oui"
	case Out:
		return "non"
	}
	return "a_verifier"
}

// unreadNotice names the situations that no group has; empty for none.
func (c *Counted) unreadNotice() string {
	if len(c.unread) == 0 {
		return ""
	}
	var words []string
	for w := range c.unread {
		words = append(words, w)
	}
	slices.SortFunc(words, cmp.Compare[string])
	more := ""
	if len(words) > 6 {
		words, more = words[:6], "…"
	}
	return "Situations à la sortie non reconnues, comptées comme inconnues : « " + strings.Join(words, " », « ") + " »" + more + "."
}

// outcomeSums are the sums that a reader can make of situations: by answer, those that
// the rule counts are the unit's totals. The others add up to nothing that is told.
func (s Sight) outcomeSums(cells map[string]*fineCell) (sums []fineSum) {
	groups := outcome.Groups
	if s.rule != nil && s.rule.Outcomes.Alone {
		groups = s.rule.Outcomes.Oriented
	}
	for _, a := range []Answer{In, Out, Undecided} {
		var parts, others []*fineCell
		for _, g := range outcome.Groups {
			switch c := cells[outcome.Key(g, a.word())]; {
			case c == nil:
			case slices.Contains(groups, g):
				parts = append(parts, c)
			default:
				others = append(others, c)
			}
		}
		sums = append(sums, fineSum{parts: parts}, fineSum{of: others})
	}
	return sums
}
