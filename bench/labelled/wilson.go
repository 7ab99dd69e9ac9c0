package labelled

import "math"

// Wilson is the 95 % interval of a proportion k of n, in percent (Wilson, 1927).
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 100
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return 100 * (mid - half), 100 * (mid + half)
}
