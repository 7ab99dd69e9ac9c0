package people

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"perimetre/batch"
	"perimetre/batch/publicapi"
	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/store"
)

// Flagger flags rows with one pack and the decisions of one Mission Locale.
type Flagger struct {
	Pack      *data.Pack
	NewSearch func() batch.Search
	Ledger    *residency.Ledger
	Known     geo.Date
	Today     geo.Date
	Perimeter string
	Workers   int
	Log       *slog.Logger
}

// Positions among batch.FlagColumns.
var (
	resultStatus    = slices.Index(batch.FlagColumns, "qpv_statut")
	resultMotif     = slices.Index(batch.FlagColumns, "qpv_motif")
	resultAction    = slices.Index(batch.FlagColumns, "qpv_action")
	resultPerimeter = slices.Index(batch.FlagColumns, "qpv_perimetre")
	resultCode      = slices.Index(batch.FlagColumns, "qpv_code")
	resultPack      = slices.Index(batch.FlagColumns, "pack")
	resultDistance  = slices.Index(batch.FlagColumns, "qpv_distance_m")
)

// Flag flags a chunk of rows of a file, whose cells are fields, in order.
func (f *Flagger) Flag(ctx context.Context, file *store.File, fields []string, lines []store.Line) (rows []store.Person, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	held := make([]table.Row, len(lines))
	for i, l := range lines {
		held[i] = table.Row{Line: l.N, Cells: l.Cells}
	}
	decider := &residency.Decider{Zones: f.Pack.Zonings, Communes: f.Pack.Communes, Numbers: f.Pack.Index, Options: residency.DefaultOptions}
	if f.Ledger != nil {
		decider.Decisions = f.Ledger
	}
	o := batch.FlagOptions{
		Options: batch.Options{NewSearch: f.NewSearch, Workers: max(f.Workers, 1), Log: f.Log},
		Decider: decider, Known: f.Known, Today: f.Today, Perimeter: f.Perimeter, Pack: f.Pack.ID,
		Locate: func(lon, lat float64) (string, bool) { return f.Pack.Communes.At(orb.Point{lon, lat}) },
	}
	for _, name := range fields {
		o.Map = append(o.Map, name+"="+name)
	}
	out := &collector{f: f, file: file, fields: fields, lines: lines}
	_, err = batch.Flag(ctx, o, table.Of(file.Name, fields, held), out)
	return out.rows, err
}

// collector makes rows of people of what the pipeline writes.
type collector struct {
	f      *Flagger
	file   *store.File
	fields []string
	lines  []store.Line // in the order in which rows come out
	begun  bool
	rows   []store.Person
}

// Write implements batch.Writer.
func (c *collector) Write(cells []string) error {
	if !c.begun { // the header
		c.begun = true
		return nil
	}
	n := len(c.fields)
	line := c.lines[len(c.rows)].N
	p := store.Person{FileID: c.file.ID, Line: line, Unit: c.file.Unit, Cells: cloned(cells[:n]), Result: cloned(cells[n:])}
	p.Person = table.Clean(c.cell(&p, table.Person))
	if d, err := table.ParseDate(c.cell(&p, table.EntryDate)); err == nil {
		p.Entry = d.String()
	}
	c.f.Complete(&p, c.fields)
	c.rows = append(c.rows, p)
	return nil
}

func cloned(cells []string) []string {
	out := make([]string, len(cells))
	for i, s := range cells {
		out[i] = strings.Clone(s)
	}
	return out
}

func (c *collector) cell(p *store.Person, f table.Field) string { return Cell(c.fields, p, f) }

// Cell returns a person's cell of a field, empty when the file has none.
func Cell(fields []string, p *store.Person, f table.Field) string {
	if i := slices.Index(fields, string(f)); i >= 0 && i < len(p.Cells) {
		return p.Cells[i]
	}
	return ""
}

// Complete fills the columns of a person that the store searches from the result, and keeps of a person
// without an established residence only that.
func (f *Flagger) Complete(p *store.Person, fields []string) {
	p.Status, p.Motif, p.Action, p.Perimeter = p.Result[resultStatus], p.Result[resultMotif], p.Result[resultAction], p.Result[resultPerimeter]
	if p.Action == string(residency.NoneKnown) {
		blank(p, fields, table.Number, table.Street, table.Complement, table.Address, table.Housing)
		for _, h := range publicapi.Locating {
			p.Result[slices.Index(batch.FlagColumns, h)] = ""
		}
		p.AddressKey = ""
		return
	}
	if text := Typed(fields, p); p.Perimeter != "" && text != "" && f.Ledger != nil {
		p.AddressKey = residency.Key(f.Ledger.Secret, text, p.Result[publicapi.CityCode], p.Perimeter)
	}
}

func blank(p *store.Person, fields []string, which ...table.Field) {
	for _, f := range which {
		if i := slices.Index(fields, string(f)); i >= 0 {
			p.Cells[i] = ""
		}
	}
}

// Typed returns the address of a row as typed, the text of a decision.
func Typed(fields []string, p *store.Person) string {
	q := geocode.Query{
		Number: Cell(fields, p, table.Number), Street: Cell(fields, p, table.Street), Complement: Cell(fields, p, table.Complement),
		Postcode: Cell(fields, p, table.Postcode), City: Cell(fields, p, table.City),
	}
	if strings.TrimSpace(q.Street) == "" {
		q.Text = Cell(fields, p, table.Address)
	}
	return strings.Join(strings.Fields(batch.Typed(&q)), " ")
}

// Reduce empties what a row needs no more once its quarter is long settled: the
// address, what was found of it, and who follows the person.
func Reduce(p *store.Person, fields []string) {
	blank(p, fields, located...)
	blank(p, fields, table.Counsellor, table.Branch, table.Housing, table.Country)
	if i := slices.Index(fields, string(table.BirthDate)); i >= 0 && i < len(p.Cells) {
		p.Cells[i] = ageAlone(p.Cells[i], Cell(fields, p, table.EntryDate))
	}
	for _, h := range publicapi.Locating {
		p.Result[slices.Index(batch.FlagColumns, h)] = ""
	}
}

// ageAlone makes of a birth date one that tells no more than the age in years on the
// day of entry, which a rule may count by; an invalid one stays, for it is rejected.
func ageAlone(birth, entry string) string {
	b, err1 := table.ParseDate(birth)
	e, err2 := table.ParseDate(entry)
	switch {
	case err1 != nil:
		return "invalide"
	case b.IsZero(), err2 != nil, e.IsZero(), b.After(e):
		return ""
	}
	age := int(e.Year) - int(b.Year)
	if e.Month < b.Month || e.Month == b.Month && e.Day < b.Day {
		age--
	}
	// On the day of entry, that many years before; the day before a 29 February.
	return geo.DateOf(time.Date(int(e.Year)-age, time.Month(e.Month), min(int(e.Day), 28), 12, 0, 0, 0, time.UTC)).String()
}

// Place is where the geocoder put a person's address, for the review's map.
type Place struct {
	Label, ID, CityCode, Precision string
	Lon, Lat                       float64
	HasPoint                       bool
	Zone, Perimeter                string
	Distance                       float64
	HasDistance                    bool
}

// PlaceOf reads a row's place.
func PlaceOf(p *store.Person) Place {
	at := func(title string) string { return p.Result[slices.Index(batch.FlagColumns, title)] }
	out := Place{Label: at("result_label"), ID: at("result_id"), CityCode: at("result_citycode"), Precision: at("result_precision"), Zone: p.Result[resultCode], Perimeter: p.Perimeter}
	var err1, err2 error
	out.Lon, err1 = strconv.ParseFloat(at("longitude"), 64)
	out.Lat, err2 = strconv.ParseFloat(at("latitude"), 64)
	out.HasPoint = err1 == nil && err2 == nil && !math.IsNaN(out.Lon)
	d, err := strconv.ParseFloat(p.Result[resultDistance], 64)
	out.Distance, out.HasDistance = d, err == nil
	return out
}

// Again flags rows of one file again, from the cells that were kept, and leaves the
// keys of their addresses. Those without an established residence, or whose address
// was purged, stay as they are, and so do those that the same pack flagged under the
// perimeter asked for: flagging them would say the same.
func (f *Flagger) Again(ctx context.Context, file *store.File, rows []store.Person) ([]store.Person, error) {
	out := slices.Clone(rows)
	var stale []store.Person
	var at []int
	for i := range rows {
		if p := &rows[i]; file.Intake.Perimeter == "" || p.Perimeter != file.Intake.Perimeter || p.Result[resultPack] != f.Pack.ID {
			stale, at = append(stale, *p), append(at, i)
		}
	}
	again, err := f.Study(ctx, file, stale)
	if err != nil {
		return nil, err
	}
	for k, i := range at {
		again[k].AddressKey = rows[i].AddressKey
		out[i] = again[k]
	}
	return out, nil
}

// Study is as Again, with the keys that the addresses have from now on: the
// perimeter or the commune may be others.
func (f *Flagger) Study(ctx context.Context, file *store.File, rows []store.Person) ([]store.Person, error) {
	var lines []store.Line
	var at []int
	for i := range rows {
		if p := &rows[i]; p.Action != string(residency.NoneKnown) && p.AddressKey != Purged {
			lines = append(lines, store.Line{N: p.Line, Cells: p.Cells})
			at = append(at, i)
		}
	}
	out := slices.Clone(rows)
	for i := range out {
		// What stays undecided is so under any version of the perimeters.
		if p := &out[i]; file.Intake.Perimeter != "" && p.Perimeter != "" && p.Action == string(residency.NoneKnown) {
			p.Perimeter = file.Intake.Perimeter
			p.Result = slices.Clone(p.Result)
			p.Result[resultPerimeter] = p.Perimeter
		}
	}
	if len(at) == 0 {
		return out, nil
	}
	again, err := f.Flag(ctx, file, file.Intake.Fields, lines)
	if err != nil {
		return nil, err
	}
	if len(again) != len(at) {
		return nil, fault.New(fault.Internal, "lignes perdues en les marquant de nouveau")
	}
	for k, i := range at {
		again[k].Cells = rows[i].Cells
		out[i] = again[k]
	}
	return out, nil
}

// Purged stands for the key of an address that is no longer kept.
const Purged = "purge"
