package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

// columnsPage shows the files received and not imported yet, each with its columns
// and first rows, so that what was read wrongly is corrected first.
func (s *Pages) columnsPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ImportFiles); err != nil {
		return err
	}
	return s.showColumns(w, r, http.StatusOK, r.URL.Query().Get("fichier"), nil)
}

// showColumns shows one of the files, or all when only is empty; faults are told at
// the file that they are about, by its identifier, "" being the page's own.
func (s *Pages) showColumns(w http.ResponseWriter, r *http.Request, code int, only string, faults map[string]string) error {
	waiting, err := s.waitingFiles(r, only)
	if err != nil {
		return err
	}
	if len(waiting) == 0 {
		http.Redirect(w, r, "/imports", http.StatusSeeOther)
		return nil
	}
	v := &web.Receipt{Layout: s.Layout(r, "Colonnes des fichiers reçus", "/imports"), Action: "/imports/colonnes", Only: only, Fault: faults[""]}
	v.Heading = "Vérifier les colonnes de " + waiting[0].Name
	if n := len(waiting); n > 1 {
		v.Heading = fmt.Sprintf("Vérifier les colonnes de %d fichiers", n)
	}
	if told := s.Sessions.PopString(r.Context(), refusedFiles); told != "" {
		v.Fault = strings.TrimSpace(v.Fault + " " + told)
	}
	for i := range waiting {
		f, err := s.receivedFile(r, waiting[i], "f"+strconv.Itoa(i))
		if err != nil {
			return err
		}
		f.Fault = faults[f.ID]
		v.Files = append(v.Files, f)
	}
	return s.Render(w, r, code, v)
}

// waitingFiles returns the files of one's own Mission Locale whose columns wait, in the
// order in which they came.
func (s *Pages) waitingFiles(r *http.Request, only string) ([]*people.File, error) {
	_, files, err := s.People.Files(r.Context(), access.Who(r), "")
	files = slices.DeleteFunc(files, func(f *people.File) bool { return f.State != store.Received || only != "" && f.ID != only })
	slices.Reverse(files)
	return files[:min(len(files), mostFiles)], err
}

// receivedFile returns a file with what its columns were read as. A column without a
// title nor a value, which spreadsheets leave at the end of lines, is not shown.
func (s *Pages) receivedFile(r *http.Request, c *people.File, key string) (web.ReceivedFile, error) {
	out := web.ReceivedFile{ID: c.ID, Key: key, Name: c.Name, Undo: "/imports/" + c.ID + "/annuler", Size: sizeText(c.Bytes)}
	sample, err := s.People.Sample(r.Context(), access.Who(r), c.ID)
	if err != nil {
		return out, err
	}
	if t := c.Twin; t != nil {
		out.Twin, out.Leave = t.Text(), t.Imported
	}
	out.Titles = append(out.Titles, c.Warnings...)
	out.Preview = &web.Table{ID: key + "-preview", Caption: "Premières lignes"}
	rows := make([][]string, len(sample.Rows))
	for i, col := range sample.Columns {
		cells := make([]string, len(sample.Rows))
		for k, row := range sample.Rows {
			if i < len(row) {
				cells[k] = row[i]
			}
		}
		if strings.TrimSpace(col.Title) == "" && strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		title := col.Title
		if strings.TrimSpace(title) == "" {
			title = fmt.Sprintf("(colonne %d, sans titre)", i+1)
		}
		line := web.ImportColumn{Name: title, Field: key + ".c" + strconv.Itoa(i), Kept: col.Field != "", Choices: []web.Choice{{Value: "", Label: "(non gardée)", Selected: col.Field == ""}}}
		for _, field := range people.Kept {
			line.Choices = append(line.Choices, web.Choice{Value: string(field), Label: french.Capital(field.Label()), Selected: string(field) == col.Field})
		}
		for _, cell := range cells {
			if line.Sample == "" {
				line.Sample = cell
			}
		}
		out.Columns = append(out.Columns, line)
		out.Preview.Columns = append(out.Preview.Columns, web.Column{Label: title})
		for k := range rows {
			rows[k] = append(rows[k], cells[k])
		}
	}
	out.Preview.Rows = rows
	for _, m := range c.Missing {
		out.Missing = append(out.Missing, table.Field(m).Label())
	}
	if out.Costs, err = s.costs(r, c); err != nil {
		return out, err
	}
	out.Dropped = slices.DeleteFunc(c.Dropped, func(title string) bool { return strings.TrimSpace(title) == "" })
	return out, nil
}

// costs returns what the figures of the first rule lose by the columns that a file lacks.
func (s *Pages) costs(r *http.Request, f *people.File) ([]web.Fact, error) {
	rule, err := s.Figures.Rule(r.Context(), s.Figures.RuleNames()[0], quota.Period{})
	if err != nil {
		return nil, err
	}
	held := quota.HeldBy(func(field table.Field) bool {
		return slices.ContainsFunc(f.Columns, func(c store.Column) bool { return c.Field == string(field) })
	})
	var out []web.Fact
	for _, c := range rule.Costs(held) {
		if c.Field == table.Unit {
			continue // the file is its sender's own
		}
		out = append(out, web.Fact{Term: french.Capital(c.Field.Label()), Text: c.Effect})
	}
	if !held.Outcome {
		out = append(out, web.Fact{Term: french.Capital(table.Outcome.Label()), Text: "les jeunes orientés vers l’emploi ne sont pas comptés à part (facultatif)"})
	}
	return out, nil
}

// sizeText is « 12 ko », « 3,4 Mo ».
func sizeText(n int64) string {
	if n < 1<<20 {
		return french.Integer(int(max(1, n>>10))) + "\u00a0ko"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", ",", 1) + "\u00a0Mo"
}

// columnsSave keeps the columns as the page gave them and begins the imports of the
// files that are ticked. What is refused is told at its file; the others start.
func (s *Pages) columnsSave(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ImportFiles); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	only := p.Text("fichier")
	waiting, err := s.waitingFiles(r, only)
	if err != nil {
		return err
	}
	faults := map[string]string{}
	worst := 0
	var started []string
	for i := range waiting {
		f := waiting[i]
		// The file's place on the page is told by the page: another may have come since.
		key := p.Text("cle." + f.ID)
		if key == "" || p.Text("importer."+f.ID) == "" {
			continue
		}
		if err := s.startFile(r, f, p, key); err != nil {
			if !httpio.Refusal(err) {
				return err
			}
			faults[f.ID], worst = french.Sentence(err.Error()), max(worst, httpio.Status(err))
			continue
		}
		started = append(started, f.ID)
	}
	switch {
	case len(faults) > 0:
		return s.showColumns(w, r, worst, only, faults)
	case len(started) == 0:
		return s.showColumns(w, r, http.StatusBadRequest, only, map[string]string{"": "Cocher au moins un fichier à importer."})
	case len(started) == 1:
		http.Redirect(w, r, "/imports/"+started[0], http.StatusSeeOther)
		return nil
	}
	s.Sessions.Put(r.Context(), shell.Flash, fmt.Sprintf("%d imports commencés.", len(started)))
	http.Redirect(w, r, "/imports", http.StatusSeeOther)
	return nil
}

// startFile keeps the columns of one file as written, and begins its import.
func (s *Pages) startFile(r *http.Request, f *people.File, p *httpio.Params, key string) error {
	columns := map[string]string{}
	for i, col := range f.Columns {
		field := p.Text(key + ".c" + strconv.Itoa(i))
		if field == "" {
			continue
		}
		if other, twice := columns[field]; twice {
			return httpio.Refused(fmt.Sprintf("deux colonnes donnent la même chose : « %s » et « %s »", other, col.Title))
		}
		columns[field] = col.Title
	}
	for _, col := range f.Columns { // what was found and is now left out
		if _, kept := columns[col.Field]; col.Field != "" && !kept {
			columns[col.Field] = ""
		}
	}
	if _, err := s.People.MapColumns(r.Context(), access.Who(r), f.ID, columns); err != nil {
		return err
	}
	read, err := people.Correct(f.Columns, columns)
	if err != nil {
		return err
	}
	var missing []string
	for _, m := range people.Missing(read) {
		missing = append(missing, m.Label())
	}
	if len(missing) > 0 {
		return httpio.Refused("l’import n’est pas commencé, il manque encore : " + strings.Join(missing, ", ") + ". Choisir la colonne qui convient")
	}
	_, err = s.People.Import(r.Context(), access.Who(r), f.ID, people.Importing{})
	return err
}
