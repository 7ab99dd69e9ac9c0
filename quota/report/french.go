package report

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"perimetre/geo"
)

// thin is the no-break space of French typography, before % ; : ? ! and between
// thousands.
const thin = "\u202f"

// Integer writes 1234567 as « 1 234 567 ».
func Integer(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(thin)
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// percent writes q/n to a tenth, halves up, computed on integers: « 40,0 % ».
func percent(q, n int) string {
	if n == 0 {
		return "–"
	}
	tenths := (2000*q + n) / (2 * n)
	return fmt.Sprintf("%s,%d%s%%", Integer(tenths/10), tenths%10, thin)
}

// percentOf writes a share from 0 to 1, « 40 % », « 27,5 % ».
func percentOf(share float64) string {
	s := strconv.FormatFloat(share*100, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	return strings.Replace(s, ".", ",", 1) + thin + "%"
}

// points writes tenths of points with their sign: « +1,3 point », « −0,4 point ».
func points(tenths int64) string {
	sign := "+"
	if tenths < 0 {
		sign, tenths = "−", -tenths
	}
	unit := "point"
	if tenths >= 20 {
		unit = "points"
	}
	return fmt.Sprintf("%s%d,%d\u00a0%s", sign, tenths/10, tenths%10, unit)
}

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

func signed(n int) string {
	if n > 0 {
		return "+" + Integer(n)
	}
	return Integer(n)
}

func date(d geo.Date) string {
	if d.IsZero() {
		return "–"
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

// plural is « 1 entrée », « 2 entrées »: the word takes an s past one.
func plural(n int, one, many string) string {
	if n > -2 && n < 2 {
		return Integer(n) + " " + one
	}
	return Integer(n) + " " + many
}
