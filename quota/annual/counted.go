package annual

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/audit"
	"perimetre/quota/crosstab"
	"perimetre/quota/directory"
)

// hidden stands for a number that is not shown.
const hidden = "•"

// Query returns what the tables of a year are counted with.
func Query(year int, asOf geo.Date, units *directory.Units) crosstab.Query {
	return crosstab.Query{
		Period: quota.Year(year), AsOf: asOf, Units: units, Zonings: []geo.Zoning{geo.QPV, geo.FRR}, RuralBefore: true,
	}
}

// Counted writes the report of counted tables; versions are the perimeters of the rows.
func Counted(s *crosstab.Set, versions []string) (*Report, error) {
	r := &Report{
		Year: int(s.Period.From.Year), Title: fmt.Sprintf("Compte rendu d’activité %d des Missions Locales", s.Period.From.Year), State: "chiffres du " + french.Date(s.AsOf), Notices: s.Notices,
	}
	c := counted{s}
	r.Tables = append(r.Tables, c.followed(), c.received(), c.zoned("premiers-accueils-zonages", "Premiers accueils", "premiers-accueils"),
		c.zoned("parcours-nationaux", "Entrées en parcours nationaux", "parcours-nationaux"), c.annex(), c.unlocated())
	r.Text = c.text()
	all := s.Find("accompagnes", geo.QPV, crosstab.All, "").Result.Total
	r.Caution = append(caution(versions, all.Undecided, all.N()), "FRR"+french.Thin+": communes en France Ruralités Revitalisation, ou en zone de revitalisation rurale pour les entrées d’avant le 1er juillet 2024.")
	if r.masked() {
		return r, r.check(nil) // a hidden cell ties nothing
	}
	r.Identities = twice
	identities, err := audit.ParseIdentities(audit.IdentitiesFile, []byte(twice))
	if err != nil {
		return nil, err
	}
	return r, r.check(identities)
}

// counted reads the tables of a set.
type counted struct{ set *crosstab.Set }

// place is a column of the annex, a line of the other tables.
type place struct {
	label string
	level quota.Level
	code  string
}

const whole = "TOTAL"

// seedOrder is the order in which the report of the Hauts-de-France names its départements.
var seedOrder = []string{"59", "62", "02", "60", "80"}

func (c counted) places() (out []place) {
	for _, u := range c.set.Find("accompagnes", geo.QPV, crosstab.All, "").Result.Departements {
		out = append(out, place{u.Name, quota.LevelDepartement, u.Code})
	}
	slices.SortStableFunc(out, func(a, b place) int {
		rank := func(p place) int {
			if i := slices.Index(seedOrder, p.code); i >= 0 {
				return i
			}
			return len(seedOrder)
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.code, b.code))
	})
	return out
}

func (c counted) row(rule string, z geo.Zoning, b crosstab.By, value string, p place) (crosstab.Row, bool) {
	t := c.set.Find(rule, z, b, value)
	if t == nil {
		return crosstab.Row{}, false
	}
	return t.At(p.level, p.code)
}

var all = place{whole, quota.LevelTotal, whole}

func number(n *int) string {
	if n == nil {
		return hidden
	}
	return french.Integer(*n)
}

// counting returns a number and the word that agrees with it; a hidden number is many.
func counting(n *int, one, many string) string {
	if n == nil {
		return hidden + " " + many
	}
	return french.Count(*n, one, many)
}

// among returns the start of a sentence about a part of n: « Parmi les 12 jeunes », « Sur 1 jeune ».
func among(n *int, one, many string) string {
	if n != nil && *n < 2 {
		return "Sur " + counting(n, one, many)
	}
	return "Parmi les " + counting(n, one, many)
}

func share(q, n *int) string {
	if q == nil || n == nil {
		return hidden
	}
	if *n == 0 {
		return "–"
	}
	return french.Ratio(*q, *n)
}

// lines writes a table with a line a département and the whole, value by value.
func (c counted) lines(values func(place) []string) (rows [][]string) {
	for _, p := range append(c.places(), all) {
		rows = append(rows, append([]string{p.label}, values(p)...))
	}
	return rows
}

func (c counted) followed() Table {
	return Table{ID: "accompagnes", Title: "Jeunes accompagnés", Header: []string{"Département", "Nb jeunes", "Dont QPV*", "Poids du département sur la région"}, Rows: c.lines(func(p place) []string {
		x, _ := c.row("accompagnes", geo.QPV, crosstab.All, "", p)
		total, _ := c.row("accompagnes", geo.QPV, crosstab.All, "", all)
		return []string{number(x.N), number(x.In), share(x.N, total.N)}
	})}
}

func (c counted) received() Table {
	t := Table{ID: "premiers-accueils", Title: "Jeunes en premier accueil", Header: []string{"Département", "Nb jeunes accueillis"}}
	before := slices.ContainsFunc(append(c.places(), all), func(p place) bool {
		x, _ := c.row("premiers-accueils", geo.QPV, crosstab.All, "", p)
		return x.BeforeN != nil && *x.BeforeN > 0
	})
	if before {
		t.Header = append(t.Header, "Évolution sur un an")
	}
	t.Rows = c.lines(func(p place) []string {
		x, _ := c.row("premiers-accueils", geo.QPV, crosstab.All, "", p)
		cells := []string{number(x.N)}
		switch {
		case !before:
		case x.N == nil || x.BeforeN == nil || *x.BeforeN == 0:
			cells = append(cells, "–")
		default:
			cells = append(cells, evolution(*x.N, *x.BeforeN))
		}
		return cells
	})
	return t
}

// evolution returns a change in percent, with its sign.
func evolution(n, before int) string {
	tenths := (2000*(n-before) + before) / (2 * before)
	if n < before {
		tenths = -((2000*(before-n) + before) / (2 * before))
	}
	sign := "+"
	if tenths < 0 {
		sign, tenths = "-", -tenths
	}
	return fmt.Sprintf("%s%d,%d%s%%", sign, tenths/10, tenths%10, french.Thin)
}

func (c counted) zoned(id, title, rule string) Table {
	return Table{ID: id, Title: title + " par zonage", Header: []string{"Département", "Nb jeunes", "Dont QPV", "Dont FRR"}, Rows: c.lines(func(p place) []string {
		x, _ := c.row(rule, geo.QPV, crosstab.All, "", p)
		y, _ := c.row(rule, geo.FRR, crosstab.All, "", p)
		return []string{number(x.N), number(x.In), number(y.In)}
	})}
}

func (c counted) unlocated() Table {
	return Table{ID: "non-localises", Title: "Jeunes accompagnés dont l’adresse ne permet pas de dire s’ils résident en QPV", Header: []string{"Département", "Nb jeunes", "Non localisés", "Part non localisée"}, Rows: c.lines(func(p place) []string {
		x, _ := c.row("accompagnes", geo.QPV, crosstab.All, "", p)
		return []string{number(x.N), number(x.Undecided), share(x.Undecided, x.N)}
	})}
}

// annexLine is a line of the annex: people of an indicator, as a number or as a share of it.
type annexLine struct {
	label  string
	rule   string
	zoning geo.Zoning
	by     crosstab.By
	value  string
	in     bool // residents of the zoning
	share  bool
}

var annexLines = []annexLine{
	{label: "Les jeunes accompagnés"},
	{label: "Nombre de jeunes accompagnés", rule: "accompagnes"},
	{label: "dont jeunes femmes", rule: "accompagnes", by: crosstab.BySex, value: crosstab.Women, share: true},
	{label: "dont public résidant en Quartier Politique de la Ville", rule: "accompagnes", in: true, share: true},
	{label: "dont public résidant en territoire « France Ruralités Revitalisation »", rule: "accompagnes", zoning: geo.FRR, in: true, share: true},
	{label: "dont jeunes mineurs", rule: "accompagnes", by: crosstab.ByAge, value: crosstab.Minors, share: true},
	{label: "Les jeunes en premier accueil"},
	{label: "Nombre de jeunes en premier accueil", rule: "premiers-accueils"},
	{label: "dont jeunes femmes", rule: "premiers-accueils", by: crosstab.BySex, value: crosstab.Women, share: true},
	{label: "dont public résidant en Quartier Politique de la Ville", rule: "premiers-accueils", in: true, share: true},
	{label: "dont public résidant en territoire « France Ruralités Revitalisation »", rule: "premiers-accueils", zoning: geo.FRR, in: true, share: true},
	{label: "dont jeunes mineurs", rule: "premiers-accueils", by: crosstab.ByAge, value: crosstab.Minors, share: true},
	{label: "dont jeunes sans diplôme (niveaux 1-2)", rule: "premiers-accueils", by: crosstab.ByDiploma, value: crosstab.NoDiploma, share: true},
	{label: "Le Contrat d’Engagement Jeune (CEJ)"},
	{label: "Nombre de jeunes ayant contractualisé un CEJ avec la Mission Locale (hors renouvellement de parcours)", rule: "cej-entrees"},
	{label: "dont jeunes résidant en Quartier Politique de la Ville", rule: "cej-entrees", in: true, share: true},
	{label: "Le Parcours d’Accompagnement Contractualisé vers l’Emploi et l’Autonomie (PACEA)"},
	{label: "Nombre de jeunes ayant contractualisé un PACEA avec la Mission Locale", rule: "pacea"},
	{label: "dont jeunes résidant en Quartier Politique de la Ville", rule: "pacea", in: true},
	{label: "dont jeunes résidant en Quartier Politique de la Ville", rule: "pacea", in: true, share: true},
}

// annex returns the table of indicators; a line whose column the files lack is left out.
func (c counted) annex() Table {
	places := append([]place{{"Région", quota.LevelTotal, whole}}, c.places()...)
	t := Table{ID: "indicateurs", Title: "Indicateurs clés par département", Wide: true, Header: []string{"Indicateur"}}
	for _, p := range places {
		t.Header = append(t.Header, p.label)
	}
	for _, l := range annexLines {
		cells := []string{l.label}
		for _, p := range places {
			cells = append(cells, c.annexCell(l, p))
		}
		if l.by == crosstab.All || c.has(l.by) {
			t.Rows = append(t.Rows, cells)
		}
	}
	return t
}

func (c counted) has(b crosstab.By) bool {
	return slices.ContainsFunc(c.set.Tables, func(t *crosstab.Table) bool { return t.By == b })
}

func (c counted) annexCell(l annexLine, p place) string {
	if l.rule == "" {
		return ""
	}
	z := l.zoning
	if z == "" {
		z = geo.QPV
	}
	base, _ := c.row(l.rule, geo.QPV, crosstab.All, "", p)
	x, ok := c.row(l.rule, z, l.by, l.value, p)
	n := x.N
	switch {
	case !ok:
		zero := 0
		n = &zero // nobody has the value
	case l.in:
		n = x.In
	}
	if l.share {
		return share(n, base.N)
	}
	return number(n)
}

// text returns the sentences of § 5.3 and of the headlines, with their figures.
func (c counted) text() (out []string) {
	x, _ := c.row("accompagnes", geo.QPV, crosstab.All, "", all)
	y, _ := c.row("accompagnes", geo.FRR, crosstab.All, "", all)
	out = append(out, fmt.Sprintf("%s en %d, %s dans un QPV, soit %s de l’ensemble, et %s dans une commune classée en FRR, soit %s.",
		among(x.N, "jeune accompagné", "jeunes accompagnés"), c.set.Period.From.Year,
		counting(x.In, "résidait", "résidaient"), share(x.In, x.N), number(y.In), share(y.In, y.N)))
	q, _ := c.row("premiers-accueils", geo.QPV, crosstab.All, "", all)
	f, _ := c.row("premiers-accueils", geo.FRR, crosstab.All, "", all)
	out = append(out, fmt.Sprintf("À l’issue du premier accueil, %s de QPV et %s de FRR ont été accompagnés, sur %s.",
		counting(q.In, "jeune issu", "jeunes issus"), counting(f.In, "jeune issu", "jeunes issus"), number(q.N)))
	q, _ = c.row("parcours-nationaux", geo.QPV, crosstab.All, "", all)
	f, _ = c.row("parcours-nationaux", geo.FRR, crosstab.All, "", all)
	return append(out, fmt.Sprintf("%s dans les parcours nationaux (PACEA, PPAE et CEJ), on compte %s de QPV et %s de FRR.",
		among(q.N, "jeune entré", "jeunes entrés"), counting(q.In, "jeune issu", "jeunes issus"), counting(f.In, "jeune issu", "jeunes issus")))
}

// masked reports whether a number is hidden.
func (r *Report) masked() bool {
	for _, t := range r.Tables {
		for _, cells := range t.Rows {
			if slices.Contains(cells, hidden) {
				return true
			}
		}
	}
	return false
}

// twice ties the cells that the report prints twice.
const twice = `identities:
  - name: jeunes accompagnés
    equal: [accompagnes/*/Nb jeunes, indicateurs/Nombre de jeunes accompagnés/*]
  - name: jeunes accompagnés, et non localisés
    equal: [accompagnes/*/Nb jeunes, non-localises/*/Nb jeunes]
  - name: part des jeunes accompagnés résidant en QPV
    share: indicateurs/dont public résidant en Quartier Politique de la Ville/*
    of: [accompagnes/*/Dont QPV, accompagnes/*/Nb jeunes]
  - name: premiers accueils
    equal: [premiers-accueils/*/Nb jeunes accueillis, indicateurs/Nombre de jeunes en premier accueil/*]
  - name: premiers accueils, par zonage
    equal: [premiers-accueils-zonages/*/Nb jeunes, premiers-accueils/*/Nb jeunes accueillis]
`
