package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Precision measures how finely the coordinates of a file were written. The zero
// value is ready for degrees; Add the polygons as read, before any projection or
// repair.
type Precision struct {
	Projected bool // coordinates are metres, not degrees

	vertices, repeated int
	byDecimals         [maxDecimals + 1]int // coordinates that need so many decimals
	sumLat             float64
}

// maxDecimals is where a coordinate counts as full: in degrees, a micrometre.
const maxDecimals = 11

// Add counts the vertices of a polygon.
func (p *Precision) Add(mp orb.MultiPolygon) {
	for _, poly := range mp {
		for _, r := range poly {
			for i, v := range r {
				if i == len(r)-1 && i > 0 && v == r[0] {
					continue // the closing point
				}
				p.vertices++
				if i > 0 && v == r[i-1] {
					p.repeated++
				}
				p.byDecimals[decimals(v[0])]++
				p.byDecimals[decimals(v[1])]++
				p.sumLat += math.Abs(v[1])
			}
		}
	}
}

// decimals returns the number of decimals with which v is written, up to maxDecimals.
func decimals(v float64) int {
	scale := 1.0
	for d := range maxDecimals {
		if s := v * scale; math.Abs(s-math.Round(s)) <= max(1, math.Abs(s))*0x1p-50 {
			return d
		}
		scale *= 10
	}
	return maxDecimals
}

// Vertices counts the vertices seen, and those equal to the one before them: many
// of these are the mark of coordinates rounded after the drawing.
func (p *Precision) Vertices() (seen, repeated int) { return p.vertices, p.repeated }

// Decimals returns the least number of decimals that 95 % of the coordinates fit in,
// at most 11; 0 before any vertex.
func (p *Precision) Decimals() int {
	fit := 0
	for d, n := range p.byDecimals {
		if fit += n; fit*20 >= 2*p.vertices*19 {
			return d
		}
	}
	return maxDecimals
}

// Metres returns the farthest that rounding to these decimals can move a vertex: half
// the diagonal of a step, in degrees at the mean latitude of the vertices.
func (p *Precision) Metres() float64 {
	if p.vertices == 0 {
		return 0
	}
	mx, my := 1.0, 1.0
	if !p.Projected {
		mx, my = MetresPerDegree(p.sumLat / float64(p.vertices))
	}
	return math.Hypot(mx, my) / 2 * math.Pow10(-p.Decimals())
}
