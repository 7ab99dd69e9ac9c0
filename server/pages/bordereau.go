package pages

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// bordereauForm chooses a rule and a period; nil while nothing is imported.
func (s *Pages) bordereauForm(r *http.Request, unit string, imported bool) (*web.BordereauForm, error) {
	if !imported {
		return nil, nil
	}
	f := &web.BordereauForm{Action: "/bordereau"}
	for _, name := range s.Figures.RuleNames() {
		rule, err := s.Figures.Rule(r.Context(), name, quota.Period{})
		if err != nil {
			return nil, err
		}
		f.Rules = append(f.Rules, web.Choice{Value: name, Label: rule.Name})
	}
	periods, err := s.Figures.Quarters(r.Context(), access.Who(r), unit)
	if err != nil {
		return nil, err
	}
	years := map[string]bool{}
	for _, p := range periods {
		f.Periods = append(f.Periods, web.Choice{Value: p, Label: periodName(p)})
		if f.Last == "" {
			if f.Last, err = s.lastSent(r, unit, s.Figures.RuleNames()[0], p); err != nil {
				return nil, err
			}
		}
		if year := p[:4]; !years[year] {
			years[year] = true
			f.Periods = append(f.Periods, web.Choice{Value: year, Label: periodName(year) + ", cumulée"})
		}
	}
	return f, nil
}

// lastSent says when a Mission Locale sent its counts of a period, or "" for never.
func (s *Pages) lastSent(r *http.Request, unit, rule, period string) (string, error) {
	b, err := s.Figures.LastSent(r.Context(), access.Who(r), unit, rule, period)
	if b == nil || err != nil {
		return "", err
	}
	return fmt.Sprintf("Dernier envoi : %s, le %s, par %s.", periodName(period), french.Moment(b.SentAt), b.SentBy), nil
}

// bordereauPage shows all that would be sent, and nothing else is.
func (s *Pages) bordereauPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	p := httpio.Query(r)
	return s.showBordereau(w, r, http.StatusOK, p.Text("ml"), p.Text("regle"), p.Text("periode"), "")
}

func (s *Pages) showBordereau(w http.ResponseWriter, r *http.Request, code int, asked, rule, period, refusal string) error {
	unit, err := access.Who(r).OwnUnit(asked)
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	v := &web.Bordereau{Layout: s.Layout(r, "Bordereau de remontée", "/imports"), Unit: pack.UnitName(unit), Fault: refusal}
	form, err := s.bordereauForm(r, unit, true)
	if err != nil {
		return err
	}
	if rule == "" {
		rule = form.Rules[0].Value
	}
	if period == "" && len(form.Periods) > 0 {
		period = form.Periods[0].Value
	}
	for i := range form.Rules {
		form.Rules[i].Selected = form.Rules[i].Value == rule
	}
	for i := range form.Periods {
		form.Periods[i].Selected = form.Periods[i].Value == period
	}
	v.Form, v.Period = *form, periodName(period)
	if period == "" {
		v.Empty = "Aucune entrée n’est importée : il n’y a rien à remonter."
		return s.Render(w, r, code, v)
	}
	if v.Form.Last, err = s.lastSent(r, unit, rule, period); err != nil {
		return err
	}
	b, sum, err := s.draft(r, pack, unit, rule, period)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		v.Empty = french.Sentence(err.Error())
		return s.Render(w, r, code, v)
	case err != nil:
		return err
	}
	if len(b.Units) != 1 || b.Units[0].Code != unit {
		return fault.New(fault.Input, "un bordereau ne porte que les chiffres de la Mission Locale qui l’envoie")
	}
	v.Blocks = blockTables(b)
	v.Facts = []web.Fact{{Term: "Règle", Text: b.Rule + ", empreinte " + b.RuleHash}, {Term: "Période", Text: fmt.Sprintf("%s, du %s au %s", periodName(b.Period.ID), french.Date(b.Period.From), french.Date(b.Period.To))},
		{Term: "Établi le", Text: french.Date(b.AsOf)}, {Term: "Version du programme", Text: b.Engine}, {Term: "Empreintes des fichiers signalés (SHA-256)", Text: strings.Join(b.SHA256, " ")}}
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		return err
	}
	v.Exact = text.String()
	if unfinished(b) {
		v.Unfinished = "La période finit le " + french.Date(b.Period.To) + " : ces nombres ne sont pas ceux du trimestre entier, et un autre envoi devra les remplacer."
	}
	if access.Who(r).Can(access.SendBordereau) {
		v.Send = []web.Choice{{Label: "ml", Value: unit}, {Label: "regle", Value: rule}, {Label: "periode", Value: period}, {Label: "empreinte", Value: sum}}
	} else {
		v.Why = "L’envoi revient à la direction de la Mission Locale."
	}
	return s.Render(w, r, code, v)
}

// draft makes a bordereau with a block for each version of the perimeters, so that
// the receiver can replay, and the sum that tells it from another.
func (s *Pages) draft(r *http.Request, pack *packs.Edition, unit, rule, period string) (*quota.Bordereau, string, error) {
	b, err := s.Figures.Draft(r.Context(), access.Who(r), figures.Order{Unit: unit, Rule: rule, Period: period, Perimeters: pack.Perimeters()})
	if err != nil {
		return nil, "", err
	}
	text, err := json.Marshal(b)
	sum := sha256.Sum256(text)
	return b, hex.EncodeToString(sum[:]), err
}

// unfinished reports whether a bordereau's period is still running.
func unfinished(b *quota.Bordereau) bool { return !b.Period.To.Before(geo.Today()) }

// blockTables returns the counts of a bordereau, a column for each block.
func blockTables(b *quota.Bordereau) []web.Table {
	blocks := b.Units[0].Blocks
	columns := []web.Column{{Label: "Ce qui est compté"}}
	for _, k := range blocks {
		label := "QPV " + k.Perimeter
		if k.Perimeter == quota.InForce {
			label = "QPV en vigueur à l’entrée (" + strings.Join(k.Versions, ", ") + ")"
		}
		columns = append(columns, web.Column{Label: label, Number: true})
	}
	sum := func(get func(quota.Block) int) []string {
		var cells []string
		for _, k := range blocks {
			cells = append(cells, french.Integer(get(k)))
		}
		return cells
	}
	count := func(get func(quota.Count) int) []string {
		return sum(func(k quota.Block) (n int) {
			for _, part := range k.Parts {
				n += get(part.Count)
			}
			return n
		})
	}
	row := func(label string, cells []string) []string { return append([]string{label}, cells...) }
	main := web.Table{ID: "comptes", Caption: "Entrées", Columns: columns, Rows: [][]string{
		row("Entrées", sum(func(k quota.Block) int { return k.Entries })),
		row("Dans le QPV", count(func(c quota.Count) int { return c.In })),
		row("Hors QPV", count(func(c quota.Count) int { return c.Out })),
		row("À vérifier", count(func(c quota.Count) int { return c.Undecided })),
		row("dont sans résidence établie", count(func(c quota.Count) int { return c.Unlocatable })),
		row("Décidées par une personne : dans le QPV", count(func(c quota.Count) int { return c.DecidedIn })),
		row("Décidées par une personne : hors QPV", count(func(c quota.Count) int { return c.DecidedOut })),
		row("Décidées par une personne : ne permet pas de conclure", count(func(c quota.Count) int { return c.DecidedNone })),
	}}
	out := []web.Table{main}
	details := func(id, caption string, get func(quota.Block) map[string]int, label func(string) string) {
		keys := map[string]bool{}
		for _, k := range blocks {
			for key := range get(k) {
				keys[key] = true
			}
		}
		t := web.Table{ID: id, Caption: caption, Columns: columns}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			t.Rows = append(t.Rows, row(french.Capital(label(key)), sum(func(k quota.Block) int { return get(k)[key] })))
		}
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	same := func(s string) string { return cmp.Or(s, "non renseignée") }
	details("motifs", "À vérifier, par raison", func(k quota.Block) map[string]int { return k.Motifs }, func(m string) string { return residency.Motif(m).Text() })
	details("bases", "Décisions, par base", func(k quota.Block) map[string]int { return k.Bases }, same)
	details("rejets", "Lignes à corriger, non comptées", func(k quota.Block) map[string]int {
		m := map[string]int{}
		for reason, n := range k.Rejected {
			m[reason.Label()] += n
		}
		return m
	}, same)
	return out
}

// bordereauSend sends a Mission Locale's counts to the services de l'État: those that
// the page showed, or nothing.
func (s *Pages) bordereauSend(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.SendBordereau); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	unit, err := access.Who(r).OwnUnit(p.Text("ml"))
	if err != nil {
		return err
	}
	again := func(code int, why string) error {
		return s.showBordereau(w, r, code, unit, p.Text("regle"), p.Text("periode"), why)
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	b, sum, err := s.draft(r, pack, unit, p.Text("regle"), p.Text("periode"))
	if err == nil && sum != p.Text("empreinte") {
		return again(http.StatusConflict, "Les chiffres ont changé depuis l’aperçu : rien n’est parti. Voici ceux d’à présent.")
	}
	if err == nil && unfinished(b) && p.Text("inacheve") == "" {
		return again(http.StatusUnprocessableEntity, "La période n’est pas finie : rien n’est parti. Cocher « Envoyer avant la fin de la période » pour l’envoyer quand même.")
	}
	if err == nil {
		_, err = s.Figures.Send(r.Context(), access.Who(r), unit, b)
	}
	if err != nil && httpio.Refusal(err) {
		return again(httpio.Status(err), french.Sentence(err.Error()))
	}
	if err != nil {
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, "Bordereau envoyé aux services de l’État : "+periodName(b.Period.ID)+".")
	http.Redirect(w, r, "/imports", http.StatusSeeOther)
	return nil
}
