package figures

import (
	"context"
	"slices"
	"strings"
	"time"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/people"
	"perimetre/server/store"
)

// Counts are the counts of a unit; one that is hidden is nil.
type Counts struct {
	Code      string `json:"code"`
	Entries   *int   `json:"entries"`
	In        *int   `json:"in"`
	Out       *int   `json:"out"`
	Undecided *int   `json:"undecided"`
}

// Equal reports whether both units have the same counts, hidden ones alike.
func (a Counts) Equal(b Counts) bool {
	same := func(x, y *int) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) }
	return same(a.Entries, b.Entries) && same(a.In, b.In) && same(a.Out, b.Out) && same(a.Undecided, b.Undecided)
}

// SentCounts are a unit's counts in a bordereau, under the perimeters in force.
type SentCounts struct {
	ID     string     `json:"id,omitempty"` // empty: not sent, the rows of now
	SentAt *time.Time `json:"sent_at"`
	*Counts
}

func countsSent(b *store.Bordereau) (*SentCounts, error) {
	parsed, err := quota.ParseBordereau("bordereau "+b.Unit, b.Body)
	if err != nil {
		return nil, err
	}
	return &SentCounts{b.ID, &b.SentAt, countsIn(parsed, b.Unit)}, nil
}

func countsIn(b *quota.Bordereau, unit string) *Counts {
	x, ok := b.Stand(unit, "")
	if !ok {
		return &Counts{Code: unit}
	}
	n := x.In + x.Out + x.Undecided
	return &Counts{Code: unit, Entries: &n, In: &x.In, Out: &x.Out, Undecided: &x.Undecided}
}

// BordereauDifference is what a bordereau says otherwise than the one that its Mission
// Locale sent before, and than its rows say today.
type BordereauDifference struct {
	Rule     string      `json:"rule"`
	Period   string      `json:"period"`
	Unit     string      `json:"unit"`
	Sent     *SentCounts `json:"sent"`
	Previous *SentCounts `json:"previous"` // null: the first one
	Live     *SentCounts `json:"live"`     // null: to the services de l'État, or without rows
	// RowsRemoved reports whether rows of the period may have gone with age.
	RowsRemoved bool `json:"rows_removed"`
}

// BordereauDifference returns the difference of a bordereau. What its rows say today
// goes to its Mission Locale alone: a late import restates a closed quarter.
func (s *Service) BordereauDifference(ctx context.Context, who *access.Principal, id string) (*BordereauDifference, error) {
	b, err := s.seen(ctx, who, id)
	if err != nil {
		return nil, err
	}
	out := &BordereauDifference{Rule: b.Rule, Period: b.Period, Unit: b.Unit}
	if out.Sent, err = countsSent(&b); err != nil {
		return nil, err
	}
	was, again, err := s.Store.Replaced(ctx, &b)
	if err == nil && again {
		out.Previous, err = countsSent(&was)
	}
	if err != nil || !slices.Contains(who.Units, b.Unit) {
		return out, err
	}
	live, err := s.draft(ctx, who, Order{Unit: b.Unit, Rule: b.Rule, Period: b.Period})
	switch {
	case err == nil:
		out.Live = &SentCounts{Counts: countsIn(live, b.Unit)}
	case fault.KindOf(err) != fault.NotFound:
		return nil, err
	}
	x, err := people.ReadSettlement(ctx, s.Store)
	if err != nil {
		return nil, err
	}
	if p, err := quota.ParsePeriod(b.Period); err == nil {
		out.RowsRemoved = x.Removed(b.Unit, p, time.Now())
	}
	return out, nil
}

// UnitDifference is a unit whose figures of today are not the frozen ones; nil is a unit
// that is not counted.
type UnitDifference struct {
	Unit   string  `json:"unit"`
	Frozen *Counts `json:"frozen"`
	Live   *Counts `json:"live"`
}

// StateDifference is what the figures of today say otherwise than a frozen state.
type StateDifference struct {
	ID          string
	RuleChanged bool
	RowsRemoved bool // rows may have gone with age
	Units       []UnitDifference
}

// StateDifference returns what the figures of today say otherwise than a frozen state.
func (s *Service) StateDifference(ctx context.Context, who *access.Principal, id string) (*StateDifference, error) {
	f, err := s.State(ctx, who, id)
	if err != nil {
		return nil, err
	}
	q, err := s.question(ctx, who, f.ask())
	if err != nil {
		return nil, err
	}
	res, err := s.compute(ctx, who, q)
	if err != nil {
		return nil, err
	}
	live, err := s.document(res, q.Reader, false)
	if err != nil {
		return nil, err
	}
	out := &StateDifference{ID: f.ID, RuleChanged: q.Rule.Fingerprint != f.RuleHash, Units: differences(unitCounts(f.Figures), unitCounts(live))}
	if f.Owner != "" {
		x, err := people.ReadSettlement(ctx, s.Store)
		if err != nil {
			return nil, err
		}
		out.RowsRemoved = x.Removed(f.Owner, q.Period, time.Now())
	}
	return out, nil
}

// differences returns the units whose counts are not the same, by code.
func differences(before, after map[string]Counts) []UnitDifference {
	out := []UnitDifference{}
	for code, b := range before {
		if a, ok := after[code]; !ok {
			out = append(out, UnitDifference{code, &b, nil})
		} else if !a.Equal(b) {
			out = append(out, UnitDifference{code, &b, &a})
		}
	}
	for code, a := range after {
		if _, ok := before[code]; !ok {
			out = append(out, UnitDifference{code, nil, &a})
		}
	}
	slices.SortFunc(out, func(a, b UnitDifference) int { return strings.Compare(a.Unit, b.Unit) })
	return out
}
