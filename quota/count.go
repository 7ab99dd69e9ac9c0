package quota

import "perimetre/geo"

// Answer is a person's residency for a rule: in its zones, out, or undecided.
type Answer uint8

const (
	Undecided Answer = iota
	In
	Out
)

// Count holds people by answer, each once. The zero value is nobody.
type Count struct {
	In        int `json:"in"`
	Out       int `json:"out"`
	Undecided int `json:"undecided"`
	// Unlocatable is the part of Undecided without an established residence.
	Unlocatable int `json:"unlocatable"`
	// Of the above, those that a person decided.
	DecidedIn   int `json:"decided_in"`
	DecidedOut  int `json:"decided_out"`
	DecidedNone int `json:"decided_none"`
}

// N returns the number of people.
func (c Count) N() int { return c.In + c.Out + c.Undecided }

// Add returns the sum of two counts.
func (c Count) Add(d Count) Count {
	return Count{
		In: c.In + d.In, Out: c.Out + d.Out, Undecided: c.Undecided + d.Undecided, Unlocatable: c.Unlocatable + d.Unlocatable,
		DecidedIn: c.DecidedIn + d.DecidedIn, DecidedOut: c.DecidedOut + d.DecidedOut, DecidedNone: c.DecidedNone + d.DecidedNone,
	}
}

// Auto returns the count without manual decisions: who was decided by a person is
// undecided again.
func (c Count) Auto() Count {
	c.In -= c.DecidedIn
	c.Out -= c.DecidedOut
	c.Undecided += c.DecidedIn + c.DecidedOut
	c.DecidedIn, c.DecidedOut = 0, 0
	return c
}

// Treat returns the counts with people without an established residence counted by the
// treatment.
func (c Count) Treat(u Unlocatable) Count {
	switch u {
	case AsOut:
		c.Out += c.Unlocatable
		c.Undecided -= c.Unlocatable
		c.Unlocatable = 0
	case Excluded:
		c.Undecided -= c.Unlocatable
		c.Unlocatable = 0
	}
	return c
}

// Part is a count under one target; Share is zero without a target.
type Part struct {
	Share    Fraction `json:"-"`
	From, To geo.Date `json:"-"`
	Count
}

// Tally is what is counted of one unit: a part a target in force.
type Tally struct {
	Code  string
	Name  string // empty when unknown
	Parts []Part
	// Marginal is the target that new entries meet: the target at the period's end.
	Marginal Fraction
	// Unsure reports that manual decisions are hidden: the verdict without them is unknown.
	Unsure bool
}

// Sum returns the tally's count over all its parts.
func (t Tally) Sum() Count {
	var c Count
	for _, p := range t.Parts {
		c = c.Add(p.Count)
	}
	return c
}
