package report

import (
	"math/big"
)

// tenthsOf rounds exact shares to tenths of points so that they still add up to
// their rounded sum: what rounding loses goes to the largest remainders.
func tenthsOf(parts []*big.Rat) []int64 {
	scale := big.NewRat(1000, 1)
	out := make([]int64, len(parts))
	rest := make([]*big.Rat, len(parts))
	sum := new(big.Rat)
	var floors int64
	for i, p := range parts {
		v := new(big.Rat).Mul(p, scale)
		sum.Add(sum, v)
		f := floor(v)
		out[i], floors = f, floors+f
		rest[i] = v.Sub(v, new(big.Rat).SetInt64(f))
	}
	for missing := floor(sum.Add(sum, big.NewRat(1, 2))) - floors; missing > 0; missing-- {
		best := -1
		for i, r := range rest {
			if r != nil && (best < 0 || r.Cmp(rest[best]) > 0) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		out[best]++
		rest[best] = nil
	}
	return out
}

func floor(r *big.Rat) int64 {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	_ = m // DivMod is Euclidean: the quotient of a positive denominator is the floor
	return q.Int64()
}
