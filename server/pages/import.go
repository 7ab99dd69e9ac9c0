package pages

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

// importPage returns one file: how far it is, then what came out of it. One whose
// columns wait is shown on the page of the columns.
func (s *Pages) importPage(w http.ResponseWriter, r *http.Request) error {
	f, err := s.People.File(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	imports := access.Who(r).Can(access.ImportFiles)
	if f.State == store.Received && imports {
		http.Redirect(w, r, "/imports/colonnes?fichier="+f.ID, http.StatusSeeOther)
		return nil
	}
	state := fileStates[f.State]
	v := &web.Import{Layout: s.Layout(r, f.Name, "/imports"), Name: f.Name, State: state[1], StateKey: state[0]}
	v.Script = "import.js"
	v.Notices = append(v.Notices, f.Warnings...)
	if imports && f.State != store.Cancelled {
		v.Undo = "/imports/" + f.ID + "/annuler"
	}
	switch f.State {
	case store.Received:
		v.Notices = append(v.Notices, "Le référent données confirme les colonnes avant l’import.")
	case store.Running:
		v.Events = "/api/v1/cohorts/" + f.ID + "/events"
		v.Percent = "0"
		if f.Rows > 0 {
			v.Percent = strconv.Itoa(100 * f.RowsDone / f.Rows)
		}
		v.Progress = fmt.Sprintf("%s lignes sur %s", french.Integer(f.RowsDone), french.Integer(f.Rows))
	case store.Failed:
		v.Fault = french.Capital(f.Error) + "."
	case store.Imported:
		if err := s.importResult(r, v, f); err != nil {
			return err
		}
		s.importStudy(v, f, access.Who(r).Can(access.ImportFiles))
	}
	return s.Render(w, r, http.StatusOK, v)
}

// importStudy tells which edition flagged the rows, and lets a référent have them
// flagged again.
func (s *Pages) importStudy(v *web.Import, c *people.File, may bool) {
	if v.Studying = c.Studying; c.Studying {
		v.Events = "/api/v1/cohorts/" + c.ID + "/events"
		v.Percent = strconv.Itoa(100 * c.RowsDone / max(c.Rows, 1))
		v.Progress = fmt.Sprintf("%s lignes sur %s", french.Integer(c.RowsDone), french.Integer(c.Rows))
		return
	}
	if c.Outdated {
		v.Edition = s.EditionLabel()
	}
	if may {
		v.Study = "/imports/" + c.ID + "/etudier"
	}
}

// importAgain has the rows of a file flagged again, and shows how far that is.
func (s *Pages) importAgain(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ImportFiles); err != nil {
		return err
	}
	_, err := s.People.Restudy(r.Context(), access.Who(r), mux.Vars(r)["id"], people.Restudying{})
	if err != nil && httpio.Status(err) != http.StatusConflict { // already studied: the page shows it
		return err
	}
	http.Redirect(w, r, strings.TrimSuffix(r.URL.Path, "/etudier"), http.StatusSeeOther)
	return nil
}

func (s *Pages) importResult(r *http.Request, v *web.Import, c *people.File) error {
	number := french.Integer
	edition := c.Pack[:min(8, len(c.Pack))]
	if !c.Outdated {
		edition = "du " + s.EditionLabel()
	}
	v.Counts = []web.Fact{{Term: "Dans le QPV", Text: number(c.Statuses[residency.In])}, {Term: "Hors QPV", Text: number(c.Statuses[residency.Out])},
		{Term: "À vérifier", Text: number(c.Statuses[residency.Undecided])}, {Term: "dont à trancher", Text: number(c.Actions[residency.ToDecide])}, {Term: "dont à compléter", Text: number(c.Actions[residency.Complete])},
		{Term: "dont sans résidence établie", Text: number(c.Actions[residency.NoneKnown])}, {Term: "Importé le", Text: french.Moment(*c.ImportedAt)}, {Term: "Référentiel géographique", Text: "édition " + edition}}
	v.Download = "/api/v1/cohorts/" + c.ID + "/flagged.csv"
	if n := c.Actions[residency.ToDecide]; n > 0 {
		v.Next = append(v.Next, web.Link{Label: "Vérifier les adresses à trancher", Href: "/a-verifier"})
	}
	v.Next = append(v.Next, web.Link{Label: "Voir la part", Href: "/ma-mission-locale"}, web.Link{Label: "Préparer le bordereau", Href: "/bordereau"})
	story, err := s.Figures.Story(r.Context(), access.Who(r), c.Unit, c.ID)
	if err != nil {
		return err
	}
	v.Story = storySteps(c, story)
	rows := story.Rejected
	if len(rows) == 0 {
		return nil
	}
	if err := access.Who(r).Record(r.Context(), s.Store, "lecture des lignes à corriger", c.Unit, c.ID, len(rows)); err != nil {
		return err
	}
	v.RejectedFile = "/imports/" + c.ID + "/a-corriger.csv"
	for _, reason := range story.Reasons() {
		v.Reasons = append(v.Reasons, web.Fact{Term: french.Capital(reason.Why), Text: reason.Text()})
	}
	const most = 100
	v.Rejected = &web.Table{ID: "rejetees", Caption: "Lignes à corriger, non comptées", Columns: []web.Column{{Label: "Ligne du fichier", Number: true}, {Label: "Dossier"}, {Label: "Raison"}, {Label: "Ce qui s’y lit"}}}
	for _, row := range rows[:min(most, len(rows))] {
		v.Rejected.Rows = append(v.Rejected.Rows, []string{strconv.Itoa(row.Line), row.Person, french.Capital(row.Why), row.Detail})
	}
	if len(rows) > most {
		v.Rejected.More = fmt.Sprintf("Les %d premières sur %s ; le fichier à corriger les a toutes.", most, number(len(rows)))
	}
	return nil
}

// storySteps returns the way from the lines of a file to the entries that count, with what
// stays behind at each step.
func storySteps(c *people.File, story *figures.Story) []web.StoryStep {
	number := french.Integer
	setAside := 0
	var left []web.Fact
	for _, why := range slices.Sorted(maps.Keys(c.SetAside)) {
		if n := c.SetAside[why]; n > 0 {
			setAside += n
			left = append(left, web.Fact{Term: number(n), Text: why})
		}
	}
	lines := web.StoryStep{Number: number(story.Rows + setAside), Label: french.Plural(story.Rows+setAside, "ligne lue", "lignes lues")}
	kept := web.StoryStep{Number: number(story.People), Label: french.Plural(story.People, "personne", "personnes"), Detail: french.Count(story.Rows, "ligne gardée", "lignes gardées"), Left: left}
	entries := web.StoryStep{Number: number(story.Entries), Label: french.Plural(story.Entries, "entrée comptée", "entrées comptées"), Detail: "selon la règle « " + story.Rule.Name + " », toutes périodes ensemble"}
	for _, a := range story.Aside {
		entries.Left = append(entries.Left, web.Fact{Term: number(a.Rows), Text: a.Why})
	}
	if n := len(story.Rejected); n > 0 {
		entries.Left = append(entries.Left, web.Fact{Term: number(n), Text: french.Plural(n, "à corriger, listée plus bas", "à corriger, listées plus bas")})
	}
	return []web.StoryStep{lines, kept, entries}
}

// importRejected returns the rows to correct as a table that a spreadsheet opens.
func (s *Pages) importRejected(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	f, err := s.People.File(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	story, err := s.Figures.Story(r.Context(), access.Who(r), f.Unit, f.ID)
	if err != nil {
		return err
	}
	rows := story.Rejected
	if err := access.Who(r).Record(r.Context(), s.Store, "export des lignes à corriger", f.Unit, f.ID, len(rows)); err != nil {
		return err
	}
	return httpio.SendTable(w, "a-corriger-"+f.ID[:8]+".csv", func(out *export.Writer) error {
		if err := out.Write([]string{"Ligne", "N° dossier", "Raison", "Ce qui s’y lit"}); err != nil {
			return err
		}
		for _, row := range rows {
			if err := out.Write([]string{strconv.Itoa(row.Line), export.NeutraliseFormula(row.Person), french.Capital(row.Why), export.NeutraliseFormula(row.Detail)}); err != nil {
				return err
			}
		}
		return nil
	})
}
