package server

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/web"
)

// outline is the border of the union of some contours that share their vertices, as
// those of one vintage of the official file do: an edge met twice is inside and
// goes, the others make closed rings. Filled by the even-odd rule they are the
// union, holes included.
func outline(shapes []orb.MultiPolygon) []orb.Ring {
	type edge [2]orb.Point
	odd := map[edge]bool{}
	for _, mp := range shapes {
		for _, poly := range mp {
			for _, ring := range poly {
				for i := 1; i < len(ring); i++ {
					a, b := ring[i-1], ring[i]
					if a == b {
						continue
					}
					if b[0] < a[0] || b[0] == a[0] && b[1] < a[1] {
						a, b = b, a
					}
					if odd[edge{a, b}] {
						delete(odd, edge{a, b})
					} else {
						odd[edge{a, b}] = true
					}
				}
			}
		}
	}
	next := map[orb.Point][]orb.Point{}
	starts := make([]orb.Point, 0, len(odd))
	for e := range odd {
		next[e[0]] = append(next[e[0]], e[1])
		next[e[1]] = append(next[e[1]], e[0])
		starts = append(starts, e[0])
	}
	byPlace := func(a, b orb.Point) int {
		if a[0] != b[0] {
			return int(math.Copysign(1, a[0]-b[0]))
		}
		if a[1] != b[1] {
			return int(math.Copysign(1, a[1]-b[1]))
		}
		return 0
	}
	slices.SortFunc(starts, byPlace) // the same drawing at each run
	for _, list := range next {
		slices.SortFunc(list, byPlace)
	}
	drop := func(a, b orb.Point) {
		list := next[a]
		i := slices.Index(list, b)
		next[a] = slices.Delete(list, i, i+1)
	}
	var rings []orb.Ring
	for _, start := range starts {
		for len(next[start]) > 0 {
			ring, at := orb.Ring{start}, start
			for len(next[at]) > 0 {
				to := next[at][0]
				drop(at, to)
				drop(to, at)
				ring, at = append(ring, to), to
				if at == start {
					break
				}
			}
			rings = append(rings, ring)
		}
	}
	return rings
}

// unitOutline is the outline of a Mission Locale's communes.
type unitOutline struct {
	code, name string
	rings      []orb.Ring
	bound      orb.Bound
}

// territories are the outlines of all Missions Locales, by code.
func (p *openPack) territories() []unitOutline {
	list, _ := once(p, "outlines", func() ([]unitOutline, error) {
		shapes := map[string][]orb.MultiPolygon{}
		for _, t := range p.Territories {
			if mp, ok := p.Communes.Contour(t.Commune); ok {
				shapes[t.MissionLocale] = append(shapes[t.MissionLocale], mp)
			}
		}
		var out []unitOutline
		for code, list := range shapes {
			t := unitOutline{code: code, name: p.unitName(code), rings: outline(list)}
			for i, mp := range list {
				if i == 0 {
					t.bound = mp.Bound()
				} else {
					t.bound = t.bound.Union(mp.Bound())
				}
			}
			out = append(out, t)
		}
		slices.SortFunc(out, func(a, b unitOutline) int { return strings.Compare(a.code, b.code) })
		return out, nil
	})
	return list
}

// ground is the box of all that the pack draws.
func (p *openPack) ground() (orb.Bound, bool) {
	list := p.territories()
	if len(list) > 0 {
		b := list[0].bound
		for _, t := range list[1:] {
			b = b.Union(t.bound)
		}
		return b, true
	}
	index, codes := p.Communes.Contours()
	if index == nil || len(codes) == 0 {
		return orb.Bound{}, false
	}
	b := index.Bound(0)
	for i := range codes {
		b = b.Union(index.Bound(i))
	}
	return b, true
}

// frameOf fits a box in a drawing of a width, with a margin.
func frameOf(b orb.Bound, width float64) frame { return frameIn(b, width, 0) }

// frameIn is frameOf in a paper of so much height by width; 0 for that of the box,
// little more than a square at most.
func frameIn(b orb.Bound, width, ratio float64) frame {
	c := b.Center()
	mx, my := geo.MetresPerDegree(c[1])
	dx, dy := math.Max(1, (b.Max[0]-b.Min[0])*mx), math.Max(1, (b.Max[1]-b.Min[1])*my)
	const margin = .04
	scale := width * (1 - 2*margin) / dx
	height := dy*scale + 2*margin*width
	limit := width * 1.1
	if ratio > 0 {
		limit = width * ratio
	}
	if height > limit {
		scale = (limit - 2*margin*width) / dy
	}
	if height > limit || ratio > 0 {
		height = limit
	}
	return frame{centre: c, mx: mx, my: my, scale: scale, w: width, h: height}
}

// ground is what a drawing shows, and a little more, so that what is cut is not
// taken for a border.
func (f *frame) ground() orb.Bound {
	dx, dy := .55*f.w/f.scale/f.mx, .55*f.h/f.scale/f.my
	return orb.Bound{Min: orb.Point{f.centre[0] - dx, f.centre[1] - dy}, Max: orb.Point{f.centre[0] + dx, f.centre[1] + dy}}
}

// scaleBar is a round length of about a sixth of the drawing.
func (f *frame) scaleBar(m *web.Map) {
	want := f.w / f.scale / 6
	step := math.Pow(10, math.Floor(math.Log10(want)))
	for _, k := range []float64{5, 2} {
		if step*k <= want {
			step *= k
			break
		}
	}
	m.Scale, m.ScaleText = step*f.scale, french.Length(step)
	if step >= 1000 {
		m.ScaleText = fmt.Sprintf("%.0f km", step/1000)
	}
}

func (f *frame) rings(list []orb.Ring) string {
	var b strings.Builder
	for _, r := range list {
		f.ring(&b, r)
	}
	return b.String()
}

// quotaMap colours the territories by the distance of their share to the target;
// those that cannot be told from it are hatched.
func quotaMap(p *openPack, rows []web.ShareRow) *web.Map {
	box, ok := p.ground()
	if !ok {
		return nil
	}
	f := frameOf(box, 800)
	m := &web.Map{ID: "ecart", Title: "Écart à l’objectif, par Mission Locale", Width: f.w, Height: f.h, Text: 21,
		Desc: "Chaque territoire est colorié selon l’écart entre sa part et l’objectif ; le tableau donne les mêmes valeurs."}
	f.scaleBar(m)
	// Ruled and hatched, missed and unsettled are told apart without colour.
	regions, missed, unsure, lines := web.MapLayer{Class: "region"}, web.MapLayer{Class: "missed"}, web.MapLayer{Class: "unsure"}, web.MapLayer{Class: "z-ml"}
	byCode := map[string]*web.ShareRow{}
	for i := range rows {
		byCode[rows[i].Code] = &rows[i]
	}
	for _, t := range p.territories() {
		d := f.rings(t.rings)
		if d == "" {
			continue
		}
		row := byCode[t.code]
		class, title := "c0", t.name+" : aucun chiffre"
		if row != nil {
			class, title = gapClass(row), fmt.Sprintf("%s : %s, %s", row.Name, row.Share, row.VerdictText)
			switch quota.Verdict(row.Verdict) {
			case quota.Missed:
				missed.Shapes = append(missed.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			case quota.Undetermined:
				unsure.Shapes = append(unsure.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			}
		}
		regions.Shapes = append(regions.Shapes, web.MapShape{Path: d, Class: class, Title: web.French(title)})
		lines.Shapes = append(lines.Shapes, web.MapShape{Path: d})
		if row != nil && row.HasShare {
			x, y := f.at(widest(t.rings))
			m.Marks = append(m.Marks, web.Mark{Kind: "label", X: x, Y: y + 4, Text: strings.TrimSpace(row.Sign + " " + row.Share), Class: "plate"})
		}
	}
	m.Marks = apart(m.Marks, m.Text)
	m.Layers = []web.MapLayer{regions, missed, lines, unsure}
	m.Legend = []web.LegendItem{{Class: "c1", Label: "10 points et plus sous l’objectif"}, {Class: "c2", Label: "moins de 10 points sous l’objectif"}, {Class: "c3", Label: "jusqu’à 10 points au-dessus"},
		{Class: "c4", Label: "plus de 10 points au-dessus"}, {Class: "missed", Label: "✗ non atteint"}, {Class: "unsure", Label: "? ne peut être départagée"}, {Class: "c0", Label: "aucun chiffre, ou nombres cachés"}}
	return m
}

// apart leaves out the labels that would stand over one drawn before them: the
// page's table names every place. size is that of the letters.
func apart(marks []web.Mark, size float64) []web.Mark {
	type box struct{ x0, y0, x1, y1 float64 }
	var taken []box
	return slices.DeleteFunc(marks, func(m web.Mark) bool {
		if m.Kind != "label" {
			return false
		}
		half := float64(len([]rune(m.Text))) * size * .3
		b := box{m.X - half, m.Y - size, m.X + half, m.Y + size*.4}
		for _, t := range taken {
			if b.x0 < t.x1 && t.x0 < b.x1 && b.y0 < t.y1 && t.y0 < b.y1 {
				return true
			}
		}
		taken = append(taken, b)
		return false
	})
}

// gapClass is the colour of a gap: the middle of the bounds against the target.
func gapClass(r *web.ShareRow) string {
	if !r.HasShare || !r.HasTarget {
		return "c0"
	}
	switch gap := (r.Low+r.High)/2 - r.Target; {
	case gap <= -.1:
		return "c1"
	case gap < 0:
		return "c2"
	case gap <= .1:
		return "c3"
	}
	return "c4"
}

// widest is the middle of the box of the longest ring, for a label.
func widest(rings []orb.Ring) orb.Point {
	var best orb.Ring
	for _, r := range rings {
		if len(r) > len(best) {
			best = r
		}
	}
	return best.Bound().Center()
}
