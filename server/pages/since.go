package pages

import (
	"fmt"
	"net/http"
	"slices"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// earlier is a state before the figures of a page, as the page tells it.
type earlier struct {
	*figures.Earlier
	label, intro string
	rows         map[string]web.ShareRow // as they were shown
}

// tell says in words what a state of the figures is, and shows its lines.
func tell(e *figures.Earlier, now quota.Period) earlier {
	out := earlier{Earlier: e, rows: map[string]web.ShareRow{}}
	switch e.Since {
	case figures.SinceFrozen:
		out.label = "Depuis le dernier arrêté"
		out.intro = fmt.Sprintf("Depuis l’état « %s », arrêté le %s : ce que les envois reçus depuis disent autrement. L’état arrêté reste tel quel.", e.State.Name, french.Moment(e.State.FrozenAt))
		for _, row := range documentRows(e.Figures) {
			out.rows[row.Code] = row
		}
		return out
	case figures.SinceSent:
		out.label, out.intro = "Depuis l’envoi précédent", "Depuis les bordereaux que d’autres ont remplacés pour la même période : imports tardifs, décisions et corrections."
	case figures.SincePeriod, figures.SinceYear:
		before := e.Question.Period
		out.label, out.intro = "Depuis le trimestre précédent", "Du "+periodName(before.ID)+" au "+periodName(now.ID)
		switch {
		case before == quota.Year(int(before.From.Year)):
			out.label, out.intro = "Depuis l’année précédente", "De l’"+periodName(before.ID)+" à l’"+periodName(now.ID)
		case e.Since == figures.SinceYear:
			out.label = "Depuis les mêmes mois de l’an dernier"
		}
		out.intro += " : d’autres personnes sont entrées ; les causes séparent où elles résident, combien d’adresses restent à vérifier et ce qui a été décidé."
	}
	view := report.NewView(e.Result, report.Options{Reader: e.Question.Reader})
	for i := range view.Lines {
		out.rows[view.Lines[i].Code] = shareRow(&view.Lines[i], &e.Result.Units[i])
	}
	return out
}

// running says of a period that had not ended when some of its figures were drawn how many
// of its days they hold; nothing otherwise.
func running(p quota.Period, live map[string]quota.Stand) []string {
	first := p.To
	for _, s := range live {
		if s.AsOf.Before(first) {
			first = s.AsOf
		}
	}
	if !first.Before(p.To) || first.Before(p.From) {
		return nil
	}
	return []string{fmt.Sprintf("La période court encore : %s jours sur %s au %s. Les parts se comparent ; les nombres d’entrées, pas encore.",
		french.Integer(p.DaysBy(first)), french.Integer(p.Days()), french.Date(first))}
}

// pilotageSince says what changed since an earlier state.
func (s *Pages) pilotageSince(r *http.Request, v *web.Pilotage, q figures.Question) error {
	ctx, who := r.Context(), access.Who(r)
	sent, err := s.Figures.Sent(ctx, who, q)
	if err != nil {
		return err
	}
	all, err := s.Figures.Earlier(ctx, who, q, sent)
	if err != nil {
		return err
	}
	v.Since = &web.Since{Empty: "Il n’y a rien à comparer encore : ni état arrêté de cette période, ni bordereau remplacé, ni période précédente reçue."}
	if len(all) == 0 {
		return nil
	}
	at := max(0, slices.IndexFunc(all, func(e figures.Earlier) bool { return string(e.Since) == r.URL.Query().Get("depuis") }))
	chosen := tell(&all[at], q.Period)
	v.Since = against(&chosen, v.Rows, v.Total, sent, q.Rule.Unlocatable, q.Rule.Sight(q.Reader).Details, r.URL.Query())
	if all[at].Since == figures.SincePeriod || all[at].Since == figures.SinceYear {
		v.Since.Notes = append(v.Since.Notes, running(q.Period, sent.Live)...)
	}
	for i := range all {
		e := tell(&all[i], q.Period)
		v.Since.Links = append(v.Since.Links, web.Link{Label: e.label, Href: shell.With(r.URL.Query(), "/pilotage", "depuis", string(e.Since)) + "#changes", Current: i == at})
	}
	return nil
}

// sinceState sets the figures of now against a frozen state.
func (s *Pages) sinceState(r *http.Request, id string, total web.ShareRow) (*web.Since, error) {
	ctx, who := r.Context(), access.Who(r)
	e, q, err := s.Figures.EarlierState(ctx, who, id)
	if err != nil {
		return nil, err
	}
	res, err := s.Figures.Quota(ctx, who, q)
	if err != nil && (fault.KindOf(err) == fault.NotFound || httpio.Refusal(err)) {
		return &web.Since{Empty: "Les chiffres du jour ne se comparent pas à cet état : " + err.Error() + "."}, nil
	}
	if err != nil {
		return nil, err
	}
	sent, err := s.Figures.Sent(ctx, who, q)
	if err != nil {
		return nil, err
	}
	view := report.NewView(res, report.Options{Reader: q.Reader})
	var now []web.ShareRow
	for i := range view.Lines {
		now = append(now, shareRow(&view.Lines[i], &res.Units[i]))
	}
	total.Hidden = total.Hidden || view.Total.Hidden
	told := tell(e, q.Period)
	w := against(&told, now, total, sent, q.Rule.Unlocatable, q.Rule.Sight(q.Reader).Details, r.URL.Query())
	if q.Rule.Fingerprint != e.State.RuleHash {
		w.Notes = append(w.Notes, "La règle a changé depuis l’arrêté.")
	}
	return w, nil
}
