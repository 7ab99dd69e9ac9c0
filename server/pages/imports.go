package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/french"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

var fileStates = map[store.FileState][2]string{
	store.Received: {"colonnes", "colonnes à confirmer"}, store.Running: {"en_cours", "import en cours"}, store.Imported: {"fait", "importé"},
	store.Cancelled: {"annule", "annulé"}, store.Failed: {"erreur", "refusé"},
}

// importsPage lists a Mission Locale's files, takes others, and sends the counts.
func (s *Pages) importsPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	return s.showImports(w, r, http.StatusOK, "")
}

func (s *Pages) showImports(w http.ResponseWriter, r *http.Request, code int, refusal string) error {
	who := access.Who(r)
	unit, files, err := s.People.Files(r.Context(), who, r.URL.Query().Get("ml"))
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	v := &web.Imports{Layout: s.Layout(r, "Fichiers", "/imports"), Unit: pack.UnitName(unit), Fault: refusal}
	v.Script = "import.js"
	v.Limit = fmt.Sprintf("%d fichiers à la fois, %d Mo et %s lignes au plus par fichier", mostFiles, s.MaxCohort>>20, french.Integer(s.MaxRows))
	if who.Can(access.ImportFiles) {
		v.Upload = "/imports"
	}
	for _, c := range files {
		if c.State == store.Cancelled {
			continue
		}
		state := fileStates[c.State]
		f := web.ImportedFile{Name: c.Name, Href: "/imports/" + c.ID, State: state[1], StateKey: state[0], Rows: french.Integer(c.Rows), When: french.Moment(c.CreatedAt)}
		switch c.State {
		case store.Received:
			v.Waiting++
			f.Rows = ""
		case store.Running:
			f.Summary = "import en cours"
			f.Events = "/api/v1/cohorts/" + c.ID + "/events"
		case store.Failed:
			f.Summary, f.Rows = french.Capital(c.Error)+".", ""
		case store.Imported:
			f.Summary = fmt.Sprintf("%s dans le QPV, %s hors QPV, %s à vérifier", french.Integer(c.Statuses[residency.In]), french.Integer(c.Statuses[residency.Out]), french.Integer(c.Statuses[residency.Undecided]))
			f.Download = "/api/v1/cohorts/" + c.ID + "/flagged.csv"
			f.When = french.Moment(*c.ImportedAt)
			switch {
			case c.Studying:
				f.Summary, f.Events = "nouvelle étude en cours", "/api/v1/cohorts/"+c.ID+"/events"
			case c.Outdated:
				f.Summary += " ; étudié avec une édition antérieure"
			}
		}
		if v.Upload != "" {
			f.Undo = "/imports/" + c.ID + "/annuler"
		}
		v.Files = append(v.Files, f)
	}
	imported := slices.ContainsFunc(files, func(c *people.File) bool { return c.State == store.Imported })
	if v.Bordereau, err = s.bordereauForm(r, unit, imported); err != nil {
		return err
	}
	v.Flash = s.Sessions.PopString(r.Context(), shell.Flash)
	return s.Render(w, r, code, v)
}

// mostFiles is the number of files that may be dropped at once.
const mostFiles = 12

// importsUpload receives one or several files; their columns are shown before
// anything is imported. A file that is refused leaves the others.
func (s *Pages) importsUpload(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ImportFiles); err != nil {
		return err
	}
	who := access.Who(r)
	unit, err := who.OwnUnit("")
	if err != nil {
		return err
	}
	files, err := httpio.ReadUploads(w, r, s.MaxCohort, mostFiles)
	if err != nil {
		if !httpio.Refusal(err) {
			return err
		}
		return s.showImports(w, r, httpio.Status(err), french.Sentence(err.Error()))
	}
	defer httpio.Discard(files)
	var refusals []string
	received := 0
	for _, u := range files {
		_, err := s.People.Receive(r.Context(), who, unit, u.Name, u.File)
		if err != nil {
			if httpio.Status(err) >= 500 {
				return err
			}
			refusals = append(refusals, strings.TrimSuffix(err.Error(), ".")+".")
			continue
		}
		received++
	}
	switch {
	case received == 0 && len(refusals) == 0:
		return s.showImports(w, r, http.StatusBadRequest, "Choisir au moins un fichier.")
	case received == 0:
		return s.showImports(w, r, http.StatusUnprocessableEntity, strings.Join(refusals, " "))
	}
	s.Sessions.Put(r.Context(), refusedFiles, strings.Join(refusals, " "))
	http.Redirect(w, r, "/imports/colonnes", http.StatusSeeOther)
	return nil
}

// refusedFiles is the session's memory of the files refused among several.
const refusedFiles = "refused files"

func (s *Pages) importUndo(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ImportFiles); err != nil {
		return err
	}
	f, err := s.People.Cancel(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	told := "Import annulé : " + f.Name + ". Ses lignes sont effacées ; les décisions sur les adresses restent."
	if f.State == store.Received || f.State == store.Failed {
		told = "Fichier retiré : " + f.Name + ". Rien n’en était importé."
	}
	s.Sessions.Put(r.Context(), shell.Flash, told)
	http.Redirect(w, r, "/imports", http.StatusSeeOther)
	return nil
}
