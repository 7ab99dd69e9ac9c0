package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// ownChanges tells why the share moved: between the perimeters in force and the perimeters
// of a replay, or since an earlier state of the Mission Locale's own counts.
func (s *Pages) ownChanges(r *http.Request, v *web.Home, q figures.Question, res *quota.Result) error {
	if q.Perimeter != "" {
		before := q
		before.Perimeter = ""
		old, err := s.Figures.Quota(r.Context(), access.Who(r), before)
		if err != nil {
			return err
		}
		move, err := quota.Explain(old, res)
		if err != nil {
			return err
		}
		v.Changes = changes(move)
		v.Changes.Intro = "Des périmètres en vigueur à l’entrée aux QPV " + q.Perimeter + " pour tous : les mêmes personnes, décidées autrement."
		return nil
	}
	live, all, err := s.Figures.OwnEarlier(r.Context(), access.Who(r), q)
	if err != nil || len(all) == 0 {
		return err
	}
	// What differs is what one comes for.
	at := slices.IndexFunc(all, func(x figures.OwnEarlier) bool { return string(x.Since) == r.URL.Query().Get("depuis") })
	if at < 0 {
		at = max(0, slices.IndexFunc(all, func(x figures.OwnEarlier) bool { return x.Stand.Count != live.Count }))
	}
	v.Changes = changes(quota.Compare(all[at].Stand, *live, q.Rule.Unlocatable))
	_, v.Changes.Intro = tellOwn(&all[at])
	for _, fact := range restsOn(all[at].Stand, *live) {
		v.Changes.Notes = append(v.Changes.Notes, web.French(french.Capital(fact)+"."))
	}
	for i := range all {
		label, _ := tellOwn(&all[i])
		v.Changes.Links = append(v.Changes.Links, web.Link{Label: label, Href: shell.With(r.URL.Query(), "/ma-mission-locale", "depuis", string(all[i].Since)) + "#changes", Current: i == at})
	}
	return nil
}

// tellOwn says in words what an earlier state of a Mission Locale's counts is.
func tellOwn(e *figures.OwnEarlier) (label, intro string) {
	switch e.Since {
	case figures.SinceSent:
		return "Depuis le dernier envoi", "Depuis le bordereau envoyé le " + french.Moment(e.At) + "."
	case figures.SinceFrozen:
		return "Depuis le dernier arrêté", fmt.Sprintf("Depuis l’état « %s », arrêté le %s.", e.Name, french.Moment(e.At))
	}
	label = "Depuis le " + periodName(e.Period.ID)
	if e.Period == quota.Year(int(e.Period.From.Year)) {
		label = "Depuis l’" + periodName(e.Period.ID)
	}
	return label, "Depuis la période précédente : d’autres personnes sont entrées ; les causes séparent où elles résident, combien d’adresses restent à vérifier et ce qui a été décidé."
}

// changes returns a move's causes that changed something, with their picture.
func changes(m *quota.Move) *web.Changes {
	row := func(m report.MoveRow) web.ChangeRow {
		return web.ChangeRow{Cause: m.Cause, People: m.Persons, In: m.In, Out: m.Out, Undecided: m.Undecided, Min: m.Min, Max: m.Max}
	}
	t := report.NewMoveTable(m)
	c := &web.Changes{Total: row(t.Total)}
	for i, x := range t.Rows {
		if s := m.Steps[i]; s.In != 0 || s.Out != 0 || s.Undecided != 0 || s.Persons > 0 && s.Cause == quota.ByPerimeter {
			c.Rows = append(c.Rows, row(x))
		}
	}
	if len(c.Rows) == 0 {
		c.Notes = []string{"Aucun chiffre n’a changé."}
		return c
	}
	c.Picture = waterfall(m)
	return c
}

// ownStates offers to freeze the figures, and lists the frozen states.
func (s *Pages) ownStates(r *http.Request, v *web.Home, q figures.Question) error {
	list, err := s.Figures.OwnStates(r.Context(), access.Who(r), q.Unit)
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.Rule == q.Rule.ID {
			asked := url.Values{"ml": {q.Unit}, "regle": {f.Rule}, "periode": {f.Period}, "arrete": {f.ID}}
			v.Frozen = append(v.Frozen, web.Link{Label: stateLabel(f.Name, f.Period, f.FrozenAt), Href: "/ma-mission-locale?" + asked.Encode()})
		}
	}
	if access.Who(r).Can(access.FreezeOwn) {
		v.Freeze = &web.FreezeForm{Action: "/ma-mission-locale/arreter", Name: french.Capital(periodName(q.Period.ID)),
			Hidden: []web.Choice{{Label: "ml", Value: q.Unit}, {Label: "regle", Value: q.Rule.ID}, {Label: "periode", Value: q.Period.ID}, {Label: "perimetre", Value: q.Perimeter}}}
		if !q.Period.Closed(geo.Today()) {
			v.Freeze.Warning = "La période n’est pas finie."
		}
	}
	return nil
}

// ownFreeze keeps a Mission Locale's figures of now under a name, with its
// observations.
func (s *Pages) ownFreeze(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.FreezeOwn); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	asked := figures.Freezing{Name: p.Text("nom"), Unit: p.Text("ml"), Rule: p.Text("regle"), Period: p.Text("periode"), Perimeter: p.Text("perimetre"), Observations: p.Text("observations")}
	kept, err := s.Figures.Freeze(r.Context(), access.Who(r), asked)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/ma-mission-locale?"+url.Values{"ml": {asked.Unit}, "regle": {asked.Rule}, "periode": {asked.Period}, "arrete": {kept.ID}}.Encode(), http.StatusSeeOther)
	return nil
}

// ownMeeting shows what the services de l'État froze of one's figures, or asks what there
// is to say of them before.
func (s *Pages) ownMeeting(r *http.Request, v *web.Home, q figures.Question) error {
	f, line, err := s.Figures.OwnLine(r.Context(), access.Who(r), q)
	if err != nil {
		return err
	}
	if f != nil {
		v.Settled = &web.OwnSettled{Stamp: f.Stamp()}
		if line != nil {
			row := documentRow(line)
			v.Settled.Row = &row
		}
		return nil
	}
	if !access.Who(r).Can(access.SendBordereau) || q.Perimeter != "" {
		return nil
	}
	said, err := s.Figures.Observed(r.Context(), access.Who(r), q)
	v.Observe = &web.ObserveForm{Action: "/ma-mission-locale/observation", Text: said.Text, By: said.By,
		Hidden: []web.Choice{{Label: "ml", Value: q.Unit}, {Label: "regle", Value: q.Rule.ID}, {Label: "periode", Value: q.Period.ID}}}
	return err
}

// ownObserve keeps what a Mission Locale says of its figures before they are frozen.
func (s *Pages) ownObserve(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.SendBordereau); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	a := figures.AskOf(p, figures.InFrench)
	if err := s.Figures.Observe(r.Context(), access.Who(r), a, p.Text("texte")); err != nil {
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, "Observation enregistrée.")
	http.Redirect(w, r, "/ma-mission-locale?"+url.Values{"ml": {a.Unit}, "regle": {a.Rule}, "periode": {a.Period}}.Encode()+"#observe", http.StatusSeeOther)
	return nil
}

// ownFrozenState fills the page with a state that no longer changes.
func (s *Pages) ownFrozenState(r *http.Request, v *web.Home, q figures.Question, id string) error {
	f, err := s.Figures.State(r.Context(), access.Who(r), id)
	if err != nil {
		return err
	}
	d, err := f.Document()
	if err != nil {
		return err
	}
	if len(d.Units) == 0 {
		return fault.New(fault.NotFound, "cet état ne porte aucun chiffre")
	}
	u := &d.Units[0]
	v.Row, v.HasRow, v.Period = documentRow(u), true, periodName(f.Period)
	v.State = web.State{Frozen: true, Text: "arrêté au " + f.FrozenAt.In(geo.Paris).Format("02/01/2006"), Detail: fmt.Sprintf("« %s », par %s. Ces chiffres ne changent plus.", f.Name, f.FrozenBy)}
	out := "•"
	if u.Out != nil {
		out = french.Integer(*u.Out)
	}
	v.Facts = []web.Fact{{Term: "Entrées", Text: v.Row.Entries}, {Term: "Dans le QPV", Text: v.Row.In}, {Term: "Hors QPV", Text: out}, {Term: "À vérifier", Text: v.Row.Undecided},
		{Term: "Ce qui manque", Text: v.Row.Missing}, {Term: "Règle", Text: q.Rule.ID + ", empreinte " + f.RuleHash[:min(12, len(f.RuleHash))]}, {Term: "Référentiel géographique", Text: f.Pack}}
	if f.Observations != "" {
		v.Observations = []web.Fact{{Term: "Mission Locale", Text: f.Observations}}
	}
	if err := s.ownStates(r, v, q); err != nil {
		return err
	}
	v.Freeze = nil
	if len(f.Bordereau) == 0 {
		return nil
	}
	before, err := quota.ParseBordereau("état arrêté", f.Bordereau)
	if err != nil {
		return err
	}
	now, err := s.Figures.Count(r.Context(), access.Who(r), q)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil {
		a, okA := before.Stand(q.Unit, "")
		b, okB := now.Stand(q.Unit, "")
		if okA && okB {
			v.Changes = changes(quota.Compare(a, b, q.Rule.Unlocatable))
			v.Changes.Intro = "De l’état arrêté aux chiffres du jour ; l’état arrêté reste tel quel."
		}
	}
	return nil
}
