package report

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/geo/residency"
	"perimetre/quota"
)

// lists fills what stands beside the table. Readers other than the unit see
// numbers alone, the small ones hidden.
func (v *View) lists() {
	r := v.result
	number := func(n int, hide bool) string {
		if hide {
			return hidden
		}
		return french.Integer(n)
	}
	for _, reason := range sortedReasons(r.Aside) {
		v.Aside = append(v.Aside, Pair{french.Capital(reason.Label()), number(r.Aside[reason], v.veil.Small(r.Aside[reason]))})
	}
	if v.Public {
		by := map[quota.Reason]int{}
		for _, x := range r.Rejected {
			by[x.Reason] += x.Count
		}
		for _, reason := range sortedReasons(by) {
			v.Rejected = append(v.Rejected, RejectedLine{Reason: reason.Label(), Count: number(by[reason], v.veil.HidesRejected(r, reason))})
		}
		return
	}
	for _, x := range r.Rejected {
		l := RejectedLine{File: x.File, Person: x.Person, Unit: x.Unit, Reason: x.Reason.Label(), Detail: x.Detail, Count: french.Integer(x.Count)}
		if x.Line > 0 {
			l.Line = strconv.Itoa(x.Line)
		}
		v.Rejected = append(v.Rejected, l)
	}
	for _, x := range r.Open {
		v.Open = append(v.Open, OpenLine{File: x.File, Line: strconv.Itoa(x.Line), Person: x.Person, Unit: x.Unit, Entry: french.Date(x.Entry), Action: actionText(x.Action), Motif: motifText(x.Motif)})
	}
	for _, m := range r.Mutations {
		then := "puis le " + french.Date(m.Date)
		if m.Date == m.FirstDate {
			then = "et le même jour"
		}
		v.Mutations = append(v.Mutations, fmt.Sprintf("%s, ligne %d%s: dossier %s, entré le %s à %s (compté), %s à %s.", m.File, m.Line, french.Thin, m.Person, french.Date(m.FirstDate), orDash(m.From), then, orDash(m.Unit)))
	}
	for _, o := range r.Outside {
		v.Outside = append(v.Outside, fmt.Sprintf("%s, ligne %d%s: dossier %s, compté à %s, réside dans la commune %s, territoire de %s.", o.File, o.Line, french.Thin, o.Person, o.Unit, o.Commune, o.Resident))
	}
	if !r.Own.Empty() {
		v.Own = ownTable(r.Own)
	}
}

func sortedReasons(m map[quota.Reason]int) []quota.Reason {
	var out []quota.Reason
	for k, n := range m {
		if n > 0 {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

var answerText = map[quota.Answer]string{quota.In: "Dans le QPV", quota.Out: "Hors QPV", quota.Undecided: "À vérifier"}

func ownTable(c quota.Reconciliation) *OwnTable {
	t := &OwnTable{Columns: []string{"Selon la structure", answerText[quota.In], answerText[quota.Out], answerText[quota.Undecided]}}
	for _, own := range []quota.Answer{quota.In, quota.Out, quota.Undecided} {
		label := answerText[own]
		if own == quota.Undecided {
			label = "Non renseigné"
		}
		row := OwnRow{Label: label}
		for _, computed := range []quota.Answer{quota.In, quota.Out, quota.Undecided} {
			row.Cells = append(row.Cells, french.Integer(c.Cells[own][computed]))
		}
		t.Rows = append(t.Rows, row)
	}
	agree := c.Compared() - len(c.Disagreements)
	t.Summary = fmt.Sprintf("%s sur %s s’accordent (%s).", french.Count(agree, "dossier", "dossiers"), french.Integer(c.Compared()), french.Ratio(agree, c.Compared()))
	for _, d := range c.Disagreements {
		t.Disagreements = append(t.Disagreements, fmt.Sprintf("%s, ligne %d%s: dossier %s, « %s » selon la structure, « %s » selon l’adresse (%s).",
			d.File, d.Line, french.Thin, d.Person, answerText[d.Own], answerText[d.Computed], orDefault(d.Zone, motifText(d.Motif))))
	}
	return t
}

// NewMoveTable words a move: a row a cause, points to a tenth that add up.
func NewMoveTable(m *quota.Move) *MoveTable {
	t := &MoveTable{Intro: fmt.Sprintf("De %s sur %s à %s sur %s (%s puis %s).", french.Integer(m.Before.In), french.Integer(m.Before.N()), french.Integer(m.After.In), french.Integer(m.After.N()),
		perimeterText(m.BeforePerimeter), perimeterText(m.AfterPerimeter))}
	var low, high []*big.Rat
	persons := 0
	for _, s := range m.Steps {
		t.Rows = append(t.Rows, MoveRow{Cause: s.Cause.Label(), Persons: french.Integer(s.Persons), In: french.Signed(s.In), Out: french.Signed(s.Out), Undecided: french.Signed(s.Undecided), Min: "–", Max: "–"})
		low, high, persons = append(low, s.Min), append(high, s.Max), persons+s.Persons
	}
	a, b := m.After, m.Before
	t.Total = MoveRow{Cause: "Ensemble", Persons: french.Integer(persons), In: french.Signed(a.In - b.In), Out: french.Signed(a.Out - b.Out), Undecided: french.Signed(a.Undecided - b.Undecided), Min: "–", Max: "–"}
	changes := slices.SortedFunc(maps.Keys(m.Reasons), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(m.Reasons[b], m.Reasons[a]), strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
	})
	for _, c := range changes {
		t.Reasons = append(t.Reasons, Pair{motifText(c[0]) + " → " + motifText(c[1]), french.Integer(m.Reasons[c])})
	}
	t.Name = orDefault(m.Name, m.Unit)
	for _, u := range m.Units {
		t.Units = append(t.Units, NewMoveTable(u))
	}
	if m.Min == nil {
		return t
	}
	for i, p := range tenthsOf(low) {
		t.Rows[i].Min = french.Points(p)
		t.Rows[i].MinShare, _ = low[i].Float64()
	}
	for i, p := range tenthsOf(high) {
		t.Rows[i].Max = french.Points(p)
	}
	t.Total.Min, t.Total.Max = french.Points(tenthsOf([]*big.Rat{m.Min})[0]), french.Points(tenthsOf([]*big.Rat{m.Max})[0])
	return t
}

// replay shows the whole under the other perimeters that bordereaux tell. Small
// counts of one could be found from another: only the unit sees it.
func (v *View) replay() {
	if v.Public {
		return
	}
	for _, r := range v.result.Replay {
		text, _ := VerdictText(r.Total.Verdict)
		v.Replay = append(v.Replay, Pair{perimeterText(r.Perimeter), shareText(r.Total) + ", " + strings.ToLower(text)})
	}
}

// simulation applies the formula to the shares that a reader sees: a line with a
// hidden number has none.
func (v *View) simulation(reader quota.Reader) {
	s := v.result.Rule.Simulation
	if s == nil || reader == quota.Everybody {
		return
	}
	t := &SimulationTable{Label: quota.SimulationLabel, Reference: s.Reference}
	for i, u := range v.result.Units {
		if v.Lines[i].Hidden {
			t.Rows = append(t.Rows, Pair{orDefault(u.Name, u.Code), hidden})
			continue
		}
		low, okLow := s.Amount(u.In, u.N())
		high, okHigh := s.Amount(u.In+u.Undecided, u.N())
		text := "sans palier"
		switch {
		case okLow && low != high:
			text = "de " + french.Integer(int(low)) + " à " + french.Integer(int(high)) + french.Thin + s.Unit
		case okLow:
			text = french.Integer(int(low)) + french.Thin + s.Unit
		case okHigh:
			text = "au plus " + french.Integer(int(high)) + french.Thin + s.Unit
		}
		t.Rows = append(t.Rows, Pair{orDefault(u.Name, u.Code), text})
	}
	v.Simulation = t
}

func actionText(a string) string {
	switch a {
	case string(residency.ToDecide):
		return "à trancher"
	case string(residency.Complete):
		return "à compléter"
	case string(residency.NoneKnown):
		return "sans résidence établie"
	}
	return orDash(a)
}

var motifTexts = map[string]string{
	"numero_dedans": "numéro dans le QPV", "numero_dehors": "numéro hors QPV", "bord": "trop près de la limite", "voie_dedans": "voie dans le QPV",
	"voie_dehors": "voie hors QPV", "voie_coupee": "voie à cheval sur la limite", "commune_sans_qpv": "commune sans QPV",
	"commune_avec_qpv": "commune avec QPV, voie inconnue", "ambigu": "plusieurs lieux possibles", "perimetre_absent": "périmètres non chargés",
	"sans_residence": "sans résidence établie", "etranger": "adresse à l’étranger", "inexploitable": "adresse inexploitable", "decision": "décision d’une personne",
}

func motifText(m string) string { return orDefault(motifTexts[m], orDash(m)) }
