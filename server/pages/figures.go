package pages

import (
	"cmp"
	"net/http"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/web"
)

// quarters returns the quarters of a year up to the one that ends a period.
func quarters(p quota.Period) []quota.Period {
	var out []quota.Period
	year, last := int(p.To.Year), (int(p.To.Month)+2)/3
	for q := 1; q <= last; q++ {
		out = append(out, quota.Quarter(year, q))
	}
	if last < 4 { // a year back, so that a first quarter has something beside it
		for q := 4; q > last; q-- {
			out = append([]quota.Period{quota.Quarter(year-1, q)}, out...)
		}
	}
	return out
}

// pilotageTrend returns each unit's share, quarter by quarter.
func (s *Pages) pilotageTrend(r *http.Request, v *web.Pilotage, q figures.Question, department string) error {
	at := map[string]int{}
	for _, row := range v.Rows {
		at[row.Code] = len(v.Trends)
		v.Trends = append(v.Trends, web.Trend{Name: row.Name})
	}
	for _, period := range quarters(q.Period) {
		q.Period = period
		res, err := s.Figures.Quota(r.Context(), access.Who(r), q)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		points := trendPoints(res, q, department)
		label := period.ID[5:] + " " + period.ID[:4]
		for code, i := range at {
			point, ok := points[code]
			if !ok {
				point = web.TrendPoint{Share: "–", Verdict: "sans_objet", VerdictText: "Aucun envoi"}
			}
			point.Label = label
			v.Trends[i].Points = append(v.Trends[i].Points, point)
		}
	}
	return nil
}

func trendPoints(res *quota.Result, q figures.Question, department string) map[string]web.TrendPoint {
	view := report.NewView(res, report.Options{Reader: q.Reader})
	out := map[string]web.TrendPoint{}
	for i := range view.Lines {
		l := &view.Lines[i]
		if department != "" && geo.DepartementOf(l.Code) != department {
			continue
		}
		row := shareRow(l, &res.Units[i])
		out[l.Code] = pointOf(&row)
	}
	return out
}

// pointOf returns a row as a point of a trend. A share that is partly hidden is no point.
func pointOf(row *web.ShareRow) web.TrendPoint {
	return web.TrendPoint{Share: row.Share, Verdict: row.Verdict, VerdictText: row.VerdictText, Sign: row.Sign, Low: row.Low, High: row.High, Target: row.Target, HasShare: row.HasShare && !row.Hidden, HasTarget: row.HasTarget}
}

// pilotageReplay sets the same people under the first and the last version of the
// perimeters, unit by unit, when the reader asks for one of them: a unit that cannot be
// counted under one says why.
func (s *Pages) pilotageReplay(r *http.Request, v *web.Pilotage, q figures.Question, department string) error {
	pack := s.Packs.Acquire()
	defer pack.Release()
	versions := pack.Perimeters()
	if q.Perimeter == "" || len(versions) < 2 {
		return nil
	}
	old, now := versions[0], versions[len(versions)-1]
	sides, why := [2]map[string]web.ShareRow{}, map[string]string{}
	counts := [2]map[string]quota.Count{}
	for i, version := range []string{old, now} {
		q.Perimeter = version
		res, err := s.Figures.Quota(r.Context(), access.Who(r), q)
		if httpio.Refusal(err) || fault.KindOf(err) == fault.NotFound && err != nil {
			v.Notices = append(v.Notices, "Le rejeu ne peut être montré : aucun bordereau reçu ne compte sous les QPV "+version+".")
			return nil
		}
		if err != nil {
			return err
		}
		view := report.NewView(res, report.Options{Reader: q.Reader})
		sides[i], counts[i] = map[string]web.ShareRow{}, map[string]quota.Count{}
		for k := range view.Lines {
			code := view.Lines[k].Code
			sides[i][code] = shareRow(&view.Lines[k], &res.Units[k])
			counts[i][code] = res.Units[k].Count
		}
		for _, u := range res.Unreplayed {
			why[u.Code] = u.Why
		}
	}
	replay := &web.Replay{Before: old, After: now, Intro: "Les mêmes entrées, décidées sous les QPV " + old + " puis sous les QPV " + now + ", quelle que soit la date d’entrée. L’écart est celui des parts certaines."}
	var before, after quota.Count
	both, hidden := 0, false
	for i := range v.Rows {
		row := &v.Rows[i]
		a, okA := sides[0][row.Code]
		b, okB := sides[1][row.Code]
		out := web.ReplayRow{Name: row.Name, Before: cmp.Or(a.Share, "–"), After: cmp.Or(b.Share, "–"), BeforeVerdict: a.VerdictText, AfterVerdict: b.VerdictText, Difference: "–", Why: why[row.Code]}
		if !row.Received {
			out.Why = "bordereau non reçu"
		}
		if okA && okB {
			out.VerdictChanged = a.Verdict != b.Verdict
			before, after = before.Add(counts[0][row.Code]), after.Add(counts[1][row.Code])
			both++
			hidden = hidden || a.Hidden || b.Hidden
		}
		if a.HasShare && b.HasShare && !a.Hidden && !b.Hidden {
			out.Difference = french.Difference(b.Low - a.Low)
		}
		replay.Rows = append(replay.Rows, out)
	}
	if both > 1 && !hidden && department == "" {
		replay.Rows = append(replay.Rows, web.ReplayRow{Name: "Ensemble des " + french.Integer(both) + " rejouées", Before: rangeOf(before), After: rangeOf(after), Difference: french.Difference(certain(after) - certain(before))})
	}
	v.Replay = replay
	return nil
}

// gapWords are the classes of the map of distances, by the class of a colour.
var gapWords = map[string]string{"c0": "non colorié", "c1": "10 points et plus sous l’objectif", "c2": "moins de 10 points sous l’objectif", "c3": "jusqu’à 10 points au-dessus", "c4": "plus de 10 points au-dessus"}

// gapRows say of each line what the map shows of it.
func gapRows(rows []web.ShareRow) (out []web.GapRow) {
	for i := range rows {
		r := &rows[i]
		g := web.GapRow{Name: r.Name, Share: r.Share, Low: "–", High: "–", Verdict: r.Verdict, VerdictText: r.VerdictText, Sign: r.Sign, Swatch: web.LegendItem{Class: gapClass(r)}}
		g.Drawn = gapWords[g.Swatch.Class]
		if r.Verdict == string(quota.Undetermined) {
			g.Swatch.Class, g.Drawn = "unsure", "hachuré : les bornes encadrent l’objectif"
		}
		if r.HasShare && r.HasTarget {
			g.Low = french.Difference(r.Low - r.Target)
			if g.High = french.Difference(r.High - r.Target); r.Hidden {
				g.High = "•"
			}
		}
		out = append(out, g)
	}
	return out
}
