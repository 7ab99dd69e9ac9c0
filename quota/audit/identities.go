package audit

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/ingest/yamlfile"
)

// Identity is what several cells, maybe of several tables, must satisfy. A cell
// is written table/row/column; * stands for each place, in rows or in columns.
type Identity struct {
	Name   string   `yaml:"name"`
	Equal  []string `yaml:"equal"`   // all alike; with Sum, the cell that it equals
	Sum    []string `yaml:"sum"`     // added up
	AtMost string   `yaml:"at_most"` // at least the sum
	Share  string   `yaml:"share"`   // of[0] over of[1]
	Of     []string `yaml:"of"`
	Level  Level    `yaml:"level"` // chosen by the audit when empty
	Why    string   `yaml:"why"`
	// Perimeters of the cells of Equal: numbers of different perimeters are not
	// compared.
	Perimeters []string `yaml:"perimeters"`

	file string
	line int
}

// ParseIdentities reads identities; file names them in faults.
func ParseIdentities(file string, b []byte) ([]*Identity, error) {
	var doc struct {
		Identities []yaml.Node `yaml:"identities"`
	}
	text := yamlfile.File{Name: file, Text: b, Kind: fault.Input, Message: "identités illisibles", Expected: "une clé identities et une liste"}
	if err := text.Decode(&doc); err != nil {
		return nil, err
	}
	if len(doc.Identities) == 0 {
		return nil, &fault.Error{Kind: fault.Input, File: file, Message: "aucune identité", Expected: "une clé identities et une liste"}
	}
	var out []*Identity
	for i := range doc.Identities {
		n := &doc.Identities[i]
		id := &Identity{file: file, line: n.Line}
		if err := n.Decode(id); err != nil {
			return nil, &fault.Error{Kind: fault.Input, File: file, Line: n.Line, Message: "identité illisible", Err: err}
		}
		ok := len(id.Equal) >= 2 && len(id.Sum) == 0 || len(id.Sum) > 0 && (id.AtMost != "" || len(id.Equal) == 1) || id.Share != "" && len(id.Of) == 2
		if id.Name == "" || !ok || id.Level != "" && !slices.Contains(levels, id.Level) || len(id.Perimeters) > 0 && len(id.Perimeters) != len(id.Equal) {
			return nil, fault.At(file, n.Line, "", "name, et equal (deux cases), sum et at_most, sum et equal, ou share et of ; level parmi "+string(Certain)+", "+string(Probable)+", "+string(ToExplain), "« "+id.Name+" »")
		}
		out = append(out, id)
	}
	return out, nil
}

// relations returns the relations of an identity, one for each place that a * stands for.
func (id *Identity) relations(tables []*Table) ([]*relation, error) {
	patterns := slices.Concat(id.Equal, id.Sum, id.Of)
	if id.AtMost != "" {
		patterns = append(patterns, id.AtMost)
	}
	if id.Share != "" {
		patterns = append(patterns, id.Share)
	}
	places := []string{""}
	for _, p := range patterns {
		if strings.Contains(p, "*") {
			t, _, _, err := id.split(tables, p)
			if err != nil {
				return nil, err
			}
			places = t.places(p)
			break
		}
	}
	var out []*relation
	for _, place := range places {
		cells := map[string]*Cell{}
		for _, p := range patterns {
			c, err := id.cell(tables, p, place)
			if err != nil {
				return nil, err
			}
			cells[p] = c
		}
		for _, r := range id.relation(func(p string) *Cell { return cells[p] }) {
			r.name, r.why, r.level, r.declared = id.Name, id.Why, id.Level, true
			if place != "" {
				r.says += " (" + place + ")"
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// split finds the table of a pattern, its row and its column.
func (id *Identity) split(tables []*Table, pattern string) (t *Table, row, column string, err error) {
	name, rest, _ := strings.Cut(pattern, "/")
	i := strings.LastIndex(rest, "/")
	for _, x := range tables {
		if x.Name == name && i > 0 {
			return x, rest[:i], rest[i+1:], nil
		}
	}
	return nil, "", "", fault.At(id.file, id.line, id.Name, "table/ligne/colonne, d’une table lue", "« "+pattern+" »")
}

// cell returns the cell that a pattern names at a place.
func (id *Identity) cell(tables []*Table, pattern, place string) (*Cell, error) {
	t, row, column, err := id.split(tables, pattern)
	if err != nil {
		return nil, err
	}
	if row == "*" {
		row = t.written(t.Rows, place)
	}
	if column == "*" {
		column = t.written(t.Columns, place)
	}
	c, err := t.find(row, column)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: id.file, Line: id.line, Message: "identité « " + id.Name + " »", Err: err}
	}
	return c, nil
}

// places returns what * stands for in a pattern.
func (t *Table) places(pattern string) []string {
	if strings.HasSuffix(pattern, "/*") {
		return t.Columns
	}
	return t.Rows
}

// written returns a place as a table writes it: every table has its own word for the
// whole.
func (t *Table) written(labels []string, place string) string {
	for _, l := range labels {
		if table.Words(l) == table.Words(place) || isTotal(l) && isTotal(place) {
			return l
		}
	}
	return place
}

func (id *Identity) relation(cell func(string) *Cell) []*relation {
	cells := func(patterns []string) (out []*Cell) {
		for _, p := range patterns {
			out = append(out, cell(p))
		}
		return out
	}
	switch {
	case id.Share != "":
		return []*relation{ratioRelation(cell(id.Share), cell(id.Of[0]), cell(id.Of[1]), "la part est le rapport des deux nombres")}
	case id.AtMost != "":
		return []*relation{atMostRelation(cells(id.Sum), cell(id.AtMost), "la somme ne dépasse pas le nombre de personnes")}
	case len(id.Sum) > 0:
		return []*relation{sumRelation(cell(id.Equal[0]), cells(id.Sum), "le nombre est la somme des autres")}
	}
	var out []*relation
	equal := cells(id.Equal)
	for i := 1; i < len(equal); i++ {
		if len(id.Perimeters) == 0 || id.Perimeters[0] == id.Perimeters[i] {
			out = append(out, equalRelation(equal[0], equal[i], "les deux nombres sont le même"))
		}
	}
	return out
}
