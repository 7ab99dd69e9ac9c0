package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/study"
)

// mapWidth is the width of a map in SVG units; its height follows the territory.
const (
	mapWidth  = 720.0
	mapMargin = 10.0
	mapHeight = 830.0 // at most
)

// mapDrawing is an SVG map in the making: degrees are laid flat at the middle
// latitude, true to 1 % over a region.
type mapDrawing struct {
	b             strings.Builder
	origin        orb.Point
	mx, my, scale float64 // metres a degree; SVG units a metre
	width, height float64
	box           orb.Bound
	id            string
}

func newMap(box orb.Bound, id, title, description string) *mapDrawing {
	c := box.Center()
	m := &mapDrawing{box: box, id: id, width: mapWidth}
	m.mx, m.my = geo.MetresPerDegree(c[1])
	w, h := (box.Max[0]-box.Min[0])*m.mx, (box.Max[1]-box.Min[1])*m.my
	w, h = math.Max(w, 1000), math.Max(h, 1000)
	m.scale = math.Min((mapWidth-2*mapMargin)/w, (mapHeight-2*mapMargin)/h)
	m.height = h*m.scale + 2*mapMargin
	m.origin = orb.Point{c[0] - mapWidth/2/m.scale/m.mx, box.Max[1] + mapMargin/m.scale/m.my}
	m.f(`<svg class="map" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%s-t %s-d" xmlns="http://www.w3.org/2000/svg">`, m.width, m.height, id, id)
	m.f(`<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, template.HTMLEscapeString(title), id, template.HTMLEscapeString(description))
	m.f(`<defs><clipPath id="%s-c"><rect width="%.0f" height="%.0f"/></clipPath></defs><g clip-path="url(#%s-c)">`, id, m.width, m.height, id)
	return m
}

func (m *mapDrawing) f(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

func (m *mapDrawing) at(p orb.Point) (x, y float64) {
	return (p[0] - m.origin[0]) * m.mx * m.scale, (m.origin[1] - p[1]) * m.my * m.scale
}

// shape draws polygons in one path, simplified to what the paper shows.
func (m *mapDrawing) shape(class string, mp orb.MultiPolygon) {
	var d strings.Builder
	for _, poly := range mp {
		for _, r := range poly {
			if !r.Bound().Intersects(m.box.Pad(0.02)) {
				continue
			}
			ring := make(orb.LineString, len(r))
			for i, p := range r {
				x, y := m.at(p)
				ring[i] = orb.Point{x, y}
			}
			ring = simplify.DouglasPeucker(0.35).LineString(ring)
			if len(ring) < 4 {
				continue
			}
			for i, p := range ring {
				if i == 0 {
					fmt.Fprintf(&d, "M%.1f %.1f", p[0], p[1])
				} else {
					fmt.Fprintf(&d, "L%.1f %.1f", p[0], p[1])
				}
			}
			d.WriteByte('Z')
		}
	}
	if d.Len() > 0 {
		m.f(`<path class="%s" fill-rule="evenodd" d="%s"/>`, class, d.String())
	}
}

// Marks of sites: told apart by shape as well as by colour.
func mark(k geo.SiteKind, x, y, r float64) string {
	switch k {
	case geo.SiteBranch:
		return fmt.Sprintf(`<rect class="site" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, x-r, y-r, 2*r, 2*r)
	case geo.SitePermanence:
		return fmt.Sprintf(`<circle class="site" cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, r)
	case geo.SiteRelay:
		return fmt.Sprintf(`<circle class="site hollow" cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, r)
	case geo.SiteOutreach, geo.SiteYouthPlace, geo.SiteInfoJeunes, geo.SitePAEJ, geo.SiteE2C, geo.SiteFranceServices, geo.SiteOther:
		return fmt.Sprintf(`<path class="site other" d="M%.1f %.1fl%.1f %.1fh%.1fz"/>`, x, y-r*1.2, r*1.15, r*2.1, -r*2.3)
	case geo.SiteHead:
		return fmt.Sprintf(`<path class="site head" d="M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz"/>`, x, y-r*1.5, r*1.5, r*1.5, -r*1.5, r*1.5, -r*1.5, -r*1.5)
	}
	return fmt.Sprintf(`<circle class="site" cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, r)
}

// scaleBar draws a bar of a round length at the bottom left.
func (m *mapDrawing) scaleBar() {
	want := 110 / m.scale
	step := math.Pow(10, math.Floor(math.Log10(want)))
	for _, k := range []float64{5, 2} {
		if step*k <= want {
			step *= k
			break
		}
	}
	x, y, w := 14.0, m.height-16, step*m.scale
	label := fmt.Sprintf("%g"+french.Thin+"km", step/1000)
	if step < 1000 {
		label = fmt.Sprintf("%g"+french.Thin+"m", step)
	}
	m.f(`<g class="scale"><rect x="%.1f" y="%.1f" width="%.1f" height="26" class="paper"/><path d="M%.1f %.1fv5h%.1fv-5"/><text x="%.1f" y="%.1f">%s</text></g>`, x-6, y-16, w+58, x, y, w, x+w+6, y+5, label)
}

// north draws an arrow at the top right.
func (m *mapDrawing) north() {
	x, y := m.width-20, 14.0
	m.f(`<g class="north"><path d="M%.1f %.1fl5.5 16l-5.5 -4l-5.5 4z"/><text x="%.1f" y="%.1f">N</text></g>`, x, y, x, y+27)
}

func (m *mapDrawing) end() template.HTML {
	m.b.WriteString(`</g>`)
	m.scaleBar()
	m.north()
	m.b.WriteString(`</svg>`)
	return template.HTML(m.b.String())
}

// label writes a name with a pale halo.
func (m *mapDrawing) label(class, s string, x, y float64) {
	m.f(`<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, x, y, template.HTMLEscapeString(s))
}

// maxTowns is how many towns a map names.
const maxTowns = 14

// square is a part of the paper that holds a mark or a name.
type square struct{ x0, y0, x1, y1 float64 }

func (s square) meets(o square) bool {
	return s.x0 < o.x1 && s.x1 > o.x0 && s.y0 < o.y1 && s.y1 > o.y0
}

// towns names the most peopled ones, never over another name or a mark: above its
// centre, else below, else beside.
func (m *mapDrawing) towns(list []*geo.Commune, taken []square) {
	named := 0
	for _, c := range list {
		p := orb.Point{c.Lon, c.Lat}
		if named == maxTowns || c.Population == 0 || !m.box.Contains(p) {
			continue
		}
		x, y := m.at(p)
		half := 3.2 * float64(len([]rune(c.Name)))
		for _, at := range [][2]float64{{x, y - 9}, {x, y + 17}, {x + half + 12, y + 4}, {x - half - 12, y + 4}, {x, y - 17}} {
			b := square{at[0] - half, at[1] - 10, at[0] + half, at[1] + 3}
			if b.x0 > 2 && b.x1 < m.width-2 && b.y0 > 2 && b.y1 < m.height-2 && !slices.ContainsFunc(taken, b.meets) {
				taken = append(taken, b)
				m.label("town", c.Name, at[0], at[1])
				named++
				break
			}
		}
	}
}

// base draws the land, the territories of the Missions Locales and the QPV.
func (m *mapDrawing) base(land orb.MultiPolygon, units []study.Outline, zone orb.MultiPolygon, qpv []orb.MultiPolygon) {
	m.shape("land", land)
	m.shape("reach", zone)
	for _, u := range units {
		m.shape("unit", u.Shape)
	}
	m.shape("border", land)
	for _, z := range qpv {
		m.shape("qpv", z)
	}
}

// resultMap draws a result within a box, and its legend.
func resultMap(r *study.Result, box orb.Bound, id string, land orb.MultiPolygon, units []study.Outline, zone orb.MultiPolygon) (drawn, legend template.HTML) {
	m := newMap(box, id, "Carte des sites d’accueil et de leur portée", Headline(r)+" Les mêmes valeurs sont dans les tableaux.")
	var qpv []orb.MultiPolygon
	for _, z := range r.QPV {
		qpv = append(qpv, z.Shape)
	}
	m.base(land, units, zone, qpv)
	most, widest := 0.0, 13.0
	if m.scale < 0.005 { // a region: the circles of a town would hide one another
		widest = 7
	}
	for _, g := range r.Unserved {
		most = math.Max(most, g.Weight)
	}
	for i := len(r.Unserved) - 1; i >= 0; i-- {
		if g := r.Unserved[i]; g.At[0] == g.At[0] && box.Contains(g.At) {
			x, y := m.at(g.At)
			m.f(`<circle class="gap" cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, 3+widest*math.Sqrt(g.Weight/most))
		}
	}
	size := 3.4
	if r.Placed > 300 {
		size = 2.4
	}
	var taken []square
	for i := range r.Placed {
		s := &r.Sites[i]
		if p := (orb.Point{s.Lon, s.Lat}); box.Contains(p) {
			x, y := m.at(p)
			m.b.WriteString(mark(s.Kind, x, y, size))
			taken = append(taken, square{x - size, y - size, x + size, y + size})
		}
	}
	for i, g := range r.Unserved[:min(8, len(r.Unserved))] {
		if g.At[0] == g.At[0] && box.Contains(g.At) {
			x, y := m.at(g.At)
			m.label("gapname", fmt.Sprint(i+1), x, y+3.5)
			taken = append(taken, square{x - 5, y - 6, x + 5, y + 6})
		}
	}
	m.towns(r.Towns(), taken)
	return m.end(), resultLegend(r, len(zone) > 0, 3+widest)
}

// besides returns a place for a mark near where it belongs, on none of those taken.
func besides(x, y float64, taken []square) [2]float64 {
	at := [2]float64{x, y}
	for _, far := range []float64{0, 22, 34, 48} {
		for k := range 8 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 4)
			at = [2]float64{x + far*cos, y - far*sin}
			if !slices.ContainsFunc(taken, square{at[0] - 10, at[1] - 10, at[0] + 10, at[1] + 10}.meets) {
				return at
			}
		}
	}
	return at
}

// planMap draws the places to open, numbered, among the present ones.
func planMap(p *study.Plan, box orb.Bound, land orb.MultiPolygon, units []study.Outline) template.HTML {
	m := newMap(box, "plan", "Carte des lieux à ouvrir", PlanHeadline(p))
	m.base(land, units, nil, p.QPV())
	for _, s := range p.Sites {
		x, y := m.at(s)
		m.b.WriteString(mark(geo.SiteUnknown, x, y, 2.4))
	}
	var taken []square
	placed := func(draw func(i int, x, y float64)) {
		for i, s := range p.Places {
			if s.At[0] == s.At[0] {
				x, y := m.at(s.At)
				draw(i, x, y)
			}
		}
	}
	if r := radius(p); r != nil {
		placed(func(_ int, x, y float64) {
			m.f(`<circle class="newreach" cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, *r*m.scale)
		})
	}
	placed(func(i int, x, y float64) {
		at := besides(x, y, taken)
		if at != [2]float64{x, y} {
			m.f(`<path class="lead" d="M%.1f %.1fL%.1f %.1f"/><circle cx="%.1f" cy="%.1f" r="1.8"/>`, x, y, at[0], at[1], x, y)
		}
		m.f(`<circle class="new" cx="%.1f" cy="%.1f" r="9"/>`, at[0], at[1])
		m.label("newname", fmt.Sprint(i+1), at[0], at[1]+3.8)
		taken = append(taken, square{at[0] - 10, at[1] - 10, at[0] + 10, at[1] + 10})
	})
	m.towns(p.Towns(), taken)
	return m.end()
}

// crowd returns the box of so many metres a side that holds the most QPV, for a closer
// map; ok is false when the territory is hardly wider.
func crowd(r *study.Result, whole orb.Bound, metres float64) (box orb.Bound, ok bool) {
	mx, my := geo.MetresPerDegree(whole.Center()[1])
	dx, dy := metres/2/mx, metres/2/my
	if whole.Max[0]-whole.Min[0] < 3*dx || len(r.QPV) < 8 {
		return box, false
	}
	most := 0
	for _, z := range r.QPV {
		b := orb.Bound{Min: orb.Point{z.At[0] - dx, z.At[1] - dy}, Max: orb.Point{z.At[0] + dx, z.At[1] + dy}}
		n := 0
		for _, o := range r.QPV {
			if b.Contains(o.At) {
				n++
			}
		}
		if n > most {
			most, box = n, b
		}
	}
	return box, true
}
