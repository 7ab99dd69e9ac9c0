package admin

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/method"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// adminRules lists the rules as they count today.
func (s *Pages) adminRules(r *http.Request, v *web.Admin) error {
	for _, name := range s.Figures.RuleNames() {
		rule, err := s.Figures.Rule(r.Context(), name, quota.Period{})
		if err != nil {
			return err
		}
		line := web.RuleLine{Name: rule.Name, Href: "/administration/regles/" + url.PathEscape(name), Target: method.Targets(rule), Span: method.Span(rule), Confirmed: cmp.Or(french.Date(rule.ConfirmedOn), "–"), Source: rule.Source}
		line.Stale = rule.HasTarget() && rule.Stale(geo.Today())
		v.Rules = append(v.Rules, line)
	}
	return nil
}

// rulePage returns one rule: what it asks today, every version of it, and the forms that
// add one or confirm it.
func (s *Pages) rulePage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	return s.showRule(w, r, http.StatusOK, "", nil)
}

// showRule shows a rule; typed are the fields that were refused.
func (s *Pages) showRule(w http.ResponseWriter, r *http.Request, code int, refusal string, typed *httpio.Params) error {
	name := mux.Vars(r)["name"]
	if !slices.Contains(s.Figures.RuleNames(), name) {
		return fault.New(fault.NotFound, "règle inconnue")
	}
	ctx := r.Context()
	rule, err := s.Figures.Rule(ctx, name, quota.Period{})
	if err != nil {
		return err
	}
	versions, err := s.Figures.RuleVersions(ctx, name)
	if err != nil {
		return err
	}
	confirmations, err := s.Figures.Confirmations(ctx, name)
	if err != nil {
		return err
	}
	v := &web.RulePage{Layout: s.Layout(r, rule.Name, "/administration"), Name: rule.Name, Fault: refusal}
	v.Flash = s.Sessions.PopString(ctx, shell.Flash)
	v.Facts = []web.Fact{{Term: "Identifiant", Text: rule.ID}, {Term: "Objectif", Text: method.Targets(rule)}, {Term: "En vigueur", Text: method.Span(rule)}, {Term: "Source", Text: cmp.Or(rule.Source, "non renseignée")},
		{Term: "Confirmée le", Text: cmp.Or(french.Date(rule.ConfirmedOn), "jamais")}, {Term: "Empreinte", Text: rule.Fingerprint}}
	if rule.HasTarget() && rule.Stale(geo.Today()) {
		v.Notice = "Objectif à confirmer : personne ne l’a confirmé depuis douze mois."
	}
	first, err := quota.LoadRule(name)
	if err != nil {
		return err
	}
	said := sayings(slices.Clone(first.Sources))
	v.Versions = web.Table{ID: "versions", Caption: "Versions de la règle", Columns: []web.Column{{Label: "Compte les périodes qui finissent à partir du"}, {Label: "Objectifs"}, {Label: "Source"}, {Label: "Écrite par"}, {Label: "Écrite le"}}}
	v.Versions.Rows = append(v.Versions.Rows, []string{"origine", method.Targets(first), first.Source, "livrée avec le programme", "–"})
	v.Texts = []web.Link{{Label: "Version d’origine", Href: "/administration/regles/" + url.PathEscape(name) + "/version.yml"}}
	for _, x := range versions {
		p, err := quota.ParseRule(name, []byte(x.Text))
		if err != nil {
			return err
		}
		v.Versions.Rows = append(v.Versions.Rows, []string{french.Date(x.From), method.Targets(p), p.Source, x.By, french.Moment(x.At)})
		said.add(x.From.String(), x.By, method.Targets(p), p.Source)
		v.Texts = append(v.Texts, web.Link{Label: "Version du " + french.Date(x.From) + ", écrite le " + french.Moment(x.At), Href: "/administration/regles/" + url.PathEscape(name) + "/version.yml?" + url.Values{"version": {x.ID}}.Encode()})
	}
	for _, c := range confirmations {
		v.Confirmations = append(v.Confirmations, web.Fact{Term: "Confirmée au " + french.Date(c.On), Text: c.Source + ", par " + c.By})
		said.add(c.On.String(), c.By, "objectif confirmé", c.Source)
	}
	v.Said = said.table()
	if access.Who(r).Can(access.EditRules) {
		pack := s.Packs.Acquire()
		defer pack.Release()
		v.Amend, v.Confirm = amendForm(pack, name, rule, typed), &web.ConfirmForm{Action: "/administration/regles/" + url.PathEscape(name), On: geo.Today().String()}
	}
	return s.Render(w, r, code, v)
}

// sayings are what was said of a target: in the rule's file, then in its versions and its
// confirmations.
type sayings []quota.Source

func (s *sayings) add(on, by, said, in string) {
	*s = append(*s, quota.Source{On: on, By: by, Said: said, In: in})
}

// table lists sayings by date.
func (s sayings) table() web.Table {
	slices.SortStableFunc(s, func(a, b quota.Source) int { return strings.Compare(a.On, b.On) })
	t := web.Table{ID: "said", Caption: "Ce qui a été dit de l’objectif", Columns: []web.Column{{Label: "Quand"}, {Label: "Qui"}, {Label: "Ce qui est dit"}, {Label: "Où le lire"}}}
	for _, x := range s {
		on := x.On
		if d, err := geo.ParseDate(on); err == nil {
			on = french.Date(d)
		}
		t.Rows = append(t.Rows, []string{on, x.By, x.Said, x.In})
	}
	return t
}

// amendForm is filled with what the rule asks today, or with what was typed.
func amendForm(pack *packs.Edition, name string, rule *quota.Rule, typed *httpio.Params) *web.AmendForm {
	f := &web.AmendForm{Action: "/administration/regles/" + url.PathEscape(name), Confirmed: geo.Today().String(), Source: ""}
	share := func(list []quota.Target) string {
		for _, t := range list {
			if (t.From.IsZero() || !t.From.After(geo.Today())) && (t.To.IsZero() || !t.To.Before(geo.Today())) {
				return strings.ReplaceAll(t.Share.String(), ".", ",")
			}
		}
		return ""
	}
	f.Share = share(rule.Targets)
	for _, u := range pack.Units() {
		f.Units = append(f.Units, web.UnitTarget{Field: "ml-" + u.Code, Name: u.Name, Share: share(rule.UnitTargets[u.Code])})
	}
	if m := rule.Simulation; m != nil {
		f.Reference, f.Unit = m.Reference, m.Unit
		for _, t := range m.Tiers {
			f.Tiers += fmt.Sprintf("%s = %d\n", strings.ReplaceAll(t.From.String(), ".", ","), t.Amount)
		}
	}
	if typed != nil && typed.Text("action") == "modifier" {
		f.From, f.To, f.Share, f.Source, f.Confirmed = typed.Text("du"), typed.Text("au"), typed.Text("part"), typed.Text("source"), typed.Text("confirme-le")
		f.Reference, f.Unit, f.Tiers, f.Retroactive = typed.Text("reference"), typed.Text("unite"), typed.Text("paliers"), typed.Text("retroactif") != ""
		for i := range f.Units {
			f.Units[i].Share = typed.Text(f.Units[i].Field)
		}
	}
	return f
}

// ruleSave adds a version of a rule, or confirms it.
func (s *Pages) ruleSave(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditRules); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	name, who := mux.Vars(r)["name"], access.Who(r)
	done := ""
	switch p.Text("action") {
	case "confirmer":
		on := p.Date("date", geo.Date{})
		if err = p.Err(); err == nil {
			err = s.Figures.Confirm(r.Context(), who, name, on, p.Text("source"))
		}
		done = "Objectif confirmé au " + french.Date(on) + "."
	case "modifier":
		pack := s.Packs.Acquire()
		a := amendment(p, pack.Units())
		pack.Release()
		if err = p.Err(); err == nil {
			err = s.Figures.Amend(r.Context(), who, name, a)
		}
		done = "Nouvelle version de la règle, à partir du " + french.Date(a.From) + ". Les périodes qui finissent avant gardent la précédente ; les bordereaux déjà reçus des suivantes sont à envoyer de nouveau."
	default:
		return httpio.Refused("action : modifier ou confirmer")
	}
	if err != nil && httpio.Refusal(err) {
		return s.showRule(w, r, httpio.Status(err), french.Sentence(err.Error()), p)
	}
	if err != nil {
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, done)
	http.Redirect(w, r, "/administration/regles/"+url.PathEscape(name), http.StatusSeeOther)
	return nil
}

// amendment reads a new version of a rule from its form.
func amendment(p *httpio.Params, units []packs.Unit) quota.Amendment {
	a := quota.Amendment{From: p.Date("du", geo.Date{}), To: p.Date("au", geo.Date{}), Source: p.Text("source"), ConfirmedOn: p.Date("confirme-le", geo.Date{}), Units: map[string]quota.Fraction{}}
	share := func(label, text string) (f quota.Fraction) {
		if text == "" {
			return f
		}
		f, err := quota.ParseFraction(text)
		if err != nil {
			p.Refuse(label, "une part comme 40 % ou 0,4 est attendue")
		}
		return f
	}
	a.Share = share("objectif commun", p.Text("part"))
	for _, u := range units {
		if f := share(u.Name, p.Text("ml-"+u.Code)); !f.IsZero() {
			a.Units[u.Code] = f
		}
	}
	switch {
	case a.From.IsZero():
		p.Refuse("premier jour", "une date est attendue")
	case a.From.Before(geo.Today()) && p.Text("retroactif") == "":
		p.Refuse("premier jour", "il est passé : cocher la case qui le confirme, ou choisir un jour à venir")
	case !a.To.IsZero() && a.To.Before(a.From):
		p.Refuse("dernier jour", "il vient après le premier")
	}
	if a.Source == "" {
		p.Refuse("source", "un objectif cite sa source : acte, lettre ou réunion, avec sa date")
	}
	if a.ConfirmedOn.IsZero() || a.ConfirmedOn.After(geo.Today()) {
		p.Refuse("confirmée le", "un jour, au plus tard aujourd’hui, est attendu")
	}
	a.Simulation = simulation(p, share)
	return a
}

// simulation reads a formula; nil when the form has none.
func simulation(p *httpio.Params, share func(label, text string) quota.Fraction) *quota.Simulation {
	m := &quota.Simulation{Reference: p.Text("reference"), Unit: cmp.Or(p.Text("unite"), "€")}
	for _, line := range strings.FieldsFunc(p.Text("paliers"), func(c rune) bool { return c == '\n' || c == '\r' }) {
		part, amount, ok := strings.Cut(line, "=")
		n, err := strconv.ParseInt(strings.Join(strings.Fields(amount), ""), 10, 64)
		if !ok || err != nil {
			p.Refuse("paliers", "une ligne par palier, comme « 40 % = 1000 »")
			return nil
		}
		m.Tiers = append(m.Tiers, quota.Tier{From: share("paliers", strings.TrimSpace(part)), Amount: n})
	}
	switch {
	case len(m.Tiers) == 0 && m.Reference == "":
		return nil
	case len(m.Tiers) == 0 || m.Reference == "":
		p.Refuse("simulation", "une référence et des paliers vont ensemble")
		return nil
	}
	return m
}

// ruleText returns a version as the file that « perimetre quota --rule » reads.
func (s *Pages) ruleText(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	name, id := mux.Vars(r)["name"], r.URL.Query().Get("version")
	if !slices.Contains(s.Figures.RuleNames(), name) {
		return fault.New(fault.NotFound, "règle inconnue")
	}
	_, text, err := quota.RuleText(name)
	if err != nil {
		return err
	}
	if id != "" {
		versions, err := s.Figures.RuleVersions(r.Context(), name)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(versions, func(v figures.RuleVersion) bool { return v.ID == id })
		if i < 0 {
			return fault.New(fault.NotFound, "version inconnue")
		}
		text = []byte(versions[i].Text)
	}
	h := w.Header()
	h.Set("Content-Type", "application/yaml; charset=utf-8")
	h.Set("Content-Disposition", "attachment; filename="+strconv.Quote(name+".yml"))
	_, err = w.Write(text)
	return err
}
