package atlas

import (
	"cmp"
	"fmt"
	"net/http"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/server/packs"
	"perimetre/server/pages/shell"
	"perimetre/server/studies"
	"perimetre/web"
)

// SiteTable lists sites d'accueil, with the names of their Missions Locales.
func SiteTable(id, caption string, sites []studies.Site, p *packs.Edition) web.Table {
	t := web.Table{ID: id, Caption: caption, Columns: []web.Column{{Label: "Nom"}, {Label: "Nature"}, {Label: "Mission Locale"}, {Label: "Commune"}, {Label: "Ouverture"}}}
	for _, x := range sites {
		t.Rows = append(t.Rows, []string{x.Name, cmp.Or(KindName(x.Kind), "non précisée"), p.UnitName(x.Unit), x.City, cmp.Or(x.Opening, "non renseignée")})
	}
	return t
}

// KindName returns a kind of site in French; empty for none.
func KindName(k string) string { return coverage.KindName(geo.SiteKind(k)) }

// Completeness says how much of a list of sites is known, of the number that the
// administration wrote for a Mission Locale, or for all when unit is empty.
func Completeness(s *shell.Shell, r *http.Request, unit string, list []studies.Site) (*web.Completeness, error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	c, err := s.Studies.Completeness(r.Context(), pack, unit, list)
	if err != nil {
		return nil, err
	}
	declared := c.Declared
	out := &web.Completeness{Text: fmt.Sprintf("%d %s, dont %d %s et %d avec des demi-journées d’ouverture connues", c.OnFile, french.Plural(c.OnFile, "site d’accueil", "sites d’accueil"), c.WithPoint, french.Plural(c.WithPoint, "situé", "situés"), c.WithHours)}
	share, known := c.Share()
	if known {
		out.Text += fmt.Sprintf(" ; %d déclarés, soit %s de la liste", declared.Sites, french.Percent(share))
		if declared.Source != "" {
			out.Text += fmt.Sprintf(" (%s, %d)", declared.Source, declared.Year)
		}
	}
	if !c.Latest.IsZero() {
		out.Text += " ; dernière mise à jour le " + french.Date(c.Latest)
	}
	out.Text += "."
	switch {
	case !known:
		out.Warning = "Complétude non déclarée : les distances sont des maximums."
	case !c.Complete():
		out.Warning = "Liste incomplète : les distances sont des maximums."
	}
	return out, nil
}
