package report

import (
	"fmt"
	"math"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// thin is the no-break space of French typography.
const thin = "\u202f"

// nbsp keeps a sign with its number.
const nbsp = "\u00a0"

var french = message.NewPrinter(language.French)

// whole writes 1234567 as « 1 234 567 ».
func whole(v float64) string {
	return strings.ReplaceAll(french.Sprintf("%d", int64(math.Round(v))), "\u00a0", thin)
}

// decimal writes 2.5 as « 2,5 ».
func decimal(v float64) string { return strings.Replace(fmt.Sprintf("%g", round(v, 2)), ".", ",", 1) }

// percent writes a share from 0 to 1 to a tenth, never rounded up to all.
func percent(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	tenths := math.Round(share * 1000)
	if share < 1-1e-9 && tenths == 1000 {
		tenths = 999
	}
	return strings.Replace(fmt.Sprintf("%.1f", tenths/10), ".", ",", 1) + thin + "%"
}

// shareText is a share, or its bounds.
func shareText(c coverage.Count) string {
	low, high, ok := c.Share()
	switch {
	case !ok:
		return "–"
	case c.Maybe == 0 || percent(low) == percent(high):
		return percent(low)
	}
	return "de " + percent(low) + " à " + percent(high)
}

// distance writes metres as « 850 m » or « 12,4 km ».
func distance(m float64) string {
	switch {
	case math.IsNaN(m) || math.IsInf(m, 0):
		return "–"
	case m < 995:
		return whole(math.Round(m/10)*10) + thin + "m"
	case m < 100000:
		return strings.Replace(fmt.Sprintf("%.1f", m/1000), ".", ",", 1) + thin + "km"
	}
	return whole(m/1000) + thin + "km"
}

// cost writes metres or minutes.
func cost(v float64, u coverage.Unit) string {
	if u == coverage.Metres {
		return distance(v)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return strings.Replace(fmt.Sprintf("%.0f", v), ".", ",", 1) + thin + "min"
}

// limit writes a reach or a band, which are chosen numbers: « 2 km », « 1,5 km ».
func limit(v float64, u coverage.Unit) string {
	unit := "min"
	if u == coverage.Metres {
		if unit = "m"; v >= 1000 {
			v, unit = v/1000, "km"
		}
	}
	return strings.Replace(fmt.Sprintf("%g", v), ".", ",", 1) + thin + unit
}

// far is how far a nearest site is.
func far(n study.Nearest) string {
	if !math.IsNaN(n.Minutes) {
		return cost(n.Minutes, coverage.Minutes)
	}
	return distance(n.Metres)
}

func date(d geo.Date) string {
	if d.IsZero() {
		return "–"
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

// typography puts the thin no-break space where French wants it.
func typography(s string) string {
	return strings.NewReplacer(" :", thin+":", " ;", thin+";", " !", thin+"!", " ?", thin+"?", " %", thin+"%", "« ", "«"+thin, " »", thin+"»").Replace(s)
}

func groupLabel(g coverage.Group, noun string) string {
	switch g {
	case coverage.InQPV:
		return "en QPV"
	case coverage.InFRR:
		return "en zone FRR"
	case coverage.InZRR:
		return "en ZRR"
	}
	return "ensemble des " + noun
}

func capital(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
