package report

import (
	"fmt"
	"strings"

	"perimetre/french"
	"perimetre/quota"
)

var unlocatableText = map[quota.Unlocatable]string{
	quota.AsUndecided: "comptées à vérifier", quota.AsOut: "comptées hors QPV", quota.Excluded: "non comptées",
}

func shareText(a quota.Assessment) string {
	low, high := french.Ratio(a.In, a.N()), french.Ratio(a.In+a.Undecided, a.N())
	if a.Undecided == 0 || low == high {
		return low
	}
	return "de " + low + " à " + high
}

// rangeText is shareText for a narrow column.
func rangeText(a quota.Assessment) string {
	low, high := french.Ratio(a.In, a.N()), french.Ratio(a.In+a.Undecided, a.N())
	if low == high {
		return low
	}
	return strings.TrimSuffix(low, french.Thin+"%") + "–" + high
}

// missingText writes a number of entries to come; common tells that they all meet one
// target.
func missingText(common bool, m *int) string {
	switch {
	case !common:
		return "–"
	case m == nil:
		return "hors d’atteinte"
	}
	return french.Integer(*m)
}

// VerdictText returns a verdict in words, and the sign that doubles its colour.
func VerdictText(v quota.Verdict) (text, sign string) {
	switch v {
	case quota.Reached:
		return "Objectif atteint", "✓"
	case quota.Missed:
		return "Non atteint", "✗"
	case quota.Undetermined:
		return "Indéterminé", "?"
	case quota.NotRelevant:
		return "Sans objet", "–"
	}
	return "Sans objectif", "–"
}

// paceText says what remains to do by the end of the period shown; nothing once it is
// over.
func paceText(p *quota.Pace, of quota.Period) string {
	if p == nil || p.Period == nil {
		return ""
	}
	return horizonSentence(p.Period, spanText(of))
}

// spanText names a period in a sentence about it: « ce trimestre ».
func spanText(p quota.Period) string {
	switch p {
	case quota.QuarterOf(p.From):
		return "ce trimestre"
	case quota.Year(int(p.From.Year)):
		return "cette année"
	}
	return "sur cette période"
}

// horizonSentence says what remains to do by a day at the present pace, or that the
// target is out of reach by then.
func horizonSentence(h *quota.Horizon, span string) string {
	s := fmt.Sprintf("D’ici au %s (%s)%s: %s au rythme actuel", french.Date(h.To), french.Count(h.DaysLeft, "jour", "jours"), french.Thin, french.Count(h.Expected, "entrée", "entrées"))
	switch {
	case !h.Reachable:
		s += french.Thin + "; objectif hors d’atteinte " + span
	case h.Needed == 0:
		s += french.Thin + "; l’objectif est déjà tenu, même si aucune ne réside en QPV"
	default:
		s += fmt.Sprintf(", dont %s %s résider en QPV", french.Integer(h.Needed), french.Plural(h.Needed, "devrait", "devraient"))
	}
	return s + "."
}

func horizonText(h *quota.Horizon) *HorizonText {
	if h == nil {
		return nil
	}
	return &HorizonText{french.Date(h.To), french.Integer(h.Expected), french.Integer(h.Needed), !h.Reachable}
}

// PeriodText returns a period in words: « 3e trimestre 2024 (du 01/07/2024 au 30/09/2024) ».
func PeriodText(p quota.Period) string {
	name := p.ID
	if year, q, ok := strings.Cut(p.ID, "-T"); ok && len(q) == 1 {
		name = map[string]string{"1": "1er", "2": "2e", "3": "3e", "4": "4e"}[q] + " trimestre " + year
	} else if len(p.ID) == 4 {
		name = "année " + p.ID
	}
	return fmt.Sprintf("%s (du %s au %s)", name, french.Date(p.From), french.Date(p.To))
}

func countingText(r *quota.Result) string {
	if r.Rule.Counting == quota.FollowUp {
		return orDefault(r.Rule.Programme, "jeunes") + " en cours au " + french.Date(r.Period.To)
	}
	counted := "entrées (hors renouvellements)"
	if r.Rule.KeepRenewals {
		counted = "entrées"
	}
	if r.Rule.Outcomes.Alone {
		counted += " orientées vers l’emploi (" + r.Rule.Outcomes.OrientedText() + ")"
	}
	return counted
}

func perimeterText(p string) string {
	switch p {
	case "":
		return "non renseigné"
	case "en_vigueur":
		return "QPV en vigueur à l’entrée"
	case "2015|2024":
		return "QPV 2015 puis 2024, selon la date d’entrée"
	}
	return "QPV " + strings.ReplaceAll(p, "|", ", ")
}

func targetText(r *quota.Result) string {
	switch {
	case !r.Rule.HasTarget():
		return "sans objectif"
	case len(r.Rule.UnitTargets) > 0 || len(r.Rule.Targets) > 1:
		return "selon la Mission Locale ou la date"
	}
	return french.Chosen(r.Rule.Targets[0].Share.Float(), 2)
}

func orDash(s string) string { return orDefault(s, "–") }

func orDefault(s, d string) string {
	if s == "" {
		return d
	}
	return s
}
