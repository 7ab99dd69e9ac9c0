package measure

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"perimetre/data/noise"
	"perimetre/french"
)

// classNames are the faults put into the measured addresses, as a reader calls them.
var classNames = map[noise.Class]string{
	noise.Clean: "sans faute", noise.Capitals: "en capitales, sans accents", noise.Abbreviated: "mots abrégés", noise.NoPostcode: "sans code postal", noise.NoCity: "sans commune",
	noise.WrongPostcode: "code postal d’une autre commune", noise.OneTypo: "une faute dans la voie", noise.TwoTypos: "deux fautes dans la voie", noise.CityTypo: "faute dans la commune",
	noise.NoArticles: "sans les articles", noise.BeforeStreet: "une personne ou un bâtiment avant la voie", noise.Postbox: "BP, CS ou CEDEX", noise.NoNumber: "sans numéro",
	noise.AbsentNumber: "numéro qui n’existe pas", noise.WithSuffix: "bis, ter, lettre", noise.NumberRange: "plage de numéros", noise.SaintCity: "St pour Saint dans la commune",
	noise.Combined: "abréviation, capitales et faute", noise.AbsentStreet: "voie qui n’existe pas dans la commune", noise.WrongCommune: "voie d’une autre commune",
}

// ClassName returns the French name of a class of faults, or the class itself if it
// has none: a size of commune is its own name.
func ClassName(c noise.Class) string {
	if n, ok := classNames[c]; ok {
		return n
	}
	return string(c)
}

// Table is a table of a result, its first column of words and the others of figures.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
}

// Tables returns what a result says, in French: by class of faults, by size of commune,
// the addresses that do not exist, and what is kept against what is accepted.
func (m *Result) Tables() []Table {
	real, nowhere := make([]Line, 0, len(m.Classes)), make([]Line, 0, 2)
	for _, l := range m.Classes {
		if l.Class.Negative() {
			nowhere = append(nowhere, l)
		} else {
			real = append(real, l)
		}
	}
	curve := Table{Caption: "Ce qui est gardé, selon ce qu’on accepte de faux", Head: []string{"Adresses inexistantes acceptées", "Confiance d’au moins", "Adresses justes gardées"}}
	for _, k := range m.Kept {
		curve.Rows = append(curve.Rows, []string{percent(k.Accepted, 1), french.Decimal(min(k.Threshold, 1), 4), percent(k.Right, 2)})
	}
	bold := Table{Caption: "Adresses qui n’existent pas là où elles sont écrites, dans une commune qui a un QPV", Head: []string{"Ce qui est mal écrit", "Adresses", "Décidées hardiment"}}
	for _, l := range append(nowhere, withName(Total(nowhere), "en tout")) {
		bold.Rows = append(bold.Rows, []string{ClassName(l.Class), french.Integer(l.Nowhere), part(l.Bold, l.Nowhere)})
	}
	return []Table{
		lineTable("Par faute", append(real, withName(Total(real), "en tout"))),
		lineTable("Par taille de commune", m.Sizes), bold, curve,
	}
}

func withName(l Line, name string) Line {
	l.Class = noise.Class(name)
	return l
}

func lineTable(caption string, lines []Line) Table {
	t := Table{Caption: caption, Head: []string{"Adresses", "Lignes", "Bonne voie", "Bon numéro", "Décidées à tort", "Non décidées"}}
	for _, l := range lines {
		t.Rows = append(t.Rows, []string{ClassName(l.Class), french.Integer(l.Rows), part(l.Street, l.Streets), part(l.Number, l.Points), part(l.Wrong, l.Decided), part(l.Undecided, l.Clear)})
	}
	return t
}

// part is « 98,51 % de 1 200 [97,6 ; 99,1] »: a share, of how many, and its interval.
func part(n, of int) string {
	if of == 0 {
		return french.None
	}
	low, high := Wilson(n, of)
	return fmt.Sprintf("%s de %s [%s ; %s]", percent(float64(n)/float64(of), 2), french.Integer(of), french.Decimal(100*low, 2), french.Decimal(100*high, 2))
}

func percent(v float64, decimals int) string {
	return french.Decimal(100*v, decimals) + french.Thin + "%"
}

// Intro says in one paragraph what was measured.
func (m *Result) Intro() string {
	return fmt.Sprintf("%s adresses tirées de %s numéros de %s, moitié là où il y a un QPV, écrites avec des fautes fabriquées (graine %d, %s par faute), cherchées et décidées comme les lignes d’un fichier sur les QPV %s. Erreur de calibration (ECE, dix tranches) : %s.",
		french.Integer(Total(m.Classes).Rows), french.Integer(m.Numbers), french.Count(m.Communes, "commune", "communes"), m.Seed, french.Integer(m.Rows), m.Perimeter, french.Decimal(m.ECE, 4))
}

// Note says what the figures are not.
const Note = "« Bonne voie » et « bon numéro » : parmi les adresses qu’une seule voie explique. « Non décidées » : parmi celles dont le numéro est connu et à plus de 30 m de toute limite. Entre crochets, l’intervalle de Wilson à 95 %."

// Text writes the result for a terminal.
func (m *Result) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", m.Intro(), Note)
	for _, t := range m.Tables() {
		fmt.Fprintf(&b, "\n%s\n", t.Caption)
		widths := make([]int, len(t.Head))
		for _, row := range append([][]string{t.Head}, t.Rows...) {
			for i, c := range row {
				widths[i] = max(widths[i], utf8.RuneCountInString(c))
			}
		}
		for _, row := range append([][]string{t.Head}, t.Rows...) {
			b.WriteString(" ")
			for i, c := range row {
				pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
				if i == 0 {
					b.WriteString(" " + c + pad)
				} else {
					b.WriteString("  " + pad + c)
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Markdown writes the result as tables of a page, under headings of a level.
func (m *Result) Markdown(level int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", m.Intro())
	for _, t := range m.Tables() {
		fmt.Fprintf(&b, "\n%s %s\n\n| %s |\n|%s\n", strings.Repeat("#", level), t.Caption, strings.Join(t.Head, " | "), "---|"+strings.Repeat("---:|", len(t.Head)-1))
		for _, row := range t.Rows {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		}
	}
	return b.String()
}
