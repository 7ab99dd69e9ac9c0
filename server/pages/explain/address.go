// Package explain is the page of one address: whether it is in a QPV, why, and a plan of what
// surrounds it.
package explain

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/web"
)

// addressPage says of one address whether it is in a QPV, and why. The address comes
// by POST and is kept nowhere.
func (s *Pages) addressPage(w http.ResponseWriter, r *http.Request) (err error) {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	v := &web.Address{Layout: s.Layout(r, "Adresse", "/adresse"), On: geo.Today().String()}
	if r.Method == http.MethodGet {
		v.Perimeters = s.perimeterChoices("")
		return s.Render(w, r, http.StatusOK, v)
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	q, err := readAddress(pack, w, r)
	if err != nil {
		return err
	}
	v.Query, v.On, v.Fault, v.Perimeters = q.text, q.on.String(), q.fault, s.perimeterChoices(q.perimeter)
	if v.Fault != "" {
		return s.Render(w, r, http.StatusBadRequest, v)
	}
	x, err := explainAddress(pack, q.text, q.on, q.perimeter)
	if err != nil {
		return err
	}
	if x.Placed {
		if err := showPlan(pack, x); err != nil {
			return err
		}
	}
	v.Result = &x.AddressResult
	return s.Render(w, r, http.StatusOK, v)
}

// foundPart returns the answer of the map's search: the same decision, told beside the
// map. It is the part of a page that its script shows.
func (s *Pages) foundPart(w http.ResponseWriter, r *http.Request) (err error) {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	q, err := readAddress(pack, w, r)
	if err != nil {
		return err
	}
	v := &web.Found{Query: q.text, Fault: q.fault, Perimeter: q.perimeter}
	if v.Fault != "" {
		return s.Render(w, r, http.StatusBadRequest, v)
	}
	x, err := explainAddress(pack, q.text, q.on, q.perimeter)
	if err != nil {
		return err
	}
	v.Result = &x.AddressResult
	return s.Render(w, r, http.StatusOK, v)
}

// asked is an address and what is asked of it; fault says what is wrong with it.
type asked struct {
	text, perimeter, fault string
	on                     geo.Date
}

func readAddress(p *packs.Edition, w http.ResponseWriter, r *http.Request) (asked, error) {
	form, err := httpio.Form(w, r)
	if err != nil {
		return asked{}, err
	}
	q := asked{text: form.Text("adresse"), on: form.Date("date", geo.Today()), perimeter: form.OneOf("perimetre", p.Perimeters()...)}
	switch {
	case len(form.Bad) > 0:
		q.fault = french.Capital(strings.Join(form.Bad, " ; ")) + "."
		q.perimeter = ""
	case len(q.text) < 3 || len(q.text) > 500:
		q.fault = "Écrire une adresse, de 3 à 500 caractères."
	}
	return q, nil
}

func (s *Pages) perimeterChoices(chosen string) []web.Choice {
	pack := s.Packs.Acquire()
	defer pack.Release()
	out := []web.Choice{{Label: "En vigueur à la date", Selected: chosen == ""}}
	for _, v := range pack.Zonings.Versions() {
		if v.Zoning == geo.QPV {
			out = append(out, web.Choice{Value: v.Name, Label: "QPV " + v.Name + ", " + InForce(v), Selected: chosen == v.Name})
		}
	}
	return out
}

func answerOf(s residency.Status) web.Answer {
	switch s {
	case residency.In:
		return web.Answer{Key: string(residency.In), Text: "Dans le QPV", Sign: "✓"}
	case residency.Out:
		return web.Answer{Key: string(residency.Out), Text: "Hors QPV", Sign: "✗"}
	}
	return web.Answer{Key: string(residency.Undecided), Text: "À vérifier", Sign: "?"}
}

// zoneNames returns the codes and names of the QPV of a decision, empty for none.
func zoneNames(d *residency.Decision) string {
	var names []string
	for _, z := range d.Zones {
		names = append(names, strings.TrimSpace(z.Code+" "+z.Name))
	}
	return strings.Join(names, ", ")
}

func zoneText(d *residency.Decision) string {
	if names := zoneNames(d); names != "" {
		return " : " + names
	}
	return ""
}

func addressSentence(text string, a *geocode.Answer, d *residency.Decision) string {
	place := text
	if len(a.Results) > 0 {
		place = a.Results[0].Label
	}
	s := place + " : " + d.Motif.Text()
	if d.HasDistance && d.Motif == residency.Border {
		s += fmt.Sprintf(" (à %s, %s)", french.Length(math.Abs(d.Distance)), SideText(d.Distance))
	}
	return s + "."
}

func SideText(distance float64) string {
	if distance >= 0 {
		return "dedans"
	}
	return "dehors"
}

func addressFacts(p *packs.Edition, d *residency.Decision, on geo.Date) []web.Fact {
	var out []web.Fact
	add := func(term, text string) {
		if text != "" {
			out = append(out, web.Fact{Term: term, Text: text})
		}
	}
	if len(d.Zones) > 0 {
		add("QPV", zoneNames(d))
	}
	if d.HasDistance {
		add("Limite la plus proche", fmt.Sprintf("à %s, %s", french.Length(math.Abs(d.Distance)), SideText(d.Distance)))
	}
	if d.StreetNumbers > 0 {
		add("Numéros connus de la voie", fmt.Sprintf("%d, dont %s %% dans un QPV", d.StreetNumbers, strings.Replace(fmt.Sprintf("%.0f", 100*d.ShareInside), ".", ",", 1)))
	}
	add("À faire", d.Action.Text())
	add("FRR", ListNames[d.FRR])
	add("ZRR", ListNames[d.ZRR])
	perimeter := "absents du référentiel"
	if d.Perimeter != "" {
		perimeter = "QPV " + d.Perimeter
	}
	add("Périmètres", perimeter+", au "+french.Date(on))
	add("Référentiel géographique", "édition du "+p.Label())
	return out
}

func Candidate(r *geocode.Result) web.Candidate {
	return web.Candidate{Label: r.Label, Precision: residency.PrecisionText(r.Precision.String()), Confidence: french.Decimal(r.Confidence, 2), Faults: residency.FaultsText(r.Faults)}
}
