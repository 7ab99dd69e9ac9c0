package figures

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Received is a Mission Locale's line in the list of bordereaux.
type Received struct {
	Unit   string     `json:"unit"`
	Name   string     `json:"name"`
	ID     string     `json:"id,omitempty"` // empty: nothing received
	SentAt *time.Time `json:"sent_at"`
	SentBy string     `json:"sent_by,omitempty"`
}

// Returns is who has sent a bordereau of a rule and a period, and who has not, among
// the units that a principal sees.
type Returns struct {
	Rule, Period       string
	Expected, Received int
	Missing            []string // codes
	Units              []Received
}

// Returns returns who has sent what a question asks for; without a period, of the last
// one received.
func (s *Service) Returns(ctx context.Context, who *access.Principal, q Question) (*Returns, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	var err error
	if q.Period.ID == "" {
		if q.Period, err = s.latestPeriod(ctx, q.Rule.ID); err != nil {
			return nil, err
		}
	}
	if q.Rule, err = s.Rule(ctx, q.Rule.ID, q.Period); err != nil {
		return nil, err
	}
	kept, err := s.Store.Bordereaux(ctx, q.Rule.ID, q.Period.ID)
	if err != nil {
		return nil, err
	}
	// One made with an earlier version of the rule counts nothing: it is awaited again.
	kept = slices.DeleteFunc(kept, func(b store.Bordereau) bool {
		var of struct {
			RuleHash string `json:"rule_hash"`
		}
		return json.Unmarshal(b.Body, &of) != nil || of.RuleHash != q.Rule.Fingerprint
	})
	pack := s.Packs.Acquire()
	defer pack.Release()
	out := &Returns{Rule: q.Rule.ID, Period: q.Period.ID, Missing: []string{}, Units: []Received{}}
	for _, u := range pack.Units() {
		if !who.Sees(u.Code) {
			continue
		}
		line := Received{Unit: u.Code, Name: u.Name}
		if b := find(kept, u.Code); b != nil {
			line.ID, line.SentAt, line.SentBy = b.ID, &b.SentAt, b.SentBy
		} else {
			out.Missing = append(out.Missing, u.Code)
		}
		out.Units = append(out.Units, line)
	}
	out.Expected, out.Received = len(out.Units), len(out.Units)-len(out.Missing)
	return out, nil
}

// Order asks for a bordereau: made of one's own rows, or read from a file that the
// command line wrote.
type Order struct {
	Unit       string          `json:"unit"`
	Rule       string          `json:"rule"`
	Period     string          `json:"period"`
	Perimeters []string        `json:"perimeters"` // blocks besides the one of the perimeters in force
	Bordereau  json.RawMessage `json:"bordereau"`
}

// Draft returns the bordereau that an order asks for, and sends nothing.
func (s *Service) Draft(ctx context.Context, who *access.Principal, o Order) (*quota.Bordereau, error) {
	err := who.May(access.ReadFigures)
	if err == nil {
		o.Unit, err = who.OwnUnit(o.Unit)
	}
	if err != nil {
		return nil, err
	}
	return s.draft(ctx, who, o)
}

// draft is Draft of who was let in already.
func (s *Service) draft(ctx context.Context, who *access.Principal, o Order) (*quota.Bordereau, error) {
	if len(o.Bordereau) > 0 && string(o.Bordereau) != "null" {
		return quota.ParseBordereau("bordereau", o.Bordereau)
	}
	q, err := s.question(ctx, who, Ask{Rule: o.Rule, Period: o.Period, Unit: o.Unit})
	if err != nil {
		return nil, err
	}
	if q.Period.ID == "" {
		return nil, httpio.Refused("period : la période est attendue, comme 2024-T3")
	}
	q.Unit = o.Unit
	return s.count(ctx, q, o.Perimeters)
}

// Count returns the rows of the question's Mission Locale counted as a bordereau, with a
// block for each perimeter asked for after the one of the perimeters in force.
func (s *Service) Count(ctx context.Context, who *access.Principal, q Question, perimeters ...string) (*quota.Bordereau, error) {
	if err := mayCount(who, q.Unit); err != nil {
		return nil, err
	}
	return s.count(ctx, q, perimeters)
}

// count is Count of who was let in already.
func (s *Service) count(ctx context.Context, q Question, perimeters []string) (*quota.Bordereau, error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	o, err := s.options(ctx, pack, q.Period)
	if err != nil {
		return nil, err
	}
	var files []*quota.Flagged
	var sums []string
	told := map[string]bool{} // a version in force all along the period says what is in force
	for _, perimeter := range append([]string{""}, perimeters...) {
		if perimeter != "" && !slices.Contains(pack.Perimeters(), perimeter) {
			return nil, httpio.Refused("perimeters : version absente du référentiel")
		}
		if perimeter != "" && told[quota.InForce] && files[0].InForceIs(perimeter, q.Rule, o) {
			continue // the rows need not be decided again to say the same
		}
		f, sum, err := s.flagged(ctx, pack, q.Unit, q.Rule, perimeter)
		if err != nil {
			return nil, err
		}
		regime := f.Regime(q.Rule, o)
		if told[regime] {
			continue
		}
		told[regime] = true
		files, sums = append(files, f), append(sums, sum)
	}
	b, err := quota.NewBordereau(files, q.Rule, o, s.Version, sums)
	if err == nil && len(b.Units) == 0 {
		err = fault.New(fault.NotFound, "aucune entrée à compter dans cette période")
	}
	return b, err
}

// SendOrder makes the bordereau that an order asks for, and sends it.
func (s *Service) SendOrder(ctx context.Context, who *access.Principal, o Order) (store.Bordereau, error) {
	err := who.May(access.SendBordereau)
	if err == nil {
		o.Unit, err = who.OwnUnit(o.Unit)
	}
	if err != nil {
		return store.Bordereau{}, err
	}
	b, err := s.draft(ctx, who, o)
	if err != nil {
		return store.Bordereau{}, err
	}
	return s.Send(ctx, who, o.Unit, b)
}

// Send sends a Mission Locale's bordereau to the services de l'État: it holds nobody
// else's counts. A bordereau sent before for the same rule and period is replaced.
func (s *Service) Send(ctx context.Context, who *access.Principal, unit string, b *quota.Bordereau) (store.Bordereau, error) {
	if err := who.May(access.SendBordereau); err != nil {
		return store.Bordereau{}, err
	}
	if _, err := who.OwnUnit(unit); err != nil {
		return store.Bordereau{}, err
	}
	if len(b.Units) != 1 || b.Units[0].Code != unit {
		return store.Bordereau{}, fault.New(fault.Input, "un bordereau ne porte que les chiffres de la Mission Locale qui l’envoie")
	}
	if b.MaskedUnder > 0 {
		return store.Bordereau{}, fault.New(fault.Input, "ce bordereau n’a pas ses petits nombres : envoyer celui que la Mission Locale a établi")
	}
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		return store.Bordereau{}, err
	}
	kept := store.Bordereau{Unit: unit, Rule: b.Rule, Period: b.Period.ID, Body: text.Bytes(), SentBy: who.Name}
	return kept, s.Store.Together(ctx, func(t *store.Store) error {
		if err := t.Send(ctx, &kept); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("bordereau envoyé", unit, kept.ID, 1))
	})
}

// LastSent returns the bordereau that a Mission Locale sent last of a rule and a period,
// or nil.
func (s *Service) LastSent(ctx context.Context, who *access.Principal, unit, rule, period string) (*store.Bordereau, error) {
	if err := mayCount(who, unit); err != nil {
		return nil, err
	}
	list, err := s.Store.Bordereaux(ctx, rule, period)
	return find(list, unit), err
}

// seen returns a bordereau by its identifier, when the principal may see it.
func (s *Service) seen(ctx context.Context, who *access.Principal, id string) (store.Bordereau, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return store.Bordereau{}, err
	}
	b, err := s.Store.Bordereau(ctx, id)
	if err == nil && !who.Sees(b.Unit) {
		err = fault.New(fault.NotFound, "bordereau introuvable")
	}
	return b, err
}

// Bordereau returns a bordereau as JSON: as it was sent to its Mission Locale, without
// its small numbers to the services de l'État.
func (s *Service) Bordereau(ctx context.Context, who *access.Principal, id string) ([]byte, error) {
	b, err := s.seen(ctx, who, id)
	if err != nil || slices.Contains(who.Units, b.Unit) {
		return b.Body, err
	}
	parsed, err := quota.ParseBordereau("bordereau "+b.Unit, b.Body)
	if err != nil {
		return nil, err
	}
	rule, err := s.Rule(ctx, b.Rule, parsed.Period.Period())
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = rule.Sight(quota.StatePartners).Bordereau(parsed).Write(&text)
	return text.Bytes(), err
}
