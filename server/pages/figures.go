package pages

import (
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

// pilotageTrend is each unit's share, quarter by quarter.
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

// pointOf is a row as a point of a trend. A share that is partly hidden is no point.
func pointOf(row *web.ShareRow) web.TrendPoint {
	return web.TrendPoint{Share: row.Share, Verdict: row.Verdict, VerdictText: row.VerdictText, Sign: row.Sign, Low: row.Low, High: row.High, Target: row.Target, HasShare: row.HasShare && !row.Hidden, HasTarget: row.HasTarget}
}

// pilotageReplay sets the same people under both versions of the perimeters, when
// the reader asks for one of them and every bordereau has both.
func (s *Pages) pilotageReplay(r *http.Request, v *web.Pilotage, q figures.Question, department string) error {
	pack := s.Packs.Acquire()
	defer pack.Release()
	versions := pack.Perimeters()
	if q.Perimeter == "" || len(versions) < 2 {
		return nil
	}
	sides := make([]map[string]web.ShareRow, 2)
	totals := make([]web.ShareRow, 2)
	for i, version := range []string{versions[0], versions[len(versions)-1]} {
		q.Perimeter = version
		res, err := s.Figures.Quota(r.Context(), access.Who(r), q)
		if err != nil {
			if httpio.Refusal(err) || fault.KindOf(err) == fault.NotFound {
				v.Notices = append(v.Notices, "Le rejeu ne peut être montré : au moins un bordereau reçu ne compte pas sous les deux périmètres.")
				return nil
			}
			return err
		}
		view := report.NewView(res, report.Options{Reader: q.Reader})
		sides[i] = map[string]web.ShareRow{}
		for k := range view.Lines {
			sides[i][view.Lines[k].Code] = shareRow(&view.Lines[k], &res.Units[k])
		}
		totals[i] = shareRow(&view.Total, &res.Total)
	}
	replay := &web.Replay{Intro: "Les mêmes entrées, décidées sous les QPV 2015 puis sous les QPV 2024, quelle que soit la date d’entrée. L’écart est celui des parts certaines."}
	line := func(name string, before, after web.ShareRow) web.ReplayRow {
		out := web.ReplayRow{Name: name, Before: before.Share, After: after.Share, BeforeVerdict: before.VerdictText, AfterVerdict: after.VerdictText, VerdictChanged: before.Verdict != after.Verdict, Difference: "–"}
		if before.HasShare && after.HasShare {
			out.Difference = french.Difference(after.Low - before.Low)
		}
		return out
	}
	for _, row := range v.Rows {
		replay.Rows = append(replay.Rows, line(row.Name, sides[0][row.Code], sides[1][row.Code]))
	}
	if department == "" {
		replay.Rows = append(replay.Rows, line("Ensemble", totals[0], totals[1]))
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
