package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"perimetre/geo/blockfile"
	"perimetre/server/access"
	"perimetre/web"
)

// What a note shows at most, so that it stays on one page.
const (
	noteZones = 8
	noteTodo  = 5
	noteFacts = 5
)

// notePage returns a Mission Locale's page on one sheet, for its board.
func (s *Pages) notePage(w http.ResponseWriter, r *http.Request) (err error) {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	defer blockfile.Recover(&err, blockfile.Guard())
	home, err := s.own(r)
	if err != nil {
		return err
	}
	n := &web.Note{Layout: home.Layout, Home: home, Back: "/ma-mission-locale?" + r.URL.RawQuery}
	n.Title = "Note au conseil d’administration"
	for i, f := range home.Facts {
		if i < noteFacts && len(f.Text) < 120 {
			n.Short = append(n.Short, f)
		}
	}
	for i, t := range home.Todo {
		if i < noteTodo {
			n.Todo = append(n.Todo, t.Text)
		}
	}
	if c := home.Changes; c != nil && len(c.Rows) > 0 {
		n.Why = &web.NoteWhy{Intro: firstSentence(c.Intro)}
		for _, row := range append(c.Rows[:len(c.Rows):len(c.Rows)], c.Total) {
			n.Why.Lines = append(n.Why.Lines, fmt.Sprintf("%s : %s sur la borne basse", row.Cause, row.Min))
		}
	}
	if z := home.Zones; z != nil {
		n.Zones = shortZones(z)
	}
	if m := home.Map; m != nil { // names would be too small to read
		m.Marks = slices.DeleteFunc(m.Marks, func(k web.Mark) bool { return k.Kind == "label" })
		m.Text *= 2
	}
	n.Sources = home.State.Detail + " Référentiel géographique, édition du " + home.Edition + "."
	return s.Render(w, r, http.StatusOK, n)
}

// shortZones keeps a few QPV, and of each its name, its site and the distance.
func shortZones(z *web.Table) *web.Table {
	out := &web.Table{ID: z.ID, Caption: z.Caption, Columns: []web.Column{z.Columns[0], z.Columns[3], {Label: "Distance", Number: true}}}
	for i, row := range z.Rows {
		if i == noteZones {
			out.More = fmt.Sprintf("Et %d autres : la page « Ma Mission Locale » les liste.", len(z.Rows)-i)
			break
		}
		site, _, _ := strings.Cut(row[3], " ; ")
		out.Rows = append(out.Rows, []string{row[0], site, row[4]})
	}
	return out
}

func firstSentence(text string) string {
	first, _, more := strings.Cut(text, " : ")
	if more {
		return first + "."
	}
	return text
}
