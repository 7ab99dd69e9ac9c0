package people

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/store"
)

// Limits bound what a file may be.
type Limits struct {
	Rows     int
	Expanded int64 // bytes of a workbook once expanded
}

// Sample is what a received file looks like: its columns, what they were read as,
// and its first rows.
type Sample struct {
	Columns  []store.Column
	Rows     [][]string
	Preamble []string
	Missing  []table.Field // that importing needs
	// Delimiter parts the cells of a CSV file; empty for a workbook.
	Delimiter string
}

const sampleRows = 5

// A file of people is a table that somebody made: past these it is another thing, and its
// titles would take minutes to tell.
const (
	maxColumns = 500
	maxTitle   = 1000 // bytes
)

// plausible refuses a header that no table of people has.
func plausible(name string, header []string) error {
	if n := len(header); n > maxColumns {
		return &fault.Error{Kind: fault.Input, File: name, Message: "trop de colonnes", Expected: strconv.Itoa(maxColumns) + " au plus", Seen: strconv.Itoa(n)}
	}
	for _, title := range header {
		if len(title) > maxTitle {
			return &fault.Error{Kind: fault.Input, File: name, Message: "ligne de titres illisible", Expected: "des titres de moins de " + strconv.Itoa(maxTitle) + " caractères"}
		}
	}
	return nil
}

// Inspect reads the header and the first rows of a file.
func Inspect(name string, in io.Reader, l Limits) (Sample, error) {
	r, err := table.OpenReader(name, in, table.Options{MaxExpanded: l.Expanded})
	if err != nil {
		return Sample{}, err
	}
	defer r.Close()
	var s Sample
	if err := plausible(name, r.Header); err != nil {
		return s, err
	}
	if r.Format == table.CSV {
		s.Delimiter = string(r.Delimiter)
	}
	cols := table.Match(r.Header)
	s.Preamble = plainAll(r.Preamble)
	for i, title := range r.Header {
		c := store.Column{Title: plain(title)}
		for _, f := range Kept {
			if cols.Index(f) == i {
				c.Field = string(f)
			}
		}
		s.Columns = append(s.Columns, c)
	}
	s.Missing = Missing(s.Columns)
	for n := 0; len(s.Rows) < sampleRows || n < l.Rows; n++ { // what cannot be read is refused now
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		if row.Kind == table.Data && len(s.Rows) < sampleRows {
			s.Rows = append(s.Rows, plainAll(row.Cells))
		}
	}
	return s, nil
}

// Missing lists the fields without which a file cannot be imported: a person, an
// entry date, and something of an address.
func Missing(columns []store.Column) []table.Field {
	has := func(fields ...table.Field) bool {
		return slices.ContainsFunc(columns, func(c store.Column) bool { return slices.Contains(fields, table.Field(c.Field)) })
	}
	out := []table.Field{}
	for _, f := range []table.Field{table.Person, table.EntryDate} {
		if !has(f) {
			out = append(out, f)
		}
	}
	if !has(table.Street, table.Address, table.City, table.Postcode, table.CityCode) {
		out = append(out, table.Address)
	}
	return out
}

// Correct binds fields to titles over what was found; an empty title unbinds a field.
func Correct(columns []store.Column, by map[string]string) ([]store.Column, error) {
	out := slices.Clone(columns)
	for field, title := range by {
		if f, ok := table.ParseField(field); !ok || !slices.Contains(Kept, f) {
			return nil, fault.New(fault.Input, "champ inconnu : %s", field)
		}
		for i := range out {
			if out[i].Field == field {
				out[i].Field = ""
			}
		}
		if title == "" {
			continue
		}
		i := slices.IndexFunc(out, func(c store.Column) bool { return c.Title == title })
		if i < 0 {
			return nil, fault.New(fault.Input, "colonne introuvable dans le fichier : %s", title)
		}
		out[i].Field = field
	}
	return out, nil
}

// Units returns the Mission Locale that a cell names; ok is false when it names none that is
// known.
type Units interface {
	Unit(written string) (code string, ok bool)
}

// Cutter cuts a file into chunks of rows, keeping the mapped columns alone and the
// rows of one Mission Locale.
type Cutter struct {
	in     *table.Reader
	unit   string
	units  Units
	limits Limits
	intake store.Intake
	at     []int // column of each of intake.Fields
	own    int   // position of the unit among them, -1
	n      int
	// cleaned are the cells that held bytes that are no text.
	cleaned cleaned
}

// A chunk is flagged and written at once: so many rows, fewer of very long ones.
const (
	chunkRows  = 500
	chunkBytes = 4 << 20
)

// NewCutter opens a file as its intake says to read it.
func NewCutter(name string, in io.Reader, unit string, units Units, intake store.Intake, l Limits) (*Cutter, error) {
	r, err := table.OpenReader(name, in, table.Options{MaxExpanded: l.Expanded})
	if err != nil {
		return nil, err
	}
	c := &Cutter{in: r, unit: unit, units: units, limits: l, intake: intake, own: -1}
	c.intake.Fields, c.intake.SetAside = nil, map[string]int{}
	for i, col := range intake.Columns {
		if col.Field == "" || i >= len(r.Header) {
			continue
		}
		if table.Field(col.Field) == table.Unit {
			c.own = len(c.at)
		}
		c.intake.Fields = append(c.intake.Fields, col.Field)
		c.at = append(c.at, i)
	}
	return c, nil
}

// Reasons for which a row is not kept.
const (
	NotARow   = "ligne de total ou vide"
	OtherUnit = "autre Mission Locale"
)

// Next returns the next chunk of rows, or none after the last.
func (c *Cutter) Next() ([]store.Line, error) {
	var rows []store.Line
	for size := 0; len(rows) < chunkRows && size < chunkBytes; {
		r, err := c.in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if r.Kind != table.Data {
			c.intake.SetAside[NotARow]++
			continue
		}
		cells := make([]string, len(c.at))
		for k, i := range c.at {
			cell := plain(r.Cells[i])
			if cell != r.Cells[i] {
				c.cleaned.add(r.Line, c.intake.Columns[i].Title)
			}
			cells[k] = strip(table.Field(c.intake.Fields[k]), cell)
			size += len(cells[k])
		}
		if c.own >= 0 {
			if code, known := c.units.Unit(cells[c.own]); known && code != c.unit {
				c.intake.SetAside[OtherUnit]++
				continue
			}
		}
		if c.n++; c.n > c.limits.Rows {
			return nil, fault.New(fault.TooLarge, "fichier de plus de %d lignes : le partager", c.limits.Rows)
		}
		rows = append(rows, store.Line{N: r.Line, Cells: cells})
	}
	return rows, nil
}

// Intake returns what the file was read as, once all chunks were given.
func (c *Cutter) Intake() store.Intake {
	c.intake.Warnings = append(plainAll(c.in.Warnings()), c.cleaned.warnings()...)
	return c.intake
}

// Close frees the file.
func (c *Cutter) Close() error { return c.in.Close() }

// hosted is who somebody lives with, and indoors where in the building: neither is
// needed to place an address.
var (
	hosted = regexp.MustCompile(`(?:(?:^|[,;])\s*(?i:chez|c/o)\s+(?:` + civility + `)?|\b(?i:chez|c/o)\s+` + civility + `)[\p{L}'’.-]+(?:\s+\p{Lu}[\p{Lu}'’-]+\s*(?:,|$))?\s*,?\s*`)
	// A door or a flat has a number or a letter; a floor may stand alone.
	indoors = regexp.MustCompile(`(?i)(?:^|[\s,])(?:(?:app(?:artemen)?t|apt|appart|porte|pte|logement|logt|bo[iî]te(?:\s+aux?\s+lettres?)?|digicode)\.?\s*:?\s*(?:n°\s*)?(?:[a-z]?\d+[a-z]?|[a-z])(?:[\s,]|$)|(?:\d+\s*(?:er|ère|ere|e|eme|ème|è)\s*)?[ée]tage(?:\s+\d+)?(?:[\s,]|$)|(?:rdc|rez[- ]de[- ]chauss[ée]e)(?:[\s,]|$))`)
)

// civility is how a person is called before the name.
const civility = `(?i:m\.?|mr|mme|mlle|monsieur|madame|mademoiselle|famille)\s+(?i:et\s+(?:mme|madame)\s+)?`

// strip takes out of the cells of an address who somebody lives with, the floor
// and the door.
func strip(f table.Field, cell string) string {
	switch f {
	case table.Complement, table.Street, table.Address:
	default:
		return cell
	}
	out := hosted.ReplaceAllString(cell, "")
	for range 2 { // the end of one match is the beginning of the next
		out = indoors.ReplaceAllString(out, " ")
	}
	if out == cell {
		return cell
	}
	return strings.Trim(strings.Join(strings.Fields(out), " "), " ,;-")
}
