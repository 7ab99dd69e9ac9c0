package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/store"
	"perimetre/web"
)

// earlier is a state of the figures before those of a page.
type earlier struct {
	key, label, intro string
	stands            map[string]quota.Stand
	rows              map[string]web.ShareRow // as they were shown
}

// stands are the counts of the bordereaux of a rule, by Mission Locale, under a
// perimeter, as far as a reader sees them; those that do not have it are left out.
func stands(list []store.Bordereau, perimeter string, sight quota.Sight) (map[string]quota.Stand, error) {
	out := map[string]quota.Stand{}
	for i := range list {
		b, err := quota.ParseBordereau("bordereau "+list[i].Unit, list[i].Body)
		if err != nil {
			return nil, err
		}
		if s, ok := sight.Bordereau(b).Stand(list[i].Unit, perimeter); ok {
			out[list[i].Unit] = s
		}
	}
	return out, nil
}

// sent are all the bordereaux of a question, by unit in the order of sending, and
// the counts of those in force.
func (s *Server) sent(r *http.Request, q question) (all []store.Bordereau, live map[string]quota.Stand, err error) {
	if all, err = s.store.Sent(r.Context(), q.rule.ID, q.period.ID); err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(b store.Bordereau) bool { return !principalOf(r).Sees(b.Unit) })
	live, err = stands(slices.DeleteFunc(slices.Clone(all), func(b store.Bordereau) bool { return !b.ReplacedAt.IsZero() }), q.perimeter, q.rule.Sight(q.reader))
	return all, live, err
}

// pilotageSince tells what changed since an earlier state: the last frozen one, the
// bordereaux that others replaced, the period before.
func (s *Server) pilotageSince(r *http.Request, v *web.Pilotage, q question) error {
	ctx, who := r.Context(), principalOf(r)
	sent, live, err := s.sent(r, q)
	if err != nil {
		return err
	}
	var all []earlier
	for _, find := range []func() (*earlier, error){
		func() (*earlier, error) { return s.sinceFrozen(r, q) },
		func() (*earlier, error) { return s.sinceReplaced(q, sent) },
		func() (*earlier, error) { return s.sincePeriod(ctx, who, q) },
	} {
		e, err := find()
		if err != nil {
			return err
		}
		if e != nil {
			all = append(all, *e)
		}
	}
	v.Since = &web.Since{Empty: "Il n’y a rien à comparer encore : ni état arrêté de cette période, ni bordereau remplacé, ni période précédente reçue."}
	if len(all) == 0 {
		return nil
	}
	at := max(0, slices.IndexFunc(all, func(e earlier) bool { return e.key == r.URL.Query().Get("depuis") }))
	v.Since = against(&all[at], v.Rows, v.Total, live, sent, q.rule.Sight(q.reader).Details)
	for i, e := range all {
		v.Since.Links = append(v.Since.Links, web.Link{Label: e.label, Href: with(r.URL.Query(), "/pilotage", "depuis", e.key) + "#changes", Current: i == at})
	}
	return nil
}

// sinceFrozen is the last frozen state of the same rule, period and perimeters.
func (s *Server) sinceFrozen(r *http.Request, q question) (*earlier, error) {
	list, err := s.store.FrozenStates(r.Context(), "")
	if err != nil {
		return nil, err
	}
	for i := range list {
		f := &list[i]
		visible, body := readable(principalOf(r), f)
		if visible && f.Rule == q.rule.ID && f.Period == q.period.ID && body.Perimeter == q.perimeter {
			return s.frozenEarlier(r.Context(), q.rule.Sight(q.reader), f, body)
		}
	}
	return nil, nil
}

func (s *Server) frozenEarlier(ctx context.Context, sight quota.Sight, f *store.Frozen, body *frozenBody) (*earlier, error) {
	e := &earlier{key: "arrete", label: "Depuis le dernier arrêté", rows: map[string]web.ShareRow{},
		intro: fmt.Sprintf("Depuis l’état « %s », arrêté le %s : ce que les envois reçus depuis disent autrement. L’état arrêté reste tel quel.", f.Name, moment(f.FrozenAt))}
	var list []store.Bordereau
	for _, id := range body.Inputs {
		b, err := s.store.Bordereau(ctx, id)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	var d frozenFigures
	err := json.Unmarshal(body.Figures, &d)
	if err != nil {
		return nil, err
	}
	for _, row := range d.rows() {
		e.rows[row.Code] = row
	}
	e.stands, err = stands(list, body.Perimeter, sight)
	return e, err
}

// sinceReplaced are the bordereaux that those of now replaced; a Mission Locale that
// sent once is left as it is.
func (s *Server) sinceReplaced(q question, sent []store.Bordereau) (*earlier, error) {
	before := map[string]store.Bordereau{}
	replaced := false
	for _, b := range sent { // in the order of sending
		if _, ok := before[b.Unit]; !ok || !b.ReplacedAt.IsZero() {
			before[b.Unit] = b
		}
		replaced = replaced || !b.ReplacedAt.IsZero()
	}
	if !replaced {
		return nil, nil
	}
	var list []*quota.Bordereau
	var kept []store.Bordereau
	for _, b := range before {
		parsed, err := quota.ParseBordereau("bordereau "+b.Unit, b.Body)
		if err != nil {
			return nil, err
		}
		if parsed.RuleHash == q.rule.Fingerprint {
			list, kept = append(list, parsed), append(kept, b)
		}
	}
	e := &earlier{key: "envoi", label: "Depuis l’envoi précédent", intro: "Depuis les bordereaux que d’autres ont remplacés pour la même période : imports tardifs, décisions et corrections."}
	res, err := quota.FromBordereaux(list, q.rule, quota.Options{AsOf: today()}, q.perimeter)
	if err != nil {
		return nil, nil // bordereaux that do not go together are not compared
	}
	e.rows = rowsOf(res, q)
	e.stands, err = stands(kept, q.perimeter, q.rule.Sight(q.reader))
	return e, err
}

// sincePeriod is the period before: the quarter before, or the same months of the
// year before.
func (s *Server) sincePeriod(ctx context.Context, who *access.Principal, q question) (*earlier, error) {
	before, ok := periodBefore(q.period)
	if !ok {
		return nil, nil
	}
	list, err := s.store.Bordereaux(ctx, q.rule.ID, before.ID)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(b store.Bordereau) bool { return !who.Sees(b.Unit) })
	asked := q
	asked.period = before
	res, err := s.figures(ctx, who, asked)
	if err != nil && (fault.KindOf(err) == fault.NotFound || refused(err)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e := &earlier{key: "periode", label: "Depuis le trimestre précédent", rows: rowsOf(res, asked),
		intro: "Du " + periodName(before.ID) + " au " + periodName(q.period.ID)}
	if before == quota.Year(int(before.From.Year)) {
		e.label, e.intro = "Depuis l’année précédente", "De l’"+periodName(before.ID)+" à l’"+periodName(q.period.ID)
	}
	e.intro += " : d’autres personnes sont entrées ; les causes séparent où elles résident, combien d’adresses restent à vérifier et ce qui a été décidé."
	e.stands, err = stands(list, q.perimeter, q.rule.Sight(q.reader))
	return e, err
}

func rowsOf(res *quota.Result, q question) map[string]web.ShareRow {
	view := report.NewView(res, report.Options{Reader: q.reader})
	out := map[string]web.ShareRow{}
	for i := range view.Lines {
		out[view.Lines[i].Code] = shareRow(&view.Lines[i], &res.Units[i])
	}
	return out
}

// periodBefore is the quarter before a quarter, the year before a year.
func periodBefore(p quota.Period) (quota.Period, bool) {
	switch year := int(p.From.Year); {
	case p == quota.QuarterOf(p.From):
		day := p.From.Time().AddDate(0, 0, -1)
		return quota.QuarterOf(geo.DateOf(day)), true
	case p == quota.Year(year):
		return quota.Year(year - 1), true
	}
	return quota.Period{}, false
}
