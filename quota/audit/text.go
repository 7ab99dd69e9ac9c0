package audit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"perimetre/french"
)

// Text writes findings for a reader, the surest first.
func Text(w io.Writer, tables []*Table, findings []Finding) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", Headline(tables, findings))
	level := Level("")
	for _, f := range findings {
		if f.Level != level {
			level = f.Level
			fmt.Fprintf(b, "\n%s\n", french.Capital(string(level)))
			if level == Certain {
				fmt.Fprintf(b, "  (les nombres se contredisent%s; la case citée est la plus probable, « ou bien » nomme les autres)\n", french.Thin)
			}
		}
		writeFinding(b, f)
	}
	return b.Flush()
}

// Headline says in a sentence what an audit found.
func Headline(tables []*Table, findings []Finding) string {
	numbers := 0
	for _, t := range tables {
		for _, row := range t.cells {
			for _, c := range row {
				if c.kind != text {
					numbers++
				}
			}
		}
	}
	s := fmt.Sprintf("%d table%s, %d nombres", len(tables), french.S(len(tables)), numbers)
	if len(findings) == 0 {
		return s + french.Thin + ": rien ne se contredit, aux arrondis près."
	}
	var parts []string
	for _, l := range levels {
		n := 0
		for _, f := range findings {
			if f.Level == l {
				n++
			}
		}
		switch {
		case n == 0:
		case l == ToExplain:
			parts = append(parts, fmt.Sprintf("%d %s", n, l))
		case l == Certain:
			parts = append(parts, fmt.Sprintf("%d erreur%s certaine%s", n, french.S(n), french.S(n)))
		default:
			parts = append(parts, fmt.Sprintf("%d incohérence%s probable%s", n, french.S(n), french.S(n)))
		}
	}
	return s + french.Thin + ": " + strings.Join(parts, ", ") + "."
}

func writeFinding(b *bufio.Writer, f Finding) {
	if f.Cell != nil {
		fmt.Fprintf(b, "  %s%s: «\u202f%s\u202f» publié, «\u202f%s\u202f» conviendrait.\n", f.Cell.Label(), french.Thin, f.Cell.Text, f.Fits)
		fmt.Fprintf(b, "    %s\n", f.Cell.Place())
	} else {
		fmt.Fprintf(b, "  %s\n", french.Capital(f.Name))
		for _, c := range f.Cells {
			fmt.Fprintf(b, "    %s%s: «\u202f%s\u202f» (%s)\n", c.Label(), french.Thin, c.Text, c.Place())
		}
	}
	if f.Cell != nil { // otherwise the cells side by side say it
		for _, x := range f.Broken {
			fmt.Fprintf(b, "    – ne tient pas%s: %s\n", french.Thin, x)
		}
	}
	var also []string
	for _, a := range f.Also {
		also = append(also, fmt.Sprintf("%s, «\u202f%s\u202f» au lieu de «\u202f%s\u202f»", a.Cell.Label(), a.Fits, a.Cell.Text))
	}
	if len(also) > 0 {
		fmt.Fprintf(b, "    ou bien%s: %s\n", french.Thin, strings.Join(also, french.Thin+"; "))
	}
	if f.Why != "" {
		fmt.Fprintf(b, "    %s\n", french.Capital(f.Why))
	}
}

// Place tells where a cell is printed.
func (c *Cell) Place() string {
	s := fmt.Sprintf("%s, ligne %d", c.Table.File, c.Line)
	if c.Table.Title != "" {
		s += " – " + c.Table.Title
	}
	return s
}

type jsonFinding struct {
	Level     Level      `json:"level"`
	Name      string     `json:"name"`
	Cell      *jsonCell  `json:"cell"`
	Fits      string     `json:"fits,omitempty"`
	Also      []jsonCell `json:"also,omitempty"`
	Cells     []jsonCell `json:"cells,omitempty"`
	Relations []string   `json:"relations"`
	Why       string     `json:"why,omitempty"`
}

type jsonCell struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Row       string `json:"row"`
	Column    string `json:"column"`
	Published string `json:"published"`
	Fits      string `json:"fits,omitempty"`
}

// JSON writes findings as a list.
func JSON(w io.Writer, findings []Finding) error {
	cell := func(c *Cell, fits string) jsonCell {
		return jsonCell{c.Table.File, c.Line, c.Row, c.Column, c.Text, fits}
	}
	out := []jsonFinding{}
	for _, f := range findings {
		j := jsonFinding{Level: f.Level, Name: f.Name, Fits: f.Fits, Relations: f.Broken, Why: f.Why}
		if f.Cell != nil {
			c := cell(f.Cell, f.Fits)
			j.Cell = &c
		}
		for _, a := range f.Also {
			j.Also = append(j.Also, cell(a.Cell, a.Fits))
		}
		for _, c := range f.Cells {
			j.Cells = append(j.Cells, cell(c, ""))
		}
		out = append(out, j)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"findings": out})
}
