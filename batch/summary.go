package batch

import (
	"encoding/json"
	"io"
	"maps"

	"perimetre/batch/publicapi"
	"perimetre/geo/residency"
)

// Summary counts what became of the rows. Counts are by the words of the columns.
type Summary struct {
	Input   string   `json:"input"`
	Columns []string `json:"columns"` // "champ = Titre", as found
	Rows    int      `json:"rows"`

	Status    map[string]int `json:"result_status"`
	Precision map[string]int `json:"result_precision"`
	Faults    map[string]int `json:"result_faults"`

	QPV       map[string]int `json:"qpv_statut,omitempty"`
	Motif     map[string]int `json:"qpv_motif,omitempty"`
	Action    map[string]int `json:"qpv_action,omitempty"`
	Perimeter map[string]int `json:"qpv_perimetre,omitempty"`
	FRR       map[string]int `json:"frr_statut,omitempty"`
	ZRR       map[string]int `json:"zrr_statut,omitempty"`

	InvalidDates int    `json:"invalid_dates"`
	MissingDates int    `json:"missing_dates"` // dated by --on, or today
	Overlaps     int    `json:"overlaps"`      // rows in several zones of one version
	Pack         string `json:"pack,omitempty"`
}

func newSummary() Summary {
	m := func() map[string]int { return map[string]int{} }
	return Summary{Status: m(), Precision: m(), Faults: m(), QPV: m(), Motif: m(), Action: m(), Perimeter: m(), FRR: m(), ZRR: m()}
}

// ToReview counts the rows that a person must look at: not found, in error, or
// undecided.
func (s *Summary) ToReview() int {
	if len(s.QPV) > 0 {
		return s.QPV[string(residency.Undecided)] + s.Status[publicapi.Error]
	}
	return s.Status[publicapi.NotFound] + s.Status[publicapi.Error]
}

// add merges the counts of a worker.
func (s *Summary) add(o *Summary) {
	s.Rows += o.Rows
	s.InvalidDates += o.InvalidDates
	s.MissingDates += o.MissingDates
	s.Overlaps += o.Overlaps
	for _, p := range [][2]map[string]int{
		{s.Status, o.Status}, {s.Precision, o.Precision}, {s.Faults, o.Faults}, {s.QPV, o.QPV}, {s.Motif, o.Motif},
		{s.Action, o.Action}, {s.Perimeter, o.Perimeter}, {s.FRR, o.FRR}, {s.ZRR, o.ZRR},
	} {
		for k := range maps.Keys(p[1]) {
			p[0][k] += p[1][k]
		}
	}
}

// Write writes the summary as JSON, its keys in a fixed order.
func (s *Summary) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(s)
}
