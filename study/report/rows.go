package report

import (
	"math"
	"strconv"
	"strings"

	"perimetre/study"
)

// Rows returns the QPV and the communes of a result as one table: distances in metres, times
// in minutes, shares from 0 to 1, what is unknown empty.
func Rows(r *study.Result) [][]string {
	rows := [][]string{{"nature", "code", "nom", "missions_locales", "site_le_plus_proche", "distance_m", "duree_min", "personnes", "part_couverte", "part_couverte_max"}}
	add := func(kind string, a *study.Area) {
		low, high, ok := a.Share()
		if !ok {
			low, high = math.NaN(), math.NaN()
		}
		rows = append(rows, []string{kind, a.Code, a.Name, strings.Join(a.Units, "|"), a.Nearest.Name,
			written(a.Nearest.Metres, 0), written(a.Nearest.Minutes, 1), written(a.Total, 2), written(low, 6), written(high, 6)})
	}
	for i := range r.QPV {
		add("qpv", &r.QPV[i].Area)
	}
	for i := range r.Communes {
		add("commune", &r.Communes[i])
	}
	return rows
}

// TransitRows returns the QPV and the communes of a study by bus and train as one table: times
// in minutes, shares from 0 to 1, what is unknown empty.
func TransitRows(t *study.Transit) [][]string {
	rows := [][]string{{"nature", "code", "nom", "missions_locales", "site_le_plus_souvent", "duree_mediane_min", "personnes", "peuvent_venir", "demi_journees",
		"part_sans_site", "part_sans_site_min", "part_sans_site_max"}}
	add := func(kind string, list []study.TransitArea) {
		for i := range list {
			a := &list[i]
			rows = append(rows, []string{kind, a.Code, a.Name, strings.Join(a.Units, "|"), a.Site, written(a.Median, 1), written(a.Total, 2), written(a.Able, 2),
				strconv.Itoa(a.HalfDayCount()), written(a.Beyond.Median/a.Total, 6), written(a.Beyond.Least/a.Total, 6), written(a.Beyond.Most/a.Total, 6)})
		}
	}
	add("qpv", t.QPV)
	add("commune", t.Communes)
	return rows
}

// PlanRows returns the places to open as a table, the first to open first. A gain is people
// reached, or the metres or minutes that the mean falls by.
func PlanRows(p *study.Plan) [][]string {
	rows := [][]string{{"rang", "nom", "code", "commune", "longitude", "latitude", "gain", "demi_journee"}}
	for i, o := range p.Places {
		rows = append(rows, []string{strconv.Itoa(i + 1), o.Name, o.Code, o.Commune, written(o.At[0], 6), written(o.At[1], 6), written(o.Gain, 3), o.When})
	}
	return rows
}

// written returns a number with at most so many decimals, "" for NaN.
func written(v float64, decimals int) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(round(v, decimals), 'f', -1, 64)
}
