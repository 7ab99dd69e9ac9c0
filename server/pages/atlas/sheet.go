package atlas

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/web"
)

// atlasView is a view of the map as links say it: perimeter, layers and frame, never
// an address.
type atlasView struct {
	perimeter string
	layers    []string   // nil for all
	places    int        // proposed
	box       *orb.Bound // nil for all that there is
	unit      string     // Mission Locale that it is of, empty for all
	// What the reader wrote round it, empty for the product's own words.
	title, note, author string
}

func (v *atlasView) query() url.Values {
	q := url.Values{"perimetre": {v.perimeter}}
	if v.layers != nil {
		q.Set("couches", strings.Join(v.layers, ","))
	}
	if slices.Contains(v.layers, layerPlaces) {
		q.Set("lieux", strconv.Itoa(v.places))
	}
	if v.box != nil {
		var parts []string
		for _, x := range []float64{v.box.Min[0], v.box.Min[1], v.box.Max[0], v.box.Max[1]} {
			parts = append(parts, strconv.FormatFloat(x, 'f', 3, 64))
		}
		q.Set("cadre", strings.Join(parts, ","))
	}
	for name, text := range map[string]string{"territoire": v.unit, "titre": v.title, "note": v.note, "auteur": v.author} {
		if text != "" {
			q.Set(name, text)
		}
	}
	return q
}

func readAtlas(p *packs.Edition, q *httpio.Params) (v atlasView, err error) {
	if text, given := q.Values["couches"]; given {
		v.layers = []string{}
		for _, l := range strings.Split(strings.Join(text, ","), ",") {
			if l != "" && !slices.Contains(atlasLayers, l) && !slices.Contains(studyLayers, l) {
				q.Refuse("couches", "attendu : "+strings.Join(slices.Concat(atlasLayers, studyLayers), ", "))
			} else if l != "" {
				v.layers = append(v.layers, l)
			}
		}
	}
	v.places = q.Integer("lieux", placesAsked, 1, placesMost)
	if text := q.Text("cadre"); text != "" {
		var n [4]float64
		parts := strings.Split(text, ",")
		ok := len(parts) == 4
		for i := range min(4, len(parts)) {
			x, err := strconv.ParseFloat(parts[i], 64)
			ok = ok && err == nil && x >= -180 && x <= 180
			n[i] = x
		}
		// Some two hundred metres: nearer, a drawing has nothing left to show.
		if b := (orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}); ok && b.Max[0]-b.Min[0] >= .002 && b.Max[1]-b.Min[1] >= .001 && b.Min[1] > -85 && b.Max[1] < 85 {
			v.box = &b
		} else {
			q.Refuse("cadre", "ouest,sud,est,nord, en degrés")
		}
	}
	v.title, v.note, v.author = written(q, "titre", 120), written(q, "note", 300), written(q, "auteur", 80)
	if v.perimeter, err = chosenPerimeter(p, q); err != nil {
		return v, err
	}
	v.unit, err = chosenTerritory(p, q, nil)
	return v, err
}

// written returns a text that the reader wrote on an export, of most letters at most.
func written(q *httpio.Params, name string, most int) string {
	text := strings.Join(strings.Fields(q.Text(name)), " ")
	if len([]rune(text)) > most {
		q.Refuse(name, strconv.Itoa(most)+" lettres au plus")
	}
	return text
}

// sheet is the map drawn apart from the page, and what is written round it.
type sheet struct {
	atlasView
	m        *web.Map
	lying    bool
	notes    []string
	subtitle string
	sources  []string
}

// papers are what sheets leave to the map, millimetres, upright and lying.
var papers = map[string]struct{ uprightW, uprightH, lyingW, lyingH float64 }{"a4": {186, 188, 273, 108}, "a3": {273, 306, 396, 195}}

// sheet draws for a paper, turned as the ground is; or for no paper.
func (s *Pages) sheet(r *http.Request, q *httpio.Params, paper string) (out sheet, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	pack := s.Packs.Acquire()
	defer pack.Release()
	if out.atlasView, err = readAtlas(pack, q); err != nil {
		return out, err
	}
	sites, err := s.Studies.Sites(r.Context(), pack)
	if err != nil {
		return out, err
	}
	box, ok := pack.Ground()
	if !ok {
		return out, fault.New(fault.NotFound, "le référentiel géographique ne contient aucun contour")
	}
	if i := slices.IndexFunc(pack.Outlines(), func(t packs.Outline) bool { return t.Code == out.unit }); i >= 0 && out.box == nil {
		out.box = &pack.Outlines()[i].Bound
	}
	if out.box != nil {
		box = *out.box
	}
	found, err := s.studied(r, pack, &out.atlasView)
	if err != nil {
		return out, err
	}
	out.title = cmp.Or(out.title, atlasTitle)
	for _, x := range []string{out.note, out.author} {
		if x != "" {
			out.notes = append(out.notes, x)
		}
	}
	out.notes = append(out.notes, found.notes...)
	z := Territory{studied: found, ID: "carte", Title: out.title, Perimeter: out.perimeter, On: geo.Today(), Width: 1400, Sites: sites, box: out.box, layers: out.layers}
	if size, ok := papers[paper]; ok {
		w, h := size.uprightW, size.uprightH
		if natural := canvas.Of(box, 1); natural.H < .85 {
			w, h, out.lying = size.lyingW, size.lyingH, true
		}
		z.ratio, z.text = h/w, 2.9*z.Width/w
	}
	out.m = Draw(pack, z)
	out.subtitle = "QPV " + out.perimeter + ", au " + french.Date(geo.Today()) + ". Référentiel géographique, édition du " + pack.Label() + "."
	out.sources = pack.Sources()
	return out, nil
}

// atlasSheet returns the map on a sheet of paper.
func (s *Pages) atlasSheet(w http.ResponseWriter, r *http.Request) error {
	if err := mayLook(r); err != nil {
		return err
	}
	q := httpio.Query(r)
	format := cmp.Or(q.OneOf("format", "a4", "a3"), "a4")
	x, err := s.sheet(r, q, format)
	if err != nil {
		return err
	}
	v := &web.Sheet{Layout: s.Layout(r, "Carte à imprimer", "/carte"), Heading: x.title, Format: format, Lying: x.lying, Map: x.m, Subtitle: x.subtitle, Notes: x.notes, Sources: x.sources}
	for _, f := range []string{"a4", "a3"} {
		link := x.query()
		link.Set("format", f)
		v.Formats = append(v.Formats, web.Link{Label: strings.ToUpper(f), Href: "/carte/imprimer?" + link.Encode(), Current: f == format})
	}
	return s.Render(w, r, http.StatusOK, v)
}

// atlasSVG returns the map as a drawing of its own.
func (s *Pages) atlasSVG(w http.ResponseWriter, r *http.Request) error {
	if err := mayLook(r); err != nil {
		return err
	}
	x, err := s.sheet(r, httpio.Query(r), "")
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="carte-qpv-`+x.perimeter+`.svg"`)
	_, err = w.Write([]byte(x.m.File(x.subtitle, slices.Concat(x.notes, x.sources))))
	return err
}
