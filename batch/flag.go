package batch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"perimetre/batch/publicapi"
	"perimetre/export"
	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// ZoningColumns are the headings of a decision, in order.
var ZoningColumns = []string{"qpv_statut", "qpv_code", "qpv_nom", "qpv_distance_m", "qpv_motif", "qpv_action", "qpv_perimetre",
	"frr_statut", "zrr_statut", "zonage_date", "pack"}

// FlagColumns are the headings that Flag appends, in order.
var FlagColumns = slices.Concat(publicapi.Columns, ZoningColumns)

// NumberColumns are the headings of ours that hold numbers.
var NumberColumns = append(slices.Clone(publicapi.Numbers), "qpv_distance_m")

// Flag copies in to out with FlagColumns after each row. Cells that a spreadsheet
// would run as formulas are neutralised, unless o is Public. The caller opens and closes both tables.
func Flag(ctx context.Context, o FlagOptions, in *table.Reader, out Writer) (Summary, error) {
	sum := newSummary()
	sum.Input, sum.Pack = in.Name, o.Pack
	plan, err := o.plan(in, &sum)
	if err != nil {
		return sum, err
	}
	workers := make([]*flagWorker, o.workers())
	for i := range workers {
		workers[i] = &flagWorker{plan: plan, sum: newSummary(), zoned: zoningCells{dates: map[geo.Date]string{}, pack: o.Pack}, housing: map[string]address.Class{}}
		workers[i].addr, workers[i].only, workers[i].more = plan.addr, plan.only, o.More
		if plan.lon < 0 {
			workers[i].search = o.NewSearch()
		}
	}
	if !o.Public {
		out = neutral{out}
	}
	err = runRows(ctx, &o.Options, in, out, plan.layout.header, workers)
	for _, w := range workers {
		sum.add(&w.sum)
	}
	if err == nil && sum.InvalidDates > 0 {
		o.log().Warn(fmt.Sprintf("%s : dates invalides : %d ; ces lignes sont gardées et restent à vérifier", in.Name, sum.InvalidDates))
	}
	if err == nil && sum.MissingDates > 0 {
		o.log().Warn(fmt.Sprintf("%s : dates absentes : %d ; ces lignes sont datées du %s", in.Name, sum.MissingDates, plan.fallback()))
	}
	return sum, err
}

// neutral neutralises formulas on the way out.
type neutral struct{ Writer }

func (n neutral) Write(cells []string) error {
	for i, c := range cells {
		cells[i] = export.NeutraliseFormula(c)
	}
	return n.Writer.Write(cells)
}

// flagPlan is what Flag decided once for all rows.
type flagPlan struct {
	o         *FlagOptions
	addr      addressColumns
	only      *rowFilter // nil narrows nothing
	layout    *layout
	delimiter byte
	date      int // column of the date, -1 when On stands for all
	lon, lat  int // columns of coordinates, -1 without
	prior     []int
	blank     []int // positions of ours to empty
}

// fallback returns the date of a row that gives none.
func (p *flagPlan) fallback() geo.Date {
	if p.o.On.IsZero() {
		return p.o.Today
	}
	return p.o.On
}

func (o *FlagOptions) plan(in *table.Reader, sum *Summary) (*flagPlan, error) {
	cols, err := o.findColumns(in)
	if err != nil {
		return nil, err
	}
	p := &flagPlan{o: o, delimiter: in.Delimiter, date: -1, lon: -1, lat: -1, prior: prior(in)}
	p.addr = addressColumns{number: -1, street: -1, complement: -1, postcode: -1, city: -1, line: -1, country: -1,
		citycode: cols.Index(table.CityCode), housing: cols.Index(table.Housing)}
	if (o.Lon == "") != (o.Lat == "") {
		return nil, fault.New(fault.Usage, "--lon et --lat vont ensemble")
	}
	if o.Lon != "" {
		if p.lon, err = heading(in, "--lon", o.Lon); err == nil {
			p.lat, err = heading(in, "--lat", o.Lat)
		}
		if err == nil && o.CityCode != "" {
			p.addr.citycode, err = heading(in, "--citycode", o.CityCode)
		}
	} else {
		p.addr, err = o.addresses(in, cols)
	}
	if err != nil {
		return nil, err
	}
	if o.Public {
		only, err := o.rowFilter(in)
		if err != nil {
			return nil, err
		}
		p.only = &only
	}
	switch {
	case o.Date != "":
		if p.date, err = heading(in, "--date", o.Date); err != nil {
			return nil, err
		}
	case o.On.IsZero():
		p.date = cols.Index(table.EntryDate)
	}
	wanted := []table.Field{table.Person, table.Unit}
	if o.Date == "" && o.On.IsZero() {
		wanted = append(wanted, table.EntryDate)
	}
	o.tell(in, cols, sum, wanted)
	if !o.Public && !cols.Has(table.AddressDate) {
		o.log().Info("Aucune « Date de l’adresse » : adresse connue au jour de l’extraction")
	}
	keep, err := o.keeper(in, cols, &p.addr)
	if err != nil {
		return nil, err
	}
	l := newLayout(in, o.withMore(FlagColumns), keep)
	p.layout = &l
	if o.DropAddress {
		for _, h := range publicapi.Locating {
			p.blank = append(p.blank, slices.Index(publicapi.Columns, h))
		}
	}
	return p, nil
}

// keeper tells which columns of the input come out; nil keeps all.
func (o *FlagOptions) keeper(in *table.Reader, cols table.Columns, addr *addressColumns) (func(int) bool, error) {
	if len(o.Keep) == 0 && !o.DropAddress {
		return nil, nil
	}
	kept := make([]bool, len(in.Header))
	for i := range kept {
		kept[i] = len(o.Keep) == 0
	}
	for _, title := range o.Keep {
		i, err := heading(in, "--keep", title)
		if err != nil {
			return nil, err
		}
		kept[i] = true
	}
	if o.DropAddress {
		drop := addr.all(cols)
		for _, f := range []table.Field{table.Lon, table.Lat} {
			drop = append(drop, cols.Index(f))
		}
		for _, title := range []string{o.Lon, o.Lat} {
			drop = append(drop, table.FindColumn(in.Header, title))
		}
		for _, i := range drop {
			if i >= 0 {
				kept[i] = false
			}
		}
	}
	var left []string
	for i, k := range kept {
		if !k {
			left = append(left, in.Header[i])
		}
	}
	if len(left) > 0 {
		o.log().Info("Colonnes laissées de côté : " + strings.Join(quoted(left), ", "))
	}
	return func(i int) bool { return kept[i] }, nil
}
