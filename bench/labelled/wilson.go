package labelled

import "perimetre/batch/measure"

// Wilson returns the 95 % interval of a proportion k of n, in percent.
func Wilson(k, n int) (low, high float64) {
	low, high = measure.Wilson(k, n)
	return 100 * low, 100 * high
}
