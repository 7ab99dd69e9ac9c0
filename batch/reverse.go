package batch

import (
	"context"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/batch/publicapi"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// Nearest returns the place nearest to a point among those that pass a filter.
type Nearest func(lon, lat float64, only geocode.Filter) ([]geocode.Result, error)

// Headings under which reverse geocoding finds the coordinates when none is named.
var (
	lonTitles = []string{"longitude", "lon", "lng", "long", "x"}
	latTitles = []string{"latitude", "lat", "y"}
)

// At decides residency at the points of a table, as Flag does where it is given
// coordinates.
type At struct {
	Decider   *residency.Decider
	Locate    func(lon, lat float64) (code string, ok bool) // the commune (INSEE) of a point
	On, Known geo.Date
	Pack      string // id written in each row
}

// Decide answers for a point.
func (a *At) Decide(lon, lat float64) residency.Decision {
	in := residency.Input{Point: orb.Point{lon, lat}, HasPoint: true, On: a.On, Known: a.Known}
	in.Commune, _ = a.Locate(lon, lat)
	return a.Decider.Decide(in)
}

// Reverse copies in to out with publicapi.ReverseColumns after each row: the place
// nearest to the row's point, in the columns of o.Near or under the usual headings; and
// ZoningColumns, of the point itself, unless at is nil.
func Reverse(ctx context.Context, o Options, nearest Nearest, at *At, in *table.Reader, out Writer) (Summary, error) {
	sum := newSummary()
	sum.Input = in.Name
	for i, titles := range [][]string{lonTitles, latTitles} {
		for _, t := range titles {
			if o.Near[i] == "" && table.FindColumn(in.Header, t) >= 0 {
				o.Near[i] = t
			}
		}
		if o.Near[i] == "" {
			return sum, &fault.Error{Kind: fault.Input, File: in.Name, Line: in.HeaderLine, Message: "colonnes des coordonnées introuvables",
				Expected: "longitude et latitude (ou lon et lat)", Seen: strings.Join(in.Header, ", ")}
		}
	}
	only, err := o.rowFilter(in)
	if err != nil {
		return sum, err
	}
	ours := publicapi.ReverseColumns
	if at != nil {
		ours = slices.Concat(ours, ZoningColumns)
	}
	l := newLayout(in, o.withMore(ours), nil)
	workers := make([]*reverseWorker, o.workers())
	for i := range workers {
		workers[i] = &reverseWorker{nearest: nearest, only: only, layout: &l, delimiter: in.Delimiter, sum: newSummary(), at: at, more: o.More}
		if at != nil {
			workers[i].zoned = zoningCells{pack: at.Pack, dates: map[geo.Date]string{}}
		}
	}
	err = runRows(ctx, &o, in, out, l.header, workers)
	for _, w := range workers {
		sum.add(&w.sum)
	}
	return sum, err
}

type reverseWorker struct {
	at        *At
	zoned     zoningCells
	nearest   Nearest
	only      rowFilter
	more      bool // the row ends by publicapi.MoreColumns
	layout    *layout
	delimiter byte
	q         geocode.Query
	sum       Summary
}

func (w *reverseWorker) row(r *table.Row, out []string, notes *[]note) error {
	w.layout.copy(out, r, w.delimiter, notes)
	ours := out[w.layout.ours:]
	defer func() { w.sum.Rows++; w.sum.Status[ours[publicapi.ReverseStatus]]++ }()
	clear(ours)
	if strings.TrimSpace(cell(r.Cells, w.only.lon)) == "" || strings.TrimSpace(cell(r.Cells, w.only.lat)) == "" {
		ours[publicapi.ReverseStatus] = publicapi.Skipped
		return nil
	}
	w.q = geocode.Query{}
	if w.only.apply(&w.q, r.Cells); !w.q.HasNear {
		ours[publicapi.ReverseStatus] = publicapi.Error
		*notes = append(*notes, note{r.Line, "coordonnées illisibles"})
		return nil
	}
	results, err := w.nearest(w.q.Near[0], w.q.Near[1], w.q.Only)
	if err != nil {
		return err
	}
	publicapi.FillReverse(ours[:len(publicapi.ReverseColumns)], results)
	if w.more && len(results) > 0 {
		publicapi.FillMore(out[len(out)-len(publicapi.MoreColumns):], &results[0])
	}
	if w.at != nil {
		d := w.at.Decide(w.q.Near[0], w.q.Near[1])
		w.zoned.fill(ours[len(publicapi.ReverseColumns):], &d)
	}
	return nil
}
