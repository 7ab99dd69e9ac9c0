package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// Headline answers « whom do the sites reach? » in one sentence.
func Headline(r *study.Result) string {
	if len(r.Groups) == 0 {
		return ""
	}
	s := fmt.Sprintf("%s des %s sont à %s au plus d’un site d’accueil", shareText(r.Groups[0].Count), r.Noun, limit(r.Reach.Limit, r.Reach.Unit))
	for _, g := range r.Groups[1:] {
		if g.Group == coverage.InQPV {
			s += fmt.Sprintf(" ; en QPV, %s", shareText(g.Count))
		}
	}
	return french.Typography(s + ".")
}

// mostAccess bounds the lines of access on a terminal.
const mostAccess = 300

// Text writes a result for a terminal: shares by band, QPV, places out of reach.
func Text(w io.Writer, r *study.Result) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	line := func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }
	line(Headline(r))
	if r.Warning != "" {
		line(french.Typography("Attention : " + r.Warning + "."))
	}
	line(french.Typography("Mesure : " + r.Source + ". Compté : " + r.People + "."))
	line("")
	head := []string{"Personnes", "Nombre"}
	for _, b := range r.Bands {
		head = append(head, "≤ "+limit(b, r.Reach.Unit))
	}
	line(head...)
	for _, g := range r.Groups {
		row := []string{french.Capital(groupLabel(g.Group, r.Noun)), whole(g.Total)}
		for k := range r.Bands {
			row = append(row, percent(g.UpTo[k]/g.Total))
		}
		line(row...)
	}
	beyond := beyondBlock(r)
	line("")
	line(beyond.Title)
	line(beyond.Head...)
	for _, row := range beyond.Rows {
		line(row...)
	}
	line(beyond.Note)
	if len(r.QPV) > 0 {
		line("")
		line("QPV", "Nom", "Site le plus proche", "Distance", "Part couverte", beyondHead)
		for _, z := range r.QPV {
			line(z.Code, z.Name, dash(z.Nearest.Name), far(z.Nearest), shareText(z.Count), beyondText(z.HalfHour))
		}
	}
	if len(r.Unserved) > 0 {
		line("")
		line(fmt.Sprintf("Hors de portée (%d premiers foyers)", len(r.Unserved)), french.Capital(r.Noun), "dont QPV", "Site le plus proche", "Distance")
		for _, g := range r.Unserved {
			line(g.Name, whole(g.Weight), whole(g.QPV), dash(g.Nearest.Name), far(g.Nearest))
		}
	}
	if len(r.Access) > 0 {
		line("")
		line("Offre accessible par personne", "")
		for _, a := range r.Access[:min(len(r.Access), mostAccess)] {
			line(a.Code, strings.Replace(fmt.Sprintf("%.6g", a.Value), ".", ",", 1))
		}
		if n := len(r.Access) - mostAccess; n > 0 {
			line(french.Typography(fmt.Sprintf("… et %s autres : --format json ou xlsx les donne tous.", whole(float64(n)))))
		}
	}
	if r.NotMet != nil {
		line("")
		line("Jeunes non rencontrés", "Mission Locale", "Jeunes", "Connus", "Taux de contact", "Manquent à la moyenne")
		for _, l := range r.NotMet.Lines {
			line(l.Name, l.UnitName, whole(l.Young), knownText(&l), rateText(&l), lackText(&l))
		}
	}
	for _, n := range r.Notices {
		line(french.Typography("Note : " + n + "."))
	}
	return t.Flush()
}

func knownText(l *study.NotMetLine) string {
	switch {
	case l.Blurred && l.Known == 0:
		return fmt.Sprintf("moins de %d", l.Known+l.Maybe+1)
	case l.Maybe > 0:
		return fmt.Sprintf("%s à %s", whole(float64(l.Known)), whole(float64(l.Known+l.Maybe)))
	}
	return whole(float64(l.Known))
}

func rateText(l *study.NotMetLine) string {
	if l.RateMin == l.RateMax || math.IsNaN(l.RateMin) {
		return percent(l.RateMin)
	}
	return percent(l.RateMin) + " à " + percent(l.RateMax)
}

func lackText(l *study.NotMetLine) string {
	if l.LackMin == l.LackMax {
		return whole(float64(l.LackMin))
	}
	return whole(float64(l.LackMin)) + " à " + whole(float64(l.LackMax))
}

// PlanHeadline says what the places would bring.
func PlanHeadline(p *study.Plan) string {
	before, after, _ := p.Values()
	what := "Ouvrir " + whole(float64(len(p.Places))) + " lieux"
	if len(p.Places) == 1 {
		what = "Ouvrir 1 lieu"
	}
	if p.Objective == coverage.MostCovered {
		return french.Typography(fmt.Sprintf("%s porterait de %s à %s les %s à %s au plus d’un site (%s à %s).", what, whole(before), whole(after), whom(p), limit(p.Reach.Limit, p.Reach.Unit), percent(before/p.Weight), percent(after/p.Weight)))
	}
	if math.IsNaN(before) {
		return french.Typography(fmt.Sprintf("%s donnerait un lieu à %s en moyenne.", what, cost(after, p.Reach.Unit)))
	}
	return french.Typography(fmt.Sprintf("%s ramènerait de %s à %s la distance moyenne au site le plus proche.", what, cost(before, p.Reach.Unit), cost(after, p.Reach.Unit)))
}

// whom names those for whom places are chosen.
func whom(p *study.Plan) string {
	name, _, times := strings.Cut(p.Weighting, "=")
	switch {
	case name == "tous":
		return p.Noun
	case times:
		return p.Noun + " (pondération " + strings.ToUpper(p.Weighting) + ")"
	case name == "frr":
		return p.Noun + " en zone FRR"
	case name == "zrr":
		return p.Noun + " en ZRR"
	}
	return p.Noun + " en QPV"
}

// Proof says how good a plan is.
func Proof(p *study.Plan) string {
	if p.Exact {
		return french.Typography(fmt.Sprintf("Choix prouvé le meilleur parmi %s lieux candidats.", whole(float64(p.Candidates))))
	}
	return french.Typography(fmt.Sprintf("Aucun autre choix parmi %s lieux candidats ne ferait mieux de plus de %s.", whole(float64(p.Candidates)), percent(p.Gap()+0.0005)))
}

// PlanText writes where to open places.
func PlanText(w io.Writer, p *study.Plan) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	line := func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }
	line(PlanHeadline(p))
	line(Proof(p))
	if p.Warning != "" {
		line(french.Typography("Attention : " + p.Warning + "."))
	}
	line(french.Typography("Mesure : " + p.Source + ". Compté : " + p.People + " (pondération : " + p.Weighting + ")."))
	line("")
	places := placeBlock(p)
	line(places.Head...)
	for _, row := range places.Rows {
		line(row...)
	}
	if p.Round != nil {
		b := roundBlock(p)
		line("")
		line(b.Head...)
		for _, row := range b.Rows {
			line(row...)
		}
		line(b.Note)
		for _, n := range roundNotes(p) {
			line(n)
		}
	}
	for _, n := range p.Notices {
		line(french.Typography("Note : " + n + "."))
	}
	return t.Flush()
}

func coordinate(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.5f", v)
}

func gainText(p *study.Plan, v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case p.Objective == coverage.MostCovered:
		return "+" + whole(v) + " " + p.Noun
	case p.Reach.Unit == coverage.Metres:
		return "−" + strings.Replace(fmt.Sprintf("%.1f", v), ".", ",", 1) + french.Thin + "m en moyenne"
	}
	return "−" + strings.Replace(fmt.Sprintf("%.2f", v), ".", ",", 1) + french.Thin + "min en moyenne"
}
