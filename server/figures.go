package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// question is what figures are asked for.
type question struct {
	rule      *quota.Rule
	period    quota.Period // zero: of every entry (Mission Locale), of the latest bordereau (State)
	perimeter string       // version of the QPV; empty: those in force
	unit      string       // own Mission Locale; empty: all those that one sees
	reader    quota.Reader
}

// question reads rule, period, perimeter and unit.
func (s *Server) question(r *http.Request, p *httpio.Params) (q question, err error) {
	name := p.Text("rule")
	if name != "" && !slices.Contains(s.rules(), name) {
		p.Refuse("rule", "attendu : "+strings.Join(s.rules(), ", "))
	}
	if text := p.Text("period"); text != "" {
		if q.period, err = quota.ParsePeriod(text); err != nil {
			p.Refuse("period", "2024-T3, 2024 ou 2024-T1..2024-T3")
		}
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	q.perimeter = p.OneOf("perimeter", pack.Perimeters()...)
	if err := p.Err(); err != nil {
		return q, err
	}
	if name == "" {
		name = s.rules()[0]
	}
	if q.rule, err = s.rule(r.Context(), name, q.period); err != nil {
		return q, err
	}
	who := principalOf(r)
	if q.reader = quota.StatePartners; len(who.Units) > 0 {
		q.reader = quota.OwnUnit
		q.unit, err = who.OwnUnit(p.Text("unit"))
	}
	return q, err
}

// rules are those that may be asked for, the first by default.
func (s *Server) rules() []string {
	if len(s.cfg.Rules) > 0 {
		return s.cfg.Rules
	}
	all := []string{quota.DefaultRule}
	for _, r := range quota.Rules() {
		if r != quota.DefaultRule {
			all = append(all, r)
		}
	}
	return all
}

var (
	directoryMemo  packs.Memo[struct{}, *quota.Directory]
	populationMemo packs.Memo[string, *quota.Population] // by path
)

// options are those of every computation: names, territories, populations.
func (s *Server) options(p *packs.Edition, period quota.Period) (quota.Options, error) {
	o := quota.Options{Period: period, AsOf: today()}
	units, err := directoryMemo.Of(p, struct{}{}, func() (*quota.Directory, error) {
		d := quota.NewDirectory()
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
	if err != nil {
		return o, err
	}
	o.Units = units
	if s.cfg.Population != "" {
		o.Population, err = populationMemo.Of(p, s.cfg.Population, func() (*quota.Population, error) { return quota.ReadPopulation(s.cfg.Population, units) })
	}
	return o, err
}

// figures computes a quota: from its own rows for a Mission Locale, from the
// bordereaux received for the services de l'État.
func (s *Server) figures(ctx context.Context, who *access.Principal, q question) (*quota.Result, error) {
	pack := s.packs.Acquire()
	defer pack.Release()
	o, err := s.options(pack, q.period)
	if err != nil {
		return nil, err
	}
	if q.unit == "" && q.period.ID == "" {
		if q.period, err = s.latestPeriod(ctx, q.rule.ID); err != nil {
			return nil, err
		}
		o.Period = q.period
	}
	// The period may have been found since the question was read.
	if q.rule, err = s.rule(ctx, q.rule.ID, q.period); err != nil {
		return nil, err
	}
	if q.unit != "" {
		f, _, err := s.flagged(ctx, pack, q.unit, q.rule, q.perimeter)
		if err != nil {
			return nil, err
		}
		return quota.FromRows([]*quota.Flagged{f}, q.rule, o)
	}
	kept, err := s.store.Bordereaux(ctx, q.rule.ID, q.period.ID)
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
		if b.RuleHash != q.rule.Fingerprint {
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
	res, err := quota.FromBordereaux(list, q.rule, o, q.perimeter)
	if err == nil && len(earlier) > 0 {
		res.Notices = append(res.Notices, "Bordereaux établis avec une version antérieure de la règle, non comptés, à envoyer de nouveau : "+strings.Join(earlier, ", ")+".")
	}
	return res, err
}

func (s *Server) latestPeriod(ctx context.Context, rule string) (quota.Period, error) {
	periods, err := s.store.Periods(ctx, rule)
	if err != nil {
		return quota.Period{}, err
	}
	if len(periods) == 0 {
		return quota.Period{}, fault.New(fault.NotFound, "aucun bordereau reçu")
	}
	return quota.ParsePeriod(periods[0])
}

// table gives the rows of a Mission Locale, under another perimeter when asked.
func (s *Server) table(ctx context.Context, pack *packs.Edition, unit, perimeter string) (*people.Table, error) {
	empty, err := people.Empty(ctx, s.store, unit)
	if err != nil {
		return nil, err
	}
	if empty {
		return nil, people.NothingImported
	}
	var again people.Again
	if perimeter != "" {
		again = func(ctx context.Context, fileID string, rows []store.Person) ([]store.Person, error) {
			file, err := s.store.File(ctx, fileID)
			if err != nil {
				return nil, err
			}
			file.Intake.Perimeter = perimeter
			f, done, err := people.NewFlagger(ctx, s.store, pack, &file)
			if err != nil {
				return nil, err
			}
			defer done()
			return f.Again(ctx, &file, rows)
		}
	}
	return s.tables.Table(ctx, s.store, unit, perimeter, pack.ID, func() (*people.Table, error) {
		return people.ReadTable(ctx, s.store, store.PeopleQuery{Unit: unit}, again)
	})
}

// flagged gives the rows of a Mission Locale as a rule reads them, and the SHA-256 of
// the table that they make.
func (s *Server) flagged(ctx context.Context, pack *packs.Edition, unit string, rule *quota.Rule, perimeter string) (*quota.Flagged, string, error) {
	t, err := s.table(ctx, pack, unit, perimeter)
	if err != nil {
		return nil, "", err
	}
	f, err := t.Flagged(rule)
	return f, t.SHA256, err
}

// quota answers with the figures, in the shape of « perimetre quota ».
func (s *Server) quota(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	p := httpio.Query(r)
	details := p.Bool("details", false)
	q, err := s.question(r, p)
	if err != nil {
		return err
	}
	res, err := s.figures(r.Context(), principalOf(r), q)
	if err != nil {
		return err
	}
	body, err := s.document(res, q.reader, details)
	if err != nil {
		return err
	}
	if q.unit != "" {
		if err := s.journal(r, principalOf(r), "calcul d’un quota", q.unit, res.Period.ID, 1); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(body)
	return err
}

// document is a quota as JSON.
func (s *Server) document(res *quota.Result, reader quota.Reader, details bool) (json.RawMessage, error) {
	var b bytes.Buffer
	o := report.Options{Reader: reader, Details: details, Engine: s.cfg.Version}
	err := report.NewView(res, o).JSON(&b, o)
	return b.Bytes(), err
}

// quotaReport gives the figures as a file: a page that prints, a workbook, a table.
func (s *Server) quotaReport(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	p := httpio.Query(r)
	format := p.OneOf("format", "html", "csv", "xlsx", "json")
	public := p.Bool("public", false)
	q, err := s.question(r, p)
	if err != nil {
		return err
	}
	if public {
		q.reader = quota.Everybody
	}
	res, err := s.figures(r.Context(), principalOf(r), q)
	if err != nil {
		return err
	}
	o := report.Options{Reader: q.reader, Engine: s.cfg.Version}
	view := report.NewView(res, o)
	view.State = "provisoire" // a period that has ended is not frozen for all that
	var b bytes.Buffer
	kind := "application/json; charset=utf-8"
	switch format {
	case "csv":
		kind, err = "text/csv; charset=utf-8", view.CSV(&b)
	case "xlsx":
		kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", view.XLSX(&b)
	case "json":
		err = view.JSON(&b, o)
	default:
		format, kind, err = "html", "text/html; charset=utf-8", view.HTML(&b)
		// The page is whole in itself: its style stands in it, nothing else runs.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals; frame-ancestors 'none'")
	}
	if err != nil {
		return err
	}
	if err := s.journal(r, principalOf(r), "rapport "+format, q.unit, res.Period.ID, 1); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	if format != "html" {
		h.Set("Content-Disposition", `attachment; filename="quota-`+strings.ReplaceAll(res.Period.ID, "..", "-a-")+"."+format+`"`)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// ruleAnswer is a rule as the API gives it.
type ruleAnswer struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Programme   string         `json:"programme"`
	Counting    quota.Counting `json:"counting"`
	HasTarget   bool           `json:"has_target"`
	Source      string         `json:"source"`
	ConfirmedOn geo.Date       `json:"confirmed_on"`
	Stale       bool           `json:"stale"` // not confirmed for 12 months
	Periods     []string       `json:"periods"`
}

func (s *Server) listRules(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	out := []ruleAnswer{}
	for _, name := range s.rules() {
		rule, err := s.rule(r.Context(), name, quota.Period{})
		if err != nil {
			return err
		}
		periods, err := s.store.Periods(r.Context(), rule.ID)
		if err != nil {
			return err
		}
		out = append(out, ruleAnswer{name, rule.Name, rule.Programme, rule.Counting, rule.HasTarget(), rule.Source, rule.ConfirmedOn, rule.Stale(today()), periods})
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"rules": out})
}
