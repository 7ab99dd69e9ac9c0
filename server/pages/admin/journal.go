package admin

import (
	"net/http"
	"net/url"

	"perimetre/export"
	"perimetre/french"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/journal"
	"perimetre/server/pages/shell"
	"perimetre/server/store"
	"perimetre/web"
)

// journalNames returns the pages' words for roles and Missions Locales.
func journalNames(pack *packs.Edition) journal.Names {
	return journal.Names{Role: func(r store.Role) string { return shell.RoleNames[r] }, Unit: pack.UnitName}
}

// adminAudit shows the journal, what is chosen of it.
func (s *Pages) adminAudit(r *http.Request, v *web.Admin) error {
	const most = 100
	p := httpio.Query(r)
	q, err := journal.Query(p)
	if err != nil {
		return err
	}
	q.Limit = most
	list, err := s.Store.Audit(r.Context(), q)
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	t := web.Table{ID: "journal", Caption: "Journal"}
	for _, title := range journal.Titles {
		t.Columns = append(t.Columns, web.Column{Label: title, Number: title == "Nombre"})
	}
	for i := range list {
		t.Rows = append(t.Rows, journalNames(pack).Cells(&list[i]))
	}
	v.Tables = []web.Table{t}
	kept := url.Values{"vue": {"journal"}}
	v.Journal = &web.JournalForm{From: p.Text("du"), To: p.Text("au")}
	for _, f := range []struct{ name, label, column string }{{"qui", "Qui", "who"}, {"action", "Action", "action"}} {
		words, err := s.Store.AuditWords(r.Context(), f.column)
		if err != nil {
			return err
		}
		filter := web.Filter{Name: f.name, Label: f.label, Choices: []web.Choice{{Label: "tout"}}}
		for _, w := range words {
			filter.Choices = append(filter.Choices, web.Choice{Value: w, Label: french.Capital(w), Selected: w == p.Text(f.name)})
		}
		v.Journal.Filters = append(v.Journal.Filters, filter)
	}
	units := web.Filter{Name: "ml", Label: "Mission Locale", Choices: []web.Choice{{Label: "toutes"}}}
	for _, u := range pack.Units() {
		units.Choices = append(units.Choices, web.Choice{Value: u.Code, Label: u.Name, Selected: u.Code == q.Unit})
	}
	v.Journal.Filters = append(v.Journal.Filters, units)
	for _, name := range []string{"qui", "action", "ml", "du", "au"} {
		if x := p.Text(name); x != "" {
			kept.Set(name, x)
		}
	}
	v.Journal.CSV = "/administration/journal.csv?" + kept.Encode()
	if len(list) == most {
		kept.Set("avant", list[most-1].ID)
		v.Pages = []web.Link{{Label: "Plus ancien", Href: "/administration?" + kept.Encode()}}
	}
	return nil
}

// journalFile returns what is chosen of the journal as a table, all of it.
func (s *Pages) journalFile(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	q, err := journal.Query(httpio.Query(r))
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	return httpio.SendTable(w, "journal.csv", func(out *export.Writer) error { return journalNames(pack).Write(r.Context(), s.Store, q, out) })
}
