// Package french writes numbers, dates and words as French readers expect them:
// thin no-break spaces, decimal commas, plurals from two on.
package french

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"perimetre/geo"
)

const (
	// Thin is the thin no-break space (U+202F), before % ; : ? ! and between thousands.
	Thin = "\u202f"
	// NoBreak is the no-break space (U+00A0), between a number and its unit.
	NoBreak = "\u00a0"
	// None stands for a value that does not exist.
	None = "–"
	// minus is the sign of negative numbers (U+2212).
	minus = "−"
)

// Integer returns n with its thousands apart: « 1 234 567 », « −12 ».
func Integer(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = minus, s[1:]
	}
	return sign + Thousands(s)
}

// Thousands returns a run of digits with thin spaces between its thousands.
func Thousands(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(Thin)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// Signed returns n with its sign, « +12 », « −3 », or « 0 ».
func Signed(n int) string {
	if n > 0 {
		return "+" + Integer(n)
	}
	return Integer(n)
}

// Plural returns the word that goes with n: French counts from two on.
func Plural(n int, one, many string) string {
	if n > -2 && n < 2 {
		return one
	}
	return many
}

// S returns "s" for a number that takes the plural, or "".
func S(n int) string { return Plural(n, "", "s") }

// Count returns n and its word: « 1 entrée », « 1 234 entrées ».
func Count(n int, one, many string) string { return Integer(n) + " " + Plural(n, one, many) }

// Decimal returns v with so many decimals and a comma: « 12,50 ».
func Decimal(v float64, decimals int) string {
	return comma(strconv.FormatFloat(v, 'f', decimals, 64))
}

// Short returns v rounded to at most so many decimals, without trailing zeros:
// « 2,5 », « 3 ».
func Short(v float64, most int) string {
	s := strconv.FormatFloat(v, 'f', most, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return comma(s)
}

func comma(s string) string { return strings.Replace(s, ".", ",", 1) }

// Percent returns a share from 0 to 1 to a tenth of a point: « 40,0 % », or « – » for NaN.
func Percent(share float64) string {
	if math.IsNaN(share) {
		return None
	}
	return Decimal(math.Round(share*1000)/10, 1) + Thin + "%"
}

// Ratio returns q/n to a tenth of a point, halves up, computed on integers: « 40,0 % »,
// or « – » when n is 0.
func Ratio(q, n int) string {
	if n == 0 {
		return None
	}
	tenths := (2000*q + n) / (2 * n)
	return fmt.Sprintf("%s,%d%s%%", Integer(tenths/10), tenths%10, Thin)
}

// Chosen returns a share from 0 to 1 that somebody chose, such as a target, with at most
// so many decimals: « 40 % », « 27,5 % ».
func Chosen(share float64, most int) string { return Short(share*100, most) + Thin + "%" }

// Points returns tenths of points with their sign: « +1,3 point », « −2,4 points ».
func Points(tenths int64) string {
	sign := "+"
	if tenths < 0 {
		sign, tenths = minus, -tenths
	}
	return fmt.Sprintf("%s%d,%d%s%s", sign, tenths/10, tenths%10, NoBreak, Plural(int(tenths/10), "point", "points"))
}

// Difference returns a difference of shares, each from 0 to 1, in points to a tenth:
// « +1,3 point », « 0,0 point ».
func Difference(d float64) string {
	if tenths := int64(math.Round(d * 1000)); tenths != 0 {
		return Points(tenths)
	}
	return "0,0" + NoBreak + "point"
}

// Date returns d as JJ/MM/AAAA, or « – » for the zero date.
func Date(d geo.Date) string {
	if d.IsZero() {
		return None
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

// Moment writes an instant as Paris reads it, « 03/10/2024 à 14:12 », or « – » for the
// zero instant.
func Moment(t time.Time) string {
	if t.IsZero() {
		return None
	}
	return t.In(geo.Paris).Format("02/01/2006 à 15:04")
}

// Metres returns a length to a tenth of a metre: « 12,5 m ».
func Metres(m float64) string { return Short(math.Round(m*10)/10, 1) + " m" }

// Length returns a length, in kilometres from 1,000 metres on: « 12,5 m », « 1,2 km ».
func Length(m float64) string {
	if m >= 1000 {
		return Decimal(m/1000, 1) + " km"
	}
	return Metres(m)
}

// Distance returns how far a place is, to ten metres, then to a hundred: « 850 m »,
// « 12,4 km », « 120 km », or « – » for no distance.
func Distance(m float64) string {
	switch {
	case math.IsNaN(m) || math.IsInf(m, 0):
		return None
	case m < 995:
		return Integer(int(math.Round(m/10)*10)) + Thin + "m"
	case m < 100000:
		return Decimal(m/1000, 1) + Thin + "km"
	}
	return Integer(int(math.Round(m/1000))) + Thin + "km"
}

// Weekday names a day of the week, 0 for Monday.
func Weekday(day int) string {
	return [...]string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}[day]
}

// Halves are the halves of a day.
var Halves = [2]string{"matin", "après-midi"}

// Clock writes minutes of the day as « 9 h » or « 9 h 30 ».
func Clock(minutes int) string {
	s := fmt.Sprintf("%d%sh", minutes/60, NoBreak)
	if m := minutes % 60; m > 0 {
		s += fmt.Sprintf("%s%02d", NoBreak, m)
	}
	return s
}

// Ordinal returns « 1re », « 2e », … for a feminine noun.
func Ordinal(n int) string {
	if n == 1 {
		return "1re"
	}
	return strconv.Itoa(n) + "e"
}

// Capital returns s with a capital first letter.
func Capital(s string) string { return first(s, unicode.ToUpper) }

// Small returns s with a small first letter.
func Small(s string) string { return first(s, unicode.ToLower) }

func first(s string, change func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 || r == utf8.RuneError {
		return s
	}
	return string(change(r)) + s[size:]
}

// Sentence returns s with a capital first letter and a full stop, or "" for a blank s.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	return Capital(strings.TrimSuffix(s, ".")) + "."
}

var spaces = strings.NewReplacer(
	" :", Thin+":", " ;", Thin+";", " !", Thin+"!", " ?", Thin+"?", " %", Thin+"%", "« ", "«"+Thin, " »", Thin+"»")

// Typography returns s with the thin no-break space before double signs and inside
// quotes.
func Typography(s string) string { return spaces.Replace(s) }
