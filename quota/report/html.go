package report

import (
	_ "embed"
	"html/template"
	"io"

	"perimetre/french"
	"perimetre/geo/residency"
	"perimetre/quota"
)

//go:embed report.gohtml
var pageSource string

var page = template.Must(template.New("report").Parse(pageSource))

// chartPage is the number of bars that fit on a sheet beside the title.
const chartPage = 44

// HTML writes a page that prints on A4 sheets.
func (v *View) HTML(w io.Writer) error {
	var charts []template.HTML
	for from := 0; from < len(v.Lines); from += chartPage {
		charts = append(charts, v.chart(v.Lines[from:min(from+chartPage, len(v.Lines))]))
	}
	return page.Execute(w, struct {
		*View
		Charts        []template.HTML
		Footer        template.CSS
		Flips         []string
		AutoVerdicts  []string
		Rereadings    []string
		Doubtful      []string
		Unlocatable   []string
		Besides       []string
		Ahead         []Line
		Territories   []string
		ShowGroups    bool
		RejectedCount []Pair
		OpenCount     []Pair
	}{
		View: v, Charts: charts, Footer: cssString(v.Title + " – " + v.PeriodID + " – " + v.State),
		Flips: v.perLine(func(l Line) string {
			if l.Flip == "–" || l.Flip == hidden {
				return ""
			}
			return l.Flip + "."
		}),
		AutoVerdicts: v.perLine(func(l Line) string {
			if l.Auto == "" {
				return ""
			}
			return l.VerdictText + " avec les décisions manuelles, " + l.Auto + " sans elles."
		}),
		Rereadings:    v.perLine(func(l Line) string { return l.Reread }),
		Doubtful:      v.doubtLines(),
		Besides:       v.perLine(func(l Line) string { return l.Beside }),
		Unlocatable:   v.perLine(func(l Line) string { return l.Unlocatable }),
		Ahead:         v.ahead(),
		Territories:   v.perLine(func(l Line) string { return l.Zones }),
		ShowGroups:    len(v.Departements) > 1,
		RejectedCount: v.rejectedCount(), OpenCount: v.openCount(),
	})
}

// ahead returns the lines that have figures of the year, or something to come.
func (v *View) ahead() []Line {
	var out []Line
	for _, l := range append(v.Lines[:len(v.Lines):len(v.Lines)], v.Total) {
		if l.YearToDate != "" || l.PeriodEnd != nil || l.YearEnd != nil {
			out = append(out, l)
		}
	}
	return out
}

func (v *View) rejectedCount() []Pair {
	by, order := map[quota.Reason]int{}, []quota.Reason(nil)
	for _, x := range v.result.Rejected {
		if by[x.Reason] == 0 {
			order = append(order, x.Reason)
		}
		by[x.Reason] += x.Count
	}
	var out []Pair
	for _, reason := range order {
		n := french.Integer(by[reason])
		if v.veil.HidesRejected(v.result, reason) {
			n = hidden
		}
		out = append(out, Pair{french.Capital(reason.Label()), n})
	}
	return out
}

func (v *View) openCount() []Pair {
	if v.Public || len(v.result.Open) == 0 {
		return nil
	}
	by := map[string]int{}
	for _, x := range v.result.Open {
		by[x.Action]++
	}
	var out []Pair
	for _, a := range []string{string(residency.ToDecide), string(residency.Complete), string(residency.NoneKnown), ""} {
		if by[a] > 0 {
			out = append(out, Pair{french.Capital(orDefault(actionLabel(a), "sans précision")), french.Integer(by[a])})
		}
	}
	return out
}

func actionLabel(a string) string {
	if a == "" {
		return ""
	}
	return actionText(a)
}

// cssString quotes a text for a content property.
func cssString(s string) template.CSS {
	out := []rune{'"'}
	for _, r := range s {
		switch r {
		case '"', '\\', '<', '\n':
			out = append(out, '\'')
		default:
			out = append(out, r)
		}
	}
	return template.CSS(string(append(out, '"')))
}
