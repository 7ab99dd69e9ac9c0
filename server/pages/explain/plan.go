package explain

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
	"perimetre/server/pages/canvas"
	"perimetre/web"
)

// streetName is a street of a plan with where to write its name.
type streetName struct {
	name string
	pts  []orb.Point
}

// plan draws what surrounds a place from the pack alone: the perimeter, the band of
// doubt, every known number, the streets' names and the point itself.
func Plan(p *packs.Edition, id string, at orb.Point, perimeter string, band float64, others []orb.Point) (*web.Map, []web.Fact, error) {
	f := canvas.Plan(at)
	mx, my := f.MX, f.MY
	box := func(metres float64) orb.Bound {
		return orb.Bound{Min: orb.Point{at[0] - metres/mx, at[1] - metres/my}, Max: orb.Point{at[0] + metres/mx, at[1] + metres/my}}
	}
	m := &web.Map{ID: id, Title: "Autour de l’adresse", Width: f.W, Height: f.H, Text: 10, Scale: 50 * f.Scale, ScaleText: "50 m", Ratio: "1:1 000"}
	zones := web.MapLayer{Class: "z-in"}
	edge := web.MapLayer{Class: "z-band", Band: 2 * band * f.Scale}
	var names []string
	type inside struct {
		name string
		mp   int
	}
	var near []inside
	list, index, ok := p.Zonings.Polygons(geo.QPV, perimeter)
	if ok {
		var found []int
		index.Search(box(canvas.PlanRadius*1.5), func(i int) bool { found = append(found, i); return true })
		slices.Sort(found)
		for _, i := range found {
			// Cut well past the picture, so that the cut is not taken for a border.
			shape := clip.MultiPolygon(box(canvas.PlanRadius*4), index.Shape(i).Clone())
			d := f.Path(shape)
			if d == "" {
				continue
			}
			name := ZoneName(list[i].ZoneRef)
			zones.Shapes = append(zones.Shapes, web.MapShape{Path: d, Title: "QPV " + name})
			edge.Shapes = append(edge.Shapes, web.MapShape{Path: d})
			names = append(names, name)
			near = append(near, inside{name, i})
		}
	}
	m.Layers = []web.MapLayer{zones, edge}
	streets, err := p.Index.Reverse(at[0], at[1], geocode.ReverseOptions{Limit: 60, Radius: canvas.PlanRadius * 1.4})
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
	err = p.Index.Near(at[0], at[1], canvas.PlanRadius*1.4, func(ref geocode.StreetRef, h geocode.HouseNumber) bool {
		pt := orb.Point{h.Lon, h.Lat}
		x, y := f.At(pt)
		if x < 0 || y < 0 || x > f.W || y > f.H {
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
		x, y := f.At(o)
		m.Marks = append(m.Marks, web.Mark{Kind: "autre", X: x, Y: y, Text: "autre lieu possible"})
	}
	x, y := f.At(at)
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
