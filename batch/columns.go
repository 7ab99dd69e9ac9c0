package batch

import (
	"slices"
	"strings"

	"perimetre/geo/address"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// addressColumns say where a row's address stands; -1 is nowhere.
type addressColumns struct {
	text                                                       []int // joined, with --columns
	number, street, complement, postcode, city, citycode, line int
	country, housing                                           int
}

// findColumns matches the header by profile, then by --map.
func (o *Options) findColumns(in *table.Reader) (table.Columns, error) {
	p := o.Profile
	if p == nil {
		p = table.Generic()
	}
	c := p.Match(in.Header)
	return c, c.Map(in.Header, o.Map...)
}

// heading returns the column of a heading given on the command line.
func heading(in *table.Reader, option, title string) (int, error) {
	i := table.FindColumn(in.Header, title)
	if i < 0 {
		return -1, &fault.Error{Kind: fault.Input, File: in.Name, Line: in.HeaderLine, Message: option + " : colonne introuvable",
			Expected: "l’une de : " + strings.Join(quoted(in.Header), ", "), Seen: title}
	}
	return i, nil
}

func quoted(titles []string) []string {
	var out []string
	for _, t := range titles {
		if strings.TrimSpace(t) != "" {
			out = append(out, "« "+t+" »")
		}
	}
	return out
}

// addresses finds the columns of the address and says what it found.
func (o *Options) addresses(in *table.Reader, c table.Columns) (a addressColumns, err error) {
	a = addressColumns{number: -1, street: -1, complement: -1, postcode: -1, city: -1, citycode: -1, line: -1, country: -1, housing: c.Index(table.Housing)}
	if len(o.Columns) > 0 {
		for _, title := range o.Columns {
			i, err := heading(in, "--columns", title)
			if err != nil {
				return a, err
			}
			a.text = append(a.text, i)
		}
		a.housing = -1
	} else {
		if !c.Has(table.City) && !c.Has(table.Postcode) && !c.Has(table.CityCode) {
			if err := c.NeedOne(in.Name, in.Header, table.Street, table.Address); err != nil {
				return a, err
			}
		}
		a.number, a.street, a.complement = c.Index(table.Number), c.Index(table.Street), c.Index(table.Complement)
		a.postcode, a.city, a.citycode = c.Index(table.Postcode), c.Index(table.City), c.Index(table.CityCode)
		a.line, a.country = c.Index(table.Address), c.Index(table.Country)
	}
	if o.CityCode != "" {
		if a.citycode, err = heading(in, "--citycode", o.CityCode); err != nil {
			return a, err
		}
	}
	if o.Postcode != "" {
		if a.postcode, err = heading(in, "--postcode", o.Postcode); err != nil {
			return a, err
		}
	}
	return a, nil
}

// all returns the columns that a reader could tell an address from.
func (a *addressColumns) all(c table.Columns) []int {
	cols := slices.Clone(a.text)
	for _, i := range []int{a.number, a.street, a.complement, a.line, a.postcode, a.city,
		c.Index(table.Number), c.Index(table.Street), c.Index(table.Complement), c.Index(table.Address), c.Index(table.Postcode), c.Index(table.City)} {
		if i >= 0 {
			cols = append(cols, i)
		}
	}
	return cols
}

func cell(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

// query fills q with the row's address.
func (a *addressColumns) query(q *geocode.Query, cells []string) {
	*q = geocode.Query{
		Number: cell(cells, a.number), Street: cell(cells, a.street), Complement: cell(cells, a.complement),
		Postcode: cell(cells, a.postcode), City: cell(cells, a.city), CityCode: cell(cells, a.citycode),
	}
	if len(a.text) > 0 {
		q.Text = join(cells, a.text)
	} else if strings.TrimSpace(q.Street) == "" {
		q.Text = cell(cells, a.line)
	}
	if abroad(cell(cells, a.country)) {
		q.CityCode = "99999" // INSEE's code of an unknown foreign country
	}
}

// typed returns the whole address as typed, for the key of a person's decision.
func typed(q *geocode.Query) string {
	return strings.Join([]string{q.Number, q.Street, q.Text, q.Complement, q.Postcode, q.City}, " ")
}

// empty tells that the row has nothing to look for.
func empty(q *geocode.Query) bool {
	for _, s := range [...]string{q.Text, q.Number, q.Street, q.Complement, q.Postcode, q.City, q.CityCode} {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}

func join(cells []string, cols []int) string {
	if len(cols) == 1 {
		return cell(cells, cols[0])
	}
	var b strings.Builder
	for _, i := range cols {
		if c := strings.TrimSpace(cell(cells, i)); c != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(c)
		}
	}
	return b.String()
}

// french are the names of France, and of the territories that a column
// of countries may hold, folded.
var french = []string{"france", "fr", "fra", "france metropolitaine", "francaise", "99100", "100",
	"guadeloupe", "martinique", "guyane", "guyane francaise", "reunion", "la reunion", "mayotte", "nouvelle caledonie",
	"polynesie francaise", "saint pierre et miquelon", "saint martin", "saint barthelemy", "wallis et futuna"}

func abroad(country string) bool {
	if strings.TrimSpace(country) == "" || strings.EqualFold(country, "france") {
		return false
	}
	f := address.FoldString(country)
	return f != "" && !slices.Contains(french, f)
}
