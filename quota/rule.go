package quota

import (
	"fmt"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/ingest/table"
)

// Counting is what the denominator holds.
type Counting string

const (
	Entries  Counting = "entrees" // new entries in the period, one a person
	FollowUp Counting = "suivis"  // people in the programme at the period's end
)

// Unlocatable is how people without an established residence are counted.
type Unlocatable string

const (
	AsUndecided Unlocatable = "undecided"
	AsOut       Unlocatable = "out"
	Excluded    Unlocatable = "excluded"
)

// Rule is a quota or an indicator, as a YAML file writes it.
type Rule struct {
	ID   string
	Name string
	// Programme names what is counted; Values are the words of the programme
	// column that mean it, empty when every row counts.
	Programme string
	Values    []string
	Zonings   []geo.Zoning
	Counting  Counting
	// KeepRenewals counts renewed contracts as entries.
	KeepRenewals bool
	Ages         *Ages
	// Targets of every unit, and those that replace them for some units, by code,
	// each in order of date. Without any, the rule is an indicator.
	Targets     []Target
	UnitTargets map[string][]Target
	Unlocatable Unlocatable
	Outcomes    Oriented
	// Thresholds are the least numbers of people that a cell may show, by reader.
	Thresholds Thresholds
	Review     string // "trimestre", "année"
	Source     string
	// Sources are what was said of the target, by whom and when, in the order of the file.
	Sources   []Source
	ValidFrom geo.Date
	ValidTo   geo.Date
	// ConfirmedOn is the last day on which somebody checked that the rule holds.
	ConfirmedOn geo.Date
	Simulation  *Simulation
	// Fingerprint is the hash of the file, its sources left out: two rules of one name
	// with different targets do not mix.
	Fingerprint string
}

// Source is what somebody said of a target. On is a day (AAAA-MM-JJ) or a year, as the
// document writes it; In is where it can be read.
type Source struct{ On, By, Said, In string }

// Target is a share asked from a date to another, both included; the zero dates
// leave it open.
type Target struct {
	Share    Fraction
	From, To geo.Date
}

// Ages bounds the age at entry, in whole years, both included: Max 25 is up to the eve of 26.
// MaxRQTH is the bound of disabled workers.
type Ages struct{ Min, Max, MaxRQTH int }

// Simulation is a formula that a user entered, with its reference; none comes
// with the product.
type Simulation struct {
	Reference string
	Unit      string // of the amounts: "€", "points"
	Tiers     []Tier // by rising share
}

// Tier is the amount paid from a share up.
type Tier struct {
	From   Fraction
	Amount int64
}

// SimulationLabel stands wherever a simulated amount is shown.
const SimulationLabel = "SIMULATION – sans valeur réglementaire"

// Amount returns the amount of the last tier that the share q/n reaches; ok is false under the
// first tier and for n = 0.
func (s *Simulation) Amount(q, n int) (amount int64, ok bool) {
	for _, t := range s.Tiers {
		if n > 0 && int64(q)*t.From.Den >= t.From.Num*int64(n) {
			amount, ok = t.Amount, true
		}
	}
	return amount, ok
}

// targetsOf returns the targets of a unit.
func (r *Rule) targetsOf(unit string) []Target {
	if t, ok := r.UnitTargets[unit]; ok {
		return t
	}
	return r.Targets
}

// HasTarget reports whether the rule asks for anything of anybody.
func (r *Rule) HasTarget() bool { return len(r.Targets) > 0 || len(r.UnitTargets) > 0 }

// targetAt returns the index of the unit's target in force on a date, -1 without one.
func (r *Rule) targetAt(unit string, d geo.Date) int {
	return slices.IndexFunc(r.targetsOf(unit), func(t Target) bool {
		return (t.From.IsZero() || !d.Before(t.From)) && (t.To.IsZero() || !d.After(t.To))
	})
}

// Warnings say what a reader must know of the rule itself: its time in force,
// and a confirmation older than 12 months.
func (r *Rule) Warnings(p Period, asOf geo.Date) []string {
	var out []string
	if !r.ValidTo.IsZero() && p.To.After(r.ValidTo) {
		out = append(out, fmt.Sprintf("Règle « %s » prévue jusqu’au %s : objectif à confirmer.", r.ID, frenchDate(r.ValidTo)))
	}
	if !r.ValidFrom.IsZero() && p.From.Before(r.ValidFrom) {
		out = append(out, fmt.Sprintf("Règle « %s » en vigueur depuis le %s seulement.", r.ID, frenchDate(r.ValidFrom)))
	}
	if r.HasTarget() && r.Stale(asOf) {
		if r.ConfirmedOn.IsZero() {
			out = append(out, "Objectif à confirmer : aucune date de confirmation.")
		} else {
			out = append(out, fmt.Sprintf("Objectif à confirmer : dernière confirmation le %s.", frenchDate(r.ConfirmedOn)))
		}
	}
	return out
}

// Stale reports whether nobody has confirmed the rule for 12 months.
func (r *Rule) Stale(asOf geo.Date) bool {
	if r.ConfirmedOn.IsZero() {
		return true
	}
	limit := r.ConfirmedOn
	limit.Year++
	return asOf.After(limit)
}

// counts reports whether a cell of the programme column means the rule's. A column of
// yes and no tells who is in the programme.
func (r *Rule) counts(programme string) bool {
	if yes, known, err := table.ParseBool(programme); known && err == nil {
		return yes
	}
	p := table.Words(programme)
	for _, v := range r.Values {
		if p == v || strings.HasPrefix(p, v+" ") {
			return true
		}
	}
	return false
}

func frenchDate(d geo.Date) string {
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}
