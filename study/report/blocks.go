package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/geo/transit"
	"perimetre/study"
)

func zoneBlock(r *study.Result) Block {
	b := Block{Title: "QPV et site le plus proche", Words: []int{0, 1, 2, 3}, Head: []string{"Code", "QPV", "Missions Locales", "Site le plus proche", "Distance", "Site de sa Mission Locale", "Part couverte", "Sites dedans", beyondHead}}
	inside, several := 0, 0
	for _, z := range r.QPV {
		b.Rows = append(b.Rows, []string{z.Code, z.Name, strings.Join(z.Units, ", "), dash(z.Nearest.Name), far(z.Nearest), far(z.Own), shareText(z.Count), whole(float64(z.Presence)), beyondText(z.HalfHour)})
		inside += b2i(z.Presence > 0)
		several += b2i(len(z.Units) > 1)
	}
	b.Note = fmt.Sprintf("%s QPV, dont %s avec un site connu dans leur périmètre", whole(float64(len(r.QPV))), whole(float64(inside)))
	if r.Warning == "" {
		b.Note += fmt.Sprintf(" et %s sans présence", whole(float64(len(r.QPV)-inside)))
	}
	if several > 0 {
		b.Note += fmt.Sprintf(" ; %s à cheval sur plusieurs Missions Locales, nommés une fois", whole(float64(several)))
	}
	b.Note = french.Typography(b.Note + ".")
	return b
}

// beyondHead heads the people who have no site within half an hour.
var beyondHead = fmt.Sprintf("Sans site à %d min", study.EquityMinutes)

// beyondText returns the share of a count within half an hour who have no site in it.
func beyondText(c coverage.Count) string {
	least, most := study.BeyondOf(c)
	return shareText(coverage.Count{Total: c.Total, Covered: least, Maybe: most - least})
}

// beyondBlock tells who has no site within half an hour, which a mean does not.
func beyondBlock(r *study.Result) Block {
	b := Block{Title: fmt.Sprintf("Sans aucun site à %d minutes", study.EquityMinutes), Words: []int{0}, Head: []string{"", "Part sans site", french.Capital(r.Noun), "Au plus"}}
	for _, g := range r.Groups {
		least, most := study.BeyondOf(g.HalfHour)
		b.Rows = append(b.Rows, []string{french.Capital(groupLabel(g.Group, r.Noun)), beyondText(g.HalfHour), whole(least), whole(most)})
	}
	by := "D’après les " + r.Source
	if r.Reach.Unit == coverage.Metres {
		foot := transit.UsualFoot
		detour := foot.Detour
		if r.Detour > 1 {
			detour = r.Detour
		}
		by = fmt.Sprintf("À pied, à %s km/h sur %s fois la ligne droite", french.Short(foot.Speed*3.6, 1), french.Short(detour, 2))
	}
	b.Note = french.Typography(by + " : une moyenne cache ceux qui n’ont rien. Au plus : avec ceux dont seule la commune est connue.")
	return b
}

func gapBlock(r *study.Result) Block {
	b := Block{Title: "Foyers hors de portée", Words: []int{1, 4}, Head: []string{"Rang", "Commune", french.Capital(r.Noun), "dont en QPV", "Site le plus proche", "Distance"}}
	for i, g := range r.Unserved {
		b.Rows = append(b.Rows, []string{fmt.Sprint(i + 1), g.Name, whole(g.Weight), whole(g.QPV), dash(g.Nearest.Name), far(g.Nearest)})
	}
	b.Note = french.Typography(fmt.Sprintf("Chaque foyer compte ceux qu’aucun site n’atteint à %s autour de son point le plus dense ; chacun n’est compté que dans un foyer", french.Distance(r.Unserved[0].Radius)) + ".")
	if r.Unserved[0].Radius == 0 {
		b.Note = "Origines sans site à portée, les plus peuplées d’abord."
	}
	return b
}

func notMetBlock(r *study.Result) Block {
	b := Block{Title: "Jeunes non rencontrés", Words: []int{0, 1}, Head: []string{"Commune ou QPV", "Mission Locale", "Jeunes", "Connus", "Entrées", "Taux de contact", "Moyenne", "Manquent à la moyenne", "Site le plus proche"}}
	for _, l := range r.NotMet.Lines {
		b.Rows = append(b.Rows, []string{l.Name, l.UnitName, whole(l.Young), knownText(&l), entriesText(&l), rateText(&l), percent(l.Mean), lackText(&l), far(l.Nearest)})
	}
	b.Note = french.Typography(fmt.Sprintf("Population : %s. Moins de %d jeunes : parts réunies ; moins de %d connus : nombre non donné. %s jeunes connus vivent hors de ces communes. La moyenne est celle de la Mission Locale, bornes basses.", dash(r.NotMet.Source), coverage.FewYoung, coverage.FewKnown, whole(float64(r.NotMet.Outside))))
	return b
}

func entriesText(l *study.NotMetLine) string {
	if l.Blurred {
		return "–"
	}
	return whole(float64(l.Entries))
}

func unitLabel(u *study.UnitResult) string {
	if u.Code == "" {
		return "communes de plusieurs Missions Locales, ou d’aucune"
	}
	return u.Name
}

// unitBlock sets each Mission Locale's territory against the nearest sites.
func unitBlock(r *study.Result) Block {
	b := Block{Title: "Territoire de chaque Mission Locale et site le plus proche", Words: []int{0}, Head: []string{"Mission Locale", "Communes", french.Capital(r.Noun), "Part couverte", "Plus près d’une autre", "Sites", "Demi-journées par semaine", "QPV", "dont avec un site"}}
	for i := range r.Units {
		u := &r.Units[i]
		elsewhere := "–"
		if u.Total > 0 {
			elsewhere = percent(u.Elsewhere / u.Total)
		}
		b.Rows = append(b.Rows, []string{unitLabel(u), whole(float64(u.Communes)), whole(u.Total), shareText(u.Count), elsewhere, whole(float64(u.Sites)), decimal(u.HalfDays), whole(float64(u.QPV)), whole(float64(u.Served))})
	}
	b.Note = french.Typography(fmt.Sprintf("Plus près d’une autre : part des %s dont le site le plus proche est celui d’une autre Mission Locale. Un QPV à cheval est compté dans chacune.", r.Noun))
	return b
}

// shareBlock lists what several Missions Locales serve.
func shareBlock(r *study.Result) Block {
	b := Block{Title: "Communes et QPV à cheval sur plusieurs Missions Locales", Words: []int{0, 1, 2, 3, 4}, Head: []string{"Nature", "Nom", "Mission Locale", "Communes", "Son site le plus proche", "Distance"}}
	for _, s := range r.Shares {
		b.Rows = append(b.Rows, []string{s.Kind, s.Code + " " + s.Name, s.Unit, dash(strings.Join(s.Communes, ", ")), dash(s.Own.Name), far(s.Own)})
	}
	return b
}

// leastServed bounds the lines of access on a page that prints.
const leastServed = 40

// accessBlock lists where the offer within reach is the least for each person.
func accessBlock(r *study.Result) Block {
	b := Block{Title: "Offre accessible par personne", Words: []int{0, 1}, Head: []string{"Code", "Nom", "Offre par personne"}}
	names := map[string]string{}
	for i := range r.Communes {
		names[r.Communes[i].Code] = r.Communes[i].Name
	}
	for i := range r.QPV {
		names[r.QPV[i].Code] = "QPV " + r.QPV[i].Name
	}
	list := slices.Clone(r.Access)
	slices.SortStableFunc(list, func(a, c study.AccessValue) int { return cmp.Compare(a.Value, c.Value) })
	for _, a := range list[:min(len(list), leastServed)] {
		b.Rows = append(b.Rows, []string{a.Code, dash(names[a.Code]), strings.Replace(fmt.Sprintf("%.4g", a.Value), ".", ",", 1)})
	}
	b.Note = "Ce que chaque site offre, partagé entre ceux qui peuvent l’atteindre ; les moins servis d’abord"
	if n := len(list) - leastServed; n > 0 {
		b.Note += fmt.Sprintf(", %s autres dans le classeur (--format xlsx)", whole(float64(n)))
	}
	b.Note = french.Typography(b.Note + ".")
	return b
}

// mostCommunes bounds the communes of a page that prints; a workbook has them all.
const mostCommunes = 150

// communeBlock lists the communes, those with most people out of reach first.
func communeBlock(r *study.Result) Block {
	b := Block{Title: "Communes et site le plus proche", Words: []int{0, 1, 2, 3}, Head: []string{"Code", "Commune", "Mission Locale", "Site le plus proche", "Distance", french.Capital(r.Noun), "Part couverte", "Hors de portée", beyondHead}}
	list := slices.Clone(r.Communes)
	out := func(a *study.Area) float64 { return a.Total - a.Covered - a.Maybe }
	slices.SortStableFunc(list, func(a, c study.Area) int { return cmp.Compare(out(&c), out(&a)) })
	for i := range list[:min(len(list), mostCommunes)] {
		a := &list[i]
		b.Rows = append(b.Rows, []string{a.Code, a.Name, dash(strings.Join(a.Units, ", ")), dash(a.Nearest.Name), far(a.Nearest), whole(a.Total), shareText(a.Count), whole(out(a)), beyondText(a.HalfHour)})
	}
	b.Note = fmt.Sprintf("Les communes où le plus de %s sont hors de portée d’abord", r.Noun)
	if n := len(list) - mostCommunes; n > 0 {
		b.Note += fmt.Sprintf(" ; %s autres sont dans le classeur (--format xlsx)", whole(float64(n)))
	}
	b.Note = french.Typography(b.Note + ".")
	return b
}
