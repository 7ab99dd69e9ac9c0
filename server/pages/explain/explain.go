package explain

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/web"
)

// explained is an address decided: what is read of it, and where it is.
type explained struct {
	web.AddressResult
	decision residency.Decision
	band     float64     // of doubt, metres
	others   []orb.Point // other places that it may be
}

// explain decides an address, and says why: the only place where pages do.
func explainAddress(p *packs.Edition, text string, on geo.Date, perimeter string) (*explained, error) {
	searcher := p.Searcher()
	defer p.Return(searcher)
	a, err := searcher.Search(&geocode.Query{Text: text, Explain: true, Limit: 5})
	if err != nil {
		return nil, err
	}
	o := residency.DefaultOptions
	o.Explain = true
	decider := p.Decider(o)
	in := residency.Input{Answer: a, Text: text, On: on, Known: geo.Today(), Perimeter: perimeter}
	d := decider.Decide(in)
	out := &explained{decision: d, AddressResult: web.AddressResult{Answer: answerOf(d.Status), Sentence: addressSentence(text, a, &d), Facts: addressFacts(p, &d, on), Tree: explainTree(a, &d)}}
	for i := range a.Results {
		out.Candidates = append(out.Candidates, Candidate(&a.Results[i]))
	}
	if len(a.Results) > 0 && a.Results[0].Precision >= geocode.PrecisionStreet && !math.IsNaN(a.Results[0].Lon) {
		best := &a.Results[0]
		out.Placed, out.Place, out.Lon, out.Lat = true, best.Label, best.Lon, best.Lat
		out.band = residency.DefaultBands.Of(best.Position, best.Precision == geocode.PrecisionInterpolated, 0)
		for i := 1; i < len(d.Rivals); i++ {
			out.others = append(out.others, orb.Point{d.Rivals[i].Lon, d.Rivals[i].Lat})
		}
	}
	versions := p.QPVVersions()
	var answers []residency.Decision
	for _, v := range versions {
		in.Perimeter = v.Name
		other := decider.Decide(in)
		answers = append(answers, other)
		known := ""
		if !v.KnownFrom.IsZero() {
			known = ", publié le " + french.Date(v.KnownFrom)
		}
		out.Other = append(out.Other, web.OtherAnswer{Perimeter: "QPV " + v.Name, InForce: InForce(v) + known, Answer: answerOf(other.Status), Text: french.Capital(other.Motif.Text()) + zoneText(&other) + "."})
	}
	if n := len(versions); n > 1 && out.Placed {
		out.Change = changeText(versions[n-2], &answers[n-2], versions[n-1], &answers[n-1])
	}
	return out, nil
}

// changeText says what the last change of perimeters did to an address.
func changeText(was *geo.Version, before *residency.Decision, is *geo.Version, after *residency.Decision) string {
	for _, x := range []struct {
		v *geo.Version
		d *residency.Decision
	}{{was, before}, {is, after}} {
		if x.d.Motif == residency.NoPerimeter {
			return "Les périmètres " + x.v.Name + " ne sont pas dans le référentiel pour ce lieu : la comparaison n’est pas possible."
		}
	}
	if before.Status == residency.Undecided && after.Status == residency.Undecided {
		return "Les deux périmètres laissent un doute : leurs limites se lisent sur le plan."
	}
	if before.Status == residency.Undecided || after.Status == residency.Undecided {
		return "L’un des périmètres laisse un doute : les limites des deux se lisent sur le plan."
	}
	switch in, out := before.Status == residency.In, after.Status == residency.Out; {
	case in && out:
		return "L’adresse est sortie des QPV : dans le QPV " + zoneNames(before) + " " + InForce(was) + ", hors QPV " + InForce(is) + "."
	case in:
		return "L’adresse est dans un QPV avant comme après : " + zoneNames(before) + " " + InForce(was) + ", puis " + zoneNames(after) + " " + InForce(is) + "."
	case out:
		return "Rien n’a changé : l’adresse est hors QPV selon les périmètres " + was.Name + " comme " + is.Name + "."
	}
	return "L’adresse est entrée dans un QPV : hors QPV " + InForce(was) + ", dans le QPV " + zoneNames(after) + " " + InForce(is) + "."
}

// showPlan draws what surrounds the address, with the perimeters that were or came
// besides the perimeters that decide.
func showPlan(p *packs.Edition, x *explained) (err error) {
	at := orb.Point{x.Lon, x.Lat}
	if x.Plan, x.PlanFacts, err = Plan(p, "plan", at, x.decision.Perimeter, x.band, x.others); err != nil {
		return err
	}
	f := canvas.Plan(at)
	around := f.Ground()
	for _, v := range p.QPVVersions() {
		if v.Name == x.decision.Perimeter {
			continue
		}
		zones, index, ok := p.Zonings.Polygons(geo.QPV, v.Name)
		if !ok {
			continue
		}
		layer := web.MapLayer{Class: "z-old"}
		index.Search(around, func(i int) bool {
			if path := f.Path(clip.MultiPolygon(around.Pad(around.Max[0]-around.Min[0]), index.Shape(i).Clone())); path != "" {
				layer.Shapes = append(layer.Shapes, web.MapShape{Path: path, Title: "QPV " + v.Name + " : " + ZoneName(zones[i].ZoneRef)})
			}
			return true
		})
		if len(layer.Shapes) > 0 {
			x.Plan.Layers = append(x.Plan.Layers, layer)
			x.Plan.Legend = append(x.Plan.Legend, web.LegendItem{Class: "z-old", Label: "limite des QPV " + v.Name})
		}
	}
	return nil
}

// explainTree is every step from the text to the decision.
func explainTree(a *geocode.Answer, d *residency.Decision) []web.Node {
	end := residency.Node{Text: "Décision : " + strings.ToLower(answerOf(d.Status).Text) + " – " + d.Motif.Text() + zoneText(d)}
	return nodesOf(append(residency.Tree(a, d), end))
}

func nodesOf(list []residency.Node) []web.Node {
	var out []web.Node
	for _, n := range list {
		out = append(out, web.Node{Text: n.Text, Children: nodesOf(n.Children)})
	}
	return out
}
