// Package canvas draws shapes of the ground as SVG: the frame that turns degrees into units
// of a drawing, the names on it, and the deployer's own map under it.
package canvas

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/web"
)

// Frame turns degrees into a drawing's units, y downwards: metres on the plane that
// touches the ground at the centre, times a scale.
type Frame struct {
	Centre orb.Point
	MX, MY float64 // metres per degree
	Scale  float64 // units per metre
	W, H   float64 // units
}

// At returns the place of a point in the drawing.
func (f *Frame) At(p orb.Point) (x, y float64) {
	return f.W/2 + (p[0]-f.Centre[0])*f.MX*f.Scale, f.H/2 - (p[1]-f.Centre[1])*f.MY*f.Scale
}

// From returns the place of a point of the drawing, the reverse of At.
func (f *Frame) From(x, y float64) orb.Point {
	return orb.Point{f.Centre[0] + (x-f.W/2)/f.Scale/f.MX, f.Centre[1] - (y-f.H/2)/f.Scale/f.MY}
}

// Path writes a shape as SVG, leaving out points nearer than half a unit to the
// last one drawn.
func (f *Frame) Path(mp orb.MultiPolygon) string {
	var b strings.Builder
	for _, poly := range mp {
		for _, ring := range poly {
			f.ring(&b, ring)
		}
	}
	return b.String()
}

func (f *Frame) ring(b *strings.Builder, ring orb.Ring) {
	const near = .5
	pen, lx, ly, n := byte('M'), math.Inf(1), math.Inf(1), 0
	start := b.Len()
	for _, p := range ring {
		x, y := f.At(p)
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

// Line writes an open line.
func (f *Frame) Line(l orb.LineString) string {
	var b strings.Builder
	for i, p := range l {
		x, y := f.At(p)
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

// PlanRadius is half the side of a plan, metres: at 1:1 000 it prints 30 cm wide.
const PlanRadius = 150

// Plan returns the frame of a plan at 1:1 000 around a point.
func Plan(at orb.Point) Frame {
	mx, my := geo.MetresPerDegree(at[1])
	return Frame{Centre: at, MX: mx, MY: my, Scale: 2, W: 4 * PlanRadius, H: 4 * PlanRadius}
}

// Of fits a box in a drawing of a width, with a margin.
func Of(b orb.Bound, width float64) Frame { return In(b, width, 0) }

// In is Of in a paper of so much height by width; 0 for the box's,
// little more than a square at most.
func In(b orb.Bound, width, ratio float64) Frame {
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
	return Frame{Centre: c, MX: mx, MY: my, Scale: scale, W: width, H: height}
}

// Ground returns what a drawing shows, and a little more, so that what is cut is not
// taken for a border.
func (f *Frame) Ground() orb.Bound {
	dx, dy := .55*f.W/f.Scale/f.MX, .55*f.H/f.Scale/f.MY
	return orb.Bound{Min: orb.Point{f.Centre[0] - dx, f.Centre[1] - dy}, Max: orb.Point{f.Centre[0] + dx, f.Centre[1] + dy}}
}

// ScaleBar writes on a map a round length of about a sixth of the drawing.
func (f *Frame) ScaleBar(m *web.Map) {
	want := f.W / f.Scale / 6
	step := math.Pow(10, math.Floor(math.Log10(want)))
	for _, k := range []float64{5, 2} {
		if step*k <= want {
			step *= k
			break
		}
	}
	m.Scale, m.ScaleText = step*f.Scale, french.Length(step)
	if step >= 1000 {
		m.ScaleText = fmt.Sprintf("%.0f km", step/1000)
	}
}

// Rings writes rings as one shape of SVG.
func (f *Frame) Rings(list []orb.Ring) string {
	var b strings.Builder
	for _, r := range list {
		f.ring(&b, r)
	}
	return b.String()
}
