package pages

import (
	"cmp"
	"net/http"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/web"
)

// personPage finds one person, to show, export or erase what is kept of them.
func (s *Pages) personPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	return s.showPerson(w, r, http.StatusOK, nil, "")
}

func (s *Pages) showPerson(w http.ResponseWriter, r *http.Request, code int, found *people.Person, refusal string) error {
	v := &web.Person{Layout: s.Layout(r, "Droits d’une personne", "/imports"), Fault: refusal, Erases: access.Who(r).Can(access.ErasePeople)}
	v.Flash = s.Sessions.PopString(r.Context(), shell.Flash)
	if found != nil {
		v.ID = found.ID
		v.Rows = &web.Table{ID: "lignes", Caption: "Ce qui est gardé", Columns: []web.Column{{Label: "Ligne", Number: true}, {Label: "Donnée"}, {Label: "Valeur"}}, Rows: found.Lines()}
		v.Decisions = len(found.Decisions)
	}
	return s.Render(w, r, code, v)
}

// personAct shows, exports or erases one person; the identifier stands in no address.
func (s *Pages) personAct(w http.ResponseWriter, r *http.Request) error {
	who := access.Who(r)
	if err := who.May(access.ReadPeople); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	id := p.Text("personne")
	found, err := s.People.Person(r.Context(), who, p.Text("ml"), id)
	if fault.KindOf(err) == fault.NotFound {
		return s.showPerson(w, r, http.StatusNotFound, nil, "Rien n’est gardé sous le numéro « "+id+" » dans cette Mission Locale.")
	}
	if err != nil {
		return err
	}
	switch cmp.Or(p.Text("action"), "voir") {
	case "voir":
		return s.showPerson(w, r, http.StatusOK, found, "")
	case "exporter":
		return httpio.SendTable(w, "personne.csv", func(out *export.Writer) error {
			rows := append([][]string{{"Ligne", "Donnée", "Valeur"}}, found.Lines()...)
			for _, d := range found.Decisions {
				rows = append(rows, []string{"", "Décision sur l’adresse, du " + french.Moment(d.DecidedAt) + ", par " + d.Author, d.Verdict + " (" + d.Basis + ") : " + d.Address})
			}
			for _, cells := range rows {
				cells[2] = export.NeutraliseFormula(cells[2])
				if err := out.Write(cells); err != nil {
					return err
				}
			}
			return nil
		})
	case "effacer":
		if err := s.People.Erase(r.Context(), who, p.Text("ml"), id); err != nil {
			return err
		}
		s.Sessions.Put(r.Context(), shell.Flash, "Tout ce qui était gardé de cette personne est effacé. Les nombres déjà envoyés ne changent pas.")
		http.Redirect(w, r, "/imports/personne", http.StatusSeeOther)
		return nil
	}
	return httpio.Refused("action : voir, exporter ou effacer")
}
