package report

import (
	"fmt"
	"io"

	"perimetre/french"
	"perimetre/study"
)

type jsonTransit struct {
	Reach        string             `json:"reach"`
	Week         []string           `json:"week"`
	Visit        int                `json:"visit_minutes"`
	Longest      int                `json:"longest_minutes"`
	Home         string             `json:"home_by"`
	Feeds        []jsonFeed         `json:"feeds"`
	Sites        int                `json:"sites"`
	Completeness *float64           `json:"completeness"`
	Groups       []jsonTransitGroup `json:"groups"`
	HalfDays     []jsonHalfDay      `json:"half_days"`
	BySite       []jsonTransitSite  `json:"by_site"`
	QPV          []jsonTransitArea  `json:"qpv"`
	Communes     []jsonTransitArea  `json:"communes"`
	Frame        Frame              `json:"frame"`
	Notices      []string           `json:"notices"`
}

type jsonFeed struct {
	Name      string `json:"name"`
	Publisher string `json:"publisher"`
	First     string `json:"first"`
	Last      string `json:"last"`
	Stops     int    `json:"stops"`
	Trips     int    `json:"trips"`
}

type jsonTransitGroup struct {
	Group string            `json:"group"`
	Total float64           `json:"total"`
	Able  float64           `json:"able"`
	Bands []jsonTransitBand `json:"bands"`
	// Without are the people without a site within 30 minutes.
	Without    float64 `json:"without_30min"`
	WithoutMin float64 `json:"without_30min_min"`
	WithoutMax float64 `json:"without_30min_max"`
}

type jsonTransitBand struct {
	UpTo   float64 `json:"up_to"`
	Best   float64 `json:"best"`
	Median float64 `json:"median"`
	Worst  float64 `json:"worst"`
}

type jsonHalfDay struct {
	Day    string  `json:"day"`
	Half   string  `json:"half"`
	From   string  `json:"from,omitempty"`
	To     string  `json:"to,omitempty"`
	Able   float64 `json:"able"`
	Within float64 `json:"within_reach"`
}

type jsonTransitSite struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Kind     string        `json:"kind"`
	Able     float64       `json:"able"`
	HalfDays []jsonHalfDay `json:"half_days"`
	Closed   []jsonHalfDay `json:"closed_half_days"`
}

type jsonTransitArea struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Units    []string `json:"units"`
	Total    float64  `json:"total"`
	Able     float64  `json:"able"`
	HalfDays int      `json:"half_days"`
	Minutes  *float64 `json:"median_minutes"`
	Site     string   `json:"site"`
	// Without are the people without a site within 30 minutes.
	Without    float64 `json:"without_30min"`
	WithoutMin float64 `json:"without_30min_min"`
	WithoutMax float64 `json:"without_30min_max"`
}

// TransitJSON writes who can come.
func TransitJSON(w io.Writer, t *study.Transit) error {
	out := jsonTransit{Reach: t.Reach.String(), Visit: t.Terms.Visit, Longest: t.Terms.Longest, Home: clock(t.Terms.Home), Sites: len(t.Sites), Frame: frameOf(&t.Frame), Notices: orNone(t.Notices),
		HalfDays: halfDays(&t.HalfDays), BySite: []jsonTransitSite{}, QPV: transitAreasOf(t.QPV), Communes: transitAreasOf(t.Communes)}
	for _, d := range t.Days {
		out.Week = append(out.Week, d.String())
	}
	for i := range t.Feeds {
		f := &t.Feeds[i]
		out.Feeds = append(out.Feeds, jsonFeed{f.Name, f.Publisher, f.First.String(), f.Last.String(), len(f.Stops), len(f.Trips)})
	}
	if s, known := t.Completeness.Share(); known {
		out.Completeness = number(round(s, 4))
	}
	for _, g := range t.Groups {
		j := jsonTransitGroup{Group: groupCode(g.Group), Total: round(g.Total, 2), Able: round(g.Able, 2)}
		for k, b := range t.Bands {
			j.Bands = append(j.Bands, jsonTransitBand{b, round(g.Best[k], 2), round(g.Median[k], 2), round(g.Worst[k], 2)})
		}
		without := func(people []float64) float64 { return round(g.Total-upTo(t, people, study.EquityMinutes), 2) }
		j.Without, j.WithoutMin, j.WithoutMax = without(g.Median), without(g.Best), without(g.Worst)
		out.Groups = append(out.Groups, j)
	}
	for i := range t.Sites {
		s := &t.Sites[i]
		out.BySite = append(out.BySite, jsonTransitSite{s.Site.ID, s.Site.Name, string(s.Site.Kind), round(s.Able, 2), halfDays(&s.HalfDays), halfDays(&s.Closed)})
	}
	return encode(w, out)
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func halfDays(week *[7][2]study.HalfDayReach) []jsonHalfDay {
	out := []jsonHalfDay{}
	for d := range week {
		for h, x := range week[d] {
			if !x.Open {
				continue
			}
			j := jsonHalfDay{Day: french.Weekday(d), Half: french.Halves[h], Able: round(x.Able, 2), Within: round(x.Within, 2)}
			if x.Hours.To > 0 {
				j.From, j.To = clock(x.Hours.From), clock(x.Hours.To)
			}
			out = append(out, j)
		}
	}
	return out
}

func transitAreasOf(list []study.TransitArea) []jsonTransitArea {
	out := []jsonTransitArea{}
	for i := range list {
		a := &list[i]
		out = append(out, jsonTransitArea{a.Code, a.Name, orNone(a.Units), round(a.Total, 2), round(a.Able, 2), a.HalfDayCount(), number(round(a.Median, 1)), a.Site, round(a.Beyond.Median, 2), round(a.Beyond.Least, 2), round(a.Beyond.Most, 2)})
	}
	return out
}
