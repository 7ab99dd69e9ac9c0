package pages

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/store"
	"perimetre/web"
)

// journalTitles head the lines of the audit log.
var journalTitles = []string{"Date", "Qui", "Rôle", "Action", "Objet", "Mission Locale", "Nombre"}

// journalQuery reads the filters of the journal.
func journalQuery(p *httpio.Params) (q store.AuditQuery, err error) {
	q = store.AuditQuery{Before: p.Text("avant"), Who: p.Text("qui"), Action: p.Text("action"), Unit: p.Text("ml")}
	for _, d := range []struct {
		name string
		at   *time.Time
		plus int
	}{{"du", &q.From, 0}, {"au", &q.To, 1}} {
		text := p.Text(d.name)
		if text == "" {
			continue
		}
		day, err := table.ParseDate(text)
		if err != nil {
			return q, httpio.Refused(d.name + " : une date, JJ/MM/AAAA")
		}
		*d.at = time.Date(int(day.Year), time.Month(day.Month), int(day.Day)+d.plus, 0, 0, 0, 0, geo.Paris)
	}
	return q, p.Err()
}

// adminAudit shows the journal, what is chosen of it.
func (s *Pages) adminAudit(r *http.Request, v *web.Admin) error {
	const most = 100
	p := httpio.Query(r)
	q, err := journalQuery(p)
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
	for _, title := range journalTitles {
		t.Columns = append(t.Columns, web.Column{Label: title, Number: title == "Nombre"})
	}
	for i := range list {
		t.Rows = append(t.Rows, journalCells(pack, &list[i]))
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

// journalFile gives what is chosen of the journal as a table, all of it.
func (s *Pages) journalFile(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	q, err := journalQuery(httpio.Query(r))
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	q.Limit = 1000
	return httpio.SendTable(w, "journal.csv", func(out *export.Writer) error {
		if err := out.Write(journalTitles); err != nil {
			return err
		}
		for {
			list, err := s.Store.Audit(r.Context(), q)
			if err != nil {
				return err
			}
			for i := range list {
				cells := journalCells(pack, &list[i])
				for k := range cells {
					cells[k] = export.NeutraliseFormula(cells[k])
				}
				cells[4] = list[i].Object // whole
				if err := out.Write(cells); err != nil {
					return err
				}
			}
			if len(list) < q.Limit {
				return nil
			}
			q.Before = list[len(list)-1].ID
		}
	})
}

func journalCells(pack *packs.Edition, e *store.Entry) []string {
	name := e.Unit
	if name != "" {
		name = pack.UnitName(e.Unit)
	}
	return []string{moment(e.At), e.Who, cmp.Or(roleNames[e.Role], "–"), e.Action, objectText(e.Object), name, strconv.Itoa(e.Count)}
}

// objectText is the object of a line of the journal: an identifier by its end, which
// tells it from others of the same moment.
func objectText(object string) string {
	if len(object) == 36 && strings.Count(object, "-") == 4 {
		return "…" + object[24:]
	}
	return object
}
