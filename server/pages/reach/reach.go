// Package reach is the page of whom the sites reach: by bus, train and foot while they
// are open and back the same day, or by straight lines; and where to open others.
package reach

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"perimetre/french"
	"perimetre/geo/blockfile"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/studies"
	"perimetre/study/report"
	"perimetre/web"
)

func (s *Pages) page(w http.ResponseWriter, r *http.Request) (err error) {
	who := access.Who(r)
	if err := who.May(access.ReadReference); err != nil {
		return err
	}
	defer blockfile.Recover(&err, blockfile.Guard())
	pack := s.Packs.Acquire()
	defer pack.Release()
	a, err := readAsk(httpio.Query(r), pack, who)
	if err != nil {
		return err
	}
	v := &web.Reach{Layout: s.Layout(r, "Couverture", "/couverture"), Filters: a.filters()}
	if a.mode == byTransit {
		v.Week = a.week.String()
	}
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * studies.Time)) // others may come before
	err = s.fill(r, v, pack, &a)
	if err != nil && httpio.Refusal(err) && httpio.Status(err) != http.StatusForbidden {
		v.Empty = french.Sentence(err.Error())
		return s.Render(w, r, http.StatusOK, v)
	}
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, v)
}

// fill asks for the studies and writes what they say.
func (s *Pages) fill(r *http.Request, v *web.Reach, pack *packs.Edition, a *ask) error {
	who, q := access.Who(r), a.request()
	study := s.Studies.Coverage
	if q.Terms != nil {
		study = s.Studies.Transit
	}
	is, err := study(r.Context(), who, pack, q)
	if err != nil {
		return err
	}
	v.Headline, v.Warning, v.Notes = is.View.Headline, is.View.Warning, is.View.Notes
	for _, f := range is.View.Facts {
		v.Facts = append(v.Facts, web.Fact{Term: f[0], Text: f[1]})
	}
	lead := is.View.Lead[1:] // the first is drawn
	if t := is.Transit; t != nil {
		v.Spans, v.Days = transitSpans(t, &is.View.Lead[0]), week(t)
		v.Map = transitMap(t, pack)
		lead = is.View.Lead[1:2] // the week is drawn
		v.Exports = []web.Link{{Label: "Classeur XLSX", Href: "/api/v1/coverage/transit?format=xlsx&" + a.apiQuery().Encode()}}
	} else {
		v.Spans = lineSpans(&is.View.Lead[0], is.Document)
	}
	for i := range lead {
		v.Tables = append(v.Tables, tableOf(fmt.Sprintf("lead-%d", i), &lead[i]))
	}
	for i := range is.View.Blocks {
		b := &is.View.Blocks[i]
		if v.Map != nil && strings.HasPrefix(b.Title, "Communes") {
			v.Beside = besideMap(b)
			continue
		}
		v.Tables = append(v.Tables, tableOf(fmt.Sprintf("block-%d", i), b))
	}
	if a.places == 0 {
		return nil
	}
	q.Places = a.places
	plan, err := s.Studies.Proposals(r.Context(), who, pack, q)
	if err != nil {
		return err
	}
	v.Proposed = &web.Proposed{Headline: plan.View.Headline, Table: tableOf("places", &plan.View.Lead[0]), Notes: plan.View.Notes}
	return nil
}

// tableOf writes a block of a report as a table.
func tableOf(id string, b *report.Block) web.Table {
	t := web.Table{ID: id, Caption: b.Title, Rows: b.Rows, More: b.Note}
	for i, h := range b.Head {
		t.Columns = append(t.Columns, web.Column{Label: h, Number: b.Class(i) == "num"})
	}
	return t
}

// besideMap writes the block of the communes as the table beside their map: its code is
// the key of a line, and whom it depends on and the site are left to the workbook.
func besideMap(b *report.Block) *web.Table {
	t := tableOf("communes", b)
	t.Rows = make([][]string, len(b.Rows)) // the answer is kept for others
	left := func(i int) bool { return i == 0 || i == 2 || i == 7 }
	keep := func(row []string) (out []string) {
		for i, c := range row {
			if !left(i) {
				out = append(out, c)
			}
		}
		return out
	}
	for i, row := range b.Rows {
		t.Keys = append(t.Keys, row[0])
		t.Rows[i] = keep(row)
	}
	var columns []web.Column
	for i, c := range t.Columns {
		if !left(i) {
			columns = append(columns, c)
		}
	}
	t.Columns = columns
	return &t
}
