// Package journal chooses lines of the audit log and tells them.
package journal

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Titles head the lines of the log.
var Titles = []string{"Date", "Qui", "Rôle", "Action", "Objet", "Mission Locale", "Nombre"}

// Names are the words for a role and for a Mission Locale.
type Names struct {
	Role func(store.Role) string
	Unit func(code string) string
}

// Query reads the filters of the journal.
func Query(p *httpio.Params) (q store.AuditQuery, err error) {
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

// Cells returns the cells of a line, under Titles.
func (n Names) Cells(e *store.Entry) []string {
	unit := e.Unit
	if unit != "" {
		unit = n.Unit(unit)
	}
	return []string{french.Moment(e.At), e.Who, cmp.Or(n.Role(e.Role), "–"), e.Action, objectText(e.Object), unit, strconv.Itoa(e.Count)}
}

// Write writes all the lines chosen as a table, with their whole objects.
func (n Names) Write(ctx context.Context, st *store.Store, q store.AuditQuery, out *export.Writer) error {
	if err := out.Write(Titles); err != nil {
		return err
	}
	for q.Limit = 1000; ; {
		list, err := st.Audit(ctx, q)
		if err != nil {
			return err
		}
		for i := range list {
			cells := n.Cells(&list[i])
			cells[4] = list[i].Object
			for k := range cells[:6] {
				cells[k] = export.NeutraliseFormula(cells[k])
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		if len(list) < q.Limit {
			return nil
		}
		q.Before = list[len(list)-1].ID
	}
}

// objectText returns the object of a line of the journal: an identifier by its end, which
// tells it from others of the same moment.
func objectText(object string) string {
	if len(object) == 36 && strings.Count(object, "-") == 4 {
		return "…" + object[24:]
	}
	return object
}
