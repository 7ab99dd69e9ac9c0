package report

import (
	"fmt"
	"math"
	"strings"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// whole writes 1234567 as « 1 234 567 ».
func whole(v float64) string {
	return french.Integer(int(math.Round(v)))
}

// decimal writes 2.5 as « 2,5 ».
func decimal(v float64) string { return french.Short(v, 2) }

// percent writes a share from 0 to 1 to a tenth, never rounded up to all.
func percent(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	tenths := math.Round(share * 1000)
	if share < 1-1e-9 && tenths == 1000 {
		tenths = 999
	}
	return strings.Replace(fmt.Sprintf("%.1f", tenths/10), ".", ",", 1) + french.Thin + "%"
}

// shareText returns a share, or its bounds.
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

// cost writes metres or minutes.
func cost(v float64, u coverage.Unit) string {
	if u == coverage.Metres {
		return french.Distance(v)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return strings.Replace(fmt.Sprintf("%.0f", v), ".", ",", 1) + french.Thin + "min"
}

// limit writes a reach or a band, which are chosen numbers: « 2 km », « 1,5 km ».
func limit(v float64, u coverage.Unit) string {
	unit := "min"
	if u == coverage.Metres {
		if unit = "m"; v >= 1000 {
			v, unit = v/1000, "km"
		}
	}
	return strings.Replace(fmt.Sprintf("%g", v), ".", ",", 1) + french.Thin + unit
}

// far returns how far a nearest site is.
func far(n study.Nearest) string {
	if !math.IsNaN(n.Minutes) {
		return cost(n.Minutes, coverage.Minutes)
	}
	return french.Distance(n.Metres)
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

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
