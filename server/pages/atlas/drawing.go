package atlas

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"

	"perimetre/data/maps/ground"
	"perimetre/geo"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/server/pages/explain"
	"perimetre/server/studies"
	"perimetre/web"
)

// Territory is what a drawing of the zonings shows: a territory, a frame of ground,
// or all the territories.
type Territory struct {
	ID, Title string
	Perimeter string
	On        geo.Date
	Unit      string  // code of the Mission Locale, empty for all
	Width     float64 // of the drawing
	ratio     float64 // height by width, 0 for the ground's
	text      float64 // height of names, in units; 0 for a part of the width
	Sites     []studies.Site
	box       *orb.Bound // frame, nil for the territory or all of them
	layers    []string   // of atlasLayers; nil for all
	studied
}

// Layers of the map of zonings, as links name them.
const (
	layerQPV      = "qpv"
	layerFRR      = "frr"
	layerZRR      = "zrr"
	layerUnits    = "territoires"
	layerCommunes = "communes"
	layerSites    = "sites"
	layerGround   = "fond"
)

var atlasLayers = []string{layerQPV, layerFRR, layerZRR, layerUnits, layerCommunes, layerSites, layerGround}

func (z *Territory) shows(layer string) bool {
	return z.layers == nil || slices.Contains(z.layers, layer)
}

// mostNames is how many places of a kind a drawing names: past it, names hide what
// they name.
const mostNames = 60

// Draw returns the map of a territory as a picture, with its legend; nil where the pack has no
// ground to draw.
func Draw(p *packs.Edition, z Territory) *web.Map {
	box, ok := p.Ground()
	if !ok {
		return nil
	}
	var own *packs.Outline
	list := p.Outlines()
	for i := range list {
		if list[i].Code == z.Unit {
			own = &list[i]
			box = own.Bound
		}
	}
	if z.box != nil {
		box = *z.box
	}
	f := canvas.In(box, z.Width, z.ratio)
	d := drawing{pack: p, Territory: z, Frame: f, seen: f.Ground(),
		m: &web.Map{ID: z.ID, Title: z.Title, Width: f.W, Height: f.H, Text: cmp.Or(z.text, z.Width/62)}}
	f.ScaleBar(d.m)
	if own != nil {
		d.layer("z-own", web.MapShape{Path: d.Rings(own.Rings), Title: own.Name})
	}
	d.reach()
	d.communes()
	d.units(list, own == nil)
	d.zones()
	d.streets()
	d.sitesOf()
	d.open()
	// Of two names that would touch, the name of the wider ground is kept.
	rank := map[string]int{nameOfZone: 1, nameOfCommune: 2}
	slices.SortStableFunc(d.m.Marks, func(a, b web.Mark) int { return rank[a.Class] - rank[b.Class] })
	d.m.Marks = canvas.Apart(d.m.Marks, d.m.Text)
	var names []string
	for _, l := range d.m.Legend {
		names = append(names, l.Label)
	}
	d.m.Desc = "La carte montre : " + strings.Join(names, ", ") + "."
	return d.m
}

// drawing is a map of zonings being drawn.
type drawing struct {
	Territory
	canvas.Frame
	pack *packs.Edition
	seen orb.Bound
	m    *web.Map
}

func (d *drawing) layer(class string, shapes ...web.MapShape) {
	slices.SortFunc(shapes, func(a, b web.MapShape) int { return strings.Compare(a.Path, b.Path) })
	d.m.Layers = append(d.m.Layers, web.MapLayer{Class: class, Shapes: shapes})
}

func (d *drawing) legend(class, label string) {
	d.m.Legend = append(d.m.Legend, web.LegendItem{Class: class, Label: label})
}

// cut returns the path of what the frame shows of a shape.
func (d *drawing) cut(mp orb.MultiPolygon) string {
	if d.box != nil {
		mp = clip.MultiPolygon(d.seen, mp.Clone())
	}
	return d.Path(mp)
}

// mostCommunes is how many a drawing shows one by one; past it their borders are a
// grey, and those classed alike are drawn as one territory.
const mostCommunes = 400

func (d *drawing) communes() {
	index, codes := d.pack.Communes.Contours()
	if index == nil {
		return
	}
	var found []int
	index.Search(d.seen, func(i int) bool { found = append(found, i); return true })
	slices.Sort(found)
	many := len(found) > mostCommunes
	var communes []web.MapShape
	classed := map[string][]web.MapShape{}
	grouped := map[string][]orb.MultiPolygon{}
	for _, i := range found {
		mp, name := index.Shape(i), codes[i]
		if c, ok := d.pack.Communes.Lookup(codes[i]); ok {
			name = c.Name
		}
		status := frrOf(d.pack, codes[i], d.On)
		layer := ""
		switch status {
		case "socle", "plus":
			layer = layerFRR
		case "beneficiaire", "partiel":
			layer = layerZRR
		}
		if many {
			grouped[layer] = append(grouped[layer], mp)
			continue
		}
		path := d.cut(mp)
		if path == "" {
			continue
		}
		communes = append(communes, web.MapShape{Path: path, Title: name})
		classed[layer] = append(classed[layer], web.MapShape{Path: path, Title: name + ", " + explain.ListNames[status]})
		if at := index.Bound(i).Center(); len(found) <= mostNames && d.shows(layerCommunes) && d.seen.Contains(at) {
			d.name(at, name, nameOfCommune)
		}
	}
	if d.shows(layerCommunes) && !many && len(communes) > 0 {
		d.layer("z-commune", communes...)
		d.legend("z-commune", "commune")
	}
	for _, g := range []struct{ layer, class, title string }{{layerFRR, "z-frr", "commune FRR ou FRR+"}, {layerZRR, "z-zrr", "commune à ZRR maintenue, ou classée en partie"}} {
		if !d.shows(g.layer) {
			continue
		}
		if many && len(grouped[g.layer]) > 0 {
			classed[g.layer] = []web.MapShape{{Path: d.Rings(packs.Border(grouped[g.layer])), Title: g.title}}
		}
		if len(classed[g.layer]) > 0 {
			d.layer(g.class, classed[g.layer]...)
			d.legend(g.class, g.title)
		}
	}
}

func (d *drawing) units(list []packs.Outline, named bool) {
	if !d.shows(layerUnits) {
		return
	}
	var shapes []web.MapShape
	for i := range list {
		t := &list[i]
		if !t.Bound.Intersects(d.seen) {
			continue
		}
		shapes = append(shapes, web.MapShape{Path: d.Rings(t.Rings), Title: t.Name})
		if at := canvas.Widest(t.Rings); named && d.seen.Contains(at) {
			d.name(at, strings.ToUpper(t.Name), "") // told so from the commune of the same name
		}
	}
	if len(shapes) > 0 {
		d.layer("z-ml", shapes...)
		d.legend("z-ml", "territoire de Mission Locale")
	}
}

// zones draws the QPV, the neighbours' too where the pack holds them.
func (d *drawing) zones() {
	zones, index, ok := d.pack.Zonings.Polygons(geo.QPV, d.Perimeter)
	if !ok || !d.shows(layerQPV) {
		return
	}
	var shapes []web.MapShape
	var found []int
	index.Search(d.seen, func(i int) bool { found = append(found, i); return true })
	slices.Sort(found)
	for _, i := range found {
		if path := d.cut(index.Shape(i)); path != "" {
			shapes = append(shapes, web.MapShape{Path: path, Title: "QPV " + explain.ZoneName(zones[i].ZoneRef)})
			if at := index.Bound(i).Center(); d.box != nil && len(found) <= mostNames && d.seen.Contains(at) {
				d.name(at, explain.ZoneName(zones[i].ZoneRef), nameOfZone)
			}
		}
	}
	if len(shapes) > 0 {
		d.layer("z-in", shapes...)
		d.legend("z-in", "QPV "+d.Perimeter)
	}
}

// widestStreets is how wide a drawing may be, in metres, that shows streets: wider, they
// are a grey.
const widestStreets = 25_000

// streets draws the streets of a town through their numbers, the longest ones first where
// much is seen.
func (d *drawing) streets() {
	wide := d.W / d.Scale
	if !d.shows(layerGround) || d.box == nil || wide > widestStreets {
		return
	}
	var shapes []web.MapShape
	err := d.pack.Skeleton().Lines(d.seen, wide/40, func(l ground.Line) {
		shapes = append(shapes, web.MapShape{Path: d.Line(l.Shape), Class: "g-" + strconv.Itoa(l.Rank), Title: l.Name})
	})
	if err != nil {
		panic(err) // the index is damaged: the drawing's guard tells it
	}
	if len(shapes) > 0 {
		d.layer("g-street", shapes...)
		d.legend("street", "rue, tracée par ses numéros")
	}
}

// Classes of names.
const (
	nameOfZone    = "zone"
	nameOfCommune = "small"
)

// longestName is past what a name hides more than it tells; the shape has it whole.
const longestName = 30

func (d *drawing) name(at orb.Point, text, class string) {
	x, y := d.At(at)
	if r := []rune(text); len(r) > longestName {
		text = strings.TrimRight(string(r[:longestName-1]), " -,") + "…"
	}
	d.m.Marks = append(d.m.Marks, web.Mark{Kind: "label", Class: class, X: x, Y: y, Text: text})
}

// sitesOf draws the sites, of one Mission Locale where the map is of one.
func (d *drawing) sitesOf() {
	if !d.shows(layerSites) {
		return
	}
	drawn := map[string]bool{}
	for _, s := range d.Sites {
		if s.Lon == nil || s.Lat == nil || d.Unit != "" && s.Unit != d.Unit {
			continue
		}
		x, y := d.At(orb.Point{*s.Lon, *s.Lat})
		if x < 0 || y < 0 || x > d.W || y > d.H {
			continue
		}
		kind := cmp.Or(s.Kind, "autre")
		drawn[kind] = true
		d.m.Marks = append(d.m.Marks, web.Mark{Kind: kind, X: x, Y: y, Text: s.Name})
	}
	for _, k := range web.SiteKinds {
		if drawn[k] {
			d.legend(k, KindName(k))
		}
	}
}

// frrOf returns the FRR status of a commune on a day, as known today.
func frrOf(p *packs.Edition, commune string, on geo.Date) geo.ListStatus {
	return p.Zonings.At(geo.Question{Commune: commune, On: on, Known: geo.Today()}).FRR.Status
}
