package figures

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Since is what figures may be compared with.
type Since string

// What figures may be compared with, as links name it.
const (
	SinceFrozen Since = "arrete"  // a frozen state
	SinceSent   Since = "envoi"   // what was sent before
	SincePeriod Since = "periode" // the period before
	SinceYear   Since = "annee"   // the same months of the year before
)

// Earlier is a state of several units before the figures of a question.
type Earlier struct {
	Since    Since
	State    *State           // of SinceFrozen
	Figures  *report.Document // of SinceFrozen
	Result   *quota.Result    // of the others
	Question Question         // of Result
	Stands   map[string]quota.Stand
}

// Sent are the bordereaux of a question, by unit in the order of sending, and the counts
// of those in force.
type Sent struct {
	All  []store.Bordereau
	Live map[string]quota.Stand
}

// Sent returns the bordereaux of a question that the principal sees.
func (s *Service) Sent(ctx context.Context, who *access.Principal, q Question) (*Sent, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	all, err := s.Store.Sent(ctx, q.Rule.ID, q.Period.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(b store.Bordereau) bool { return !who.Sees(b.Unit) })
	inForce := slices.DeleteFunc(slices.Clone(all), func(b store.Bordereau) bool { return !b.ReplacedAt.IsZero() })
	live, err := stands(inForce, q)
	return &Sent{all, live}, err
}

// stands returns the counts of bordereaux under the question's perimeter, by Mission
// Locale, as far as its reader sees them; a bordereau without the perimeter is left out.
func stands(list []store.Bordereau, q Question) (map[string]quota.Stand, error) {
	out := map[string]quota.Stand{}
	sight := q.Rule.Sight(q.Reader)
	for i := range list {
		b, err := quota.ParseBordereau("bordereau "+list[i].Unit, list[i].Body)
		if err != nil {
			return nil, err
		}
		if s, ok := sight.Bordereau(b).Stand(list[i].Unit, q.Perimeter); ok {
			out[list[i].Unit] = s
		}
	}
	return out, nil
}

// Earlier returns the states before the figures of a question: the last frozen
// one, the bordereaux that others replaced, the period before, the same months of the
// year before.
func (s *Service) Earlier(ctx context.Context, who *access.Principal, q Question, sent *Sent) (out []Earlier, err error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	for _, find := range []func() (*Earlier, error){
		func() (*Earlier, error) { return s.lastFrozen(ctx, who, q) },
		func() (*Earlier, error) { return replaced(q, sent.All) },
		func() (*Earlier, error) { return s.earlierPeriod(ctx, who, q, SincePeriod) },
		func() (*Earlier, error) { return s.earlierPeriod(ctx, who, q, SinceYear) },
	} {
		e, err := find()
		if err != nil {
			return nil, err
		}
		if e != nil {
			out = append(out, *e)
		}
	}
	return out, nil
}

// EarlierState returns a frozen state to compare with, and the question that its figures
// answer today.
func (s *Service) EarlierState(ctx context.Context, who *access.Principal, id string) (*Earlier, Question, error) {
	f, err := s.State(ctx, who, id)
	if err != nil {
		return nil, Question{}, err
	}
	a := f.ask()
	a.Unit = ""
	q, err := s.question(ctx, who, a)
	if err != nil {
		return nil, q, err
	}
	e, err := s.earlierState(ctx, q, f)
	return e, q, err
}

// lastFrozen returns the last frozen state of the same rule, period and perimeters, or
// nil.
func (s *Service) lastFrozen(ctx context.Context, who *access.Principal, q Question) (*Earlier, error) {
	list, err := s.Store.FrozenStates(ctx, "")
	if err != nil {
		return nil, err
	}
	for i := range list {
		f := &list[i]
		visible, body := readable(who, f)
		if visible && f.Rule == q.Rule.ID && f.Period == q.Period.ID && body.Perimeter == q.Perimeter {
			state := stateOf(f, body)
			return s.earlierState(ctx, q, &state)
		}
	}
	return nil, nil
}

func (s *Service) earlierState(ctx context.Context, q Question, f *State) (*Earlier, error) {
	e := &Earlier{Since: SinceFrozen, State: f}
	var list []store.Bordereau
	for _, id := range f.Inputs {
		b, err := s.Store.Bordereau(ctx, id)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	var err error
	if e.Figures, err = f.Document(); err != nil {
		return nil, err
	}
	q.Perimeter = f.Perimeter
	e.Stands, err = stands(list, q)
	return e, err
}

// replaced returns the bordereaux that later ones replaced, or nil; a Mission Locale
// that sent once is left as it is.
func replaced(q Question, sent []store.Bordereau) (*Earlier, error) {
	before := map[string]store.Bordereau{}
	any := false
	for _, b := range sent { // in the order of sending
		if _, ok := before[b.Unit]; !ok || !b.ReplacedAt.IsZero() {
			before[b.Unit] = b
		}
		any = any || !b.ReplacedAt.IsZero()
	}
	if !any {
		return nil, nil
	}
	var list []*quota.Bordereau
	var kept []store.Bordereau
	for _, b := range before {
		parsed, err := quota.ParseBordereau("bordereau "+b.Unit, b.Body)
		if err != nil {
			return nil, err
		}
		if parsed.RuleHash == q.Rule.Fingerprint {
			list, kept = append(list, parsed), append(kept, b)
		}
	}
	res, err := quota.FromBordereaux(list, q.Rule, quota.Options{AsOf: geo.Today()}, q.Perimeter)
	if err != nil {
		return nil, nil // bordereaux that do not go together are not compared
	}
	e := &Earlier{Since: SinceSent, Result: res, Question: q}
	e.Stands, err = stands(kept, q)
	return e, err
}

// earlierPeriod returns the figures of the period before or of the same months of the year
// before, or nil.
func (s *Service) earlierPeriod(ctx context.Context, who *access.Principal, q Question, since Since) (*Earlier, error) {
	before, ok := since.of(q.Period)
	if !ok {
		return nil, nil
	}
	list, err := s.Store.Bordereaux(ctx, q.Rule.ID, before.ID)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(b store.Bordereau) bool { return !who.Sees(b.Unit) })
	asked := q
	asked.Period = before
	res, err := s.compute(ctx, who, asked)
	if err != nil && (fault.KindOf(err) == fault.NotFound || httpio.Refusal(err)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e := &Earlier{Since: since, Result: res, Question: asked}
	e.Stands, err = stands(list, q)
	return e, err
}

// of returns the period that figures are compared with: the quarter before a quarter, the
// year before a year, or the same months of the year before; ok is false without any.
func (since Since) of(p quota.Period) (before quota.Period, ok bool) {
	whole := p == quota.Year(int(p.From.Year))
	switch {
	case since == SincePeriod && whole:
		return quota.Year(int(p.From.Year) - 1), true
	case since == SincePeriod && p == quota.QuarterOf(p.From):
		return quota.QuarterOf(p.From.AddDays(-1)), true
	case since == SinceYear && !whole && p.From.Year == p.To.Year:
		year := strconv.Itoa(int(p.From.Year))
		before, err := quota.ParsePeriod(strings.ReplaceAll(p.ID, year, strconv.Itoa(int(p.From.Year)-1)))
		return before, err == nil
	}
	return quota.Period{}, false
}

// OwnEarlier is an earlier state of a Mission Locale's own counts.
type OwnEarlier struct {
	Since  Since
	Name   string       // of a frozen state
	At     time.Time    // when it was frozen or sent
	Period quota.Period // of SincePeriod and SinceYear
	Stand  quota.Stand
}

// OwnEarlier returns a Mission Locale's counts of now, and the earlier states of them:
// the last bordereau sent, the last frozen state, the period before, the same months of the
// year before. live is nil when
// the unit has no count.
func (s *Service) OwnEarlier(ctx context.Context, who *access.Principal, q Question) (live *quota.Stand, all []OwnEarlier, err error) {
	b, err := s.Count(ctx, who, q)
	if err != nil {
		return nil, nil, err
	}
	now, ok := b.Stand(q.Unit, "")
	if !ok {
		return nil, nil, nil
	}
	add := func(e OwnEarlier, b *quota.Bordereau) {
		if stand, ok := b.Stand(q.Unit, ""); ok {
			e.Stand = stand
			all = append(all, e)
		}
	}
	sent, err := s.LastSent(ctx, who, q.Unit, q.Rule.ID, q.Period.ID)
	if err != nil {
		return nil, nil, err
	}
	if sent != nil {
		b, err := quota.ParseBordereau("bordereau envoyé", sent.Body)
		if err != nil {
			return nil, nil, err
		}
		add(OwnEarlier{Since: SinceSent, At: sent.SentAt}, b)
	}
	states, err := s.OwnStates(ctx, who, q.Unit)
	if err != nil {
		return nil, nil, err
	}
	if i := slices.IndexFunc(states, func(f State) bool { return f.of(q) && len(f.Bordereau) > 0 }); i >= 0 {
		f := &states[i]
		b, err := quota.ParseBordereau("état arrêté", f.Bordereau)
		if err != nil {
			return nil, nil, err
		}
		add(OwnEarlier{Since: SinceFrozen, Name: f.Name, At: f.FrozenAt}, b)
	}
	for _, since := range []Since{SincePeriod, SinceYear} {
		before, ok := since.of(q.Period)
		if !ok {
			continue
		}
		var under []string
		if len(now.Versions) == 1 && before.To.Before(q.Period.From) {
			under = now.Versions // the same people under the perimeters of now
		}
		past := q
		past.Period = before
		b, err := s.count(ctx, past, under)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, nil, err
		}
		if err == nil {
			add(OwnEarlier{Since: since, Period: before}, b)
		}
	}
	return &now, all, nil
}

// of reports whether a state keeps the figures of a question under the perimeters in
// force.
func (f *State) of(q Question) bool {
	return f.Frozen != nil && f.Rule == q.Rule.ID && f.Period == q.Period.ID && f.Perimeter == ""
}
