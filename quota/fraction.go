package quota

import (
	"fmt"
	"math/big"
	"strings"
)

// Fraction is an exact share, Num/Den, between 0 and 1. The zero value is no
// share at all.
type Fraction struct{ Num, Den int64 }

// IsZero reports whether the fraction is absent.
func (f Fraction) IsZero() bool { return f.Den == 0 }

// Float returns the nearest number, 0 for the absent fraction.
func (f Fraction) Float() float64 {
	if f.Den == 0 {
		return 0
	}
	return float64(f.Num) / float64(f.Den)
}

func (f Fraction) rat() *big.Rat { return big.NewRat(f.Num, f.Den) }

// String writes the share in percent, "40 %", "27.5 %".
func (f Fraction) String() string {
	if f.Den == 0 {
		return ""
	}
	s := new(big.Rat).Mul(f.rat(), big.NewRat(100, 1)).FloatString(6)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".") + " %"
}

// MarshalJSON writes the share from 0 to 1, null for the absent fraction.
func (f Fraction) MarshalJSON() ([]byte, error) {
	if f.Den == 0 {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, "%v", f.Float()), nil
}

// ParseFraction reads "40 %", "27,5%", "0,4" or "0.4", exactly. A number past 1
// without its % is refused: 40 could be meant either way.
func ParseFraction(s string) (Fraction, error) {
	n, _, ok := parsePercent(s)
	if !ok || n.Sign() < 0 || n.Cmp(big.NewRat(1, 1)) > 0 || !n.Num().IsInt64() || !n.Denom().IsInt64() {
		return Fraction{}, fmt.Errorf("part %q : attendu 40 %% ou 0,4", s)
	}
	return Fraction{n.Num().Int64(), n.Denom().Int64()}, nil
}

// parsePercent reads a share written with or without %, and the half of its last
// digit, both as parts of 1: "27,1 %" is 0.271 and 0.0005.
func parsePercent(s string) (value, half *big.Rat, ok bool) {
	s = strings.NewReplacer("\u00a0", "", "\u202f", "", " ", "", ",", ".").Replace(strings.TrimSpace(s))
	s, percent := strings.CutSuffix(s, "%")
	if s == "" || strings.Trim(s, "0123456789.-") != "" || len(s) > 15 {
		return nil, nil, false
	}
	value, ok = new(big.Rat).SetString(s)
	if !ok {
		return nil, nil, false
	}
	den := int64(2)
	if _, decimals, found := strings.Cut(s, "."); found {
		for range decimals {
			den *= 10
		}
	}
	half = big.NewRat(1, den)
	if percent {
		hundredth := big.NewRat(1, 100)
		value.Mul(value, hundredth)
		half.Mul(half, hundredth)
	}
	return value, half, true
}
