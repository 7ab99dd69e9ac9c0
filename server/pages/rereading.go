package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"perimetre/french"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/web"
)

// The tab of the addresses drawn to be answered again, and its path.
const (
	rereadTab  = "relecture"
	rereadPath = "/a-verifier/relecture"
)

// drawForm asks for a sample of the manual decisions of a Mission Locale that has sent.
func drawForm(view *report.View, q figures.Question) *web.DrawForm {
	f := &web.DrawForm{Action: "/pilotage/relecture", Hidden: []web.Choice{{Label: "regle", Value: q.Rule.ID}, {Label: "periode", Value: q.Period.ID}}, Units: []web.Choice{{Label: "à choisir"}}}
	for i := range view.Lines {
		l := &view.Lines[i]
		f.Units = append(f.Units, web.Choice{Value: l.Code, Label: l.Name})
		if l.Reread != "" {
			f.Done = append(f.Done, web.Fact{Term: l.Name, Text: french.Capital(l.Reread) + "."})
		}
	}
	return f
}

// pilotageDraw draws manual decisions at random, and shows the period again.
func (s *Pages) pilotageDraw(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.DrawDecisions); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	a := people.Draw{Unit: p.Text("ml"), Period: p.Text("periode"), Size: p.Integer("nombre", 0, 1, 200)}
	if err := p.Err(); err != nil {
		return err
	}
	n, err := s.People.Draw(r.Context(), access.Who(r), a)
	switch {
	case fault.KindOf(err) == fault.Conflict:
		s.Sessions.Put(r.Context(), shell.Flash, french.Sentence(err.Error()))
	case err != nil:
		return err
	default:
		s.Sessions.Put(r.Context(), shell.Flash, french.Count(n, "décision tirée au sort, que la Mission Locale voit", "décisions tirées au sort, que la Mission Locale voit")+" sous « À relire ».")
	}
	http.Redirect(w, r, "/pilotage?"+url.Values{"regle": {p.Text("regle")}, "periode": {a.Period}}.Encode()+"#relecture", http.StatusSeeOther)
	return nil
}

// rereadingPage shows an address that was drawn, to somebody who did not answer it: nothing
// of the first answer is on it.
func (s *Pages) rereadingPage(w http.ResponseWriter, r *http.Request) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	ctx, who, p := r.Context(), access.Who(r), httpio.Query(r)
	unit, drawn, err := s.People.ToReread(ctx, who, p.Text("ml"))
	if err != nil {
		return err
	}
	list, err := s.People.Queue(ctx, who, unit, people.Actions[0], 1, 0)
	if err != nil {
		return err
	}
	v := &web.Review{Layout: s.Layout(r, "À relire", "/a-verifier"), Tab: rereadTab}
	v.Script, v.Flash = "verifier.js", s.Sessions.PopString(ctx, shell.Flash)
	if err := s.tabsOfReview(r, v, unit, list); err != nil {
		return err
	}
	if len(drawn) == 0 {
		v.Empty = "Aucune adresse à relire. Les services de l’État en tirent au sort parmi celles qui ont été tranchées ; l’auteur d’une réponse ne relit pas la sienne."
		return s.Render(w, r, http.StatusOK, v)
	}
	at := max(0, slices.IndexFunc(drawn, func(x people.Reread) bool { return x.ID == p.Text("adresse") }))
	found, err := s.People.RereadCase(ctx, who, unit, drawn[at].ID)
	if err != nil {
		return err
	}
	if v.Case, err = s.drawnCase(found); err != nil {
		return err
	}
	to := func(i int) string {
		return rereadPath + "?" + url.Values{"ml": {unit}, "adresse": {drawn[i%len(drawn)].ID}}.Encode()
	}
	v.Case.Action, v.Case.Next, v.Case.Zones = rereadPath, to(at+1), nil
	v.Case.Hidden = []web.Choice{{Label: "relecture", Value: drawn[at].ID}, {Label: "ml", Value: unit}}
	v.Case.Rank = fmt.Sprintf("%s sur %d", french.Ordinal(at+1), len(drawn))
	v.Case.Note = "Cette adresse a été tirée au sort parmi celles qui ont été tranchées. Votre réponse ne change aucun chiffre : elle se compare, en nombre, à la première, qui n’est pas montrée."
	for i := range drawn {
		v.Queue = append(v.Queue, web.ReviewItem{Href: to(i), Address: drawn[i].Address, People: french.Count(drawn[i].People, "personne", "personnes"), Current: i == at})
	}
	return s.Render(w, r, http.StatusOK, v)
}

// rereadingAnswer keeps a second answer, and shows the next address.
func (s *Pages) rereadingAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Reread); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	if err := s.People.AnswerAgain(r.Context(), access.Who(r), p.Text("ml"), p.Text("relecture"), verdicts[p.Text("verdict")]); err != nil {
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, "Seconde réponse gardée.")
	http.Redirect(w, r, rereadPath+"?"+url.Values{"ml": {p.Text("ml")}}.Encode(), http.StatusSeeOther)
	return nil
}
