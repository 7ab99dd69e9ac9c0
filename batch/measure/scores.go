package measure

import (
	"math"
	"slices"
)

// Score is one row: how sure the first place is, whether it is right, and whether the
// row is an address that does not exist.
type Score struct {
	Confidence      float64
	Right, Negative bool
}

// Scores are the rows of a measure.
type Scores []Score

// Kept is a point of the curve of kept against accepted: at the lowest confidence that
// accepts at most the share Accepted of the addresses that do not exist, the share
// Right of the others is both right and above it.
type Kept struct {
	Accepted  float64 `json:"accepted"`
	Threshold float64 `json:"threshold"`
	Right     float64 `json:"kept"`
}

// shares lists the points of the curve.
var shares = []float64{0, 0.001, 0.003, 0.006, 0.01, 0.02, 0.05, 0.1}

func (all Scores) curve() []Kept {
	out := make([]Kept, len(shares))
	for i, share := range shares {
		out[i] = all.KeptAt(share)
	}
	return out
}

// KeptAt returns the point of the curve where a share, from 0 to 1, of the addresses that
// do not exist is accepted.
func (all Scores) KeptAt(share float64) Kept {
	var negative []float64
	positives := 0
	for _, s := range all {
		if s.Negative {
			negative = append(negative, s.Confidence)
		} else {
			positives++
		}
	}
	slices.Sort(negative)
	slices.Reverse(negative)
	k := Kept{Accepted: share}
	if n := int(share * float64(len(negative))); n < len(negative) {
		k.Threshold = math.Nextafter(negative[n], 2)
	}
	kept := 0
	for _, s := range all {
		if !s.Negative && s.Right && s.Confidence >= k.Threshold {
			kept++
		}
	}
	k.Right = float64(kept) / float64(max(positives, 1))
	return k
}

// Calibration returns the expected calibration error over ten equal bins: how far the
// confidence is from the share that is right.
func (all Scores) Calibration() float64 {
	var n, confidence, right [10]float64
	for _, s := range all {
		k := min(int(s.Confidence*10), 9)
		n[k]++
		confidence[k] += s.Confidence
		if s.Right {
			right[k]++
		}
	}
	e := 0.0
	for k := range n {
		if n[k] > 0 {
			e += math.Abs(confidence[k]-right[k]) / float64(len(all))
		}
	}
	return e
}

// Wilson returns the 95 % interval of the proportion k of n (Wilson, 1927), from 0 to 1.
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, N := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*N)) / (1 + z*z/N)
	half := z / (1 + z*z/N) * math.Sqrt(p*(1-p)/N+z*z/(4*N*N))
	return max(0, mid-half), min(1, mid+half)
}
