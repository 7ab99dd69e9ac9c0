package method

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/batch/measure"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/residency"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

// measuredAccuracy says what the machine answers on addresses of the référentiel in
// service, typed with faults.
func (s *Pages) measuredAccuracy(ctx context.Context) (*web.Measured, error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	m, err := s.Measure(ctx, pack)
	if err != nil {
		return nil, err
	}
	v := &web.Measured{}
	if m == nil {
		v.Waiting = "La mesure du référentiel en service se fait en ce moment, une fois par édition : recharger la page dans un instant."
		return v, nil
	}
	number := french.Integer
	t := &web.Table{ID: "mesure", Caption: "Réponses de la machine, par faute de frappe", Columns: []web.Column{{Label: "Ce qui est mal écrit"}, {Label: "Adresses", Number: true}, {Label: "Décidées", Number: true}, {Label: "dont à tort", Number: true},
		{Label: "Non décidées, sur celles qui pouvaient l’être", Number: true}}}
	bold := &web.Table{ID: "hardies", Caption: "Adresses qui n’existent pas là où elles sont écrites, dans une commune qui a un QPV", Columns: []web.Column{{Label: "Ce qui est mal écrit"}, {Label: "Adresses", Number: true}, {Label: "Décidées à tort", Number: true}}}
	sum := measure.Total(m.Classes)
	for i := range m.Classes {
		l := &m.Classes[i]
		name := french.Capital(measure.ClassName(l.Class))
		if l.Class.Negative() {
			bold.Rows = append(bold.Rows, []string{name, number(l.Nowhere), partText(l.Bold, l.Nowhere)})
			continue
		}
		t.Rows = append(t.Rows, []string{name, number(l.Rows), number(l.Decided), partText(l.Wrong, l.Decided), partText(l.Undecided, l.Clear)})
	}
	v.Intro = fmt.Sprintf("%s adresses tirées des %s numéros de %s communes de ce référentiel, la moitié là où il y a un QPV, écrites avec des fautes de frappe fabriquées, puis décidées comme les lignes d’un fichier. La réponse est comparée au point de l’adresse d’origine. Toujours les mêmes adresses et les mêmes fautes : le tirage est fixé.",
		number(sum.Rows), number(m.Numbers), number(m.Communes))
	v.Facts = []web.Fact{{Term: "Décidées à tort", Text: partText(sum.Wrong, sum.Decided) + " des décisions"}, {Term: "Non décidées", Text: partText(sum.Undecided, sum.Clear) + " des adresses qu’un seul numéro explique, à plus de 30 m de toute limite"},
		{Term: "Décidées hardiment", Text: partText(sum.Bold, sum.Nowhere) + " des adresses qui n’existent pas"}, {Term: "Périmètres", Text: "QPV " + m.Perimeter}, {Term: "Tirage", Text: fmt.Sprintf("graine %d, %d adresses par faute", m.Seed, m.Rows)},
		{Term: "Mesuré le", Text: fmt.Sprintf("%s, en %s s", french.Moment(m.At), number(int(m.Millis/1000)+1))}}
	v.Tables = []web.Table{*t, *bold}
	v.Note = "Ce ne sont pas des adresses de jeunes : les fautes sont fabriquées, et leur mélange n’est pas celui d’un fichier. La mesure dit comment la machine se tient sur ce référentiel, non la part d’erreurs d’un fichier donné."
	return v, nil
}

// partText is « 3 sur 1 200 (0,3 %) ».
func partText(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%s sur %s (%s)", french.Integer(n), french.Integer(of), web.Percent(float64(n)/float64(of)))
}

// enoughDecisions is the least number of decisions whose agreement is told.
const enoughDecisions = 30

// manualAgreement compares what people decided with the side of the point, over all
// Missions Locales: numbers alone, and none under enoughDecisions.
func (s *Pages) manualAgreement(ctx context.Context) (*web.Measured, error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	type tally struct{ agree, n int }
	by := map[string]*tally{}
	var all tally
	for _, u := range pack.Units() {
		list, err := s.Store.Decisions(ctx, u.Code)
		if err != nil {
			return nil, err
		}
		for i := range list {
			d := &list[i]
			side, ok := sideOf(pack, d)
			if !ok {
				continue
			}
			t := by[d.Basis]
			if t == nil {
				t = &tally{}
				by[d.Basis] = t
			}
			t.n++
			all.n++
			if (d.Verdict == string(residency.SaysIn)) == side {
				t.agree++
				all.agree++
			}
		}
	}
	v := &web.Measured{}
	if all.n < enoughDecisions {
		v.Waiting = fmt.Sprintf("L’accord entre les décisions des personnes et le côté du point sera donné à partir de %d décisions dans ou hors du QPV sur une adresse située.", enoughDecisions)
		return v, nil
	}
	v.Intro = "Une décision s’accorde avec le point quand elle répond « dans le QPV » à un point qui est dedans, « hors QPV » à un point qui est dehors. Un désaccord n’est pas une erreur : c’est pour ces adresses-là qu’une personne est interrogée."
	v.Facts = []web.Fact{{Term: "Accord", Text: partText(all.agree, all.n)}}
	for _, b := range people.Bases {
		if t := by[b]; t != nil && t.n >= enoughDecisions {
			v.Facts = append(v.Facts, web.Fact{Term: BasisLabels[b], Text: partText(t.agree, t.n)})
		}
	}
	return v, nil
}

// sideOf reports whether the point of a decision is inside a QPV of its perimeter; ok is
// false without a point, or when the answer does not conclude.
func sideOf(p *packs.Edition, d *store.Decision) (inside, ok bool) {
	if d.Lon == nil || d.Lat == nil || !slices.Contains([]string{string(residency.SaysIn), string(residency.SaysOut)}, d.Verdict) {
		return false, false
	}
	_, index, known := p.Zonings.Polygons(geo.QPV, d.Perimeter)
	if !known {
		return false, false
	}
	near, found := index.SignedDistance(orb.Point{*d.Lon, *d.Lat}, measure.ClearOfBorder)
	return found && near.Metres >= 0, true
}

// BasisLabels are the bases as a person reads them.
var BasisLabels = map[string]string{
	"position sur la carte": "La position sur la carte", "justificatif vu": "Un justificatif de domicile vu",
	"connaissance du terrain": "La connaissance du terrain", "corrigé dans i-Milo": "L’adresse corrigée dans i-Milo",
}
