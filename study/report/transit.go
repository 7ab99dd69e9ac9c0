package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// TransitHeadline answers « who can come by bus and train? » in one sentence.
func TransitHeadline(t *study.Transit) string {
	all := t.Groups[0]
	share := func(people []float64) string { return percent(upTo(t, people, t.Reach.Limit) / all.Total) }
	s := fmt.Sprintf("%s des %s peuvent venir à un site ouvert à pied, en bus ou en train et rentrer le jour même ; %s en %s au plus en médiane",
		percent(all.Able/all.Total), t.Noun, share(all.Median), limit(t.Reach.Limit, coverage.Minutes))
	if low, high := share(all.Worst), share(all.Best); low != high {
		s += fmt.Sprintf(" (de %s à %s selon l’heure du départ)", low, high)
	}
	if n := len(cannot(t.QPV)); n > 0 {
		s += fmt.Sprintf(" ; personne ne peut venir de %s QPV", whole(float64(n)))
	}
	return french.Typography(s + ".")
}

// upTo returns the people of the widest band that does not pass a limit.
func upTo(t *study.Transit, people []float64, limit float64) (n float64) {
	for k, b := range t.Bands {
		if b <= limit {
			n = people[k]
		}
	}
	return n
}

// cannot returns the areas with people none of whom can come on any half-day.
func cannot(list []study.TransitArea) (out []study.TransitArea) {
	for _, a := range list {
		if a.Total > 0 && a.Able == 0 {
			out = append(out, a)
		}
	}
	return out
}

// TransitView returns what a study of who can come says.
func TransitView(t *study.Transit) *View {
	v := &View{Title: "Qui peut venir en bus et en train", Headline: TransitHeadline(t), Facts: facts(&t.Frame), Footer: "Qui peut venir en bus et en train – " + french.Date(t.On)}
	if t.Warning != "" {
		v.Warning = french.Typography(french.Capital(t.Warning) + ".")
	}
	v.Lead = []Block{transitBands(t), withoutBlock(t), weekBlock(t)}
	v.Blocks = []Block{siteHours(t), transitAreas(t, "QPV et venue par les transports", t.QPV), transitAreas(t, "Communes et venue par les transports", t.Communes)}
	v.Notes = []string{
		french.Typography("Une durée va du départ de chez soi au début de la visite : marche, attente à l’arrêt, correspondances et attente devant la porte. Elle est comptée pour un départ à chaque minute, du dernier qui arrive à l’ouverture (ou du premier qui arrive) au dernier qui laisse le temps de la visite et du retour : la plus courte, la médiane, la plus longue."),
		french.Typography("Chacun est compté au site et à la demi-journée dont la médiane est la moindre."),
	}
	for _, n := range t.Notices {
		v.Notes = append(v.Notes, french.Typography(french.Capital(n)+"."))
	}
	v.Blocks = slices.DeleteFunc(v.Blocks, func(b Block) bool { return len(b.Rows) == 0 })
	return v
}

func transitBands(t *study.Transit) Block {
	b := Block{Title: "Part qui peut venir, selon la durée", Words: []int{0}, Head: []string{"", french.Capital(t.Noun), "Peuvent venir"}}
	for _, x := range t.Bands {
		b.Head = append(b.Head, "≤"+french.NoBreak+limit(x, coverage.Minutes))
	}
	for _, g := range t.Groups {
		row := []string{french.Capital(groupLabel(g.Group, t.Noun)), whole(g.Total), percent(g.Able / g.Total)}
		for k := range t.Bands {
			row = append(row, ranged(g.Median[k]/g.Total, g.Worst[k]/g.Total, g.Best[k]/g.Total))
		}
		b.Rows = append(b.Rows, row)
	}
	b.Note = french.Typography("Médiane des heures de départ ; entre parenthèses, la pire et la meilleure.")
	return b
}

// ranged returns a share and its bounds: « 34,0 % (12,1–40,2) ».
func ranged(v, low, high float64) string {
	bare := func(x float64) string { return strings.TrimSuffix(percent(x), french.Thin+"%") }
	if percent(low) == percent(high) {
		return percent(v)
	}
	return percent(v) + " (" + bare(low) + "–" + bare(high) + ")"
}

// withoutBlock tells who has no site within half an hour.
func withoutBlock(t *study.Transit) Block {
	b := Block{Title: fmt.Sprintf("Sans aucun site à %d minutes", study.EquityMinutes), Words: []int{0}, Head: []string{"", "Part sans site", "Au moins", "Au plus", french.Capital(t.Noun)}}
	for _, g := range t.Groups {
		out := func(people []float64) float64 { return g.Total - upTo(t, people, study.EquityMinutes) }
		b.Rows = append(b.Rows, []string{french.Capital(groupLabel(g.Group, t.Noun)), percent(out(g.Median) / g.Total), percent(out(g.Best) / g.Total), percent(out(g.Worst) / g.Total), whole(out(g.Median))})
	}
	b.Note = french.Typography("À pied, en bus ou en train : une moyenne cache ceux qui n’ont rien. Au moins : tous partent à la meilleure minute ; au plus : à la pire.")
	return b
}

func weekBlock(t *study.Transit) Block {
	b := Block{Title: "Demi-journées où l’on peut venir", Words: []int{0}, Head: []string{"Jour", "Matin", "dont en " + limit(t.Reach.Limit, coverage.Minutes), "Après-midi", "dont en " + limit(t.Reach.Limit, coverage.Minutes)}}
	total := t.Groups[0].Total
	for d := range t.HalfDays {
		if !t.HalfDays[d][0].Open && !t.HalfDays[d][1].Open {
			continue
		}
		row := []string{french.Capital(french.Weekday(d)) + " " + french.Date(t.Days[d])}
		for _, h := range t.HalfDays[d] {
			if h.Open {
				row = append(row, percent(h.Able/total), percent(h.Within/total))
			} else {
				row = append(row, "fermé", "–")
			}
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// siteHours sets, for each site, the half-days by who can come, and for one that seldom
// opens the half-day on which more could: the best hours of a permanence.
func siteHours(t *study.Transit) Block {
	b := Block{Title: "Qui peut venir à chaque site, demi-journée par demi-journée", Words: []int{0, 2, 5}, Head: []string{"Site", french.Capital(t.Noun), "Meilleures demi-journées", "À la meilleure", "À la moins bonne", "Demi-journée fermée qui ferait mieux"}}
	list := slices.Clone(t.Sites)
	slices.SortStableFunc(list, func(a, c study.TransitSite) int { return cmp.Compare(c.Able, a.Able) })
	for i := range list {
		s := &list[i]
		low, high, open := extremes(&s.HalfDays)
		if !open {
			continue
		}
		better := ""
		if _, most, _ := extremes(&s.Closed); most > high {
			better = bestHalves(&s.Closed, most) + french.Thin + ": " + whole(most)
		}
		b.Rows = append(b.Rows, []string{s.Site.Name, whole(s.Able), dash(bestHalves(&s.HalfDays, high)), whole(high), whole(low), dash(better)})
	}
	b.Note = french.Typography(fmt.Sprintf("Peuvent venir : au moins une demi-journée. À la meilleure, à la moins bonne : en %s au plus en médiane. Une demi-journée fermée est essayée de 9 h à 12 h ou de 14 h à 17 h, pour les sites ouverts quatre demi-journées au plus.", limit(t.Reach.Limit, coverage.Minutes)))
	return b
}

// extremes returns the least and the most people who come within the reach on the
// half-days of a week; ok is false without any.
func extremes(week *[7][2]study.HalfDayReach) (low, high float64, ok bool) {
	low = math.Inf(1)
	for _, day := range week {
		for _, h := range day {
			if h.Open {
				low, high, ok = min(low, h.Within), max(high, h.Within), true
			}
		}
	}
	return low, high, ok
}

// bestHalves names the half-days within a hundredth of the best, each half with its days.
func bestHalves(week *[7][2]study.HalfDayReach, best float64) string {
	var names []string
	for half := range 2 {
		var days []int
		for d := range week {
			if h := week[d][half]; h.Open && h.Within > 0 && h.Within >= 0.99*best {
				days = append(days, d)
			}
		}
		if len(days) > 0 {
			names = append(names, daysText(days)+" "+french.Halves[half])
		}
	}
	return strings.Join(names, french.Thin+"; ")
}

// daysText writes days of the week: « du lundi au vendredi », « mardi, jeudi ».
func daysText(days []int) string {
	if n := len(days); n > 2 && days[n-1]-days[0] == n-1 {
		return "du " + french.Weekday(days[0]) + " au " + french.Weekday(days[n-1])
	}
	var names []string
	for _, d := range days {
		names = append(names, french.Weekday(d))
	}
	return strings.Join(names, ", ")
}

// transitAreas lists areas, those that cannot come first.
func transitAreas(t *study.Transit, title string, all []study.TransitArea) Block {
	b := Block{Title: title, Words: []int{0, 1, 2, 7}, Head: []string{"Code", "Nom", "Missions Locales", french.Capital(t.Noun), "Peuvent venir", "Demi-journées", "Durée médiane", "Site le plus souvent", fmt.Sprintf("Sans site à %d min", study.EquityMinutes)}}
	list := slices.DeleteFunc(slices.Clone(all), func(a study.TransitArea) bool { return a.Total == 0 })
	slices.SortStableFunc(list, func(a, c study.TransitArea) int {
		x, y := a.Able/a.Total, c.Able/c.Total
		if x != y {
			return b2i(x > y) - b2i(x < y)
		}
		return b2i(c.Total > a.Total) - b2i(c.Total < a.Total)
	})
	for i := range list[:min(len(list), mostCommunes)] {
		a := &list[i]
		b.Rows = append(b.Rows, []string{a.Code, a.Name, dash(strings.Join(a.Units, ", ")), whole(a.Total), percent(a.Able / a.Total), whole(float64(a.HalfDayCount())), cost(a.Median, coverage.Minutes), dash(a.Site), ranged(a.Beyond.Median/a.Total, a.Beyond.Least/a.Total, a.Beyond.Most/a.Total)})
	}
	b.Note = fmt.Sprintf("Personne ne peut venir, aucune demi-journée d’ouverture, de %s sur %s", whole(float64(len(cannot(all)))), whole(float64(len(list))))
	if n := len(list) - mostCommunes; n > 0 {
		b.Note += fmt.Sprintf(" ; %s autres sont dans le classeur (--format xlsx)", whole(float64(n)))
	}
	b.Note = french.Typography(b.Note + ".")
	return b
}

// TransitText writes who can come for a terminal.
func TransitText(w io.Writer, t *study.Transit) error {
	out := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	line := func(cells ...string) { fmt.Fprintln(out, strings.Join(cells, "\t")) }
	v := TransitView(t)
	line(v.Headline)
	if v.Warning != "" {
		line("Attention" + french.Thin + ": " + v.Warning)
	}
	line(french.Typography("Mesure : " + t.Source + "."))
	for _, b := range append(v.Lead, v.Blocks...) {
		line("")
		line(b.Title)
		line(b.Head...)
		for _, r := range b.Rows {
			line(r...)
		}
		if b.Note != "" {
			line(b.Note)
		}
	}
	line("")
	for _, n := range t.Notices {
		line(french.Typography("Note : " + n + "."))
	}
	return out.Flush()
}

// TransitHTML writes a page that prints on A4 sheets.
func TransitHTML(w io.Writer, t *study.Transit) error { return pages.Execute(w, TransitView(t)) }

// TransitXLSX writes a workbook: every QPV and commune, every half-day of each site.
func TransitXLSX(w io.Writer, t *study.Transit) error {
	b := newBook(TransitView(t))
	head := []string{"Code", "Nom", "Missions Locales", "Personnes", "Peuvent venir", "Part", "Demi-journées", "Durée médiane (min)", "Site le plus souvent", fmt.Sprintf("Part sans site à %d min", study.EquityMinutes), "Au moins", "Au plus"}
	for _, page := range []struct {
		name string
		list []study.TransitArea
	}{{"QPV", t.QPV}, {"Communes", t.Communes}} {
		b.page(page.name, head, len(page.list), func(i int) []any {
			a := &page.list[i]
			return []any{a.Code, a.Name, strings.Join(a.Units, ", "), a.Total, a.Able, a.Able / a.Total, a.HalfDayCount(), a.Median, dash(a.Site), a.Beyond.Median / a.Total, a.Beyond.Least / a.Total, a.Beyond.Most / a.Total}
		})
	}
	type slot struct {
		site      *study.TransitSite
		day, half int
	}
	var slots []slot
	for i := range t.Sites {
		for d := range 7 {
			for h := range 2 {
				if t.Sites[i].HalfDays[d][h].Open {
					slots = append(slots, slot{&t.Sites[i], d, h})
				}
			}
		}
	}
	b.page("Demi-journées", []string{"Site", "Jour", "Demi-journée", "De", "À", "Peuvent venir", fmt.Sprintf("dont en %g min au plus", t.Reach.Limit)}, len(slots), func(i int) []any {
		s := slots[i]
		x := s.site.HalfDays[s.day][s.half]
		return []any{s.site.Site.Name, french.Weekday(s.day), french.Halves[s.half], french.Clock(x.Hours.From), french.Clock(x.Hours.To), x.Able, x.Within}
	})
	return b.write(w)
}
