package pages

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/web"
)

// ownPage returns a Mission Locale's own: its share, its territory, what is to be done.
func (s *Pages) ownPage(w http.ResponseWriter, r *http.Request) (err error) {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	defer blockfile.Recover(&err, blockfile.Guard())
	v, err := s.own(r)
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, v)
}

// own gathers all that a Mission Locale's page, and its note, show.
func (s *Pages) own(r *http.Request) (*web.Home, error) {
	p := httpio.Query(r)
	q, err := s.Figures.Question(r.Context(), access.Who(r), figures.AskOf(p, figures.InFrench))
	if err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	v := &web.Home{Layout: s.Layout(r, "Ma Mission Locale", "/ma-mission-locale"), Unit: pack.UnitName(q.Unit)}
	periods, err := s.Figures.Quarters(r.Context(), access.Who(r), q.Unit)
	if err != nil {
		return nil, err
	}
	if q.Period.ID == "" && len(periods) > 0 {
		if q.Period, err = quota.ParsePeriod(periods[0]); err != nil {
			return nil, err
		}
	}
	v.Period = periodName(q.Period.ID)
	v.Filters = s.ownFilters(r.Context(), q, periods, pack)
	if err := s.ownTerritory(r, v, q, pack); err != nil {
		return nil, err
	}
	if id := p.Text("arrete"); id != "" {
		return v, s.ownFrozenState(r, v, q, id)
	}
	res, err := s.Figures.Quota(r.Context(), access.Who(r), q)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound, err == nil && len(res.Units) == 0:
		v.Empty = "Aucun fichier n’est importé : la part n’est pas calculée."
		if len(periods) > 0 {
			v.Empty = "Aucune entrée de cette période dans les fichiers importés : la part n’est pas calculée."
		}
		return v, nil
	case err != nil:
		return nil, err
	}
	if err := s.ownFigures(r, v, q, res); err != nil {
		return nil, err
	}
	return v, s.ownMeeting(r, v, q)
}

func (s *Pages) ownFilters(ctx context.Context, q figures.Question, periods []string, pack *packs.Edition) []web.Filter {
	f := web.Filter{Name: "periode", Label: "Période"}
	years := map[string]bool{}
	for _, id := range periods {
		f.Choices = append(f.Choices, web.Choice{Value: id, Label: periodName(id), Selected: id == q.Period.ID})
		if year := id[:4]; !years[year] {
			years[year] = true
			f.Choices = append(f.Choices, web.Choice{Value: year, Label: periodName(year) + ", cumulée", Selected: year == q.Period.ID})
		}
	}
	rules := web.Filter{Name: "regle", Label: "Règle"}
	for _, name := range s.Figures.RuleNames() {
		if rule, err := s.Figures.Rule(ctx, name, q.Period); err == nil {
			rules.Choices = append(rules.Choices, web.Choice{Value: name, Label: rule.Name, Selected: rule.ID == q.Rule.ID})
		}
	}
	perimeters := web.Filter{Name: "perimetre", Label: "Périmètres", Choices: []web.Choice{{Label: "En vigueur à l’entrée", Selected: q.Perimeter == ""}}}
	for _, name := range pack.Perimeters() {
		perimeters.Choices = append(perimeters.Choices, web.Choice{Value: name, Label: "QPV " + name + " pour tous (rejeu)", Selected: name == q.Perimeter})
	}
	return []web.Filter{f, rules, perimeters}
}

func (s *Pages) ownFigures(r *http.Request, v *web.Home, q figures.Question, res *quota.Result) error {
	view := report.NewView(res, report.Options{Reader: q.Reader, Engine: s.Version})
	i := slices.IndexFunc(view.Lines, func(l report.Line) bool { return l.Code == q.Unit })
	if i < 0 {
		i = 0
	}
	l, u := &view.Lines[i], &res.Units[i]
	v.Period = view.Period
	for _, n := range view.Notices { // the rows came by no file that has a name
		v.Notices = append(v.Notices, french.Capital(strings.TrimPrefix(n, "entrée standard\u202f: ")))
	}
	for _, warning := range q.Rule.Warnings(res.Period, geo.Today()) {
		v.Confirm = strings.TrimSpace(v.Confirm + " " + warning)
		v.Notices = slices.DeleteFunc(v.Notices, func(n string) bool { return n == web.French(warning) })
	}
	v.Row, v.HasRow = shareRow(l, u), true
	v.Row.Share = l.Share
	v.State = web.State{Text: "provisoire", Detail: "Chiffres du " + view.Drawn + ", d’après vos fichiers ; " + view.Perimeter + "."}
	add := func(term, text string) {
		if text != "" && text != "–" {
			v.Facts = append(v.Facts, web.Fact{Term: term, Text: text})
		}
	}
	add(french.Capital(view.Counting), l.N)
	add("Dans le QPV", l.In)
	add("Hors QPV", l.Out)
	add("À vérifier", l.Undecided)
	if v.Row.MissingTitle != "" {
		add("Ce qui manque", french.Capital(v.Row.MissingTitle))
	}
	add("Ce qui fixerait le verdict", v.Row.Flip)
	if l.Reread != "" {
		add("Relecture des décisions manuelles", l.Reread)
	}
	if l.Auto != "" {
		add("Sans les décisions manuelles", l.Auto)
	}
	add("Sans résidence établie", l.Unlocatable)
	add("Depuis le 1er janvier", l.YearToDate)
	add("Rythme", l.Pace)
	add("Situation à la sortie", l.Beside)
	add("Source de l’objectif", view.Source)
	if view.NoPopulation {
		add("Part attendue", "population non chargée")
	}
	if err := s.ownTodo(r, v, q, res, u, l); err != nil {
		return err
	}
	if err := s.ownTrend(r, v, q); err != nil {
		return err
	}
	if err := s.ownChanges(r, v, q, res); err != nil {
		return err
	}
	if err := s.ownStates(r, v, q); err != nil {
		return err
	}
	asked := url.Values{"regle": {q.Rule.ID}, "periode": {q.Period.ID}, "perimetre": {q.Perimeter}, "ml": {q.Unit}}
	v.Exports = append(v.Exports, web.Link{Label: "Note d’une page", Href: "/ma-mission-locale/note?" + asked.Encode()})
	v.Exports = append(v.Exports, web.Link{Label: "Tableaux croisés", Href: "/ma-mission-locale/tableaux?" + url.Values{"periode": {q.Period.ID}, "ml": {q.Unit}}.Encode()})
	report := url.Values{"rule": {q.Rule.ID}, "period": {q.Period.ID}, "perimeter": {q.Perimeter}, "unit": {q.Unit}}
	for _, f := range [][2]string{{"html", "Rapport détaillé"}, {"xlsx", "Classeur XLSX"}} {
		report.Set("format", f[0])
		v.Exports = append(v.Exports, web.Link{Label: f[1], Href: "/api/v1/reports/quota?" + report.Encode()})
	}
	return nil
}

// ownTrend returns the Mission Locale's share, quarter by quarter.
func (s *Pages) ownTrend(r *http.Request, v *web.Home, q figures.Question) error {
	v.Trend = &web.Trend{Name: v.Unit}
	for _, period := range quarters(q.Period) {
		asked := q
		asked.Period = period
		past, err := s.Figures.Quota(r.Context(), access.Who(r), asked)
		if err != nil {
			return err
		}
		point, ok := trendPoints(past, asked, "")[q.Unit]
		if !ok {
			point = web.TrendPoint{Share: "–", Verdict: "sans_objet", VerdictText: "Sans objet"}
		}
		point.Label = period.ID[5:] + " " + period.ID[:4]
		v.Trend.Points = append(v.Trend.Points, point)
	}
	return nil
}

// ownTodo returns what may still change the figures of the period.
func (s *Pages) ownTodo(r *http.Request, v *web.Home, q figures.Question, res *quota.Result, u *quota.Unit, l *report.Line) error {
	say := func(href, label, format string, args ...any) {
		v.Todo = append(v.Todo, web.Todo{Text: fmt.Sprintf(format, args...), Href: href, Label: label})
	}
	if left := int(res.Period.To.Time().Sub(res.AsOf.Time()).Hours() / 24); left >= 0 && !res.Closed() {
		v.Left = fmt.Sprintf("Il reste %d %s avant le %s.", left, french.Plural(left, "jour", "jours"), french.Date(res.Period.To))
	} else {
		v.Left = fmt.Sprintf("La période est finie depuis le %s ; ce qui suit change encore les chiffres, tant qu’ils ne sont pas arrêtés.", french.Date(res.Period.To))
	}
	if u.Verdict == quota.Undetermined && u.Flip != nil {
		say("", "", "Le verdict dépend des adresses à vérifier : %s.", v.Row.Flip)
	}
	open := map[residency.Action]int{}
	for _, x := range res.Open {
		open[residency.Action(x.Action)]++
	}
	if n := open[residency.ToDecide]; n > 0 {
		say("/a-verifier", "Les vérifier", "%d %s une adresse à trancher sur la carte.", n, french.Plural(n, "entrée a", "entrées ont"))
	}
	if n := open[residency.Complete]; n > 0 {
		say("/a-verifier?vue=a-completer", "Voir la liste", "%d %s une adresse à compléter dans i-Milo.", n, french.Plural(n, "entrée a", "entrées ont"))
	}
	if n := open[residency.NoneKnown]; n > 0 {
		say("/a-verifier?vue=sans-residence", "Voir la liste", "%d %s sans résidence établie.", n, french.Plural(n, "entrée est", "entrées sont"))
	}
	if n := len(res.Rejected); n > 0 {
		say("/imports", "Voir les fichiers", "%d %s à corriger, et ne %s pas.", n, french.Plural(n, "ligne est", "lignes sont"), french.Plural(n, "compte", "comptent"))
	}
	if l.Pace != "" {
		say("", "", "%s", l.Pace)
	}
	sent, err := s.Figures.LastSent(r.Context(), access.Who(r), q.Unit, q.Rule.ID, q.Period.ID)
	if err != nil {
		return err
	}
	bordereau := "/bordereau?" + url.Values{"regle": {q.Rule.ID}, "periode": {q.Period.ID}, "ml": {q.Unit}}.Encode()
	if sent == nil {
		say(bordereau, "Le préparer", "Le bordereau de la période n’est pas envoyé.")
	} else if b, err := quota.ParseBordereau("bordereau", sent.Body); err == nil {
		if before, ok := b.Stand(q.Unit, ""); ok && q.Perimeter == "" && before.Count != u.Count {
			say(bordereau, "L’envoyer de nouveau", "Les chiffres ont changé depuis l’envoi du %s.", sent.SentAt.In(geo.Paris).Format("02/01/2006"))
		}
	}
	if v.Complete != nil && v.Complete.Warning != "" {
		say("/ma-mission-locale/sites", "La compléter", "La liste des sites d’accueil est incomplète, ou sa complétude n’est pas connue.")
	}
	return nil
}
