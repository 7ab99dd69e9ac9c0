package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/ingest/opening"
	"perimetre/study"
)

// mostLines bounds the lists of a portrait, which is one printed page; the workbook has
// them whole.
const mostLines = 6

func portraitView(p *study.Portrait, most int) *View {
	r := p.Own
	v := &View{Sheet: true, Title: "Portrait de territoire : " + p.Name, Headline: Headline(r), Footer: p.Name + " – " + french.Date(r.On)}
	v.Title = french.Typography(v.Title)
	if r.Warning != "" {
		v.Warning = french.Typography(french.Capital(r.Warning) + ".")
	}
	v.Lead = []Block{besideBlock(p)}
	v.Blocks = []Block{ownQPV(p, most), weekGrid(r, p.Code, most)}
	if p.Next != nil {
		v.Blocks = append(v.Blocks, nextBlock(p.Next))
	}
	v.Blocks = slices.DeleteFunc(v.Blocks, func(b Block) bool { return len(b.Rows) == 0 })
	v.Notes = []string{
		french.Typography(french.Capital(r.People) + ". " + french.Capital(r.Source) + ". QPV " + dash(r.Perimeter) + ", référentiel géographique, édition du " + r.Edition + "."),
		"Ce portrait ne dit ni l’âge ni la situation des habitants, ni la qualité de l’accueil, ni qui vient d’un autre territoire.",
	}
	return v
}

// besideBlock sets the territory's figures beside the figures of the whole pack.
func besideBlock(p *study.Portrait) Block {
	b := Block{Title: "Le territoire et l’ensemble", Words: []int{0}, Head: []string{"", p.Name, "Ensemble des Missions Locales"}}
	add := func(name string, value func(r *study.Result) string) {
		b.Rows = append(b.Rows, []string{french.Capital(name), value(p.Own), value(p.All)})
	}
	b.Rows = append(b.Rows, []string{"Habitants", whole(float64(p.People)), whole(float64(p.AllPeople))})
	add("communes", func(r *study.Result) string { return whole(float64(len(r.Communes))) })
	add("QPV, ceux à cheval compris", func(r *study.Result) string { return whole(float64(len(r.QPV))) })
	group := func(g coverage.Group) func(r *study.Result) string {
		return func(r *study.Result) string {
			for _, x := range r.Groups {
				if x.Group == g && r.Groups[0].Total > 0 {
					return percent(x.Total / r.Groups[0].Total)
				}
			}
			return percent(0)
		}
	}
	add("part des "+p.Own.Noun+" en QPV", group(coverage.InQPV))
	add("part des "+p.Own.Noun+" en zone FRR", group(coverage.InFRR))
	for _, g := range p.Own.Groups {
		if g.Group == coverage.Everyone || g.Group == coverage.InQPV {
			add("à "+limit(p.Own.Reach.Limit, p.Own.Reach.Unit)+" d’un site, "+groupLabel(g.Group, p.Own.Noun), func(r *study.Result) string {
				for _, x := range r.Groups {
					if x.Group == g.Group {
						return shareText(x.Count)
					}
				}
				return "–"
			})
		}
	}
	add("sites au fichier", func(r *study.Result) string { return whole(float64(r.Completeness.OnFile)) })
	add("demi-journées d’ouverture connues, par semaine", func(r *study.Result) string {
		n := 0.0
		for _, k := range r.Kinds {
			n += k.HalfDays
		}
		return decimal(n)
	})
	return b
}

// ownQPV lists the QPV, the part of each that is the territory's own.
func ownQPV(p *study.Portrait, most int) Block {
	b := Block{Title: "Quartiers prioritaires", Words: []int{0, 1, 4}, Head: []string{"Code", "QPV", french.Capital(p.Own.Noun), "Part sur le territoire", "Site le plus proche", "Distance", "Part couverte"}}
	whole1 := map[string]float64{}
	for _, z := range p.All.QPV {
		whole1[z.Code] = z.Total
	}
	list := slices.Clone(p.Own.QPV)
	slices.SortStableFunc(list, func(a, c study.Zone) int { return cmp.Compare(c.Total, a.Total) })
	for _, z := range list[:min(len(list), most)] {
		own := "–"
		if n := whole1[z.Code]; n > 0 {
			own = percent(z.Total / n)
		}
		b.Rows = append(b.Rows, []string{z.Code, z.Name, whole(z.Total), own, dash(z.Nearest.Name), far(z.Nearest), shareText(z.Count)})
	}
	b.Note = others(len(list)-most, "QPV")
	return b
}

// nextBlock names the next places, for a page where nobody reads coordinates.
func nextBlock(p *study.Plan) Block {
	b := Block{Title: "Prochains lieux à ouvrir", Words: []int{1}, Head: []string{"Rang", "Lieu", "Apport"}, Note: Proof(p)}
	for i, s := range p.Places {
		b.Rows = append(b.Rows, []string{fmt.Sprint(i + 1), s.Name, gainText(p, s.Gain)})
	}
	return b
}

func others(n int, what string) string {
	if n <= 0 {
		return ""
	}
	return french.Typography("Et " + french.Count(n, "autre "+what, "autres "+what) + ", dans le classeur (--format xlsx).")
}

// weekGrid sets the sites of a Mission Locale by day.
func weekGrid(r *study.Result, unit string, most int) Block {
	b := Block{Title: "Sites et heures d’ouverture", Words: []int{0, 1, 2, 3, 4, 5, 6, 7}, Head: []string{"Site", "Genre"}}
	for d := range 6 {
		b.Head = append(b.Head, french.Capital(french.Weekday(d)))
	}
	n := 0
	for i := range r.Sites {
		if r.SiteUnits[i] != unit {
			continue
		}
		if n++; n > most {
			continue
		}
		s := &r.Sites[i]
		row := []string{s.Name, dash(coverage.KindName(s.Kind))}
		o, err := opening.Parse(s.Opening)
		for d := range 6 {
			row = append(row, dayHours(o, err, d))
		}
		b.Rows = append(b.Rows, row)
	}
	b.Note = others(n-most, "site"+french.S(n-most))
	b.Note = strings.TrimSpace(b.Note + " " + "* : pas chaque semaine ; « ? » : horaires inconnus ; « matin », « après-midi » : ouvert sans heures dites.")
	b.Note = french.Typography(b.Note)
	return b
}

func dayHours(o opening.Schedule, err error, day int) string {
	if err != nil || o.Week == ([7][2]float64{}) {
		return "?"
	}
	var parts []string
	for h, x := range o.Hours[day] {
		switch {
		case x.To == 0:
		case x.Assumed:
			parts = append(parts, french.Halves[h])
		default:
			parts = append(parts, french.Clock(x.From)+"–"+french.Clock(x.To))
		}
	}
	text := dash(strings.Join(parts, ", "))
	if share := max(o.Week[day][0], o.Week[day][1]); share > 0 && share < 1 {
		text += "*"
	}
	return text
}

// PortraitHTML writes one printed page.
func PortraitHTML(w io.Writer, p *study.Portrait) error {
	v := portraitView(p, mostLines)
	land, units, err := p.Own.Territory()
	if err != nil {
		return err
	}
	zone, err := p.Own.Zone()
	if err != nil {
		return err
	}
	if box := frameBox(land, p.Own); !box.IsEmpty() {
		drawn, legend := resultMap(p.Own, box, "carte", land, units, zone)
		v.Maps = append(v.Maps, figure{"", drawn, legend, mapSource(&p.Own.Frame, p.Own.Completeness)})
	}
	return pages.Execute(w, v)
}

// PortraitXLSX writes a workbook with the whole lists.
func PortraitXLSX(w io.Writer, p *study.Portrait) error {
	v := portraitView(p, len(p.Own.QPV)+len(p.Own.Sites))
	b := newBook(v)
	for _, t := range v.Blocks {
		b.page(t.Title, t.Head, len(t.Rows), func(i int) []any { return words(t.Rows[i]) })
	}
	return b.write(w)
}
