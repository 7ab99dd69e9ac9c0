package figures

import (
	"context"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/directory"
	"perimetre/server/access"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// Config says what a Service works on.
type Config struct {
	Store *store.Store
	Packs *packs.Holder
	// Rules are the rules that may be asked for by name, in order; nil: the product's.
	Rules []string
	// Population is the path of a table of young people by commune and QPV, for the
	// expected shares; empty: not loaded.
	Population string
	// Version is the program's, as reports and bordereaux carry it.
	Version string
}

// Service answers what is asked of quotas. Every question takes who asks, and answers
// only what they may know. Make one with New.
type Service struct {
	Config
	tables Tables
}

// New returns a Service on a store and a holder of packs.
func New(c Config) *Service { return &Service{Config: c} }

var directoryMemo packs.Memo[struct{}, *directory.Units]

// unitsOf returns the Missions Locales of an edition by every code and name, and their
// territories.
func unitsOf(p *packs.Edition) (*directory.Units, error) {
	return directoryMemo.Of(p, struct{}{}, func() (*directory.Units, error) {
		d := directory.New()
		for _, m := range p.MissionsLocales { // files still write the directory's
			d.Name(m.Code, m.Name)
		}
		for _, u := range p.Units() {
			d.Name(u.Code, u.Name)
		}
		for _, t := range p.Territories {
			d.Territory(t.Commune, t.MissionLocale)
		}
		return d, nil
	})
}

// options returns what every computation of a period needs: names, territories and
// populations.
func (s *Service) options(ctx context.Context, p *packs.Edition, period quota.Period) (quota.Options, error) {
	o := quota.Options{Period: period, AsOf: geo.Today()}
	units, err := unitsOf(p)
	if err != nil {
		return o, err
	}
	o.Units, o.Loaded = units, p.Loaded
	// A table that cannot be read takes nothing from the counts: compute says it.
	o.Population, _ = s.population(ctx, p, units)
	return o, nil
}

// Quota returns the figures of a question: from its own rows for a Mission Locale, from
// the bordereaux received for the services de l'État.
func (s *Service) Quota(ctx context.Context, who *access.Principal, q Question) (*quota.Result, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	return s.compute(ctx, who, q)
}

// compute is Quota of who was let in already.
func (s *Service) compute(ctx context.Context, who *access.Principal, q Question) (*quota.Result, error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	o, err := s.options(ctx, pack, q.Period)
	if err != nil {
		return nil, err
	}
	res, err := s.computeWith(ctx, who, pack, q, o)
	if err != nil {
		return nil, err
	}
	if why := s.unread(ctx, pack, o); why != "" {
		res.Notices = append(res.Notices, why)
	}
	reread, err := people.Agreements(ctx, s.Store, res.Period.ID)
	for i := range res.Units {
		res.Units[i].Reread = reread[res.Units[i].Code]
	}
	return res, err
}

func (s *Service) computeWith(ctx context.Context, who *access.Principal, pack *packs.Edition, q Question, o quota.Options) (_ *quota.Result, err error) {
	if q.Unit == "" && q.Period.ID == "" {
		if q.Period, err = s.latestPeriod(ctx, q.Rule.ID); err != nil {
			return nil, err
		}
		o.Period = q.Period
	}
	// The period may have been found since the question was read.
	if q.Rule, err = s.Rule(ctx, q.Rule.ID, q.Period); err != nil {
		return nil, err
	}
	if q.Unit != "" {
		if _, err := who.OwnUnit(q.Unit); err != nil {
			return nil, err
		}
		f, _, err := s.flagged(ctx, pack, q.Unit, q.Rule, q.Perimeter)
		if err != nil {
			return nil, err
		}
		return quota.FromRows([]*quota.Flagged{f}, q.Rule, o)
	}
	return s.received(ctx, who, pack, q, o)
}

// received counts the bordereaux of a question that the principal sees.
func (s *Service) received(ctx context.Context, who *access.Principal, pack *packs.Edition, q Question, o quota.Options) (*quota.Result, error) {
	kept, err := s.Store.Bordereaux(ctx, q.Rule.ID, q.Period.ID)
	if err != nil {
		return nil, err
	}
	var list []*quota.Bordereau
	var earlier []string
	for i := range kept {
		if !who.Sees(kept[i].Unit) {
			continue
		}
		b, err := quota.ParseBordereau("bordereau "+kept[i].Unit, kept[i].Body)
		if err != nil {
			return nil, err
		}
		if b.RuleHash != q.Rule.Fingerprint {
			earlier = append(earlier, pack.UnitName(kept[i].Unit))
			continue
		}
		list = append(list, b)
	}
	if len(list) == 0 && len(earlier) > 0 {
		return nil, fault.New(fault.NotFound, "la règle a changé pour cette période : les bordereaux reçus sont à envoyer de nouveau")
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "aucun bordereau reçu pour cette période")
	}
	res, err := quota.FromBordereaux(list, q.Rule, o, q.Perimeter)
	if err == nil && len(earlier) > 0 {
		res.Notices = append(res.Notices, "Bordereaux établis avec une version antérieure de la règle, non comptés, à envoyer de nouveau : "+strings.Join(earlier, ", ")+".")
	}
	return res, err
}

// latestPeriod returns the last period with a bordereau received under a rule.
func (s *Service) latestPeriod(ctx context.Context, rule string) (quota.Period, error) {
	periods, err := s.Store.Periods(ctx, rule)
	if err != nil {
		return quota.Period{}, err
	}
	if len(periods) == 0 {
		return quota.Period{}, fault.New(fault.NotFound, "aucun bordereau reçu")
	}
	return quota.ParsePeriod(periods[0])
}

// table returns the rows of a Mission Locale, decided again under a perimeter unless it
// is empty.
func (s *Service) table(ctx context.Context, pack *packs.Edition, unit, perimeter string) (*people.Table, error) {
	empty, err := people.Empty(ctx, s.Store, unit)
	if err != nil {
		return nil, err
	}
	if empty {
		return nil, people.NothingImported
	}
	var again people.Again
	if perimeter != "" {
		again = func(ctx context.Context, fileID string, rows []store.Person) ([]store.Person, error) {
			file, err := s.Store.File(ctx, fileID)
			if err != nil {
				return nil, err
			}
			file.Intake.Perimeter = perimeter
			f, done, err := people.NewFlagger(ctx, s.Store, pack, &file)
			if err != nil {
				return nil, err
			}
			defer done()
			return f.Again(ctx, &file, rows)
		}
	}
	return s.tables.Table(ctx, s.Store, unit, perimeter, pack.ID, func() (*people.Table, error) {
		return people.ReadTable(ctx, s.Store, store.PeopleQuery{Unit: unit}, again)
	})
}

// flagged returns the rows of a Mission Locale as a rule reads them, and the SHA-256 of
// the table that they make.
func (s *Service) flagged(ctx context.Context, pack *packs.Edition, unit string, rule *quota.Rule, perimeter string) (*quota.Flagged, string, error) {
	t, err := s.table(ctx, pack, unit, perimeter)
	if err != nil {
		return nil, "", err
	}
	f, err := t.Flagged(rule)
	return f, t.SHA256, err
}

// Quarters returns the quarters of a Mission Locale's entries, the latest first; none
// while nothing is imported.
func (s *Service) Quarters(ctx context.Context, who *access.Principal, unit string) ([]string, error) {
	if err := mayCount(who, unit); err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	t, err := s.table(ctx, pack, unit, "")
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return t.Quarters(), nil
}

// mayCount returns nil when the principal may read the figures of a Mission Locale that
// is their own.
func mayCount(who *access.Principal, unit string) error {
	if err := who.May(access.ReadFigures); err != nil {
		return err
	}
	_, err := who.OwnUnit(unit)
	return err
}

// Senders returns the Missions Locales that sent a bordereau for some rule and period.
func (s *Service) Senders(ctx context.Context) (map[string]bool, error) {
	sent := map[string]bool{}
	for _, name := range s.RuleNames() {
		rule, err := quota.LoadRule(name)
		if err != nil {
			return nil, err
		}
		periods, err := s.Store.Periods(ctx, rule.ID)
		if err != nil {
			return nil, err
		}
		for _, period := range periods {
			list, err := s.Store.Bordereaux(ctx, rule.ID, period)
			if err != nil {
				return nil, err
			}
			for i := range list {
				sent[list[i].Unit] = true
			}
		}
	}
	return sent, nil
}

// Periods returns the periods with a bordereau received under a rule, by its identifier,
// the latest first.
func (s *Service) Periods(ctx context.Context, rule string) ([]string, error) {
	return s.Store.Periods(ctx, rule)
}

// find returns the bordereau of a unit in a list, or nil.
func find(list []store.Bordereau, unit string) *store.Bordereau {
	if i := slices.IndexFunc(list, func(b store.Bordereau) bool { return b.Unit == unit }); i >= 0 {
		return &list[i]
	}
	return nil
}
