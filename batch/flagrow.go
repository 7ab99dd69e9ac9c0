package batch

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/batch/publicapi"
	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// flagWorker flags the rows of one goroutine.
type flagWorker struct {
	placer
	plan    *flagPlan
	sum     Summary
	zoned   zoningCells
	buf     []byte
	housing map[string]address.Class
	parser  address.Parser
}

// nothing is the answer for a row without an address.
var nothing = &geocode.Answer{Parsed: &address.Parsed{Class: address.Unusable}}

func (w *flagWorker) row(r *table.Row, out []string, notes *[]note) error {
	w.plan.layout.copy(out, r, w.plan.delimiter, notes)
	geocoded := out[w.plan.layout.ours:][:len(publicapi.Columns)]
	ours := out[w.plan.layout.ours+len(publicapi.Columns):]
	if w.plan.layout.kind(r, &w.room) != table.Data {
		skip(geocoded)
		clear(ours)
		w.sum.count(geocoded, nil)
		return nil
	}
	var in residency.Input
	if w.plan.lon >= 0 {
		w.coordinates(r, geocoded, &in, notes)
	} else {
		a, err := w.place(r, geocoded, notes)
		if err != nil {
			return err
		}
		w.fillMore(out, a)
		if in.Answer = a; a == nil {
			in.Answer = nothing
		}
		if w.plan.o.Decider.Decisions != nil {
			in.Text = typed(&w.q)
		}
	}
	in.On, in.Known, in.Perimeter = w.when(r, notes), w.plan.o.Known, w.plan.o.Perimeter
	if w.addr.housing >= 0 {
		in.Class = w.housingClass(cell(r.Cells, w.addr.housing))
	}
	d := w.plan.o.Decider.Decide(in)
	w.zoned.fill(ours, &d)
	w.sum.count(geocoded, in.Answer)
	w.sum.decided(&d)
	if d.Overlap {
		*notes = append(*notes, note{r.Line, "plusieurs QPV se recouvrent ici (" + ours[1] + ") ; la personne compte une fois"})
	}
	for _, i := range w.plan.blank {
		geocoded[i] = ""
	}
	return nil
}

// when returns the date of the fact of a row, zero when its cell is no date.
func (w *flagWorker) when(r *table.Row, notes *[]note) geo.Date {
	if w.plan.date < 0 {
		return w.plan.fallback()
	}
	c := cell(r.Cells, w.plan.date)
	d, err := table.ParseDate(c)
	switch {
	case err != nil:
		w.sum.InvalidDates++
		*notes = append(*notes, note{r.Line, "date « " + c + " » invalide : " + err.Error()})
		return geo.Date{}
	case d.IsZero():
		w.sum.MissingDates++
		return w.plan.fallback()
	}
	return d
}

// coordinates reads the point of a row; what an earlier geocoding said of it is
// kept, and a point that stands for a street or a commune is not taken for a number.
func (w *flagWorker) coordinates(r *table.Row, out []string, in *residency.Input, notes *[]note) {
	clear(out)
	for k, i := range w.plan.prior {
		if i >= 0 {
			out[k] = r.Cells[i]
		}
	}
	x, y := cell(r.Cells, w.plan.lon), cell(r.Cells, w.plan.lat)
	if strings.TrimSpace(x) == "" && strings.TrimSpace(y) == "" {
		if out[publicapi.Status] == "" {
			out[publicapi.Status] = publicapi.Skipped
		}
		in.Answer = nothing
		return
	}
	lon, err1 := table.ParseNumber(x)
	lat, err2 := table.ParseNumber(y)
	if err1 != nil || err2 != nil || math.Abs(lon) > 180 || math.Abs(lat) > 90 {
		out[publicapi.Status] = publicapi.Error
		*notes = append(*notes, note{r.Line, "coordonnées « " + x + " » « " + y + " » invalides : attendu des degrés, longitude puis latitude"})
		in.Answer = nothing
		return
	}
	if geo.AxesSwapped(orb.Point{lon, lat}) {
		out[publicapi.Status] = publicapi.Error
		*notes = append(*notes, note{r.Line, "coordonnées « " + x + " » « " + y + " » : la latitude semble écrite avant la longitude"})
		in.Answer = nothing
		return
	}
	w.buf = publicapi.AppendDegrees(w.buf[:0], lon)
	n := len(w.buf)
	w.buf = publicapi.AppendDegrees(w.buf, lat)
	s := string(w.buf)
	out[publicapi.Longitude], out[publicapi.Latitude] = s[:n], s[n:]
	if out[publicapi.Status] == "" {
		out[publicapi.Status] = publicapi.OK
	}
	in.Point, in.HasPoint = orb.Point{lon, lat}, true
	in.Precision = publicapi.ParsePrecision(out[publicapi.Precision], out[publicapi.Type])
	in.Commune = table.PadPostcode(cell(r.Cells, w.addr.citycode))
	if in.Commune == "" {
		in.Commune = out[publicapi.CityCode]
	}
	if in.Commune == "" && w.plan.o.Locate != nil {
		in.Commune, _ = w.plan.o.Locate(lon, lat)
	}
}

// housingClass reads a housing situation that is no residence.
func (w *flagWorker) housingClass(s string) address.Class {
	if s == "" {
		return address.Residence
	}
	if c, ok := w.housing[s]; ok {
		return c
	}
	c := w.parser.Parse(address.Input{Text: s}).Class
	if f := address.FoldString(s); strings.Contains(f, "famil") || strings.Contains(f, "parent") || c == address.Unusable || c == address.Foreign {
		c = address.Residence
	}
	if len(w.housing) < 4096 {
		w.housing[strings.Clone(s)] = c
	}
	return c
}

// zoningCells writes the cells of ZoningColumns. It keeps its buffers, so one goroutine
// uses it.
type zoningCells struct {
	pack  string
	buf   []byte
	dates map[geo.Date]string
}

func (w *zoningCells) fill(out []string, d *residency.Decision) {
	out[0] = string(d.Status)
	out[1], out[2] = zones(d.Zones)
	out[3] = ""
	if d.HasDistance {
		m := math.Round(d.Distance*10) / 10
		w.buf = strconv.AppendFloat(w.buf[:0], m+0, 'f', 1, 64) // +0 takes the sign off zero
		out[3] = string(w.buf)
	}
	out[4], out[5], out[6] = string(d.Motif), string(d.Action), d.Perimeter
	out[7], out[8] = string(d.FRR), string(d.ZRR)
	date, ok := w.dates[d.On]
	if !ok {
		date = d.On.String()
		w.dates[d.On] = date
	}
	out[9], out[10] = date, w.pack
}

// zones joins codes and names by "|".
func zones(z []geo.ZoneRef) (codes, names string) {
	switch len(z) {
	case 0:
		return "", ""
	case 1:
		return z[0].Code, z[0].Name
	}
	c, n := make([]string, len(z)), make([]string, len(z))
	for i := range z {
		c[i], n[i] = z[i].Code, z[i].Name
	}
	return strings.Join(c, "|"), strings.Join(n, "|")
}

// decided adds a decision to the counts.
func (s *Summary) decided(d *residency.Decision) {
	s.QPV[string(d.Status)]++
	s.Motif[string(d.Motif)]++
	if d.Action != residency.NoAction {
		s.Action[string(d.Action)]++
	}
	if d.Perimeter != "" {
		s.Perimeter[d.Perimeter]++
	}
	s.FRR[string(d.FRR)]++
	s.ZRR[string(d.ZRR)]++
	if d.Overlap {
		s.Overlaps++
	}
}
