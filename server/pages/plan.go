package pages

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/server/packs"
	"perimetre/web"
)

// frame turns degrees into a drawing's units, y downwards: metres on the plane that
// touches the ground at the centre, times a scale.
type frame struct {
	centre orb.Point
	mx, my float64 // metres per degree
	scale  float64 // units per metre
	w, h   float64 // units
}

func (f *frame) at(p orb.Point) (x, y float64) {
	return f.w/2 + (p[0]-f.centre[0])*f.mx*f.scale, f.h/2 - (p[1]-f.centre[1])*f.my*f.scale
}

// from returns the place of a point of the drawing, the reverse of at.
func (f *frame) from(x, y float64) orb.Point {
	return orb.Point{f.centre[0] + (x-f.w/2)/f.scale/f.mx, f.centre[1] - (y-f.h/2)/f.scale/f.my}
}

// path writes a shape as SVG, leaving out points nearer than half a unit to the
// last one drawn.
func (f *frame) path(mp orb.MultiPolygon) string {
	var b strings.Builder
	for _, poly := range mp {
		for _, ring := range poly {
			f.ring(&b, ring)
		}
	}
	return b.String()
}

func (f *frame) ring(b *strings.Builder, ring orb.Ring) {
	const near = .5
	pen, lx, ly, n := byte('M'), math.Inf(1), math.Inf(1), 0
	start := b.Len()
	for _, p := range ring {
		x, y := f.at(p)
		if math.Abs(x-lx) < near && math.Abs(y-ly) < near {
			continue
		}
		b.WriteByte(pen)
		b.Write(strconv.AppendFloat(nil, x, 'f', 1, 64))
		b.WriteByte(' ')
		b.Write(strconv.AppendFloat(nil, y, 'f', 1, 64))
		pen, lx, ly, n = 'L', x, y, n+1
	}
	if n < 3 { // a speck at this scale
		text := b.String()[:start]
		b.Reset()
		b.WriteString(text)
		return
	}
	b.WriteByte('z')
}

// line writes an open line.
func (f *frame) line(l orb.LineString) string {
	var b strings.Builder
	for i, p := range l {
		x, y := f.at(p)
		pen := byte('L')
		if i == 0 {
			pen = 'M'
		}
		b.WriteByte(pen)
		b.Write(strconv.AppendFloat(nil, x, 'f', 1, 64))
		b.WriteByte(' ')
		b.Write(strconv.AppendFloat(nil, y, 'f', 1, 64))
	}
	return b.String()
}

// planRadius is half the side of a plan, metres: at 1:1 000 it prints 30 cm wide.
const planRadius = 150

func planFrame(at orb.Point) frame {
	mx, my := geo.MetresPerDegree(at[1])
	return frame{centre: at, mx: mx, my: my, scale: 2, w: 4 * planRadius, h: 4 * planRadius}
}

// streetName is a street of a plan with where to write its name.
type streetName struct {
	name string
	pts  []orb.Point
}

// plan draws what surrounds a place from the pack alone: the perimeter, the band of
// doubt, every known number, the streets' names and the point itself.
func drawPlan(p *packs.Edition, id string, at orb.Point, perimeter string, band float64, others []orb.Point) (*web.Map, []web.Fact, error) {
	f := planFrame(at)
	mx, my := f.mx, f.my
	box := func(metres float64) orb.Bound {
		return orb.Bound{Min: orb.Point{at[0] - metres/mx, at[1] - metres/my}, Max: orb.Point{at[0] + metres/mx, at[1] + metres/my}}
	}
	m := &web.Map{ID: id, Title: "Autour de l’adresse", Width: f.w, Height: f.h, Text: 10, Scale: 50 * f.scale, ScaleText: "50 m", Ratio: "1:1 000"}
	zones := web.MapLayer{Class: "z-in"}
	edge := web.MapLayer{Class: "z-band", Band: 2 * band * f.scale}
	var names []string
	type inside struct {
		name string
		mp   int
	}
	var near []inside
	list, index, ok := p.Zonings.Polygons(geo.QPV, perimeter)
	if ok {
		var found []int
		index.Search(box(planRadius*1.5), func(i int) bool { found = append(found, i); return true })
		slices.Sort(found)
		for _, i := range found {
			// Cut well past the picture, so that the cut is not taken for a border.
			shape := clip.MultiPolygon(box(planRadius*4), index.Shape(i).Clone())
			d := f.path(shape)
			if d == "" {
				continue
			}
			name := zoneName(list[i].ZoneRef)
			zones.Shapes = append(zones.Shapes, web.MapShape{Path: d, Title: "QPV " + name})
			edge.Shapes = append(edge.Shapes, web.MapShape{Path: d})
			names = append(names, name)
			near = append(near, inside{name, i})
		}
	}
	m.Layers = []web.MapLayer{zones, edge}
	streets, err := p.Index.Reverse(at[0], at[1], geocode.ReverseOptions{Limit: 60, Radius: planRadius * 1.4})
	if err != nil {
		return nil, nil, err
	}
	known := map[geocode.StreetRef]*streetName{}
	for i := range streets {
		if r := &streets[i]; !r.Streets.IsZero() && known[r.Streets] == nil {
			name := r.Street
			if name == "" {
				name = r.Name
			}
			known[r.Streets] = &streetName{name: name}
		}
	}
	sides := map[string]map[string][]int{} // street -> where, or empty outside -> numbers
	numbers := 0
	err = p.Index.Near(at[0], at[1], planRadius*1.4, func(ref geocode.StreetRef, h geocode.HouseNumber) bool {
		pt := orb.Point{h.Lon, h.Lat}
		x, y := f.at(pt)
		if x < 0 || y < 0 || x > f.w || y > f.h {
			return true
		}
		m.Marks = append(m.Marks, web.Mark{Kind: "house", X: x, Y: y, Text: strings.TrimSpace(strconv.Itoa(h.Number) + " " + h.Suffix)})
		numbers++
		street := known[ref]
		if street == nil {
			return numbers < 3000
		}
		street.pts = append(street.pts, orb.Point{x, y})
		where := ""
		for _, z := range near {
			switch _, close := index.BorderDistance(z.mp, pt, band); {
			case close:
				where = "dans la marge de doute du QPV " + z.name
			case index.Side(z.mp, pt) != geo.Outside:
				where = "dans le QPV " + z.name
			}
		}
		if sides[street.name] == nil {
			sides[street.name] = map[string][]int{}
		}
		sides[street.name][where] = append(sides[street.name][where], h.Number)
		return numbers < 3000
	})
	if err != nil {
		return nil, nil, err
	}
	for _, s := range known {
		if len(s.pts) > 0 {
			m.Marks = append(m.Marks, s.mark())
		}
	}
	slices.SortStableFunc(m.Marks, func(a, b web.Mark) int { return strings.Compare(a.Kind+a.Text, b.Kind+b.Text) })
	for _, o := range others {
		x, y := f.at(o)
		m.Marks = append(m.Marks, web.Mark{Kind: "autre", X: x, Y: y, Text: "autre lieu possible"})
	}
	x, y := f.at(at)
	m.Marks = append(m.Marks, web.Mark{Kind: "point", X: x, Y: y})
	if len(names) > 0 {
		m.Desc = "QPV à moins de 150 m : " + strings.Join(names, ", ") + "."
		m.Legend = append(m.Legend, web.LegendItem{Class: "z-in", Label: "QPV " + strings.Join(names, ", ")}, web.LegendItem{Class: "z-band", Label: fmt.Sprintf("marge de doute, %s de part et d’autre", french.Length(band))})
	} else {
		m.Desc = "Aucun QPV à moins de 150 m."
	}
	m.Legend = append(m.Legend, web.LegendItem{Class: "house", Label: "numéro de la Base adresse nationale"}, web.LegendItem{Class: "point", Label: "l’adresse"})
	return m, planFacts(sides), nil
}

// mark writes a street's name along the run of its numbers.
func (s *streetName) mark() web.Mark {
	var cx, cy float64
	for _, p := range s.pts {
		cx, cy = cx+p[0], cy+p[1]
	}
	n := float64(len(s.pts))
	cx, cy = cx/n, cy/n
	// The direction in which the numbers spread most.
	var xx, yy, xy float64
	for _, p := range s.pts {
		dx, dy := p[0]-cx, p[1]-cy
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	angle := .5 * math.Atan2(2*xy, xx-yy) * 180 / math.Pi
	if angle > 90 {
		angle -= 180
	} else if angle < -90 {
		angle += 180
	}
	if len(s.pts) < 3 {
		angle = 0
	}
	return web.Mark{Kind: "street", X: cx, Y: cy, Text: s.name, Angle: angle}
}

// planFacts returns the plan in words: the numbers of each street by side.
func planFacts(sides map[string]map[string][]int) []web.Fact {
	var out []web.Fact
	streets := slices.Sorted(maps.Keys(sides))
	for _, s := range streets {
		var parts []string
		for _, where := range slices.Sorted(maps.Keys(sides[s])) {
			parts = append(parts, fmt.Sprintf("%s : %s", cmp.Or(where, "hors QPV"), numbersText(sides[s][where])))
		}
		out = append(out, web.Fact{Term: s, Text: strings.Join(parts, " ; ")})
		if len(out) == 25 {
			out = append(out, web.Fact{Term: "…", Text: fmt.Sprintf("et %d autres voies", len(streets)-25)})
			break
		}
	}
	return out
}

// numbersText is « numéro 12 », « 8 numéros, du 2 au 31 ».
func numbersText(n []int) string {
	slices.Sort(n)
	if n[0] == n[len(n)-1] {
		return fmt.Sprintf("numéro %d", n[0])
	}
	return fmt.Sprintf("%d numéros, du %d au %d", len(n), n[0], n[len(n)-1])
}

func zoneName(z geo.ZoneRef) string {
	if z.Name == "" {
		return z.Code
	}
	return z.Name
}
