package pages

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/atlas"
	"perimetre/server/pages/canvas"
	"perimetre/server/studies"
	"perimetre/study/report"
	"perimetre/web"
)

// ownTerritory returns the map, the QPV with their nearest site, and the sites.
func (s *Pages) ownTerritory(r *http.Request, v *web.Home, q figures.Question, pack *packs.Edition) error {
	sites, err := s.Studies.Sites(r.Context(), pack)
	if err != nil {
		return err
	}
	var own []studies.Site
	for _, x := range sites {
		if x.Unit == q.Unit {
			own = append(own, x)
		}
	}
	if len(own) > 0 {
		table := atlas.SiteTable("sites", "Sites d’accueil", own, pack)
		v.Sites = &table
	}
	if v.Complete, err = atlas.Completeness(s.Shell, r, q.Unit, own); err != nil {
		return err
	}
	all := pack.Perimeters()
	if len(all) == 0 {
		return nil
	}
	perimeter := cmp.Or(q.Perimeter, all[len(all)-1])
	v.Map = atlas.Draw(pack, atlas.Territory{ID: "territoire", Title: "Territoire de " + v.Unit, Perimeter: perimeter, On: geo.Today(), Unit: q.Unit, Width: 900, Sites: sites})
	study, err := s.Studies.Coverage(r.Context(), access.Who(r), pack, studies.Request{Unit: q.Unit})
	if err != nil {
		if httpio.Status(err) >= 500 {
			return err
		}
		v.Notices = append(v.Notices, "La portée des sites n’est pas montrée : "+err.Error()+".")
		study = &studies.Answer{Document: &report.Document{}}
	} else if err := s.drawReach(r, v.Map, pack, q.Unit); err != nil {
		return err
	}
	s.ownZones(v, q, pack, perimeter, study.Document)
	return nil
}

// ownZones lists the QPV of the territory.
func (s *Pages) ownZones(v *web.Home, q figures.Question, pack *packs.Edition, perimeter string, reach *report.Document) {
	t := &web.Table{ID: "zones", Caption: "QPV " + perimeter + " du territoire, et leur site le plus proche", Columns: []web.Column{{Label: "QPV"}, {Label: "Communes"}, {Label: "Partage"}, {Label: "Site le plus proche"}, {Label: "Distance depuis le centre", Number: true}}}
	studied := reach.Frame.Perimeter == perimeter
	if studied {
		what := "Habitants à moins de 1 km d’un site"
		if reach.Frame.StandIn {
			what = "Adresses à moins de 1 km d’un site"
		}
		t.Columns = append(t.Columns, web.Column{Label: what, Number: true}, web.Column{Label: "Présence"})
		t.More = "Distances : " + reach.Frame.Source + "."
	}
	shares := pack.OwnParts(perimeter, q.Unit)
	for _, z := range pack.QPV(perimeter) {
		if !slices.Contains(z.Units, q.Unit) {
			continue
		}
		var communes, others []string
		for _, c := range z.Communes {
			if x, ok := pack.Communes.Lookup(c); ok {
				communes = append(communes, x.Name)
			}
		}
		for _, u := range z.Units {
			if u != q.Unit {
				others = append(others, pack.UnitName(u))
			}
		}
		part := "en entier"
		if len(others) > 0 {
			part = "avec " + strings.Join(others, ", ")
			if share, ok := shares[z.Code]; ok {
				part = french.Percent(share) + " de la surface ici ; " + part
			}
		}
		line := []string{z.Name + " (" + z.Code + ")", strings.Join(communes, ", "), part, "–", "–"}
		if studied {
			line = append(line, "–", "–")
		}
		for _, x := range reach.QPV {
			if x.Code != z.Code || !studied {
				continue
			}
			if x.NearestSite != nil && x.Distance != nil {
				line[3], line[4] = *x.NearestSite, french.Length(math.Round(*x.Distance/10)*10)
				if x.OwnSite != nil && *x.OwnSite != *x.NearestSite && x.OwnDistance != nil {
					line[3] += " ; le plus proche des vôtres : " + *x.OwnSite + ", à " + french.Length(math.Round(*x.OwnDistance/10)*10)
				}
			}
			if x.CoveredShare != nil {
				line[5] = french.Percent(*x.CoveredShare)
			}
			switch {
			case *x.Presence > 0:
				line[6] = fmt.Sprintf("%d %s", *x.Presence, french.Plural(*x.Presence, "site dans le QPV", "sites dans le QPV"))
			case v.Complete.Warning == "":
				line[6] = "sans présence"
			default: // an incomplete list proves nothing
				line[6] = "aucun site connu dans le QPV"
			}
		}
		t.Rows = append(t.Rows, line)
	}
	if len(t.Rows) == 0 {
		v.Notices = append(v.Notices, "Ce territoire n’a aucun QPV.")
		return
	}
	v.Zones = t
}

// The bands that a territory's map shows: what is walked, and what is cycled.
var drawnBands = []struct {
	metres       float64
	class, label string
}{{5000, "z-far", "à moins de 5 km, à vol d’oiseau"}, {1000, "z-near", "à moins de 1 km d’un site"}}

// drawReach adds to a territory's map the land within reach of a site, under all but
// the ground.
func (s *Pages) drawReach(r *http.Request, m *web.Map, pack *packs.Edition, unit string) error {
	i := slices.IndexFunc(pack.Outlines(), func(t packs.Outline) bool { return t.Code == unit })
	if m == nil || i < 0 {
		return nil
	}
	land, err := s.Studies.Coverage(r.Context(), access.Who(r), pack, studies.Request{Unit: unit, Map: true, Layers: []string{"bands"}})
	if err != nil {
		return err
	}
	f := canvas.Of(pack.Outlines()[i].Bound, m.Width)
	var layers []web.MapLayer
	var legend []web.LegendItem
	for _, band := range drawnBands {
		for _, x := range land.Map.Features {
			shape, ok := x.Geometry.(orb.MultiPolygon)
			if x.Properties.MustFloat64("up_to", 0) != band.metres || !ok {
				continue
			}
			layers = append(layers, web.MapLayer{Class: band.class, Shapes: []web.MapShape{{Path: f.Path(shape), Title: french.Capital(band.label)}}})
			legend = append(legend, web.LegendItem{Class: band.class, Label: band.label})
		}
	}
	at := min(1, len(m.Layers))
	m.Layers = slices.Insert(m.Layers, at, layers...)
	slices.Reverse(legend)
	m.Legend = append(m.Legend, legend...)
	return nil
}
