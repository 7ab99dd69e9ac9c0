package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// orientationBound is Shewchuk's bound on the relative rounding error of the
// plain determinant: (3 + 16 ε) ε with ε = 2⁻⁵³ (Adaptive Precision
// Floating-Point Arithmetic, 1997, ccwerrboundA).
const orientationBound = (3 + 16*0x1p-53) * 0x1p-53

// orientation is positive when p lies left of the line from a to b, negative
// right, zero exactly on it. The sign is exact for coordinates of any map: a
// filter answers nearly always, an exact sum the rest; nothing is allocated.
func orientation(a, b, p orb.Point) float64 {
	l := (a[0] - p[0]) * (b[1] - p[1])
	r := (a[1] - p[1]) * (b[0] - p[0])
	det := l - r
	if bound := orientationBound * (math.Abs(l) + math.Abs(r)); det > bound || -det > bound {
		return det
	}
	return exactOrientation(a, b, p)
}

// exactOrientation sums the six products of the expanded determinant without
// rounding, each product and each partial sum kept as non-overlapping terms.
func exactOrientation(a, b, p orb.Point) float64 {
	products := [6][2]float64{
		{a[0], b[1]}, {-a[1], b[0]},
		{b[0], p[1]}, {-b[1], p[0]},
		{p[0], a[1]}, {-p[1], a[0]},
	}
	var sum [12]float64
	n := 0
	for _, f := range products {
		hi := f[0] * f[1]
		lo := math.FMA(f[0], f[1], -hi)
		n = growExpansion(&sum, n, lo)
		n = growExpansion(&sum, n, hi)
	}
	for i := n - 1; i >= 0; i-- { // the largest term has the sign of the sum
		if sum[i] != 0 {
			return sum[i]
		}
	}
	return 0
}

// growExpansion adds v to the n terms of e, which stay non-overlapping and in
// increasing magnitude (Shewchuk 1997, GROW-EXPANSION), and gives their number.
func growExpansion(e *[12]float64, n int, v float64) int {
	q := v
	for i := range n {
		s := q + e[i]
		bv := s - q
		e[i] = (q - (s - bv)) + (e[i] - bv)
		q = s
	}
	e[n] = q
	return n + 1
}
