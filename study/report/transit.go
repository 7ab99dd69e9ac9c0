package report

import (
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
	s := fmt.Sprintf("%s des %s peuvent venir à un site ouvert à pied, en bus ou en train et rentrer le jour même ; %s en %s au plus en médiane (de %s à %s selon l’heure du départ)",
		percent(all.Able/all.Total), t.Noun, percent(upTo(t, all.Median, t.Reach.Limit)/all.Total), limit(t.Reach.Limit, coverage.Minutes),
		percent(upTo(t, all.Worst, t.Reach.Limit)/all.Total), percent(upTo(t, all.Best, t.Reach.Limit)/all.Total))
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

func transitView(t *study.Transit) *view {
	v := &view{Title: "Qui peut venir en bus et en train", Headline: TransitHeadline(t), Facts: facts(&t.Frame), Footer: "Qui peut venir en bus et en train – " + french.Date(t.On)}
	if t.Warning != "" {
		v.Warning = french.Typography(french.Capital(t.Warning) + ".")
	}
	v.Lead = []block{transitBands(t), withoutBlock(t), weekBlock(t)}
	v.Blocks = []block{siteHours(t), transitAreas(t, "QPV et venue par les transports", t.QPV), transitAreas(t, "Communes et venue par les transports", t.Communes)}
	v.Notes = []string{
		french.Typography("Une durée va du départ de chez soi au début de la visite : marche, attente à l’arrêt, correspondances et attente devant la porte. Elle est comptée pour un départ à chaque minute, du dernier qui arrive à l’ouverture (ou du premier qui arrive) au dernier qui laisse le temps de la visite et du retour : la plus courte, la médiane, la plus longue."),
		french.Typography("Chacun est compté au site et à la demi-journée dont la médiane est la moindre."),
	}
	for _, n := range t.Notices {
		v.Notes = append(v.Notes, french.Typography(french.Capital(n)+"."))
	}
	v.Blocks = slices.DeleteFunc(v.Blocks, func(b block) bool { return len(b.Rows) == 0 })
	return v
}

func transitBands(t *study.Transit) block {
	b := block{Title: "Part qui peut venir, selon la durée", Words: []int{0}, Head: []string{"", french.Capital(t.Noun), "Peuvent venir"}}
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
func withoutBlock(t *study.Transit) block {
	b := block{Title: fmt.Sprintf("Sans aucun site à %d minutes", study.EquityMinutes), Words: []int{0}, Head: []string{"", "Part sans site", "Au moins", "Au plus", french.Capital(t.Noun)}}
	for _, g := range t.Groups {
		out := func(people []float64) float64 { return g.Total - upTo(t, people, study.EquityMinutes) }
		b.Rows = append(b.Rows, []string{french.Capital(groupLabel(g.Group, t.Noun)), percent(out(g.Median) / g.Total), percent(out(g.Best) / g.Total), percent(out(g.Worst) / g.Total), whole(out(g.Median))})
	}
	b.Note = french.Typography("À pied, en bus ou en train : une moyenne cache ceux qui n’ont rien. Au moins : tous partent à la meilleure minute ; au plus : à la pire.")
	return b
}

func weekBlock(t *study.Transit) block {
	b := block{Title: "Demi-journées où l’on peut venir", Words: []int{0}, Head: []string{"Jour", "Matin", "dont en " + limit(t.Reach.Limit, coverage.Minutes), "Après-midi", "dont en " + limit(t.Reach.Limit, coverage.Minutes)}}
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

// siteHours sets, for each site, the half-days by who can come: the best hours of a
// permanence.
func siteHours(t *study.Transit) block {
	b := block{Title: "Qui peut venir à chaque site, demi-journée par demi-journée", Words: []int{0, 2}, Head: []string{"Site", french.Capital(t.Noun), "Meilleures demi-journées", "À la meilleure", "À la moins bonne"}}
	list := slices.Clone(t.Sites)
	slices.SortStableFunc(list, func(a, c study.TransitSite) int { return int(math.Copysign(1, c.Able-a.Able)) * b2i(a.Able != c.Able) })
	for i := range list {
		s := &list[i]
		low, high := math.Inf(1), 0.0
		for _, day := range s.HalfDays {
			for _, h := range day {
				if h.Open {
					low, high = min(low, h.Within), max(high, h.Within)
				}
			}
		}
		if math.IsInf(low, 1) {
			continue
		}
		b.Rows = append(b.Rows, []string{s.Site.Name, whole(s.Able), bestHalves(s, high), whole(high), whole(low)})
	}
	b.Note = french.Typography(fmt.Sprintf("Peuvent venir : au moins une demi-journée. À la meilleure, à la moins bonne : en %s au plus en médiane.", limit(t.Reach.Limit, coverage.Minutes)))
	return b
}

// bestHalves names the half-days within a hundredth of the best.
func bestHalves(s *study.TransitSite, best float64) string {
	var names []string
	for half := range 2 {
		var days []string
		for d := range s.HalfDays {
			if h := s.HalfDays[d][half]; h.Open && h.Within > 0 && h.Within >= 0.99*best {
				days = append(days, french.Weekday(d))
			}
		}
		if len(days) > 0 {
			names = append(names, strings.Join(days, ", ")+" "+french.Halves[half])
		}
	}
	return dash(strings.Join(names, " ; "))
}

// transitAreas lists areas, those that cannot come first.
func transitAreas(t *study.Transit, title string, all []study.TransitArea) block {
	b := block{Title: title, Words: []int{0, 1, 2, 7}, Head: []string{"Code", "Nom", "Missions Locales", french.Capital(t.Noun), "Peuvent venir", "Demi-journées", "Durée médiane", "Site le plus souvent"}}
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
		b.Rows = append(b.Rows, []string{a.Code, a.Name, dash(strings.Join(a.Units, ", ")), whole(a.Total), percent(a.Able / a.Total), whole(float64(a.HalfDayCount())), cost(a.Median, coverage.Minutes), dash(a.Site)})
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
	v := transitView(t)
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
func TransitHTML(w io.Writer, t *study.Transit) error { return pages.Execute(w, transitView(t)) }

// TransitXLSX writes a workbook: every QPV and commune, every half-day of each site.
func TransitXLSX(w io.Writer, t *study.Transit) error {
	b := newBook(transitView(t))
	head := []string{"Code", "Nom", "Missions Locales", "Personnes", "Peuvent venir", "Part", "Demi-journées", "Durée médiane (min)", "Site le plus souvent"}
	for _, page := range []struct {
		name string
		list []study.TransitArea
	}{{"QPV", t.QPV}, {"Communes", t.Communes}} {
		b.page(page.name, head, len(page.list), func(i int) []any {
			a := &page.list[i]
			return []any{a.Code, a.Name, strings.Join(a.Units, ", "), a.Total, a.Able, a.Able / a.Total, a.HalfDayCount(), a.Median, dash(a.Site)}
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
