package pages

import (
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/figures"
	"perimetre/server/pages/shell"
	"perimetre/server/store"
	"perimetre/web"
)

// against sets the lines of a page, whose counts are live, against an earlier state
// of them. Manual decisions that the reader does not see are not told apart; fewer
// than least addresses reclassed are not told. The page's query chooses whose move the
// picture shows, the one for all by default.
func against(e *earlier, now []web.ShareRow, total web.ShareRow, sent *figures.Sent, treatment quota.Unlocatable, least int, query url.Values) *web.Since {
	var before, after []quota.Stand
	var lines []sinceLine
	whole := true
	var picture *web.Waterfall
	of := ""
	now = slices.DeleteFunc(slices.Clone(now), func(row web.ShareRow) bool { // who has sent nothing, then or now
		_, had := e.rows[row.Code]
		return !row.Received && !had
	})
	for i := range now {
		now := &now[i]
		old, had := e.rows[now.Code]
		a, okA := e.Stands[now.Code]
		b, okB := sent.Live[now.Code]
		l := sinceLine{row: web.SinceRow{Name: now.Name, Before: old.Share, After: now.Share, Entries: "•", In: "•", Undecided: "•"}, facts: replacements(sent.All, now.Code)}
		switch {
		case !had || !okA || !okB:
			l.row.Before, l.row.Entries, l.row.In, l.row.Undecided = "–", "–", "–", "–"
			l.facts = append(l.facts, "aucun chiffre à comparer")
			whole = whole && !now.Hidden
		default:
			l.facts = append(l.facts, restsOn(a, b)...)
			before, after = append(before, a), append(after, b)
			if now.Hidden || old.Hidden {
				break
			}
			move := quota.Compare(a, b, treatment)
			l.set(move, least)
			l.row.Href = shell.With(query, "/pilotage", "cause", now.Code) + "#changes"
			if query.Get("cause") == now.Code {
				picture, of = waterfall(move), now.Name
			}
			if old.Verdict != now.Verdict {
				l.facts = append(l.facts, "verdict : "+french.Small(old.VerdictText)+", puis "+french.Small(now.VerdictText))
			}
		}
		lines = append(lines, l)
	}
	w := &web.Since{Intro: e.intro}
	if len(before) == len(now) && !slices.ContainsFunc(lines, func(l sinceLine) bool { return len(l.causes)+len(l.facts) > 0 }) {
		w.Notes = []string{"Aucun chiffre n’a changé."}
		return w
	}
	if whole && len(before) > 1 && !total.Hidden {
		a, b := quota.Pool(before), quota.Pool(after)
		m := quota.Compare(a, b, treatment)
		a, b = a.Treat(treatment), b.Treat(treatment)
		all := sinceLine{row: web.SinceRow{Name: pooled, Before: rangeOf(a.Count), After: rangeOf(b.Count)}}
		all.set(m, least)
		if all.row.Href = shell.With(query, "/pilotage", "cause", "") + "#changes"; of == "" {
			picture, of = waterfall(m), "l’ensemble"
		}
		lines = append(lines, all)
	}
	w.Picture, w.PictureOf = picture, of
	w.Notes = shared(lines)
	if len(before) < len(now) {
		w.Notes = append(w.Notes, fmt.Sprintf("L’ensemble compare les %d Missions Locales qui ont des chiffres dans les deux états.", len(before)))
	}
	for _, l := range lines {
		for _, cause := range l.causes {
			if !slices.Contains(w.Causes, cause) {
				w.Causes = append(w.Causes, cause)
			}
		}
	}
	for _, l := range lines {
		for _, cause := range w.Causes {
			l.row.Effects = append(l.row.Effects, l.effects[cause])
		}
		for _, f := range l.facts {
			l.row.Facts = append(l.row.Facts, web.French(f))
		}
		w.Rows = append(w.Rows, l.row)
	}
	if n := len(w.Rows); n > 0 && lines[n-1].row.Name == pooled {
		w.Total, w.Rows = &w.Rows[n-1], w.Rows[:n-1]
	}
	return w
}

// sinceLine is a line under construction.
type sinceLine struct {
	row     web.SinceRow
	causes  []string
	effects map[string]string
	facts   []string
}

func (l *sinceLine) set(m *quota.Move, least int) {
	a, b := m.Before, m.After
	l.row.Entries, l.row.In, l.row.Undecided = french.Signed(b.N()-a.N()), french.Signed(b.In-a.In), french.Signed(b.Undecided-a.Undecided)
	l.effects = map[string]string{}
	for i, row := range report.NewMoveTable(m).Rows {
		if s := m.Steps[i]; s.Persons > 0 && (s.In != 0 || s.Out != 0 || s.Undecided != 0) {
			l.causes = append(l.causes, row.Cause)
			l.effects[row.Cause] = row.Min
			if s.Reclassed > 0 && s.Reclassed >= least {
				l.facts = append(l.facts, fmt.Sprintf("au moins %d adresses reclassées", s.Reclassed))
			}
		}
	}
	if m.Veiled {
		l.facts = append(l.facts, "décisions manuelles peu nombreuses, non séparées")
	}
}

// restsOn tells what two states of the counts do not share besides people.
func restsOn(a, b quota.Stand) (out []string) {
	if len(a.Versions) > 0 && len(b.Versions) > 0 && !slices.Equal(a.Versions, b.Versions) { // nobody is in a version where nobody entered
		text := "QPV " + strings.Join(a.Versions, " et ") + ", puis " + strings.Join(b.Versions, " et ")
		if _, ok := a.Under[b.Versions[0]]; !ok || len(b.Versions) != 1 {
			text += " (effet non séparé : l’envoi d’avant ne compte pas sous les nouveaux)"
		}
		out = append(out, text)
	}
	if !slices.Equal(a.Packs, b.Packs) {
		out = append(out, "référentiel géographique d’une autre édition")
	}
	if a.RuleHash != b.RuleHash {
		out = append(out, "règle modifiée")
	}
	return out
}

// replacements tells the bordereaux that a Mission Locale replaced.
func replacements(sent []store.Bordereau, unit string) []string {
	n := 0
	var last store.Bordereau
	for _, b := range sent {
		if b.Unit == unit {
			n++
			if b.ReplacedAt.IsZero() {
				last = b
			}
		}
	}
	if n < 2 {
		return nil
	}
	return []string{fmt.Sprintf("bordereau remplacé le %s (%de envoi)", last.SentAt.In(geo.Paris).Format("02/01/2006"), n)}
}

// shared takes out of lines the facts that all of them have, to be said once.
func shared(lines []sinceLine) (out []string) {
	if len(lines) < 2 {
		return nil
	}
	units := slices.DeleteFunc(slices.Clone(lines), func(l sinceLine) bool { return l.row.Name == pooled })
	for _, f := range slices.Clone(units[0].facts) {
		if slices.ContainsFunc(units, func(l sinceLine) bool { return !slices.Contains(l.facts, f) }) {
			continue
		}
		out = append(out, web.French(french.Capital(f)+"."))
		for i := range lines {
			lines[i].facts = slices.DeleteFunc(slices.Clone(lines[i].facts), func(g string) bool { return g == f })
		}
	}
	return out
}

// pooled is the name of the line of all units.
const pooled = "Ensemble"

// waterfall returns the picture of a move.
func waterfall(m *quota.Move) *web.Waterfall {
	if m.Min == nil {
		return nil
	}
	w := &web.Waterfall{Before: french.Percent(certain(m.Before)), After: french.Percent(certain(m.After)), From: certain(m.Before), To: certain(m.After)}
	for i, row := range report.NewMoveTable(m).Rows {
		if m.Steps[i].Min.Cmp(new(big.Rat)) != 0 {
			w.Steps = append(w.Steps, web.WaterfallStep{Label: row.Cause, Text: row.Min, Delta: row.MinShare})
		}
	}
	return w
}

func certain(c quota.Count) float64 { return float64(c.In) / float64(max(1, c.N())) }

// rangeOf returns a share with its bounds, « 27,1–30,2 % ».
func rangeOf(c quota.Count) string {
	if c.N() == 0 {
		return "–"
	}
	low, high := french.Percent(certain(c)), french.Percent(float64(c.In+c.Undecided)/float64(c.N()))
	if low == high {
		return low
	}
	return strings.TrimSuffix(low, "\u202f%") + "–" + high
}
