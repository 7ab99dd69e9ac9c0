package audit

import (
	"math/big"
	"strings"
)

// kind is how a cell prints a number.
type kind uint8

const (
	text    kind = iota // no number
	count               // a whole number of people or things: exact
	amount              // rounded to its last digit, as euros are
	percent             // a share in percent, rounded
)

// number is a printed number: in percent for shares.
type number struct {
	kind     kind
	value    *big.Rat
	half     *big.Rat // of the last digit; 0 for a count
	decimals int
	signed   bool // printed with its + or −: a change, not a share
}

// mostDecimals is the most that a published number prints.
const mostDecimals = 6

// parseNumber reads a French number: thousands by any space, decimal comma.
func parseNumber(s string) number {
	s = strings.NewReplacer("\u00a0", "", "\u202f", "", "\u2009", "", " ", "", "−", "-", "–", "-").Replace(s)
	s = strings.TrimSuffix(s, "€")
	s, isPercent := strings.CutSuffix(s, "%")
	n := number{kind: count, half: new(big.Rat), signed: strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-")}
	s = strings.TrimPrefix(s, "+")
	s = strings.Replace(s, ",", ".", 1)
	if s == "" || strings.Trim(s, "0123456789.-") != "" || len(s) > 18 {
		return number{}
	}
	if _, d, found := strings.Cut(s, "."); found {
		n.decimals = len(d)
	}
	v, ok := new(big.Rat).SetString(s)
	if !ok || n.decimals > mostDecimals {
		return number{}
	}
	n.value = v
	if isPercent {
		n.kind = percent
	} else if n.decimals > 0 {
		n.kind = amount
	}
	if n.kind != count {
		n.half = half(n.decimals)
	}
	return n
}

// hidden reports whether a cell holds a mark in place of a number: « c », « n.d. », « • ».
func (c *Cell) hidden() bool {
	const longest = 8
	n := len([]rune(c.Text))
	return c.kind == text && n > 0 && n <= longest
}

// half returns the half of the last of d decimals.
func half(d int) *big.Rat {
	den := big.NewInt(2)
	for range d {
		den.Mul(den, big.NewInt(10))
	}
	return new(big.Rat).SetFrac(big.NewInt(1), den)
}

// bounds returns the numbers that a cell may stand for.
func (n number) bounds() span {
	return span{new(big.Rat).Sub(n.value, n.half), new(big.Rat).Add(n.value, n.half)}
}

// print writes a value as the cell would: « 1 879 », « 22,1 % ».
func (n number) print(v *big.Rat) string {
	s := v.FloatString(n.decimals)
	whole, decimals, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	} else if n.signed {
		sign = "+"
	}
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString("\u202f")
		}
		b.WriteRune(c)
	}
	s = sign + b.String()
	if decimals != "" {
		s += "," + decimals
	}
	if n.kind == percent {
		s += "\u202f%"
	}
	return s
}

// span is a closed range of numbers.
type span struct{ low, high *big.Rat }

func exactly(v *big.Rat) span { return span{v, v} }

func (s span) add(t span) span {
	return span{new(big.Rat).Add(s.low, t.low), new(big.Rat).Add(s.high, t.high)}
}

func (s span) sub(t span) span {
	return span{new(big.Rat).Sub(s.low, t.high), new(big.Rat).Sub(s.high, t.low)}
}

// mul is for positive spans.
func (s span) mul(t span) span {
	return span{new(big.Rat).Mul(s.low, t.low), new(big.Rat).Mul(s.high, t.high)}
}

// div is for positive spans; the divisor's bounds must not be 0.
func (s span) div(t span) span {
	return span{new(big.Rat).Quo(s.low, t.high), new(big.Rat).Quo(s.high, t.low)}
}

func (s span) scale(f *big.Rat) span { return s.mul(exactly(f)) }

func (s span) positive() bool { return s.low.Sign() > 0 }

func (s span) meets(t span) bool { return s.low.Cmp(t.high) <= 0 && t.low.Cmp(s.high) <= 0 }

func (s span) widen(by *big.Rat) span {
	return span{new(big.Rat).Sub(s.low, by), new(big.Rat).Add(s.high, by)}
}

// common returns the part of both; ok is false without any.
func (s span) common(t span) (span, bool) {
	u := span{s.low, s.high}
	if t.low.Cmp(u.low) > 0 {
		u.low = t.low
	}
	if t.high.Cmp(u.high) < 0 {
		u.high = t.high
	}
	return u, u.low.Cmp(u.high) <= 0
}

// pick returns the printable number nearest to the middle of a span, among those
// that stand for some number of it; ok is false without any.
func (n number) pick(s span) (*big.Rat, bool) {
	middle := new(big.Rat).Add(s.low, s.high)
	middle.Quo(middle, big.NewRat(2, 1))
	v, _ := new(big.Rat).SetString(middle.FloatString(n.decimals))
	near := number{value: v, half: n.half}
	return v, near.bounds().meets(s)
}

// distance returns the number of slips of the hand between two printed numbers: a
// digit put in, left out, changed, or two swapped.
func distance(a, b string) int {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
	}
	a, b = digits(a), digits(b)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := d[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			d[i][j] = min(change, d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
