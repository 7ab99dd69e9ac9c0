package crosstab

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"perimetre/export"
	"perimetre/geo"
	"perimetre/quota"
)

// Row is one line of a table: a territory's people, with nil for what is hidden or does
// not exist.
type Row struct {
	Indicator string     `json:"indicator"`
	By        By         `json:"by,omitempty"`
	Value     string     `json:"value,omitempty"`
	Zoning    geo.Zoning `json:"zoning"`
	Level     string     `json:"level"`
	Code      string     `json:"code"`
	Name      string     `json:"name"`
	N         *int       `json:"n"`
	In        *int       `json:"in"`
	Undecided *int       `json:"undecided"`
	ShareMin  *float64   `json:"share_min"`
	ShareMax  *float64   `json:"share_max"`
	Weight    *float64   `json:"weight"` // in the whole, from 0 to 1
	BeforeN   *int       `json:"n_before"`
	BeforeIn  *int       `json:"in_before"`
}

// Rows lists every line of every table.
func (s *Set) Rows() (out []Row) {
	for _, t := range s.Tables {
		out = append(out, s.rowsOf(t)...)
	}
	return out
}

func (s *Set) rowsOf(t *Table) (out []Row) {
	unit := "mission_locale"
	if s.ByEPCI {
		unit = "epci"
	}
	add := func(name string, l quota.Level, units ...quota.Unit) {
		for _, u := range units {
			out = append(out, t.row(name, l, u))
		}
	}
	r := t.Result
	add(unit, quota.LevelUnit, r.Units...)
	if !s.ByEPCI {
		add("departement", quota.LevelDepartement, r.Departements...)
		add("region", quota.LevelRegion, r.Regions...)
	}
	add("ensemble", quota.LevelTotal, r.Total)
	return out
}

func (t *Table) row(level string, l quota.Level, u quota.Unit) Row {
	shown := func(code string, l quota.Level, c quota.Column, n int) *int {
		veils := t.veils
		if c == quota.ColumnN {
			veils = t.entries
		}
		if slices.ContainsFunc(veils, func(v *quota.Veil) bool { return v.Hidden(l, code, c) }) {
			return nil
		}
		return &n
	}
	x := Row{Indicator: t.Indicator.Name, By: t.By, Value: t.Value, Zoning: t.Zoning, Level: level, Code: u.Code, Name: u.Name}
	if x.Name == "" {
		x.Name = u.Code
	}
	x.N, x.In, x.Undecided = shown(u.Code, l, quota.ColumnN, u.N()), shown(u.Code, l, quota.ColumnIn, u.In), shown(u.Code, l, quota.ColumnUndecided, u.Undecided)
	if x.N != nil && x.In != nil && u.N() > 0 {
		share, _ := u.ShareMin()
		x.ShareMin = &share
		if x.Undecided != nil {
			share, _ := u.ShareMax()
			x.ShareMax = &share
		}
	}
	all := t.Result.Total
	if x.N != nil && all.N() > 0 && shown("TOTAL", quota.LevelTotal, quota.ColumnN, 0) != nil {
		w := float64(u.N()) / float64(all.N())
		x.Weight = &w
	}
	if old, ok := unitOf(t.Before, l, u.Code); ok {
		if n := old.N(); !t.past.Hidden(l, u.Code, quota.ColumnN) {
			x.BeforeN = &n
		}
		if in := old.In; !t.past.Hidden(l, u.Code, quota.ColumnIn) {
			x.BeforeIn = &in
		}
	}
	return x
}

// At returns the row of a territory; ok is false without one.
func (t *Table) At(l quota.Level, code string) (x Row, ok bool) {
	u, ok := unitOf(t.Result, l, code)
	if !ok {
		return x, false
	}
	return t.row("", l, u), true
}

// unitOf finds a line of a result.
func unitOf(r *quota.Result, l quota.Level, code string) (quota.Unit, bool) {
	if r == nil {
		return quota.Unit{}, false
	}
	for _, u := range map[quota.Level][]quota.Unit{quota.LevelUnit: r.Units, quota.LevelDepartement: r.Departements, quota.LevelRegion: r.Regions, quota.LevelTotal: {r.Total}}[l] {
		if u.Code == code {
			return u, true
		}
	}
	return quota.Unit{}, false
}

var csvHeader = []string{"indicateur", "ventilation", "valeur", "zonage", "niveau", "code", "nom", "jeunes", "dans_zonage", "a_verifier", "part_min", "part_max", "poids", "jeunes_n_1", "dans_zonage_n_1"}

// CSV writes a line a row: numbers with a dot, UTF-8 with its mark, semicolons.
func (s *Set) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	c.Write(csvHeader)
	for _, r := range s.Rows() {
		c.Write([]string{
			r.Indicator, string(r.By), export.NeutraliseFormula(r.Value), string(r.Zoning), r.Level, export.NeutraliseFormula(r.Code), export.NeutraliseFormula(r.Name),
			whole(r.N), whole(r.In), whole(r.Undecided), ratio(r.ShareMin), ratio(r.ShareMax), ratio(r.Weight), whole(r.BeforeN), whole(r.BeforeIn),
		})
	}
	c.Flush()
	return c.Error()
}

func whole(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func ratio(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', 6, 64)
}

// JSON writes the rows, null for what is hidden or does not exist.
func (s *Set) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Period  quota.Period `json:"period"`
		AsOf    geo.Date     `json:"as_of"`
		Rows    []Row        `json:"rows"`
		Notices []string     `json:"notices"`
	}{s.Period, s.AsOf, s.Rows(), append([]string{}, s.Notices...)})
}
