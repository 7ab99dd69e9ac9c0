// Package annual writes the annual report of Missions Locales: its tables by département,
// the figures that its text quotes, the caution on the perimeters, and what an audit of
// itself finds. It counts flagged files, or takes the counts that were published.
package annual

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/quota/audit"
)

// Report is an annual report.
type Report struct {
	Year    int
	Title   string
	State   string // "chiffres du 15/01/2025"
	Tables  []Table
	Text    []string // sentences with the figures, § 5.3
	Map     *Map     // of the zonings; nil without a référentiel
	Caution []string // on the perimeters and on what is not located
	Notices []string
	// Verdict is the headline of the audit, Findings its lines, the surest first.
	Verdict  string
	Findings []Finding
	// Identities tie the cells that are printed twice, as YAML; empty without any.
	Identities string
}

// Map is a drawing of the priority zonings, the territories numbered.
type Map struct {
	Drawing template.HTML // SVG
	Index   []string      // the names of the territories, by number
	Source  string
}

// Table is a printed table. A row with a label alone opens a section.
type Table struct {
	ID     string // the name of its file, without extension
	Title  string
	Wide   bool // to print across
	Header []string
	Rows   [][]string
}

// Finding is what the audit says of a cell or of several.
type Finding struct {
	Level audit.Level
	Text  string
	Where string
	Why   []string
}

// csv returns the table as « perimetre audit » reads it.
func (t *Table) csv() string {
	var b strings.Builder
	b.WriteString("\ufeff" + cell(t.Title) + "\r\n")
	write := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteString(cell(c))
		}
		b.WriteString("\r\n")
	}
	write(t.Header)
	for _, r := range t.Rows {
		write(r)
	}
	return b.String()
}

func cell(s string) string {
	if strings.ContainsAny(s, ";\"\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// check audits the report's own tables; what was found already outside them comes first.
func (r *Report) check(identities []*audit.Identity, already ...Finding) error {
	var tables []*audit.Table
	for i := range r.Tables {
		t, err := audit.Parse(r.Tables[i].ID+".csv", []byte(r.Tables[i].csv()))
		if err != nil {
			return err
		}
		tables = append(tables, t)
	}
	found, err := audit.Audit(tables, identities)
	if err != nil {
		return err
	}
	counted := slices.Clone(found)
	for _, f := range already {
		counted = append(counted, audit.Finding{Level: f.Level})
	}
	r.Verdict, r.Findings = french.Typography(audit.Headline(tables, counted)), already
	for _, f := range found {
		x := Finding{Level: f.Level, Text: french.Capital(f.Name) + ".", Why: f.Broken}
		if f.Cell != nil {
			x.Text = fmt.Sprintf("%s%s: «\u202f%s\u202f» publié, «\u202f%s\u202f» conviendrait.", french.Capital(f.Cell.Label()), french.Thin, f.Cell.Text, f.Fits)
			x.Where = f.Cell.Place()
		} else {
			var cells []string
			for _, c := range f.Cells {
				cells = append(cells, c.Label()+french.Thin+": "+c.Text)
			}
			x.Why = cells
		}
		if f.Why != "" {
			x.Why = append(x.Why, french.Capital(f.Why))
		}
		r.Findings = append(r.Findings, x)
	}
	return nil
}

// decrees name the acts that fixed each version of the QPV.
var decrees = map[string]string{
	"2015": "QPV 2015 (décrets n° 2014-1750 et n° 2014-1751 du 30 décembre 2014), en vigueur jusqu’au 31 décembre 2023 en métropole",
	"2024": "QPV 2024 (décret n° 2023-1314 du 28 décembre 2023, modifié par le décret n° 2024-806 du 13 juillet 2024), en vigueur depuis le 1er janvier 2024 en métropole",
}

// caution says on which perimeters the figures stand, and what share is not located.
func caution(versions []string, undecided, n int) []string {
	var used []string
	for _, v := range versions {
		text := decrees[v]
		if text == "" {
			text = "QPV " + v
		}
		used = append(used, text)
	}
	s := "Périmètres non renseignés dans les fichiers" + french.Thin + ": les données QPV sont à lire avec précaution."
	if len(used) > 0 {
		s = "Périmètres utilisés" + french.Thin + ": " + strings.Join(used, french.Thin+"; ") + ". L’appartenance est établie par l’adresse, à la date d’entrée de chaque jeune."
	}
	return []string{s, fmt.Sprintf("Non localisés%s: %s sur %s (%s) %s une adresse qui ne permet pas de dire %s en QPV%s; «%sdont QPV%s» compte les résidents certains, c’est un minimum.",
		french.Thin, french.Count(undecided, "jeune accompagné", "jeunes accompagnés"), french.Integer(n), french.Ratio(undecided, n), french.Plural(undecided, "a", "ont"), french.Plural(undecided, "s’il réside", "s’ils résident"), french.Thin, french.Thin, french.Thin)}
}
