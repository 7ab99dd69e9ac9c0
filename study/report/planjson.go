package report

import (
	"io"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/study"
)

type jsonPlan struct {
	Objective    coverage.Objective `json:"objective"`
	Weight       string             `json:"weight"`
	Before       *float64           `json:"before"`
	After        *float64           `json:"after"`
	Bound        *float64           `json:"bound"`
	Sites        []jsonPlace        `json:"sites"`
	Reach        string             `json:"reach"`
	Unit         string             `json:"unit"`
	People       float64            `json:"people"`
	Gap          float64            `json:"gap"`
	Exact        bool               `json:"exact"`
	Candidates   int                `json:"candidates"`
	Nodes        int                `json:"nodes"`
	Completeness *float64           `json:"completeness"`
	Frame        Frame              `json:"frame"`
	Notices      []string           `json:"notices"`
	Round        *jsonRound         `json:"round,omitempty"`
}

// jsonRound is the tour of an itinerant permanence; days and halves are told by name
// as people say them, places by rank.
type jsonRound struct {
	HalfDays int           `json:"half_days_a_week"`
	Weeks    int           `json:"weeks"`
	Receives int           `json:"receives,omitempty"`
	Start    string        `json:"start"`
	Unit     coverage.Unit `json:"unit"`
	Source   string        `json:"source"`
	Cost     float64       `json:"cost"`
	Days     []jsonDay     `json:"days"`
	Unseen   []string      `json:"left_out"`
}

type jsonDay struct {
	Week      int     `json:"week"`
	Day       string  `json:"day"`
	Morning   *int    `json:"morning"`
	Afternoon *int    `json:"afternoon"`
	Cost      float64 `json:"cost"`
}

type jsonPlace struct {
	Rank int      `json:"rank"`
	Name string   `json:"name"`
	Lon  *float64 `json:"lon"`
	Lat  *float64 `json:"lat"`
	Gain *float64 `json:"gain"`
	Code string   `json:"code"`
	When string   `json:"half_day,omitempty"`
}

// PlanJSON writes where to open places. Values are people covered, or mean metres
// or minutes.
func PlanJSON(w io.Writer, p *study.Plan) error { return encode(w, planOf(p)) }

func planOf(p *study.Plan) *jsonPlan {
	before, after, bound := p.Values()
	out := &jsonPlan{Objective: p.Objective, Weight: p.Weighting, Before: number(round(before, 3)), After: number(round(after, 3)), Bound: number(round(bound, 3)), Sites: []jsonPlace{},
		Reach: p.Reach.String(), Unit: p.ValueUnit(), People: round(p.Weight, 2), Gap: round(p.Gap(), 6), Exact: p.Exact, Candidates: p.Candidates, Nodes: p.Nodes, Frame: frameOf(&p.Frame), Notices: orNone(p.Notices)}
	if s, known := p.Completeness.Share(); known {
		out.Completeness = number(round(s, 4))
	}
	for i, s := range p.Places {
		out.Sites = append(out.Sites, jsonPlace{i + 1, s.Name, number(round(s.At[0], 6)), number(round(s.At[1], 6)), number(round(s.Gain, 3)), s.Code, s.When})
	}
	if r := p.Round; r != nil {
		out.Round = &jsonRound{HalfDays: r.PerWeek, Weeks: r.Weeks, Receives: r.Receives, Start: r.Base, Unit: r.Unit, Source: r.Source, Cost: round(r.Cost, 1), Days: []jsonDay{}, Unseen: orNone(r.Unseen)}
		for _, d := range r.Days {
			rank := func(half int) *int {
				if d.Places[half] < 0 {
					return nil
				}
				n := d.Places[half] + 1
				return &n
			}
			out.Round.Days = append(out.Round.Days, jsonDay{d.Week + 1, french.Weekday(d.Day), rank(0), rank(1), round(d.Cost, 1)})
		}
	}
	return out
}
