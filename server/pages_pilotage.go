package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/web"
)

// pilotagePage tells the services de l'État which Missions Locales reach their
// target, from the bordereaux received: counts only.
func (s *Server) pilotagePage(w http.ResponseWriter, r *http.Request) error {
	p := queryParams(r)
	q, err := s.question(r, p)
	if err != nil {
		return err
	}
	v := &web.Pilotage{Layout: s.layout(r, "Pilotage", "/pilotage"), Tab: p.oneOf("vue", "tableau", "tendance", "carte"), RuleName: q.rule.Name}
	v.Tab = cmp.Or(v.Tab, "tableau")
	department := p.text("departement")
	if err := p.err(); err != nil {
		return err
	}
	if q.period.ID == "" {
		if q.period, err = s.latestPeriod(r.Context(), q.rule.ID); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	if v.Filters, err = s.pilotageFilters(r, q, department); err != nil {
		return err
	}
	v.Tabs = tabs(r.URL.Query(), "/pilotage", v.Tab, "tableau", "Tableau", "tendance", "Tendance", "carte", "Carte")
	if id := p.text("arrete"); id != "" {
		return s.pilotageFrozen(w, r, v, id)
	}
	res, err := s.figures(r.Context(), principalOf(r), q)
	switch {
	case err == nil:
	case fault.KindOf(err) == fault.NotFound:
		v.Period, v.Empty = periodName(q.period.ID), upper(err.Error())+"."
		return s.render(w, r, http.StatusOK, v)
	case fault.KindOf(err) == fault.Input && q.perimeter != "":
		v.Period, v.Empty = periodName(q.period.ID), "Le rejeu sous les QPV "+q.perimeter+" n’est pas possible : au moins un bordereau reçu ne compte pas sous ce périmètre. Les Missions Locales le complètent en l’envoyant de nouveau."
		return s.render(w, r, http.StatusOK, v)
	default:
		return err
	}
	if err := s.fillPilotage(r, v, res, q, department); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, v)
}

func (s *Server) fillPilotage(r *http.Request, v *web.Pilotage, res *quota.Result, q question, department string) error {
	pack := s.packs.acquire()
	defer pack.release()
	o := report.Options{Reader: q.reader, Engine: s.cfg.Version}
	view := report.NewView(res, o)
	v.Period, v.Counting, v.Masked, v.Notices = view.Period, view.Counting, view.Masked, view.Notices
	v.SameTarget, v.NoPopulation = view.SameTarget, view.NoPopulation
	if q.rule.HasTarget() && !strings.HasPrefix(view.Target, "selon") {
		v.Target = view.Target
	}
	zones, shared := pack.zonesOfUnits(perimeterOf(res.Perimeter, q.perimeter))
	total := 0
	for i := range view.Lines {
		l := &view.Lines[i]
		if department != "" && geo.DepartementOf(l.Code) != department {
			continue
		}
		row := shareRow(l, &res.Units[i])
		row.Zones = strconv.Itoa(len(zones[l.Code]))
		row.ZonesTitle = strings.Join(zones[l.Code], ", ")
		total += len(zones[l.Code])
		v.Rows = append(v.Rows, row)
	}
	for i := range view.Departements {
		if l := &view.Departements[i]; len(view.Departements) > 1 && department == "" || l.Code == department {
			v.Groups = append(v.Groups, shareRow(l, &res.Departements[i]))
		}
	}
	v.Total = shareRow(&view.Total, &res.Total)
	v.Total.Name = "Ensemble"
	if department != "" && len(v.Groups) == 1 {
		v.Total, v.Groups = v.Groups[0], nil
	}
	if shared > 0 && department == "" {
		v.Shared = fmt.Sprintf("Un QPV à cheval sur plusieurs territoires est nommé dans chacun : les lignes en comptent %d pour %d QPV.", total, total-shared)
	}
	sortRows(v, r.URL.Query())
	v.State = web.State{Text: view.State, Detail: "Chiffres du " + view.Drawn + ", d’après les bordereaux reçus ; ils changent avec les envois."}
	if view.State != "provisoire" {
		v.State.Text, v.State.Detail = "provisoire", "La période est close ; les chiffres ne sont pas encore arrêtés. Au "+view.Drawn+"."
	}
	v.Facts = []web.Fact{{Term: "Objectif", Text: view.Target}, {Term: "Source de l’objectif", Text: cmp.Or(view.Source, "non renseignée")}, {Term: "Dénominateur", Text: view.Counting},
		{Term: "Périmètres", Text: view.Perimeter}, {Term: "Référentiel géographique", Text: "édition du " + pack.edition()}, {Term: "Règle", Text: view.RuleID}}
	if view.Simulation != nil {
		v.Simulation = &web.Simulation{Label: view.Simulation.Label, Reference: view.Simulation.Reference}
		for _, x := range view.Simulation.Rows {
			v.Simulation.Rows = append(v.Simulation.Rows, web.Fact{Term: x.Label, Text: x.Value})
		}
	}
	if err := s.pilotageReceived(r, v, q); err != nil {
		return err
	}
	if err := s.pilotageStates(r, v, q); err != nil {
		return err
	}
	export := url.Values{"rule": {q.rule.ID}, "period": {q.period.ID}, "perimeter": {q.perimeter}}
	for _, f := range [][2]string{{"xlsx", "Classeur XLSX"}, {"csv", "CSV"}, {"html", "Fiches à imprimer"}} {
		export.Set("format", f[0])
		v.Exports = append(v.Exports, web.Link{Label: f[1], Href: "/api/v1/reports/quota?" + export.Encode()})
	}
	switch v.Tab {
	case "tendance":
		return s.pilotageTrend(r, v, q, department)
	case "carte":
		v.Map = pack.quotaMap(v.Rows)
	}
	return s.pilotageReplay(r, v, q, department)
}

// shareRow is a unit as the page shows it.
func shareRow(l *report.Line, u *quota.Unit) web.ShareRow {
	row := web.ShareRow{
		Code: l.Code, Name: l.Name, Entries: l.N, In: l.In, Undecided: l.Undecided, Share: l.Range, ExpectedText: l.Expected, TargetText: l.Target,
		Verdict: string(l.Verdict), VerdictText: l.VerdictText, Sign: l.Sign, Missing: l.Missing, Auto: l.Auto,
		Unlocatable: l.Unlocatable, YearToDate: l.YearToDate, Low: l.Low, High: l.High, Target: l.TargetShare, HasShare: l.HasShare, HasTarget: l.HasTarget,
	}
	row.Expected, row.HasExpected = u.Expected.Share()
	if l.Hidden {
		// The lower bound alone may be told: that is enough to be past the target.
		if row.High = row.Low; row.Verdict == "" {
			row.VerdictText = "Caché"
			if n, err := strconv.Atoi(strings.ReplaceAll(l.Missing, "\u202f", "")); err == nil {
				row.Missing = l.Missing + "\u00a0" + plural(n, "entrée", "entrées")
			}
		} else {
			row.VerdictText, row.Missing = "Objectif atteint", "–"
		}
		return row
	}
	if u.Flip != nil {
		row.Flip = web.French(fmt.Sprintf("%s « dans le QPV » ou %s « hors QPV » le fixent", report.Integer(u.Flip.ToReach), report.Integer(u.Flip.ToMiss)))
	}
	if m := u.Missing; m != nil {
		switch {
		case u.Verdict == quota.Reached:
			row.Missing = "–"
		case *m > 0:
			row.Missing = report.Integer(*m) + "\u00a0" + plural(*m, "entrée", "entrées")
			row.MissingTitle = web.French(fmt.Sprintf("%s %s, %s en QPV, pour atteindre %s (%s sur %s)", report.Integer(*m), plural(*m, "entrée", "entrées"), plural(*m, "toute", "toutes"), l.Target,
				report.Integer(u.In+*m), report.Integer(u.N()+*m)))
		}
	}
	return row
}

func plural(n int, one, many string) string {
	if n < 2 {
		return one
	}
	return many
}

// tabs are the views of a page, in pairs of a key and a label.
func tabs(query url.Values, path, current string, pairs ...string) []web.Link {
	var out []web.Link
	for i := 0; i < len(pairs); i += 2 {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		q.Set("vue", pairs[i])
		if i == 0 {
			q.Del("vue")
		}
		href := path
		if len(q) > 0 {
			href += "?" + q.Encode()
		}
		out = append(out, web.Link{Label: pairs[i+1], Href: href, Current: pairs[i] == current})
	}
	return out
}

func (s *Server) pilotageFilters(r *http.Request, q question, department string) ([]web.Filter, error) {
	rules := web.Filter{Name: "rule", Label: "Règle"}
	for _, name := range s.rules() {
		rule, err := s.rule(r.Context(), name, q.period)
		if err != nil {
			return nil, err
		}
		rules.Choices = append(rules.Choices, web.Choice{Value: name, Label: rule.Name, Selected: rule.ID == q.rule.ID})
	}
	kept, err := s.store.Periods(r.Context(), q.rule.ID)
	if err != nil {
		return nil, err
	}
	periods := web.Filter{Name: "period", Label: "Période"}
	for _, id := range kept {
		periods.Choices = append(periods.Choices, web.Choice{Value: id, Label: periodName(id), Selected: id == q.period.ID})
	}
	if !slices.Contains(kept, q.period.ID) {
		periods.Choices = append([]web.Choice{{Value: q.period.ID, Label: cmp.Or(periodName(q.period.ID), "dernière reçue"), Selected: true}}, periods.Choices...)
	}
	out := []web.Filter{periods, rules}
	pack := s.packs.acquire()
	defer pack.release()
	deps := map[string]bool{}
	for _, u := range pack.units() {
		if principalOf(r).sees(u.Code) {
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
	perimeters := web.Filter{Name: "perimeter", Label: "Périmètres", Choices: []web.Choice{{Label: "En vigueur à l’entrée", Selected: q.perimeter == ""}}}
	for _, v := range pack.perimeters() {
		perimeters.Choices = append(perimeters.Choices, web.Choice{Value: v, Label: "QPV " + v + " pour tous (rejeu)", Selected: v == q.perimeter})
	}
	return append(out, perimeters), nil
}

// periodName is a period in words: « 3e trimestre 2024 ».
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

func (s *Server) pilotageReceived(r *http.Request, v *web.Pilotage, q question) error {
	var list struct {
		Expected, Received int
		Units              []received
	}
	if err := s.api(r, s.listBordereaux, nil, url.Values{"rule": {q.rule.ID}, "period": {q.period.ID}}, nil, &list); err != nil {
		return err
	}
	v.Received = &web.Received{Got: list.Received, Expected: list.Expected}
	for _, u := range list.Units {
		if u.ID == "" {
			v.Received.Missing = append(v.Received.Missing, u.Name)
		}
	}
	if len(v.Received.Missing) > 0 {
		v.Received.Letter = web.French(fmt.Sprintf("Bonjour,\n\nLe bordereau de remontée « %s », période %s, n’est pas encore reçu de : %s.\n\nIl se prépare et s’envoie depuis la page « Fichiers » ; il ne contient que des nombres.\n\nCordialement,",
			q.rule.Name, periodName(q.period.ID), strings.Join(v.Received.Missing, ", ")))
	}
	return nil
}

func (s *Server) pilotageStates(r *http.Request, v *web.Pilotage, q question) error {
	var list struct{ Frozen []frozenState }
	if err := s.api(r, s.listFrozen, nil, nil, nil, &list); err != nil {
		return err
	}
	for _, f := range list.Frozen {
		if f.Rule == q.rule.ID {
			v.Frozen = append(v.Frozen, web.Link{Label: fmt.Sprintf("%s, %s, arrêté le %s", f.Name, periodName(f.Period), moment(f.FrozenAt)), Href: "/pilotage?arrete=" + url.QueryEscape(f.ID)})
		}
	}
	v.Freeze = &web.FreezeForm{Action: "/pilotage/arreter", Name: upper(periodName(q.period.ID)),
		Hidden: []web.Choice{{Label: "rule", Value: q.rule.ID}, {Label: "period", Value: q.period.ID}, {Label: "perimeter", Value: q.perimeter}}}
	if !q.period.Closed(today()) {
		v.Freeze.Warning = "La période n’est pas finie."
	}
	return nil
}

// pilotageFreeze keeps the figures of now under a name.
func (s *Server) pilotageFreeze(w http.ResponseWriter, r *http.Request) error {
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	var kept struct{ ID string }
	body := map[string]string{"name": p.text("name"), "rule": p.text("rule"), "period": p.text("period"), "perimeter": p.text("perimeter")}
	if err := s.api(r, s.freeze, nil, nil, body, &kept); err != nil {
		return err
	}
	http.Redirect(w, r, "/pilotage?arrete="+url.QueryEscape(kept.ID), http.StatusSeeOther)
	return nil
}

// pilotageFrozen shows a frozen state, and what the figures say otherwise today.
func (s *Server) pilotageFrozen(w http.ResponseWriter, r *http.Request, v *web.Pilotage, id string) error {
	var f struct {
		Name, Rule, Period string
		FrozenBy           string    `json:"frozen_by"`
		FrozenAt           time.Time `json:"frozen_at"`
		frozenBody
	}
	vars := map[string]string{"id": id}
	if err := s.api(r, s.getFrozen, vars, nil, nil, &f); err != nil {
		return err
	}
	var d frozenFigures
	if err := json.Unmarshal(f.Figures, &d); err != nil {
		return err
	}
	v.Tabs, v.Tab, v.Filters = nil, "tableau", nil
	v.Period = periodName(f.Period)
	v.State = web.State{Frozen: true, Text: "arrêté au " + f.FrozenAt.In(paris).Format("02/01/2006"), Detail: fmt.Sprintf("« %s », par %s. Ces chiffres ne changent plus.", f.Name, f.FrozenBy)}
	v.Rows, v.Total, v.SameTarget, v.NoPopulation = d.rows(), d.Total.row(), true, true
	v.Total.Name = "Ensemble"
	targets := map[float64]bool{}
	for i := range v.Rows {
		v.NoPopulation = v.NoPopulation && !v.Rows[i].HasExpected
		if v.Rows[i].HasTarget {
			targets[v.Rows[i].Target] = true
		}
	}
	if v.SameTarget = len(targets) < 2; v.SameTarget && v.Total.HasTarget {
		v.Target = web.Percent(v.Total.Target)
	}
	pack := s.packs.acquire()
	defer pack.release()
	zones, _ := pack.zonesOfUnits(perimeterOf(d.Perimeter, f.Perimeter))
	for i := range v.Rows {
		v.Rows[i].Zones = strconv.Itoa(len(zones[v.Rows[i].Code]))
	}
	sortRows(v, r.URL.Query())
	v.Facts = []web.Fact{{Term: "Règle", Text: f.Rule + ", empreinte " + f.RuleHash[:min(12, len(f.RuleHash))]}, {Term: "Périmètres", Text: cmp.Or(f.Perimeter, "en vigueur à l’entrée")}, {Term: "Référentiel géographique", Text: f.Pack}}
	if len(f.Missing) > 0 {
		v.Facts = append(v.Facts, web.Fact{Term: "N’avaient rien envoyé", Text: pack.unitNames(f.Missing)})
	}
	if f.Observations != "" {
		v.Facts = append(v.Facts, web.Fact{Term: "Observations", Text: f.Observations})
	}
	v.Exports = []web.Link{{Label: "Chiffres du jour", Href: "/pilotage?" + url.Values{"rule": {f.Rule}, "period": {f.Period}}.Encode()}}
	var diff struct {
		RuleChanged bool `json:"rule_changed"`
		Units       []struct {
			Unit         string
			Frozen, Live *countsOf
		}
	}
	if err := s.api(r, s.frozenDifference, vars, nil, nil, &diff); err != nil {
		return err
	}
	v.Changes = &web.Changes{Intro: "Depuis l’arrêté, les chiffres du jour sont les mêmes."}
	for _, u := range diff.Units {
		v.Changes.Intro = "Ce que les chiffres du jour disent autrement ; l’état arrêté reste tel quel."
		v.Changes.List = append(v.Changes.List, fmt.Sprintf("%s : %s, au lieu de %s", pack.unitName(u.Unit), countsText(u.Live), countsText(u.Frozen)))
	}
	if diff.RuleChanged {
		v.Changes.List = append(v.Changes.List, "La règle a changé depuis l’arrêté.")
	}
	return s.render(w, r, http.StatusOK, v)
}

func countsText(c *countsOf) string {
	if c == nil {
		return "aucun envoi"
	}
	number := func(n *int) string {
		if n == nil {
			return "•"
		}
		return report.Integer(*n)
	}
	return fmt.Sprintf("%s dans le QPV et %s à vérifier sur %s entrées", number(c.In), number(c.Undecided), number(c.Entries))
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
		q := url.Values{}
		for k, vs := range query {
			q[k] = vs
		}
		link := web.SortLink{}
		q.Set("tri", c)
		if c == key {
			link.Dir = "ascending"
			if down {
				link.Dir = "descending"
			} else {
				q.Set("tri", "-"+c)
			}
		}
		link.Href = "/pilotage?" + q.Encode()
		v.Sort[c] = link
	}
}
