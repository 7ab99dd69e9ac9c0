package batch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"perimetre/batch/publicapi"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// Geocode copies in to out with the columns of publicapi after each row. Cells of
// the input go out as they came. The caller opens and closes both tables.
func Geocode(ctx context.Context, o Options, in *table.Reader, out Writer) (Summary, error) {
	sum := newSummary()
	sum.Input = in.Name
	cols, err := o.findColumns(in)
	if err != nil {
		return sum, err
	}
	addr, err := o.addresses(in, cols)
	if err != nil {
		return sum, err
	}
	only, err := o.rowFilter(in)
	if err != nil {
		return sum, err
	}
	o.tell(in, cols, &sum, nil)
	l := newLayout(in, o.withMore(publicapi.Columns), nil)
	workers := make([]*geocodeWorker, o.workers())
	for i := range workers {
		workers[i] = &geocodeWorker{placer: placer{addr: addr, search: o.NewSearch(), only: &only, more: o.More}, layout: &l, delimiter: in.Delimiter, sum: newSummary()}
	}
	err = runRows(ctx, &o, in, out, l.header, workers)
	for _, w := range workers {
		sum.add(&w.sum)
	}
	return sum, err
}

// runRows writes the header, then the rows through the workers.
func runRows[W worker](ctx context.Context, o *Options, in *table.Reader, out Writer, header []string, workers []W) error {
	if err := out.Write(header); err != nil {
		return err
	}
	ws := make([]worker, len(workers))
	for i, w := range workers {
		ws[i] = w
	}
	log := o.log()
	told := 0
	p := pipeline{in: in, out: out, width: len(header), progress: o.Progress, note: func(n note) {
		if told++; told <= 20 {
			log.Warn(fmt.Sprintf("%s, ligne %d : %s", in.Name, n.line, n.text))
		}
	}}
	err := p.run(ctx, ws)
	if told > 20 {
		log.Warn(fmt.Sprintf("%s : %d autres lignes à regarder ne sont pas listées", in.Name, told-20))
	}
	if err != nil {
		return err
	}
	for _, w := range in.Warnings() {
		log.Warn(in.Name + " : " + w)
	}
	return nil
}

// tell says on the log what was read above the header, what was found, and the
// names accepted for what was not among wanted.
func (o *Options) tell(in *table.Reader, cols table.Columns, sum *Summary, wanted []table.Field) {
	log := o.log()
	for _, n := range in.Notices {
		log.Info(in.Name + " : " + n)
	}
	for _, line := range in.Preamble {
		log.Info("Ligne de titre : " + line)
	}
	sum.Columns = cols.Found(in.Header)
	if len(o.Columns) == 0 {
		log.Info("Colonnes reconnues : " + strings.Join(sum.Columns, ", "))
		if !cols.Has(table.Address) {
			wanted = append([]table.Field{table.Postcode, table.City}, wanted...)
		}
	} else {
		log.Info("Adresse lue dans : " + strings.Join(quoted(o.Columns), ", "))
	}
	p := o.Profile
	if p == nil {
		p = table.Generic()
	}
	for _, f := range wanted {
		if !cols.Has(f) {
			titles := p.Titles(f)
			log.Warn("Colonne non trouvée pour " + f.Label() + " ; noms acceptés : " + strings.Join(quoted(titles[:min(8, len(titles))]), ", "))
		}
	}
}

// placer geocodes the rows of one worker.
type placer struct {
	addr   addressColumns
	only   *rowFilter // nil narrows nothing
	search Search
	q      geocode.Query
	cells  publicapi.Cells
	more   bool // the row ends by publicapi.MoreColumns
	room   []string
}

// place fills the columns of publicapi; the answer is nil when nothing was looked
// for. A fault of kind Corrupt ends the run; any other search error is the row's.
func (p *placer) place(r *table.Row, out []string, notes *[]note) (*geocode.Answer, error) {
	p.addr.query(&p.q, r.Cells)
	if p.only != nil {
		p.only.apply(&p.q, r.Cells)
	}
	if empty(&p.q) || p.only != nil && len(p.addr.text) > 0 && strings.TrimSpace(p.q.Text) == "" { // a filter alone asks nothing
		skip(out)
		return nil, nil
	}
	a, err := p.search(&p.q)
	if err != nil {
		if fault.KindOf(err) == fault.Corrupt {
			return nil, err
		}
		clear(out)
		out[publicapi.Status], out[publicapi.Precision] = publicapi.Error, geocode.PrecisionNone.String()
		*notes = append(*notes, note{r.Line, "adresse non traitée : " + err.Error()})
		return nil, nil
	}
	p.cells.Fill(out, a)
	return a, nil
}

// skip marks a row that holds no address.
func skip(out []string) {
	clear(out)
	out[publicapi.Status] = publicapi.Skipped
}

// count adds the row to the summary.
func (s *Summary) count(geocoded []string, a *geocode.Answer) {
	s.Rows++
	s.Status[geocoded[publicapi.Status]]++
	if p := geocoded[publicapi.Precision]; p != "" {
		s.Precision[p]++
	}
	if a != nil && len(a.Results) > 0 {
		for _, f := range a.Results[0].Faults {
			s.Faults[f]++
		}
	}
}

type geocodeWorker struct {
	placer
	layout    *layout
	delimiter byte
	sum       Summary
}

func (w *geocodeWorker) row(r *table.Row, out []string, notes *[]note) error {
	w.layout.copy(out, r, w.delimiter, notes)
	ours := out[w.layout.ours:]
	if w.layout.kind(r, &w.room) != table.Data {
		skip(ours)
		w.sum.count(ours, nil)
		return nil
	}
	a, err := w.place(r, ours, notes)
	if err != nil {
		return err
	}
	w.fillMore(out, a)
	w.sum.count(ours, a)
	return nil
}

// fillMore fills the last columns of a row, where they were asked for.
func (p *placer) fillMore(out []string, a *geocode.Answer) {
	switch {
	case !p.more:
	case a == nil || len(a.Results) == 0:
		clear(out[len(out)-len(publicapi.MoreColumns):])
	default:
		publicapi.FillMore(out[len(out)-len(publicapi.MoreColumns):], &a.Results[0])
	}
}

// withMore adds the last columns where they are asked for.
func (o *Options) withMore(columns []string) []string {
	if !o.More {
		return columns
	}
	return slices.Concat(columns, publicapi.MoreColumns)
}
