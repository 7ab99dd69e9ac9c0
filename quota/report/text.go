package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"perimetre/export"
	"perimetre/french"
	"perimetre/quota"
)

// listed is the number of persons' rows that a terminal shows of a list.
const listed = 5

// Text writes the report for a terminal.
func (v *View) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n%s\n\n", v.Title, v.Headline)
	fmt.Fprintf(b, "Période%s: %s – %s. Chiffres du %s.\n", french.Thin, v.Period, v.State, v.Drawn)
	fmt.Fprintf(b, "Dénominateur%s: %s. Objectif%s: %s. Périmètres%s: %s.\n\n", french.Thin, v.Counting, french.Thin, v.Target, french.Thin, v.Perimeter)
	if v.Reserve != "" {
		fmt.Fprintf(b, "%s\n\n", v.Reserve)
	}
	v.textTable(b)
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(b, "\n%s\n", title)
		for _, l := range lines {
			fmt.Fprintf(b, "  %s\n", l)
		}
	}
	// A terminal shows the first rows of a list of persons; the workbook has all.
	rows := func(title string, lines []string) {
		if more := len(lines) - listed; more > 1 {
			lines = append(lines[:listed:listed], fmt.Sprintf("… et %s autres (--format xlsx ou json les donne toutes).", french.Integer(more)))
		}
		section(title, lines)
	}
	if v.Masked != "" {
		fmt.Fprintf(b, "\n%s\n", v.Masked)
	}
	section("Sur quoi les chiffres reposent", v.doubtLines())
	section("Ce que les décisions manuelles changent", v.perLine(func(l Line) string {
		if l.Auto == "" {
			return ""
		}
		return "sans elles, " + strings.ToLower(l.Auto)
	}))
	section("Relecture des décisions manuelles", v.perLine(func(l Line) string { return l.Reread }))
	section("Situation à la sortie", v.perLine(func(l Line) string { return l.Beside }))
	section("Personnes sans résidence établie", v.perLine(func(l Line) string { return l.Unlocatable }))
	section("Ce qui départagerait", v.perLine(func(l Line) string {
		if l.Flip == "–" || l.Flip == hidden {
			return ""
		}
		return l.Flip + " parmi les dossiers à vérifier"
	}))
	section("Depuis le 1er janvier", v.perLine(func(l Line) string {
		if l.YearToDate == "" {
			return ""
		}
		return l.YearToDate + ", " + strings.ToLower(l.YearVerdict)
	}))
	section("Rythme", v.perLine(func(l Line) string { return l.Pace }))
	if v.Move != nil {
		fmt.Fprintf(b, "\nPourquoi la part a bougé\n%s\n", v.Move.Intro)
		cells := [][]string{{"Cause", "Personnes", "QPV", "Hors", "À vérifier", "Borne basse", "Borne haute"}}
		for _, r := range append(v.Move.Rows, v.Move.Total) {
			cells = append(cells, []string{r.Cause, r.Persons, r.In, r.Out, r.Undecided, r.Min, r.Max})
		}
		export.Align(b, cells, true)
		section("Réponses changées, par motif", pairs(v.Move.Reasons))
		section("Par Mission Locale", v.Move.PerUnit())
	}
	section("Sous d’autres périmètres", pairs(v.Replay))
	if v.Own != nil {
		fmt.Fprintf(b, "\nIndicateur de la structure et adresse\n")
		cells := [][]string{v.Own.Columns}
		for _, r := range v.Own.Rows {
			cells = append(cells, append([]string{r.Label}, r.Cells...))
		}
		export.Align(b, cells, true)
		rows(v.Own.Summary, v.Own.Disagreements)
	}
	if v.Simulation != nil {
		section(v.Simulation.Label+" ("+v.Simulation.Reference+")", pairs(v.Simulation.Rows))
	}
	var rejected []string
	for _, r := range v.Rejected {
		rejected = append(rejected, r.text())
	}
	rows("Lignes à corriger, non comptées", rejected)
	rows("Mutations", v.Mutations)
	rows("Résidences hors du territoire", v.Outside)
	if !v.Public && len(v.Rejected)+len(v.Mutations)+len(v.Outside) > 0 {
		fmt.Fprintf(b, "\n%s\n", usage)
	}
	section("Lignes que la règle ne compte pas", pairs(v.Aside))
	section("À savoir", v.Notices)
	return b.Flush()
}

// PerUnit says of each unit what its causes brought to the lower bound, where there are
// several units.
func (t *MoveTable) PerUnit() []string {
	if len(t.Units) < 2 {
		return nil
	}
	var out []string
	for _, u := range t.Units {
		var causes []string
		for _, r := range u.Rows {
			if r.Persons != "0" {
				causes = append(causes, strings.ToLower(r.Cause)+" "+r.Min+" ("+r.Persons+")")
			}
		}
		out = append(out, u.Name+french.Thin+": "+u.Total.Min+", dont "+strings.Join(causes, french.Thin+"; ")+".")
	}
	return out
}

func pairs(list []Pair) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.Label+french.Thin+": "+p.Value)
	}
	return out
}

func (r RejectedLine) text() string {
	s := french.Capital(r.Reason)
	if r.Detail != "" {
		s += " («" + french.Thin + r.Detail + french.Thin + "»)"
	}
	switch {
	case r.Line != "":
		return fmt.Sprintf("%s, ligne %s, dossier %s%s: %s", r.File, r.Line, orDash(r.Person), french.Thin, s)
	case r.File != "":
		return fmt.Sprintf("%s, %s%s: %s × %s", r.File, orDash(r.Unit), french.Thin, r.Count, s)
	}
	return r.Count + " × " + s
}

// perLine says something of each unit that has something to say, and of the whole.
func (v *View) perLine(say func(Line) string) []string {
	var out []string
	lines := v.Lines
	if len(lines) != 1 {
		lines = append(lines[:len(lines):len(lines)], v.Total)
	}
	for _, l := range lines {
		if s := say(l); s != "" {
			out = append(out, l.Name+french.Thin+": "+s)
		}
	}
	return out
}

// doubtLines returns the doubts of each unit, those that mark its figures with their numbers,
// then the others with the names of the units that they concern.
func (v *View) doubtLines() []string {
	var out []string
	names := map[quota.Doubt][]string{}
	var light []quota.Doubt
	for i, u := range v.result.Units {
		var grave []string
		for k, d := range v.told(u) {
			switch {
			case d.Grave():
				grave = append(grave, v.Lines[i].Doubts[k])
			case names[d] == nil:
				light = append(light, d)
				fallthrough
			default:
				names[d] = append(names[d], v.Lines[i].Name)
			}
		}
		if len(grave) > 0 {
			out = append(out, v.Lines[i].Name+french.Thin+": "+strings.Join(grave, french.Thin+"; ")+".")
		}
	}
	for _, d := range light {
		whose := few(names[d], 6)
		if len(names[d]) == len(v.Lines) && len(v.Lines) > 1 {
			whose = "toutes les Missions Locales"
		}
		out = append(out, quota.Doubts{d: 0}.Sentence(d, 0)+" ("+whose+").")
	}
	return out
}

// marked returns the line's name, with an asterisk where its figures are doubtful.
func (l Line) marked() string {
	if l.Reserved {
		return l.Name + " *"
	}
	return l.Name
}

func (v *View) textTable(b *bufio.Writer) {
	rows := [][]string{{"Mission Locale", "Entrées", "QPV", "Hors", "À vérifier", "Part", "Objectif", "Verdict", "Manque", "Entrées QPV de plus", "Part attendue"}}
	add := func(l Line) {
		verdict := l.VerdictText
		if l.Sign != "" && l.Sign != "–" {
			verdict = l.Sign + " " + verdict
		}
		rows = append(rows, []string{l.marked(), l.N, l.In, l.Out, l.Undecided, l.Share, l.Target, verdict, l.Short, l.Missing, l.Expected})
	}
	for _, l := range v.Lines {
		add(l)
	}
	if len(v.Departements) > 1 {
		for _, l := range v.Departements {
			add(l)
		}
	}
	if len(v.Lines) != 1 {
		add(v.Total)
	}
	export.Align(b, rows, true)
}
