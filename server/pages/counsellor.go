package pages

import (
	"cmp"
	"net/http"
	"net/url"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/web"
)

// ownListPage shows a counsellor the addresses to complete of the people whom they follow.
func (s *Pages) ownListPage(w http.ResponseWriter, r *http.Request) error {
	unit, rows, err := s.People.OwnList(r.Context(), access.Who(r), httpio.Query(r).Text("ml"))
	if err != nil {
		return err
	}
	v := &web.OwnList{Layout: s.Layout(r, "Adresses à compléter", shell.OwnListPath), Action: shell.OwnListPath, Unit: unit, Counsellor: access.Who(r).Counsellor}
	v.Flash = s.Sessions.PopString(r.Context(), shell.Flash)
	for i := range rows {
		p := &rows[i]
		item := web.OwnItem{ID: p.ID, Person: cmp.Or(p.Person, "sans identifiant"), Branch: p.Branch, Address: cmp.Or(p.Address, "aucune adresse"), Missing: french.Capital(p.MotifText) + "."}
		if entry, err := geo.ParseDate(p.Entry); err == nil && !entry.IsZero() {
			item.Entry = french.Date(entry)
		}
		for _, answer := range people.Completions {
			item.Answers = append(item.Answers, web.Choice{Value: answer, Label: french.Capital(answer), Selected: answer == p.Completed})
		}
		if p.Completed != "" {
			v.Answered++
		}
		v.Items = append(v.Items, item)
	}
	return s.Render(w, r, http.StatusOK, v)
}

// ownListAnswer keeps what a counsellor says of an address.
func (s *Pages) ownListAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.CompleteOwn); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	if err := s.People.CompleteOwn(r.Context(), access.Who(r), p.Text("ml"), p.Text("ligne"), p.Text("reponse")); err != nil {
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, "Réponse gardée : "+p.Text("reponse")+".")
	http.Redirect(w, r, shell.OwnListPath+"?"+url.Values{"ml": {p.Text("ml")}}.Encode(), http.StatusSeeOther)
	return nil
}
