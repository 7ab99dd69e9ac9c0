package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/french"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

// incomplete lists the rows whose address is to be corrected at its source, by
// branch, then counsellor, in the order of a French dictionary.
func (s *Server) incomplete(r *http.Request, unit string) ([]person, error) {
	fields, err := s.fieldsOf(r, unit)
	if err != nil {
		return nil, err
	}
	var rows []person
	err = s.store.EachPerson(r.Context(), store.PeopleQuery{Unit: unit, Action: "completer"}, func(p *store.Person) error {
		rows = append(rows, personOf(fields[p.FileID], p))
		return nil
	})
	french := collate.New(language.French)
	slices.SortStableFunc(rows, func(a, b person) int {
		if c := french.CompareString(a.Branch, b.Branch); c != 0 {
			return c
		}
		return french.CompareString(a.Advisor, b.Advisor)
	})
	return rows, err
}

// Words before the name of a branch or a counsellor in the form's choices.
const (
	ofBranch  = "antenne:"
	ofAdvisor = "conseiller:"
)

// completionForm offers one export for each branch and counsellor that the files
// name, and one of all.
func (s *Server) completionForm(r *http.Request, unit string) (*web.CompletionForm, error) {
	rows, err := s.incomplete(r, unit)
	if err != nil {
		return nil, err
	}
	f := &web.CompletionForm{Action: "/a-verifier/a-completer", Who: []web.Choice{{Label: fmt.Sprintf("Tous, par antenne et conseiller (%d)", len(rows))}}}
	for _, group := range []struct {
		prefix, title, none string
		of                  func(*person) string
	}{{ofBranch, "Antenne", "sans antenne", func(p *person) string { return p.Branch }}, {ofAdvisor, "Conseiller", "sans conseiller", func(p *person) string { return p.Advisor }}} {
		count := map[string]int{}
		var names []string
		for i := range rows {
			name := group.of(&rows[i])
			if count[name]++; count[name] == 1 {
				names = append(names, name)
			}
		}
		if len(names) == 1 && names[0] == "" {
			continue // the files have no such column
		}
		collate.New(language.French).SortStrings(names)
		for _, name := range names {
			label := name
			if label == "" {
				label = group.none
			}
			f.Who = append(f.Who, web.Choice{Value: group.prefix + name, Label: fmt.Sprintf("%s : %s (%d)", group.title, label, count[name])})
		}
	}
	return f, nil
}

// completionFile gives the addresses to complete as a table, for a branch, a
// counsellor or all. It is asked by a form: no name stands in a link.
func (s *Server) completionFile(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(p.Text("unit"))
	if err != nil {
		return err
	}
	rows, err := s.incomplete(r, unit)
	if err != nil {
		return err
	}
	who := p.Values.Get("qui")
	if name, ok := strings.CutPrefix(who, ofBranch); ok {
		rows = slices.DeleteFunc(rows, func(x person) bool { return x.Branch != name })
	} else if name, ok := strings.CutPrefix(who, ofAdvisor); ok {
		rows = slices.DeleteFunc(rows, func(x person) bool { return x.Advisor != name })
	}
	if err := s.journal(r, principalOf(r), "export des adresses à compléter", unit, "", len(rows)); err != nil {
		return err
	}
	name := "a-completer.csv"
	if p.Text("format") == "xlsx" {
		name = "a-completer.xlsx"
	}
	return sendTable(w, name, func(out *table.Writer) error { return writeIncomplete(out, rows) })
}

// writeIncomplete writes what a counsellor needs to correct an address in i-Milo.
func writeIncomplete(out *table.Writer, rows []person) error {
	if err := out.Write([]string{"Antenne", "Conseiller référent", "N° dossier", "Date d’entrée", "Adresse saisie", "Ce qui manque", "mention"}); err != nil {
		return err
	}
	for i := range rows {
		p := &rows[i]
		cells := []string{p.Branch, p.Advisor, p.Person, p.Entry, p.Address, french.Capital(p.MotifText), people.Usage}
		for k := range cells {
			cells[k] = table.NeutraliseFormula(cells[k])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	return nil
}
