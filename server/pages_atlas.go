package server

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/web"
)

// atlasPage is the map of zonings, with its tables.
func (s *Server) atlasPage(w http.ResponseWriter, r *http.Request) (err error) {
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	v := &web.Atlas{Layout: s.layout(r, "Carte", "/carte"), Heading: "Quartiers prioritaires, zones rurales et Missions Locales", Config: "/carte/couches.json"}
	v.Script, v.Styles = "carte.js", []string{"carte.css"}
	if _, ok := pack.ground(); !ok {
		v.Empty = "Le référentiel géographique ne contient aucun contour : il n’y a pas de carte à dessiner."
		v.Script, v.Styles = "", nil
		return s.render(w, r, http.StatusOK, v)
	}
	perimeter, err := pack.chosenPerimeter(r)
	if err != nil {
		return err
	}
	item := func(class string) web.LegendItem { return web.LegendItem{Class: class} }
	v.Layers = []web.AtlasLayer{{ID: "qpv", Label: "QPV", On: true, Legend: item("z-in")}, {ID: "frr", Label: "FRR et FRR+", On: true, Legend: item("z-frr")}, {ID: "zrr", Label: "ZRR maintenues ou partielles", On: true, Legend: item("z-zrr")},
		{ID: "territoires", Label: "Missions Locales", On: true, Legend: item("z-ml")}, {ID: "communes", Label: "Communes", On: true, Legend: item("z-commune")}, {ID: "sites", Label: "Sites d’accueil", On: true, Legend: item("siege")}}
	for _, x := range pack.Zonings.Versions() {
		if x.Zoning == geo.QPV {
			v.Perimeters = append(v.Perimeters, web.Choice{Value: x.Name, Label: "QPV " + x.Name + ", " + inForce(x), Selected: x.Name == perimeter})
		} else if x.Name == pack.latest(x.Zoning) {
			v.Facts = append(v.Facts, web.Fact{Term: strings.ToUpper(string(x.Zoning)), Text: "liste " + x.Name + ", " + inForce(x)})
		}
	}
	v.Facts = append(v.Facts, web.Fact{Term: "Au", Text: dayText(today())}, web.Fact{Term: "Édition", Text: pack.edition()})
	sites, err := s.sites(r, pack)
	if err != nil {
		return err
	}
	if v.Sites, err = s.completeness(r, "", sites); err != nil {
		return err
	}
	v.Tables = pack.atlasTables(perimeter, sites)
	v.Exports = []web.Link{{Label: "Imprimer en A4", Href: "/carte/imprimer?" + url.Values{"format": {"a4"}, "perimetre": {perimeter}}.Encode()}, {Label: "Imprimer en A3", Href: "/carte/imprimer?" + url.Values{"format": {"a3"}, "perimetre": {perimeter}}.Encode()},
		{Label: "Dessin SVG", Href: "/carte/carte.svg?" + url.Values{"perimetre": {perimeter}}.Encode()}}
	return s.render(w, r, http.StatusOK, v)
}

// chosenPerimeter is the version asked for, else the one in force today, else the
// latest.
func (p *openPack) chosenPerimeter(r *http.Request) (string, error) {
	all := p.perimeters()
	if len(all) == 0 {
		return "", nil
	}
	q := queryParams(r)
	asked := q.oneOf("perimetre", all...)
	if err := q.err(); err != nil {
		return "", err
	}
	return cmp.Or(asked, all[len(all)-1]), nil
}

// atlasTables are the map in tables: QPV, communes classed, Missions Locales, sites.
func (p *openPack) atlasTables(perimeter string, sites []siteRecord) []web.Table {
	communeName := func(code string) string {
		if c, ok := p.Communes.Lookup(code); ok {
			return c.Name
		}
		return code
	}
	qpv := web.Table{ID: "t-qpv", Caption: "QPV " + perimeter, Columns: []web.Column{{Label: "Code"}, {Label: "Nom"}, {Label: "Communes"}, {Label: "Missions Locales"}}}
	of := map[string]int{}
	for _, z := range p.zonePlaces(perimeter) {
		var names []string
		for _, c := range z.communes {
			names = append(names, communeName(c))
		}
		for _, u := range z.units {
			of[u]++
		}
		qpv.Rows = append(qpv.Rows, []string{z.Code, z.Name, strings.Join(names, ", "), p.unitNames(z.units)})
	}
	rural := web.Table{ID: "t-frr", Caption: "Communes FRR et ZRR maintenues", Columns: []web.Column{{Label: "Code"}, {Label: "Commune"}, {Label: "Statut"}}}
	index, codes := p.Communes.Contours()
	if index != nil {
		for _, code := range slices.Sorted(slices.Values(codes)) {
			if st := p.frr(code, today()); st != geo.StatusNo && listNames[st] != "" && st != "sans_objet" && st != "a_verifier" {
				rural.Rows = append(rural.Rows, []string{code, communeName(code), listNames[st]})
			}
		}
	}
	const most = 2000
	if n := len(rural.Rows); n > most {
		rural.Rows, rural.More = rural.Rows[:most], fmt.Sprintf("Les %d premières sur %d ; toutes sont dans l’export de l’API.", most, n)
	}
	units := web.Table{ID: "t-ml", Caption: "Missions Locales", Columns: []web.Column{{Label: "Code"}, {Label: "Nom"}, {Label: "Communes", Number: true}, {Label: "QPV", Number: true}}}
	for _, u := range p.units() {
		units.Rows = append(units.Rows, []string{u.Code, u.Name, strconv.Itoa(u.Communes), strconv.Itoa(of[u.Code])})
	}
	list := siteTable("t-sites", "Sites d’accueil", sites, p)
	return []web.Table{qpv, rural, units, list}
}

func siteTable(id, caption string, sites []siteRecord, p *openPack) web.Table {
	t := web.Table{ID: id, Caption: caption, Columns: []web.Column{{Label: "Nom"}, {Label: "Nature"}, {Label: "Mission Locale"}, {Label: "Commune"}, {Label: "Ouverture"}}}
	for _, x := range sites {
		t.Rows = append(t.Rows, []string{x.Name, cmp.Or(kindNames[x.Kind], "non précisée"), p.unitName(x.Unit), x.City, cmp.Or(x.Opening, "non renseignée")})
	}
	return t
}

// atlasConfig tells the page's script what there is to draw.
func (s *Server) atlasConfig(w http.ResponseWriter, r *http.Request) error {
	pack := s.packs.acquire()
	defer pack.release()
	box, ok := pack.ground()
	if !ok {
		return fault.New(fault.NotFound, "aucune couche dans le référentiel")
	}
	type source struct {
		URL string `json:"url"`
	}
	ids := []string{"communes", "missions-locales", "frr", "sites"}
	for _, v := range pack.perimeters() {
		ids = append(ids, "qpv-"+v)
	}
	sources := map[string]source{}
	for _, id := range ids {
		sources[id] = source{baseAddress(r) + "/tiles/" + id + "/{z}/{x}/{y}.mvt"}
	}
	perimeters := pack.perimeters()
	chosen := ""
	if len(perimeters) > 0 {
		chosen = perimeters[len(perimeters)-1]
	}
	w.Header().Set("Cache-Control", "no-cache")
	return writeJSON(w, http.StatusOK, map[string]any{"bounds": []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}, "perimeters": perimeters, "perimeter": chosen, "frr": pack.latest(geo.FRR), "sources": sources})
}

// latest is the name of the version of a list in force today.
func (p *openPack) latest(zoning geo.Zoning) string {
	for _, v := range p.Zonings.Versions() {
		if v.Zoning == zoning && !v.ValidFrom.After(today()) && (v.ValidTo.IsZero() || !v.ValidTo.Before(today())) {
			return v.Name
		}
	}
	return ""
}

func (s *Server) atlasDrawing(r *http.Request, width float64) (*web.Map, string, error) {
	pack := s.packs.acquire()
	defer pack.release()
	perimeter, err := pack.chosenPerimeter(r)
	if err != nil {
		return nil, "", err
	}
	sites, err := s.sites(r, pack)
	if err != nil {
		return nil, "", err
	}
	m := pack.zoningMap(zoningMap{id: "carte", title: "Quartiers prioritaires et zones rurales", perimeter: perimeter, on: today(), width: width, sites: sites})
	if m == nil {
		return nil, "", fault.New(fault.NotFound, "le référentiel géographique ne contient aucun contour")
	}
	return m, perimeter, nil
}

// atlasSheet is the map on a sheet of paper.
func (s *Server) atlasSheet(w http.ResponseWriter, r *http.Request) (err error) {
	defer blockfile.Recover(&err)
	p := queryParams(r)
	format := cmp.Or(p.oneOf("format", "a4", "a3"), "a4")
	if err := p.err(); err != nil {
		return err
	}
	m, perimeter, err := s.atlasDrawing(r, map[string]float64{"a4": 1000, "a3": 1400}[format])
	if err != nil {
		return err
	}
	v := &web.Sheet{Layout: s.layout(r, "Carte à imprimer", "/carte"), Heading: "Quartiers prioritaires, zones rurales et Missions Locales", Format: format, Map: m,
		Subtitle: "QPV " + perimeter + ", au " + dayText(today()) + ". Référentiel géographique, édition du " + s.editionNow() + "."}
	for _, f := range []string{"a4", "a3"} {
		v.Formats = append(v.Formats, web.Link{Label: strings.ToUpper(f), Href: "/carte/imprimer?" + url.Values{"format": {f}, "perimetre": {perimeter}}.Encode(), Current: f == format})
	}
	v.Sources = []string{"QPV : ANCT", "FRR : DGCL", "contours : IGN", "Missions Locales et sites : UNML et saisies", "Licence Ouverte 2.0"}
	return s.render(w, r, http.StatusOK, v)
}

func (s *Server) editionNow() string {
	pack := s.packs.acquire()
	defer pack.release()
	return pack.edition()
}

// atlasSVG is the map as a drawing of its own.
func (s *Server) atlasSVG(w http.ResponseWriter, r *http.Request) (err error) {
	defer blockfile.Recover(&err)
	m, perimeter, err := s.atlasDrawing(r, 1400)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="carte-qpv-`+perimeter+`.svg"`)
	_, err = w.Write([]byte(m.File("Source : ANCT, DGCL, IGN, UNML. Édition du " + s.editionNow() + ", au " + dayText(today()))))
	return err
}
