package pages

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// picked are the periods that a page lets one choose from: quarters, alone or with
// those before them in the year.
type picked struct {
	quarters  []string // the latest first
	quarter   quota.Period
	cumulated bool
	carried   bool // a bordereau of the cumulated year was received
}

// pickPeriod chooses the period of a question among those received. A cumulated
// year is only what a bordereau of the year carries: it is not the sum of quarters.
func (s *Pages) pickPeriod(r *http.Request, p *httpio.Params, q *figures.Question) (out picked, err error) {
	kept, err := s.Figures.Periods(r.Context(), q.Rule.ID)
	if err != nil {
		return out, err
	}
	for _, id := range kept {
		period, err := quota.ParsePeriod(id)
		if err != nil {
			return out, err
		}
		// The quarter that ends a year, or a run, stands for it.
		if last := quota.QuarterOf(period.To).ID; !slices.Contains(out.quarters, last) && (period.ID == last || !slices.ContainsFunc(kept, func(k string) bool { return len(k) == 7 && k[:4] == period.ID[:4] })) {
			out.quarters = append(out.quarters, last)
		}
	}
	slices.Sort(out.quarters)
	slices.Reverse(out.quarters)
	out.cumulated = p.OneOf("etendue", "trimestre", "cumul") == "cumul"
	// The quarter that ended last may be called for before anybody has sent.
	first := geo.Today().Time()
	ended := quota.QuarterOf(geo.DateOf(first.AddDate(0, -3, 1-first.Day())))
	switch {
	case q.Period.ID == "" && len(out.quarters) == 0:
		q.Period = ended
	case q.Period.ID == "":
		q.Period, _ = quota.ParsePeriod(out.quarters[0])
	}
	out.quarter = quota.QuarterOf(q.Period.To)
	if q.Period != out.quarter { // a year asked for by its name
		out.cumulated = p.Text("etendue") != "trimestre"
		if i := slices.IndexFunc(out.quarters, func(id string) bool { return id <= out.quarter.ID && id[:4] == out.quarter.ID[:4] }); i >= 0 {
			out.quarter, _ = quota.ParsePeriod(out.quarters[i])
		}
	}
	for _, id := range []string{out.quarter.ID, ended.ID} {
		if !slices.Contains(out.quarters, id) {
			out.quarters = append(out.quarters, id)
		}
	}
	slices.Sort(out.quarters)
	slices.Reverse(out.quarters)
	if !out.cumulated {
		q.Period = out.quarter
		return out, nil
	}
	year := out.quarter.ID[:4]
	for _, id := range []string{year + "-T1.." + out.quarter.ID, year} {
		if slices.Contains(kept, id) {
			out.carried = true
			q.Period, err = quota.ParsePeriod(id)
			return out, err
		}
	}
	q.Period, err = quota.ParsePeriod(year)
	return out, err
}

// pilotageFilters returns what is chosen at each meeting, and what seldom is.
func (s *Pages) pilotageFilters(r *http.Request, q figures.Question, p picked, department string) (often, options []web.Filter, err error) {
	rules := web.Filter{Name: "regle", Label: "Règle"}
	for _, name := range s.Figures.RuleNames() {
		rule, err := s.Figures.Rule(r.Context(), name, q.Period)
		if err != nil {
			return nil, nil, err
		}
		rules.Choices = append(rules.Choices, web.Choice{Value: name, Label: rule.Name, Selected: rule.ID == q.Rule.ID})
	}
	periods := web.Filter{Name: "periode", Label: "Période"}
	for _, id := range p.quarters {
		periods.Choices = append(periods.Choices, web.Choice{Value: id, Label: periodName(id), Selected: id == p.quarter.ID})
	}
	reach := web.Filter{Name: "etendue", Label: "Étendue", Choices: []web.Choice{{Value: "trimestre", Label: "Trimestre seul", Selected: !p.cumulated}, {Value: "cumul", Label: "Année cumulée", Selected: p.cumulated}}}
	out := []web.Filter{periods, reach}
	pack := s.Packs.Acquire()
	defer pack.Release()
	deps := map[string]bool{}
	for _, u := range pack.Units() {
		if access.Who(r).Sees(u.Code) {
			deps[geo.DepartementOf(u.Code)] = true
		}
	}
	if len(deps) > 1 {
		f := web.Filter{Name: "departement", Label: "Département", Choices: []web.Choice{{Label: "Tous"}}}
		var codes []string
		for d := range deps {
			codes = append(codes, d)
		}
		slices.Sort(codes)
		for _, d := range codes {
			name, _, _ := geo.Departement(d)
			f.Choices = append(f.Choices, web.Choice{Value: d, Label: strings.TrimSpace(d + " " + name), Selected: d == department})
		}
		out = append(out, f)
	}
	perimeters := web.Filter{Name: "perimetre", Label: "Périmètres", Choices: []web.Choice{{Label: "En vigueur à l’entrée", Selected: q.Perimeter == ""}}}
	for _, v := range pack.Perimeters() {
		perimeters.Choices = append(perimeters.Choices, web.Choice{Value: v, Label: "QPV " + v + " pour tous (rejeu)", Selected: v == q.Perimeter})
	}
	return out, []web.Filter{rules, perimeters}, nil
}

// stateLabel names a frozen state: its name, its period where the name does not say it,
// and when.
func stateLabel(name, period string, at time.Time) string {
	if p := periodName(period); !strings.Contains(strings.ToLower(name), strings.ToLower(p)) {
		name += ", " + p
	}
	return name + ", arrêté le " + french.Moment(at)
}

// periodName returns a period in words: « 3e trimestre 2024 ».
func periodName(id string) string {
	first, last, run := strings.Cut(id, "..")
	if run {
		return "du " + periodName(first) + " au " + periodName(last)
	}
	if year, q, ok := strings.Cut(id, "-T"); ok {
		return map[string]string{"1": "1er", "2": "2e", "3": "3e", "4": "4e"}[q] + " trimestre " + year
	}
	if id != "" {
		return "année " + id
	}
	return ""
}

// sortRows sorts the lines as the reader asks, and gives the links that do.
func sortRows(v *web.Pilotage, query url.Values) {
	asked := query.Get("tri")
	key, down := strings.CutPrefix(asked, "-")
	french := collate.New(language.French)
	whole := func(s string) int { n, _ := strconv.Atoi(strings.ReplaceAll(s, "\u202f", "")); return n }
	order := []string{"non_atteint", "indetermine", "atteint", "sans_objectif", "sans_objet", ""}
	columns := map[string]func(a, b web.ShareRow) int{
		"nom":      func(a, b web.ShareRow) int { return french.CompareString(a.Name, b.Name) },
		"qpv":      func(a, b web.ShareRow) int { return whole(a.Zones) - whole(b.Zones) },
		"entrees":  func(a, b web.ShareRow) int { return whole(a.Entries) - whole(b.Entries) },
		"dedans":   func(a, b web.ShareRow) int { return whole(a.In) - whole(b.In) },
		"verifier": func(a, b web.ShareRow) int { return whole(a.Undecided) - whole(b.Undecided) },
		"part":     func(a, b web.ShareRow) int { return cmp.Compare(a.Low, b.Low) },
		"verdict":  func(a, b web.ShareRow) int { return slices.Index(order, a.Verdict) - slices.Index(order, b.Verdict) },
		"manque": func(a, b web.ShareRow) int {
			return whole(strings.Split(a.Missing, "\u00a0")[0]) - whole(strings.Split(b.Missing, "\u00a0")[0])
		},
	}
	if key == "" {
		key = "nom"
	}
	if by := columns[key]; by != nil {
		slices.SortStableFunc(v.Rows, func(a, b web.ShareRow) int {
			if down {
				a, b = b, a
			}
			return by(a, b)
		})
	}
	v.Sort = map[string]web.SortLink{}
	for c := range columns {
		link, order := web.SortLink{}, c
		if c == key {
			link.Dir = "descending"
			if !down {
				link.Dir, order = "ascending", "-"+c
			}
		}
		link.Href = shell.With(query, "/pilotage", "tri", order)
		v.Sort[c] = link
	}
}
