package server

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/web"
)

// addressPage says of one address whether it is in a QPV, and why. The address comes
// by POST and is kept nowhere.
func (s *Server) addressPage(w http.ResponseWriter, r *http.Request) (err error) {
	v := &web.Address{Layout: s.layout(r, "Adresse", "/adresse"), On: today().String()}
	if r.Method == http.MethodGet {
		v.Perimeters = s.perimeterChoices("")
		return s.render(w, r, http.StatusOK, v)
	}
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	on, perimeter := p.date("on", today()), p.oneOf("perimetre", pack.perimeters()...)
	v.Query, v.Perimeters = p.text("q"), s.perimeterChoices(perimeter)
	if len(p.bad) > 0 {
		v.Fault = upper(strings.Join(p.bad, " ; ")) + "."
		return s.render(w, r, http.StatusBadRequest, v)
	}
	v.On = on.String()
	if len(v.Query) < 3 || len(v.Query) > 500 {
		v.Fault = "Écrire une adresse, de 3 à 500 caractères."
		return s.render(w, r, http.StatusBadRequest, v)
	}
	if v.Result, err = pack.explain(v.Query, on, perimeter); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, v)
}

func (s *Server) perimeterChoices(chosen string) []web.Choice {
	pack := s.packs.acquire()
	defer pack.release()
	out := []web.Choice{{Label: "En vigueur à la date", Selected: chosen == ""}}
	for _, v := range pack.Zonings.Versions() {
		if v.Zoning == geo.QPV {
			out = append(out, web.Choice{Value: v.Name, Label: "QPV " + v.Name + ", " + inForce(v), Selected: chosen == v.Name})
		}
	}
	return out
}

// inForce is « depuis le 01/01/2024 », « du 01/01/2015 au 31/12/2023 ».
func inForce(v *geo.Version) string {
	if v.ValidTo.IsZero() {
		return "depuis le " + dayText(v.ValidFrom)
	}
	return "du " + dayText(v.ValidFrom) + " au " + dayText(v.ValidTo)
}

func dayText(d geo.Date) string {
	if d.IsZero() {
		return "–"
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

func (p *openPack) explain(text string, on geo.Date, perimeter string) (*web.AddressResult, error) {
	searcher := p.searcher()
	defer p.searchers.Put(searcher)
	a, err := searcher.Search(&geocode.Query{Text: text, Explain: true, Limit: 5})
	if err != nil {
		return nil, err
	}
	o := residency.DefaultOptions
	o.Explain = true
	decider := &residency.Decider{Zones: p.Zonings, Communes: p.Communes, Numbers: p.Index, Options: o}
	in := residency.Input{Answer: a, Text: text, On: on, Known: today(), Perimeter: perimeter}
	d := decider.Decide(in)
	out := &web.AddressResult{Answer: answerOf(d.Status), Sentence: addressSentence(text, a, &d), Facts: p.addressFacts(&d, on), Tree: explainTree(a, &d)}
	for i := range a.Results {
		out.Candidates = append(out.Candidates, candidateOf(&a.Results[i]))
	}
	if len(a.Results) > 0 && a.Results[0].Precision >= geocode.PrecisionStreet && !math.IsNaN(a.Results[0].Lon) {
		best := &a.Results[0]
		band := residency.DefaultBands.Of(best.Position, best.Precision == geocode.PrecisionInterpolated, 0)
		var others []orb.Point
		for i := 1; i < len(d.Rivals); i++ {
			others = append(others, orb.Point{d.Rivals[i].Lon, d.Rivals[i].Lat})
		}
		if out.Plan, out.PlanFacts, err = p.plan("plan", orb.Point{best.Lon, best.Lat}, d.Perimeter, band, others); err != nil {
			return nil, err
		}
	}
	for _, v := range p.Zonings.Versions() {
		if v.Zoning != geo.QPV {
			continue
		}
		in.Perimeter = v.Name
		other := decider.Decide(in)
		out.Other = append(out.Other, web.OtherAnswer{Perimeter: "QPV " + v.Name, InForce: inForce(v), Answer: answerOf(other.Status), Text: upper(other.Motif.Text()) + zoneText(&other) + "."})
	}
	return out, nil
}

func answerOf(s residency.Status) web.Answer {
	switch s {
	case residency.In:
		return web.Answer{Key: "oui", Text: "Dans le QPV", Sign: "✓"}
	case residency.Out:
		return web.Answer{Key: "non", Text: "Hors QPV", Sign: "✗"}
	}
	return web.Answer{Key: "a_verifier", Text: "À vérifier", Sign: "?"}
}

func zoneText(d *residency.Decision) string {
	var names []string
	for _, z := range d.Zones {
		names = append(names, strings.TrimSpace(z.Code+" "+z.Name))
	}
	if len(names) == 0 {
		return ""
	}
	return " : " + strings.Join(names, ", ")
}

func addressSentence(text string, a *geocode.Answer, d *residency.Decision) string {
	place := text
	if len(a.Results) > 0 {
		place = a.Results[0].Label
	}
	s := place + " : " + d.Motif.Text()
	if d.HasDistance && d.Motif == residency.Border {
		s += fmt.Sprintf(" (à %s, %s)", metresText(math.Abs(d.Distance)), sideText(d.Distance))
	}
	return s + "."
}

func sideText(distance float64) string {
	if distance >= 0 {
		return "dedans"
	}
	return "dehors"
}

var listNames = map[geo.ListStatus]string{
	"non": "commune non classée", "oui": "commune classée", "socle": "FRR socle", "plus": "FRR+", "beneficiaire": "bénéficiaire (ZRR maintenue)",
	"partiel": "commune classée en partie", "a_verifier": "à vérifier", "sans_objet": "sans objet à cette date",
}

func (p *openPack) addressFacts(d *residency.Decision, on geo.Date) []web.Fact {
	var out []web.Fact
	add := func(term, text string) {
		if text != "" {
			out = append(out, web.Fact{Term: term, Text: text})
		}
	}
	if len(d.Zones) > 0 {
		add("QPV", strings.TrimPrefix(zoneText(d), " : "))
	}
	if d.HasDistance {
		add("Limite la plus proche", fmt.Sprintf("à %s, %s", metresText(math.Abs(d.Distance)), sideText(d.Distance)))
	}
	if d.StreetNumbers > 0 {
		add("Numéros connus de la voie", fmt.Sprintf("%d, dont %s %% dans un QPV", d.StreetNumbers, strings.Replace(fmt.Sprintf("%.0f", 100*d.ShareInside), ".", ",", 1)))
	}
	add("À faire", d.Action.Text())
	add("FRR", listNames[d.FRR])
	add("ZRR", listNames[d.ZRR])
	perimeter := "absents du référentiel"
	if d.Perimeter != "" {
		perimeter = "QPV " + d.Perimeter
	}
	add("Périmètres", perimeter+", au "+dayText(on))
	add("Référentiel géographique", "édition du "+p.edition())
	return out
}

var precisionNames = map[geocode.Precision]string{
	geocode.PrecisionNumber: "numéro connu", geocode.PrecisionInterpolated: "numéro placé entre ses voisins", geocode.PrecisionStreet: "voie",
	geocode.PrecisionLocality: "lieu-dit", geocode.PrecisionCommune: "commune", geocode.PrecisionNone: "aucune",
}

func candidateOf(r *geocode.Result) web.Candidate {
	return web.Candidate{Label: r.Label, Precision: precisionNames[r.Precision], Confidence: decimals(r.Confidence), Faults: strings.Join(r.Faults, ", ")}
}

func decimals(v float64) string { return strings.Replace(fmt.Sprintf("%.2f", v), ".", ",", 1) }

var spanNames = map[address.Role]string{
	address.RoleOther: "sans explication", address.RoleNumber: "numéro", address.RoleSuffix: "indice de répétition", address.RoleStreet: "voie",
	address.RoleComplement: "complément", address.RolePostbox: "boîte postale", address.RoleCedex: "cedex",
	address.RolePostcode: "code postal", address.RoleCity: "commune", address.RoleCountry: "pays",
}

var className = map[address.Class]string{
	address.Residence: "adresse de résidence", address.Unusable: "inexploitable", address.Foreign: "hors de France",
	address.Homeless: "sans domicile", address.Domiciliation: "domiciliation", address.Institution: "institution ou hébergement collectif",
}

// explainTree is every step from the text to the decision.
func explainTree(a *geocode.Answer, d *residency.Decision) []web.Node {
	read := web.Node{Text: "Lecture du texte"}
	if a.Parsed != nil {
		read.Text += " : " + className[a.Parsed.Class]
		for _, sp := range a.Parsed.Spans {
			t := fmt.Sprintf("« %s » : %s", sp.Text, spanNames[sp.Role])
			if sp.Read != "" && sp.Read != address.FoldString(sp.Text) {
				t += fmt.Sprintf(", lu « %s »", sp.Read)
			}
			read.Children = append(read.Children, web.Node{Text: t})
		}
	}
	communes := web.Node{Text: "Communes possibles"}
	for _, c := range a.Communes {
		var why []string
		if c.Similarity >= 0 {
			why = append(why, fmt.Sprintf("nom « %s » ressemblant à %.0f %%", c.Matched, 100*c.Similarity))
		}
		if c.Postcode {
			why = append(why, "code postal")
		}
		if c.CityCode {
			why = append(why, "code INSEE")
		}
		communes.Children = append(communes.Children, web.Node{Text: c.Name + " (" + c.Code + ") : " + strings.Join(why, ", ")})
	}
	switch {
	case len(a.Communes) == 0:
		communes.Children = []web.Node{{Text: "aucune"}}
	case a.Contradiction:
		communes.Children = append(communes.Children, web.Node{Text: "le nom et le code se contredisent"})
	case a.CommuneCertain:
		communes.Children = append(communes.Children, web.Node{Text: "la première est certaine"})
	default:
		communes.Children = append(communes.Children, web.Node{Text: "la première n’est pas certaine"})
	}
	places := web.Node{Text: "Lieux candidats"}
	for i := range a.Results {
		c := candidateOf(&a.Results[i])
		t := fmt.Sprintf("%s : %s, confiance %s", c.Label, c.Precision, c.Confidence)
		if c.Faults != "" {
			t += " ; pardonné : " + c.Faults
		}
		places.Children = append(places.Children, web.Node{Text: t})
	}
	switch {
	case len(a.Results) == 0:
		places.Children = []web.Node{{Text: "aucun"}}
	case a.Rivals > 1:
		places.Children = append(places.Children, web.Node{Text: fmt.Sprintf("les %d premiers sont des lieux distincts qui conviennent également", a.Rivals)})
	case a.ScoreNext > 0:
		places.Children = append(places.Children, web.Node{Text: "meilleur lieu distinct suivant : score " + decimals(a.ScoreNext)})
	}
	rules := web.Node{Text: "Règles"}
	for _, step := range d.Steps {
		rules.Children = append(rules.Children, web.Node{Text: step.What + " : " + step.Result})
	}
	end := web.Node{Text: "Décision : " + strings.ToLower(answerOf(d.Status).Text) + " – " + d.Motif.Text() + zoneText(d)}
	return []web.Node{read, communes, places, rules, end}
}
