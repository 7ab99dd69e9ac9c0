// Package atlas is the map of the zonings: the page, its printed sheets, and the drawing of
// a territory that other pages show.
package atlas

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"perimetre/data/maps/ground"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/server/pages/explain"
	"perimetre/server/studies"
	"perimetre/web"
)

// inFrench writes 1234 as « 1 234 ».
var inFrench = message.NewPrinter(language.French)

const atlasTitle = "Quartiers prioritaires, zones rurales et Missions Locales"

// mayLook returns nil for whom the map is open: anybody, where the server is open, and
// every account.
func mayLook(r *http.Request) error {
	if who := access.Who(r); who != nil {
		return who.May(access.Enter)
	}
	return nil // the door let nobody in where the server is private
}

// atlasPage returns the map of zonings, with its tables.
func (s *Pages) atlasPage(w http.ResponseWriter, r *http.Request) (err error) {
	v, err := s.atlas(r)
	if err != nil {
		return err
	}
	v.Known = access.Who(r) != nil
	return s.Render(w, r, http.StatusOK, v)
}

// atlasEmbedded returns the map alone, for a frame of another site.
func (s *Pages) atlasEmbedded(w http.ResponseWriter, r *http.Request) error {
	v, err := s.atlas(r)
	if err != nil {
		return err
	}
	v.Bare, v.Whole = true, "/carte"
	if q := r.URL.RawQuery; q != "" {
		v.Whole += "?" + q
	}
	s.openFrame(w)
	return s.Render(w, r, http.StatusOK, v)
}

// openFrame lets the sites that the deployer named show an answer in a frame.
func (s *Pages) openFrame(w http.ResponseWriter) {
	if len(s.Frames) == 0 {
		return
	}
	h := w.Header()
	h.Del("X-Frame-Options")
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors "+strings.Join(s.Frames, " "), 1))
}

// atlas returns the map and its tables; without an account, without what takes a while.
func (s *Pages) atlas(r *http.Request) (v *web.Atlas, err error) {
	if err := mayLook(r); err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	v = &web.Atlas{Layout: s.Layout(r, "Carte", "/carte"), Heading: atlasTitle}
	if _, ok := pack.Ground(); !ok {
		v.Empty = "Le référentiel géographique ne contient aucun contour : il n’y a pas de carte à dessiner."
		return v, nil
	}
	v.Script, v.Styles = "carte.js", []string{"carte.css"}
	q := httpio.Query(r)
	perimeter, err := chosenPerimeter(pack, q)
	if err != nil {
		return nil, err
	}
	own, err := chosenTerritory(pack, q, access.Who(r))
	if err != nil {
		return nil, err
	}
	sites, err := s.Studies.Sites(r.Context(), pack)
	if err != nil {
		return nil, err
	}
	v.Layers = layersOf(pack, sites, s.Base != nil)
	if access.Who(r) != nil {
		v.Studies, v.Asked, v.Most = atlasStudies(), placesAsked, placesMost
	}
	v.Territories = []web.Choice{{Value: allTerritories, Label: "Tous les territoires", Selected: own == ""}}
	for _, u := range pack.Units() {
		v.Territories = append(v.Territories, web.Choice{Value: u.Code, Label: u.Name, Selected: u.Code == own})
	}
	for _, x := range pack.Zonings.Versions() {
		if x.Zoning == geo.QPV {
			v.Perimeters = append(v.Perimeters, web.Choice{Value: x.Name, Label: "QPV " + x.Name + ", " + explain.InForce(x), Selected: x.Name == perimeter})
		} else if x.Name == pack.InForce(x.Zoning, geo.Today()) {
			v.Facts = append(v.Facts, web.Fact{Term: strings.ToUpper(string(x.Zoning)), Text: "liste " + x.Name + ", " + explain.InForce(x)})
		}
	}
	v.Facts = append(v.Facts, web.Fact{Term: "Au", Text: french.Date(geo.Today())}, web.Fact{Term: "Édition", Text: pack.Label()}, web.Fact{Term: "Fond", Text: s.groundText()})
	if v.Sites, err = Completeness(s.Shell, r, "", sites); err != nil {
		return nil, err
	}
	v.Tables, v.Sources = atlasTables(pack, perimeter, sites), pack.Sources()
	if s.Base != nil && s.Base.Attribution != "" {
		v.Sources = append(v.Sources, "fond de carte : "+s.Base.Attribution)
	}
	rural := len(v.Tables[1].Rows)
	v.Lede = inFrench.Sprintf("%d %s, %d %s, %d %s et %d %s.",
		len(v.Tables[0].Rows), french.Plural(len(v.Tables[0].Rows), "QPV", "QPV"), rural, french.Plural(rural, "commune classée FRR ou ZRR maintenue", "communes classées FRR ou ZRR maintenues"),
		len(v.Tables[2].Rows), french.Plural(len(v.Tables[2].Rows), "Mission Locale", "Missions Locales"), len(v.Tables[3].Rows), french.Plural(len(v.Tables[3].Rows), "site d’accueil", "sites d’accueil"))
	for _, x := range []struct{ label, path, format string }{{"Imprimer en A4", "/carte/imprimer", "a4"}, {"Imprimer en A3", "/carte/imprimer", "a3"}, {"Dessin SVG", "/carte/carte.svg", ""}} {
		q := url.Values{"perimetre": {perimeter}}
		if x.format != "" {
			q.Set("format", x.format)
		}
		if own != "" {
			q.Set("territoire", own)
		}
		v.Exports = append(v.Exports, web.Link{Label: x.label, Href: x.path + "?" + q.Encode()})
	}
	v.Config, err = s.atlasConfig(pack, perimeter, own, sites)
	return v, err
}

// groundText says what the ground of the maps is, and what it lacks.
func (s *Pages) groundText() string {
	if s.Base != nil {
		return cmp.Or(s.Base.Attribution, "celui du déployeur")
	}
	return "rues tracées par leurs numéros de la Base adresse nationale, sans eau ni voie ferrée"
}

// allTerritories is the choice of no territory in particular.
const allTerritories = "tous"

// chosenTerritory returns the Mission Locale asked for, else the reader's own; empty for all.
func chosenTerritory(p *packs.Edition, q *httpio.Params, who *access.Principal) (string, error) {
	codes := []string{allTerritories}
	for _, u := range p.Units() {
		codes = append(codes, u.Code)
	}
	asked := q.OneOf("territoire", codes...)
	if err := q.Err(); err != nil {
		return "", err
	}
	if asked == "" && who != nil && len(who.Units) == 1 && slices.Contains(codes, who.Units[0]) {
		return who.Units[0], nil
	}
	if asked == allTerritories {
		return "", nil
	}
	return asked, nil
}

// atlasLayers are what may be shown, with the signs of the kinds of site on file.
func layersOf(p *packs.Edition, sites []studies.Site, based bool) []web.AtlasLayer {
	item := func(class string) web.LegendItem { return web.LegendItem{Class: class} }
	list := []web.AtlasLayer{{ID: layerQPV, Label: "QPV", On: true, Legend: item("z-in")}, {ID: layerFRR, Label: "FRR et FRR+", On: true, Legend: item("z-frr")}, {ID: layerZRR, Label: "ZRR maintenues ou partielles", On: true, Legend: item("z-zrr")},
		{ID: layerUnits, Label: "Missions Locales", On: true, Legend: item("z-ml")}, {ID: layerCommunes, Label: "Communes (de près)", On: true, Legend: item("z-commune")}, {ID: layerSites, Label: "Sites d’accueil", On: true, Legend: item("siege")}}
	places := &list[len(list)-1]
	for _, k := range web.SiteKinds {
		if slices.ContainsFunc(sites, func(x studies.Site) bool { return cmp.Or(x.Kind, "autre") == k }) {
			places.Keys = append(places.Keys, web.LegendItem{Class: k, Label: KindName(k)})
		}
	}
	if len(places.Keys) > 0 {
		places.Legend = item(places.Keys[0].Class)
	}
	under := web.AtlasLayer{ID: layerGround, Label: "Rues", On: true, Legend: item("street")}
	if based {
		under.Label = "Fond de carte"
	}
	return append(list, under)
}

// chosenPerimeter returns the version asked for, else the latest; empty when the pack
// has none.
func chosenPerimeter(p *packs.Edition, q *httpio.Params) (string, error) {
	all := p.Perimeters()
	if len(all) == 0 {
		return "", nil
	}
	asked := q.OneOf("perimetre", all...)
	if err := q.Err(); err != nil {
		return "", err
	}
	return cmp.Or(asked, all[len(all)-1]), nil
}

// atlasTables returns the map in tables: QPV, communes classed, Missions Locales, sites.
func atlasTables(p *packs.Edition, perimeter string, sites []studies.Site) []web.Table {
	communeName := func(code string) string {
		if c, ok := p.Communes.Lookup(code); ok {
			return c.Name
		}
		return code
	}
	qpv := web.Table{ID: "t-qpv", Caption: "QPV " + perimeter, Columns: []web.Column{{Label: "Code"}, {Label: "Nom"}, {Label: "Communes"}, {Label: "Missions Locales"}}}
	of := map[string]int{}
	elsewhere := 0
	for _, z := range p.QPV(perimeter) {
		var names []string
		for _, c := range z.Communes {
			names = append(names, communeName(c))
		}
		for _, u := range z.Units {
			of[u]++
		}
		if len(z.Units) == 0 && len(p.Territories) > 0 {
			elsewhere++
			continue
		}
		qpv.Rows = append(qpv.Rows, []string{z.Code, z.Name, strings.Join(names, ", "), p.NamesOf(z.Units)})
	}
	if elsewhere > 0 {
		qpv.More = inFrench.Sprintf("Et %d %s hors des territoires.", elsewhere, french.Plural(elsewhere, "QPV", "QPV"))
		qpv.All = web.Link{Label: "Tous les QPV " + perimeter, Href: "/ogc/collections/qpv-" + perimeter + "/items"}
	}
	rural := web.Table{ID: "t-frr", Caption: "Communes FRR et ZRR maintenues", Columns: []web.Column{{Label: "Code"}, {Label: "Commune"}, {Label: "Statut"}}}
	if index, codes := p.Communes.Contours(); index != nil {
		for _, code := range slices.Sorted(slices.Values(codes)) {
			switch st := frrOf(p, code, geo.Today()); st {
			case "socle", "plus", "beneficiaire", "partiel":
				rural.Rows = append(rural.Rows, []string{code, communeName(code), explain.ListNames[st]})
			}
		}
	}
	const most = 3000
	if n := len(rural.Rows); n > most {
		rural.Rows, rural.More = rural.Rows[:most], inFrench.Sprintf("Les %d premières sur %d.", most, n)
		rural.All = web.Link{Label: "Toutes les communes classées", Href: "/ogc/collections/frr/items"}
	}
	units := web.Table{ID: "t-ml", Caption: "Missions Locales", Columns: []web.Column{{Label: "Code"}, {Label: "Nom"}, {Label: "Communes", Number: true}, {Label: "QPV", Number: true}}}
	for _, u := range p.Units() {
		units.Rows = append(units.Rows, []string{u.Code, u.Name, strconv.Itoa(u.Communes), strconv.Itoa(of[u.Code])})
	}
	return []web.Table{qpv, rural, units, SiteTable("t-sites", "Sites d’accueil", sites, p)}
}

// atlasPlace is where a name is written.
type atlasPlace struct {
	Code string     `json:"code"`
	Name string     `json:"nom"`
	At   [2]float64 `json:"at"` // degrees, longitude first
}

// atlasConfig tells the page's script what there is to draw, and the texts of the
// picture that it makes.
func (s *Pages) atlasConfig(p *packs.Edition, perimeter, own string, sites []studies.Site) (string, error) {
	box, _ := p.Ground()
	departements := []string{}
	kinds := map[string]string{}
	for _, k := range web.SiteKinds {
		kinds[k] = KindName(k)
	}
	layers := p.TileLayers()
	versions := map[string]string{}
	for _, v := range p.Zonings.Versions() {
		if v.Zoning == geo.QPV {
			versions[v.Name] = web.French("QPV " + v.Name + ", " + explain.InForce(v))
		}
	}
	units := []atlasPlace{}
	for _, t := range p.Outlines() {
		at := canvas.Widest(t.Rings)
		if t.Code == own {
			box = t.Bound
		}
		if d := geo.DepartementOf(t.Code); !slices.Contains(departements, d) {
			departements = append(departements, d)
		}
		units = append(units, atlasPlace{t.Code, t.Name, [2]float64{degrees4(at[0]), degrees4(at[1])}})
	}
	var sources []string
	for _, x := range p.Sources() {
		sources = append(sources, web.French(x))
	}
	b, err := json.Marshal(map[string]any{"bounds": []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}, "perimeter": perimeter, "frr": p.InForce(geo.FRR, geo.Today()),
		"layers": layers, "versions": versions, "units": units, "signs": web.Signs(), "kinds": kinds, "own": own, "departements": departements, "ground": groundOf(s.Base), "sites": sites, "title": atlasTitle, "reach": "/api/v1/coverage?" + reachQuery().Encode(), "places": "/api/v1/sites/proposals?" + placesQuery(placesAsked).Encode(),
		"edition": web.French("Au " + french.Date(geo.Today()) + ". Référentiel géographique, édition du " + p.Label() + "."), "sources": sources})
	return string(b), err
}

// atlasGround is what the page's script draws of a deployer's map.
type atlasGround struct {
	Layers []ground.BaseLayer `json:"layers"`
	Min    uint8              `json:"min"`
	Max    uint8              `json:"max"`
	Credit string             `json:"credit"`
}

func groundOf(b *ground.Base) *atlasGround {
	if b == nil {
		return nil
	}
	return &atlasGround{b.Layers, b.Info().MinZoom, b.Info().MaxZoom, b.Attribution}
}

// degrees4 rounds to about ten metres.
func degrees4(v float64) float64 { return float64(int64(v*1e4)) / 1e4 }
