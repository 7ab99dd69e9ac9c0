package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/web"
)

// ownChanges tells why the share moved: between the perimeters in force and those of
// a replay, or since an earlier state of the Mission Locale's own counts.
func (s *Server) ownChanges(r *http.Request, v *web.Home, q question, res *quota.Result) error {
	if q.perimeter != "" {
		before := q
		before.perimeter = ""
		old, err := s.figures(r.Context(), principalOf(r), before)
		if err != nil {
			return err
		}
		move, err := quota.Explain(old, res)
		if err != nil {
			return err
		}
		v.Changes = changes(move)
		v.Changes.Intro = "Des périmètres en vigueur à l’entrée aux QPV " + q.perimeter + " pour tous : les mêmes personnes, décidées autrement."
		return nil
	}
	b, err := s.bordereau(r.Context(), q.unit, q.rule, q.period, nil)
	if err != nil {
		return err
	}
	live, ok := b.Stand(q.unit, "")
	if !ok {
		return nil
	}
	type state struct {
		key, label, intro string
		stand             quota.Stand
	}
	var all []state
	add := func(key, label, intro string, b *quota.Bordereau) {
		if stand, ok := b.Stand(q.unit, ""); ok {
			all = append(all, state{key, label, intro, stand})
		}
	}
	sent, err := s.ownSent(r, q)
	if err != nil {
		return err
	}
	if sent != nil {
		b, err := quota.ParseBordereau("bordereau envoyé", sent.Body)
		if err != nil {
			return err
		}
		add("envoi", "Depuis le dernier envoi", "Depuis le bordereau envoyé le "+moment(sent.SentAt)+".", b)
	}
	frozen, err := s.store.FrozenStates(r.Context(), q.unit)
	if err != nil {
		return err
	}
	for i := range frozen {
		f := &frozen[i]
		_, body := readable(principalOf(r), f)
		if body == nil || f.Rule != q.rule.ID || f.Period != q.period.ID || body.Perimeter != "" || len(body.Bordereau) == 0 {
			continue
		}
		b, err := quota.ParseBordereau("état arrêté", body.Bordereau)
		if err != nil {
			return err
		}
		add("arrete", "Depuis le dernier arrêté", fmt.Sprintf("Depuis l’état « %s », arrêté le %s.", f.Name, moment(f.FrozenAt)), b)
		break
	}
	if before, ok := periodBefore(q.period); ok {
		under := []string(nil)
		if len(live.Versions) == 1 && before.To.Before(q.period.From) {
			under = live.Versions // the same people under the perimeters of now
		}
		b, err := s.bordereau(r.Context(), q.unit, q.rule, before, under)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil {
			name := "Depuis le " + periodName(before.ID)
			if before == quota.Year(int(before.From.Year)) {
				name = "Depuis l’" + periodName(before.ID)
			}
			add("periode", name, "Depuis la période précédente : d’autres personnes sont entrées ; les causes séparent où elles résident, combien d’adresses restent à vérifier et ce qui a été décidé.", b)
		}
	}
	if len(all) == 0 {
		return nil
	}
	// What differs is what one comes for.
	at := slices.IndexFunc(all, func(x state) bool { return x.key == r.URL.Query().Get("depuis") })
	if at < 0 {
		at = max(0, slices.IndexFunc(all, func(x state) bool { return x.stand.Count != live.Count }))
	}
	v.Changes = changes(quota.Compare(all[at].stand, live))
	v.Changes.Intro = all[at].intro
	for _, fact := range restsOn(all[at].stand, live) {
		v.Changes.Notes = append(v.Changes.Notes, web.French(french.Capital(fact)+"."))
	}
	for i, x := range all {
		v.Changes.Links = append(v.Changes.Links, web.Link{Label: x.label, Href: with(r.URL.Query(), "/ma-mission-locale", "depuis", x.key) + "#changes", Current: i == at})
	}
	return nil
}

// changes are a move's causes that changed something, with their picture.
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

// ownStates offers to freeze the figures, and lists those that are.
func (s *Server) ownStates(r *http.Request, v *web.Home, q question) error {
	list, err := s.store.FrozenStates(r.Context(), q.unit)
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.Rule == q.rule.ID {
			asked := url.Values{"unit": {q.unit}, "rule": {f.Rule}, "period": {f.Period}, "arrete": {f.ID}}
			v.Frozen = append(v.Frozen, web.Link{Label: fmt.Sprintf("%s, %s, arrêté le %s", f.Name, periodName(f.Period), moment(f.FrozenAt)), Href: "/ma-mission-locale?" + asked.Encode()})
		}
	}
	if principalOf(r).Can(access.FreezeOwn) {
		v.Freeze = &web.FreezeForm{Action: "/ma-mission-locale/arreter", Name: french.Capital(periodName(q.period.ID)),
			Hidden: []web.Choice{{Label: "unit", Value: q.unit}, {Label: "rule", Value: q.rule.ID}, {Label: "period", Value: q.period.ID}, {Label: "perimeter", Value: q.perimeter}}}
		if !q.period.Closed(today()) {
			v.Freeze.Warning = "La période n’est pas finie."
		}
	}
	return nil
}

// ownFreeze keeps a Mission Locale's figures of now under a name, with its
// observations.
func (s *Server) ownFreeze(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.FreezeOwn); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	var kept struct{ ID string }
	body := map[string]string{}
	for _, name := range []string{"name", "unit", "rule", "period", "perimeter", "observations"} {
		body[name] = p.Text(name)
	}
	if err := s.api(r, s.freeze, nil, nil, body, &kept); err != nil {
		return err
	}
	http.Redirect(w, r, "/ma-mission-locale?"+url.Values{"unit": {body["unit"]}, "rule": {body["rule"]}, "period": {body["period"]}, "arrete": {kept.ID}}.Encode(), http.StatusSeeOther)
	return nil
}

// ownFrozenState fills the page with a state that no longer changes.
func (s *Server) ownFrozenState(r *http.Request, v *web.Home, q question, id string) error {
	var f struct {
		Name, Period string
		FrozenBy     string    `json:"frozen_by"`
		FrozenAt     time.Time `json:"frozen_at"`
		frozenBody
	}
	if err := s.api(r, s.getFrozen, map[string]string{"id": id}, nil, nil, &f); err != nil {
		return err
	}
	var d frozenFigures
	if err := json.Unmarshal(f.Figures, &d); err != nil {
		return err
	}
	if len(d.Units) == 0 {
		return fault.New(fault.NotFound, "cet état ne porte aucun chiffre")
	}
	u := &d.Units[0]
	v.Row, v.HasRow, v.Period = u.row(), true, periodName(f.Period)
	v.State = web.State{Frozen: true, Text: "arrêté au " + f.FrozenAt.In(paris).Format("02/01/2006"), Detail: fmt.Sprintf("« %s », par %s. Ces chiffres ne changent plus.", f.Name, f.FrozenBy)}
	out := "•"
	if u.Out != nil {
		out = french.Integer(*u.Out)
	}
	v.Facts = []web.Fact{{Term: "Entrées", Text: v.Row.Entries}, {Term: "Dans le QPV", Text: v.Row.In}, {Term: "Hors QPV", Text: out}, {Term: "À vérifier", Text: v.Row.Undecided},
		{Term: "Ce qui manque", Text: v.Row.Missing}, {Term: "Règle", Text: q.rule.ID + ", empreinte " + f.RuleHash[:min(12, len(f.RuleHash))]}, {Term: "Référentiel géographique", Text: f.Pack}}
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
	now, err := s.bordereau(r.Context(), q.unit, q.rule, q.period, nil)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil {
		a, okA := before.Stand(q.unit, "")
		b, okB := now.Stand(q.unit, "")
		if okA && okB {
			v.Changes = changes(quota.Compare(a, b))
			v.Changes.Intro = "De l’état arrêté aux chiffres du jour ; l’état arrêté reste tel quel."
		}
	}
	return nil
}
