package figures

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

// Names are the names of the parameters that ask for figures and tables.
type Names struct {
	Rule, Period, Perimeter, Unit         string
	By, Zoning, Indicator, ByEPCI, Public string
}

// InEnglish are the names of the API, InFrench those that pages show.
var (
	InEnglish = Names{Rule: "rule", Period: "period", Perimeter: "perimeter", Unit: "unit", By: "by", Zoning: "zoning", Indicator: "indicator", ByEPCI: "epci", Public: "public"}
	InFrench  = Names{Rule: "regle", Period: "periode", Perimeter: "perimetre", Unit: "ml", By: "ventilation", Zoning: "zonage", Indicator: "indicateur", ByEPCI: "epci", Public: "public"}
)

// spelled returns names as a sentence writes them, with the accents that addresses leave out.
func (n Names) spelled() Names {
	if n == InFrench {
		n.Rule, n.Period, n.Perimeter, n.Unit = "règle", "période", "périmètre", "Mission Locale"
	}
	return n
}

// Ask is what figures are asked for, as it was written; what is empty is chosen.
type Ask struct {
	Names     Names  // as a refusal writes them; the zero Names are InEnglish
	Rule      string // name
	Period    string // as quota.ParsePeriod reads it
	Perimeter string // version of the QPV
	Unit      string // code of a Mission Locale
}

// AskOf returns what the parameters of a rule, a period, a perimeter and a unit ask for.
func AskOf(p *httpio.Params, n Names) Ask {
	return Ask{Names: n, Rule: p.Text(n.Rule), Period: p.Text(n.Period), Perimeter: p.Text(n.Perimeter), Unit: p.Text(n.Unit)}
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
	names := cmp.Or(a.Names, InEnglish).spelled()
	p := httpio.Params{Values: map[string][]string{names.Perimeter: {a.Perimeter}}, Bad: noted}
	name := strings.TrimSpace(a.Rule)
	if name != "" && !slices.Contains(s.RuleNames(), name) {
		p.Refuse(names.Rule, "attendu : "+strings.Join(s.RuleNames(), ", "))
	}
	if text := strings.TrimSpace(a.Period); text != "" {
		if q.Period, err = quota.ParsePeriod(text); err != nil {
			p.Refuse(names.Period, "2024-T3, 2024 ou 2024-T1..2024-T3")
		}
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	q.Perimeter = p.OneOf(names.Perimeter, pack.Perimeters()...)
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
