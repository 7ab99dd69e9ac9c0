package figures

import (
	"context"
	"slices"
	"strings"

	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

// Ask is what figures are asked for, as it was written; what is empty is chosen.
type Ask struct {
	Rule      string // name
	Period    string // as quota.ParsePeriod reads it
	Perimeter string // version of the QPV
	Unit      string // code of a Mission Locale
}

// AskOf returns what the parameters rule, period, perimeter and unit ask for.
func AskOf(p *httpio.Params) Ask {
	return Ask{Rule: p.Text("rule"), Period: p.Text("period"), Perimeter: p.Text("perimeter"), Unit: p.Text("unit")}
}

// Question is what figures are asked for.
type Question struct {
	Rule      *quota.Rule
	Period    quota.Period // zero: every entry (Mission Locale), or the latest bordereau (State)
	Perimeter string       // version of the QPV; empty: those in force
	Unit      string       // own Mission Locale; empty: every one that the principal sees
	Reader    quota.Reader
}

// Question returns the question that a principal asks. Its BadRequest names every fault,
// after the faults that the caller noted of other parameters.
func (s *Service) Question(ctx context.Context, who *access.Principal, a Ask, noted ...string) (Question, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return Question{}, err
	}
	return s.question(ctx, who, a, noted...)
}

// question is Question of who was let in already.
func (s *Service) question(ctx context.Context, who *access.Principal, a Ask, noted ...string) (q Question, err error) {
	p := httpio.Params{Values: map[string][]string{"perimeter": {a.Perimeter}}, Bad: noted}
	name := strings.TrimSpace(a.Rule)
	if name != "" && !slices.Contains(s.RuleNames(), name) {
		p.Refuse("rule", "attendu : "+strings.Join(s.RuleNames(), ", "))
	}
	if text := strings.TrimSpace(a.Period); text != "" {
		if q.Period, err = quota.ParsePeriod(text); err != nil {
			p.Refuse("period", "2024-T3, 2024 ou 2024-T1..2024-T3")
		}
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	q.Perimeter = p.OneOf("perimeter", pack.Perimeters()...)
	if err := p.Err(); err != nil {
		return q, err
	}
	if name == "" {
		name = s.RuleNames()[0]
	}
	if q.Rule, err = s.Rule(ctx, name, q.Period); err != nil {
		return q, err
	}
	if q.Reader = quota.StatePartners; len(who.Units) > 0 {
		q.Reader = quota.OwnUnit
		q.Unit, err = who.OwnUnit(strings.TrimSpace(a.Unit))
	}
	return q, err
}
