package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

var fileStates = map[store.FileState][2]string{
	store.Received: {"colonnes", "colonnes à confirmer"}, store.Running: {"en_cours", "import en cours"}, store.Imported: {"fait", "importé"},
	store.Cancelled: {"annule", "annulé"}, store.Failed: {"erreur", "refusé"},
}

// importsPage lists a Mission Locale's files, takes others, and sends the counts.
func (s *Server) importsPage(w http.ResponseWriter, r *http.Request) error {
	return s.showImports(w, r, http.StatusOK, "")
}

func (s *Server) showImports(w http.ResponseWriter, r *http.Request, code int, refusal string) error {
	who := principalOf(r)
	unit, err := who.ownUnit(r.URL.Query().Get("unit"))
	if err != nil {
		return err
	}
	var list struct{ Cohorts []cohort }
	if err := s.api(r, s.listCohorts, nil, url.Values{"unit": {unit}}, nil, &list); err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	v := &web.Imports{Layout: s.layout(r, "Fichiers", "/imports"), Unit: pack.unitName(unit), Fault: refusal}
	v.Script = "import.js"
	v.Limit = fmt.Sprintf("%d Mo et %s lignes", s.cfg.MaxCohort>>20, report.Integer(s.cfg.MaxRows))
	if slices.Contains(importRole, who.Role) {
		v.Upload = "/imports"
	}
	for _, c := range list.Cohorts {
		if c.State == store.Cancelled {
			continue
		}
		state := fileStates[c.State]
		f := web.ImportedFile{Name: c.Name, Href: "/imports/" + c.ID, State: state[1], StateKey: state[0], Rows: report.Integer(c.Rows), When: moment(c.CreatedAt)}
		if c.State == store.Imported {
			f.Summary = fmt.Sprintf("%s dans le QPV, %s hors QPV, %s à vérifier", report.Integer(c.Statuses["oui"]), report.Integer(c.Statuses["non"]), report.Integer(c.Statuses["a_verifier"]))
			f.Download = "/api/v1/cohorts/" + c.ID + "/flagged.csv"
			f.When = moment(*c.ImportedAt)
		}
		if v.Upload != "" {
			f.Undo = "/imports/" + c.ID + "/annuler"
		}
		v.Files = append(v.Files, f)
	}
	if v.Bordereau, err = s.bordereauForm(r, unit, len(v.Files) > 0); err != nil {
		return err
	}
	return s.render(w, r, code, v)
}

func (s *Server) bordereauForm(r *http.Request, unit string, imported bool) (*web.BordereauForm, error) {
	if !imported {
		return nil, nil
	}
	f := &web.BordereauForm{Action: "/bordereau", CanSend: slices.Contains(sendRole, principalOf(r).Role)}
	if !f.CanSend {
		f.Why = "L’envoi revient à la direction."
	}
	for i, name := range s.rules() {
		rule, err := quota.LoadRule(name)
		if err != nil {
			return nil, err
		}
		f.Rules = append(f.Rules, web.Choice{Value: name, Label: rule.Name, Selected: i == 0})
	}
	periods, err := s.ownPeriods(r, unit)
	if err != nil {
		return nil, err
	}
	for i, p := range periods {
		f.Periods = append(f.Periods, web.Choice{Value: p, Label: periodName(p), Selected: i == 0})
		list, err := s.store.Bordereaux(r.Context(), s.rules()[0], p)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			if b.Unit == unit && f.Last == "" {
				f.Last = fmt.Sprintf("Dernier envoi : %s, le %s, par %s.", periodName(p), moment(b.SentAt), b.SentBy)
			}
		}
	}
	return f, nil
}

// ownPeriods are the quarters of a Mission Locale's entries, the latest first.
func (s *Server) ownPeriods(r *http.Request, unit string) ([]string, error) {
	seen := map[string]bool{}
	err := s.store.EachPerson(r.Context(), store.PeopleQuery{Unit: unit}, func(p *store.Person) error {
		if len(p.Entry) == 10 {
			month, _ := strconv.Atoi(p.Entry[5:7])
			seen[fmt.Sprintf("%s-T%d", p.Entry[:4], (month+2)/3)] = true
		}
		return nil
	})
	var out []string
	for p := range seen {
		if _, e := quota.ParsePeriod(p); e == nil {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out, err
}

// importsUpload receives one or several files; the first one is shown.
func (s *Server) importsUpload(w http.ResponseWriter, r *http.Request) error {
	who := principalOf(r)
	unit, err := who.ownUnit("")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.cfg.MaxCohort)
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return s.showImports(w, r, http.StatusBadRequest, "Envoi illisible, ou trop grand.")
	}
	defer r.MultipartForm.RemoveAll()
	var first string
	var refusals []string
	for _, h := range r.MultipartForm.File["file"] {
		in, err := h.Open()
		if err != nil {
			return err
		}
		f, err := s.Receive(r.Context(), unit, h.Filename, in.(io.ReadSeeker), who.Name)
		in.Close()
		if err != nil {
			if status(err) >= 500 {
				return err
			}
			refusals = append(refusals, h.Filename+" : "+err.Error())
			continue
		}
		s.journal(r, who, "fichier reçu", unit, f.ID, 1)
		if first == "" {
			first = f.ID
		}
	}
	switch {
	case len(refusals) > 0:
		return s.showImports(w, r, http.StatusUnprocessableEntity, strings.Join(refusals, " ; "))
	case first == "":
		return s.showImports(w, r, http.StatusBadRequest, "Choisir au moins un fichier.")
	}
	http.Redirect(w, r, "/imports/"+first, http.StatusSeeOther)
	return nil
}

// importPage is one file: its columns, then its progress, then what came out of it.
func (s *Server) importPage(w http.ResponseWriter, r *http.Request) error {
	return s.showImport(w, r, http.StatusOK, "")
}

func (s *Server) showImport(w http.ResponseWriter, r *http.Request, code int, refusal string) error {
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	c, err := s.describe(r.Context(), &f)
	if err != nil {
		return err
	}
	state := fileStates[f.State]
	v := &web.Import{Layout: s.layout(r, f.Name, "/imports"), Name: f.Name, State: state[1], StateKey: state[0], Fault: refusal}
	v.Script = "import.js"
	v.Notices = append(v.Notices, c.Warnings...)
	imports := slices.Contains(importRole, principalOf(r).Role)
	if imports && f.State != store.Cancelled {
		v.Undo = "/imports/" + f.ID + "/annuler"
	}
	switch f.State {
	case store.Received:
		if !imports {
			v.StateKey = "attente"
			break
		}
		if err := s.importColumns(r, v, &f, c); err != nil {
			return err
		}
	case store.Running:
		v.Events = "/api/v1/cohorts/" + f.ID + "/events"
		if c.Rows > 0 {
			v.Percent = strconv.Itoa(100 * c.RowsDone / c.Rows)
		}
		v.Progress = fmt.Sprintf("%s lignes sur %s", report.Integer(c.RowsDone), report.Integer(c.Rows))
	case store.Failed:
		v.Fault = upper(f.Error) + "."
	case store.Imported:
		if err := s.importResult(r, v, &f, c); err != nil {
			return err
		}
	}
	return s.render(w, r, code, v)
}

func (s *Server) importColumns(r *http.Request, v *web.Import, f *store.File, c cohort) error {
	var sample struct {
		Columns []store.Column
		Rows    [][]string
		Fields  []struct{ Name, Label string }
	}
	if err := s.api(r, s.cohortSample, map[string]string{"id": f.ID}, nil, nil, &sample); err != nil {
		return err
	}
	v.Start = "/imports/" + f.ID
	v.Preview = &web.Table{ID: "preview", Caption: "Premières lignes"}
	for i, col := range sample.Columns {
		line := web.ImportColumn{Name: col.Title, Field: "c" + strconv.Itoa(i), Sure: col.Field != "", Choices: []web.Choice{{Value: "", Label: "(non gardée)", Selected: col.Field == ""}}}
		for _, field := range sample.Fields {
			line.Choices = append(line.Choices, web.Choice{Value: field.Name, Label: field.Label, Selected: field.Name == col.Field})
		}
		if len(sample.Rows) > 0 && i < len(sample.Rows[0]) {
			line.Sample = sample.Rows[0][i]
		}
		v.Columns = append(v.Columns, line)
		v.Preview.Columns = append(v.Preview.Columns, web.Column{Label: col.Title})
	}
	for _, row := range sample.Rows[:min(5, len(sample.Rows))] {
		for len(row) < len(sample.Columns) {
			row = append(row, "")
		}
		v.Preview.Rows = append(v.Preview.Rows, row[:len(sample.Columns)])
	}
	for _, m := range c.Missing {
		v.Missing = append(v.Missing, table.Field(m).Label())
	}
	v.Dropped = c.Dropped
	return nil
}

func (s *Server) importResult(r *http.Request, v *web.Import, f *store.File, c cohort) error {
	number := report.Integer
	v.Counts = []web.Fact{{Term: "Lignes", Text: number(c.Rows)}, {Term: "Dans le QPV", Text: number(c.Statuses["oui"])}, {Term: "Hors QPV", Text: number(c.Statuses["non"])},
		{Term: "À vérifier", Text: number(c.Statuses["a_verifier"])}, {Term: "dont à trancher", Text: number(c.Actions["trancher"])}, {Term: "dont à compléter", Text: number(c.Actions["completer"])},
		{Term: "dont sans résidence établie", Text: number(c.Actions["sans_residence"])}, {Term: "Importé le", Text: moment(*c.ImportedAt)}, {Term: "Référentiel géographique", Text: c.Pack}}
	for reason, n := range c.SetAside {
		v.Notices = append(v.Notices, fmt.Sprintf("%s : %s %s", upper(reason), number(n), plural(n, "ligne", "lignes")))
	}
	slices.Sort(v.Notices)
	v.Download = "/api/v1/cohorts/" + f.ID + "/flagged.csv"
	if n := c.Actions["trancher"]; n > 0 {
		v.Next = append(v.Next, web.Link{Label: "Vérifier les adresses à trancher", Href: "/a-verifier"})
	}
	v.Next = append(v.Next, web.Link{Label: "Voir la part", Href: "/ma-mission-locale"})
	return s.importRejected(r, v, f)
}

// importRejected lists the rows of a file that the first rule cannot count.
func (s *Server) importRejected(r *http.Request, v *web.Import, f *store.File) error {
	rule, err := quota.LoadRule(s.rules()[0])
	if err != nil {
		return err
	}
	flagged, _, err := people.Flagged(r.Context(), s.store, f.Unit, rule, nil)
	if err != nil {
		return err
	}
	t := &web.Table{ID: "rejetees", Caption: "Lignes à corriger, non comptées", Columns: []web.Column{{Label: "Ligne", Number: true}, {Label: "Raison"}, {Label: "Vu"}}}
	const most = 200
	n := 0
	for i := range flagged.Rows {
		row := &flagged.Rows[i]
		if row.Problem == "" {
			continue
		}
		if n++; n <= most {
			t.Rows = append(t.Rows, []string{strconv.Itoa(row.Line), row.Problem.Label(), row.Detail})
		}
	}
	if n > most {
		t.More = fmt.Sprintf("Les %d premières sur %s ; le fichier signalé les a toutes.", most, report.Integer(n))
	}
	if n > 0 {
		v.Rejected = t
	}
	return nil
}

// importStart keeps the columns as the page gave them, and begins the import.
func (s *Server) importStart(w http.ResponseWriter, r *http.Request) error {
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	columns := map[string]string{}
	for i, col := range f.Intake.Columns {
		if field := p.text("c" + strconv.Itoa(i)); field != "" {
			if other, twice := columns[field]; twice {
				return s.showImport(w, r, http.StatusBadRequest, fmt.Sprintf("Deux colonnes donnent la même chose : « %s » et « %s ».", other, col.Title))
			}
			columns[field] = col.Title
		}
	}
	for _, col := range f.Intake.Columns { // what was found and is now left out
		if _, kept := columns[col.Field]; col.Field != "" && !kept {
			columns[col.Field] = ""
		}
	}
	vars := map[string]string{"id": f.ID}
	err = s.api(r, s.mapColumns, vars, nil, map[string]any{"columns": columns}, nil)
	if err == nil {
		err = s.api(r, s.importCohort, vars, nil, importBody{}, nil)
	}
	if err != nil && refused(err) {
		return s.showImport(w, r, status(err), sentence(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/imports/"+f.ID, http.StatusSeeOther)
	return nil
}

func (s *Server) importUndo(w http.ResponseWriter, r *http.Request) error {
	if err := s.api(r, s.cancelCohort, nil, nil, nil, nil); err != nil {
		return err
	}
	http.Redirect(w, r, "/imports", http.StatusSeeOther)
	return nil
}

// bordereauSend sends a Mission Locale's counts to the services de l'État, with a
// block for each version of the perimeters, so that they can replay.
func (s *Server) bordereauSend(w http.ResponseWriter, r *http.Request) error {
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	unit, err := principalOf(r).ownUnit(p.text("unit"))
	if err != nil {
		return err
	}
	pack := s.packs.acquire()
	perimeters := pack.perimeters()
	pack.release()
	err = s.api(r, s.sendBordereau, nil, nil, sendBody{Unit: unit, Rule: p.text("rule"), Period: p.text("period"), Perimeters: perimeters, Bordereau: json.RawMessage("null")}, nil)
	if err != nil && status(err) < 500 && status(err) != http.StatusForbidden {
		return s.showImports(w, r, status(err), sentence(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/imports", http.StatusSeeOther)
	return nil
}
