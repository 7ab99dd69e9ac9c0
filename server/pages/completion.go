package pages

import (
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/web"
)

// Words before the name of a branch or a counsellor in the form's choices.
const (
	ofBranch  = "antenne:"
	ofAdvisor = "conseiller:"
)

// completionForm offers one export for each branch and counsellor that the files
// name, and one of all.
func (s *Pages) completionForm(r *http.Request, unit string) (*web.CompletionForm, error) {
	rows, err := s.People.Incomplete(r.Context(), access.Who(r), unit)
	if err != nil {
		return nil, err
	}
	f := &web.CompletionForm{Action: "/a-verifier/a-completer", Who: []web.Choice{{Label: fmt.Sprintf("Tous, par antenne et conseiller (%d)", len(rows))}}}
	for _, group := range []struct {
		prefix, title, none string
		of                  func(*people.Row) string
	}{{ofBranch, "Antenne", "sans antenne", func(p *people.Row) string { return p.Branch }}, {ofAdvisor, "Conseiller", "sans conseiller", func(p *people.Row) string { return p.Advisor }}} {
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

// completionFile returns the addresses to complete as a table, for a branch, a
// counsellor or all. It is asked by a form: no name stands in a link.
func (s *Pages) completionFile(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	var keep func(*people.Row) bool
	asked := p.Values.Get("qui")
	if name, ok := strings.CutPrefix(asked, ofBranch); ok {
		keep = func(x *people.Row) bool { return x.Branch == name }
	} else if name, ok := strings.CutPrefix(asked, ofAdvisor); ok {
		keep = func(x *people.Row) bool { return x.Advisor == name }
	}
	write, err := s.People.Completion(r.Context(), access.Who(r), p.Text("ml"), keep)
	if err != nil {
		return err
	}
	name := "a-completer.csv"
	if p.Text("format") == "xlsx" {
		name = "a-completer.xlsx"
	}
	return httpio.SendTable(w, name, write)
}
