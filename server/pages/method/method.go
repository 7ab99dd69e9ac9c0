// Package method is the page that says how decisions are made, with the tables of the rules
// and of the sources that the administration shows too.
package method

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo/residency"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/web"
)

// methodPage says how a decision is made, with this instance's own parameters.
func (s *Pages) methodPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	v := &web.Method{Layout: s.Layout(r, "Méthode", "/methode")}
	b, o := residency.DefaultBands, residency.DefaultOptions
	v.Bands = web.Table{ID: "bands", Caption: "Marge de doute à la limite", Columns: []web.Column{{Label: "Ce que le point désigne"}, {Label: "Marge de chaque côté", Number: true}},
		Rows: [][]string{{"Entrée, bâtiment, cage d’escalier, logement, délivrance postale", french.Length(b.Building)}, {"Parcelle", french.Length(b.Parcel)}, {"Segment, numéro placé entre ses voisins, position inconnue", french.Length(b.Coarse)}}}
	v.Motifs = web.Table{ID: "motifs", Caption: "Motifs", Columns: []web.Column{{Label: "Motif"}, {Label: "Sens"}}}
	for _, m := range residency.Motifs {
		v.Motifs.Rows = append(v.Motifs.Rows, []string{string(m), french.Capital(m.Text())})
	}
	pack := s.Packs.Acquire()
	edition, deps, signed := pack.Label(), strings.Join(pack.Departements(), ", "), signatures(pack.Manifests)
	pack.Release()
	v.Facts = []web.Fact{{Term: "Référentiel géographique", Text: "édition du " + edition}, {Term: "Signature du référentiel", Text: signed}, {Term: "Départements dont les adresses sont chargées", Text: cmp.Or(deps, "aucun")},
		{Term: "Confiance sous laquelle seule la commune décide", Text: french.Decimal(o.MinConfidence, 2)}, {Term: "Numéros connus qu’il faut pour décider une voie", Text: strconv.Itoa(o.MinStreetNumbers)},
		{Term: "Écart permis au contour de la commune", Text: french.Length(o.CommuneTolerance)}}
	v.Rules = web.Table{ID: "regles", Caption: "Règles", Columns: []web.Column{{Label: "Règle"}, {Label: "Objectif"}, {Label: "En vigueur"}, {Label: "Source"}, {Label: "Plus petit nombre montré"}}}
	for _, name := range s.Figures.RuleNames() {
		rule, err := s.Figures.Rule(r.Context(), name, quota.Period{})
		if err != nil {
			return err
		}
		v.Rules.Rows = append(v.Rules.Rows, []string{rule.Name, Targets(rule), Span(rule), cmp.Or(rule.Source, "non renseignée"), fmt.Sprintf("%d pour l’État (détail), %d pour le public", rule.Thresholds.State, rule.Thresholds.Public)})
	}
	v.Versions, v.Sources = SourceTables(s.Packs)
	var err error
	if v.Measured, err = s.measuredAccuracy(r.Context()); err != nil {
		return err
	}
	if v.Manual, err = s.manualAgreement(r.Context()); err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, v)
}

// signatures says who signed each of some packs.
func signatures(list []data.Manifest) string {
	texts := make([]string, len(list))
	for i, m := range list {
		if texts[i] = "aucune"; m.Signed != nil {
			texts[i] = m.Signed.Text()
		}
	}
	return strings.Join(slices.Compact(texts), " ; ")
}
