package server

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/store"
	"perimetre/web"
)

// ownPage is a Mission Locale's own: its share, its territory, what is to be done.
func (s *Server) ownPage(w http.ResponseWriter, r *http.Request) (err error) {
	defer blockfile.Recover(&err)
	p := queryParams(r)
	q, err := s.question(r, p)
	if err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	v := &web.Home{Layout: s.layout(r, "Ma Mission Locale", "/ma-mission-locale"), Unit: pack.unitName(q.unit)}
	periods, err := s.ownPeriods(r, q.unit)
	if err != nil {
		return err
	}
	if q.period.ID == "" && len(periods) > 0 {
		if q.period, err = quota.ParsePeriod(periods[0]); err != nil {
			return err
		}
	}
	v.Period = periodName(q.period.ID)
	v.Filters = s.ownFilters(q, periods, pack)
	if err := s.ownTerritory(r, v, q, pack); err != nil {
		return err
	}
	res, err := s.figures(r.Context(), principalOf(r), q)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound, err == nil && len(res.Units) == 0:
		v.Empty = "Aucun fichier n’est importé : la part n’est pas calculée."
		return s.render(w, r, http.StatusOK, v)
	case err != nil:
		return err
	}
	if err := s.ownFigures(r, v, q, res); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, v)
}

func (s *Server) ownFilters(q question, periods []string, pack *openPack) []web.Filter {
	f := web.Filter{Name: "period", Label: "Période"}
	years := map[string]bool{}
	for _, id := range periods {
		f.Choices = append(f.Choices, web.Choice{Value: id, Label: periodName(id), Selected: id == q.period.ID})
		if year := id[:4]; !years[year] {
			years[year] = true
			f.Choices = append(f.Choices, web.Choice{Value: year, Label: periodName(year) + ", cumulée", Selected: year == q.period.ID})
		}
	}
	rules := web.Filter{Name: "rule", Label: "Règle"}
	for _, name := range s.rules() {
		if rule, err := quota.LoadRule(name); err == nil {
			rules.Choices = append(rules.Choices, web.Choice{Value: name, Label: rule.Name, Selected: rule.ID == q.rule.ID})
		}
	}
	perimeters := web.Filter{Name: "perimeter", Label: "Périmètres", Choices: []web.Choice{{Label: "En vigueur à l’entrée", Selected: q.perimeter == ""}}}
	for _, name := range pack.perimeters() {
		perimeters.Choices = append(perimeters.Choices, web.Choice{Value: name, Label: "QPV " + name + " pour tous (rejeu)", Selected: name == q.perimeter})
	}
	return []web.Filter{f, rules, perimeters}
}

func (s *Server) ownFigures(r *http.Request, v *web.Home, q question, res *quota.Result) error {
	view := report.NewView(res, report.Options{Reader: q.reader, Engine: s.cfg.Version})
	i := slices.IndexFunc(view.Lines, func(l report.Line) bool { return l.Code == q.unit })
	if i < 0 {
		i = 0
	}
	l, u := &view.Lines[i], &res.Units[i]
	v.Period, v.Notices = view.Period, view.Notices
	v.Row, v.HasRow = shareRow(l, u), true
	v.Row.Share = l.Share
	v.State = web.State{Text: "provisoire", Detail: "Chiffres du " + view.Drawn + ", d’après vos fichiers ; " + view.Perimeter + "."}
	add := func(term, text string) {
		if text != "" && text != "–" {
			v.Facts = append(v.Facts, web.Fact{Term: term, Text: text})
		}
	}
	add(upper(view.Counting), l.N)
	add("Dans le QPV", l.In)
	add("Hors QPV", l.Out)
	add("À vérifier", l.Undecided)
	if v.Row.MissingTitle != "" {
		add("Ce qui manque", upper(v.Row.MissingTitle))
	}
	add("Ce qui fixerait le verdict", v.Row.Flip)
	if l.Auto != "" {
		add("Sans les décisions manuelles", l.Auto)
	}
	add("Sans résidence établie", l.Unlocatable)
	add("Depuis le 1er janvier", l.YearToDate)
	for _, pace := range l.Pace {
		add("Rythme", pace)
	}
	add("Source de l’objectif", view.Source)
	if view.NoPopulation {
		add("Part attendue", "population non chargée")
	}
	if err := s.ownTodo(r, v, q, u); err != nil {
		return err
	}
	v.Trend = &web.Trend{Name: v.Unit}
	for _, period := range quarters(q.period) {
		qq := q
		qq.period = period
		past, err := s.figures(r.Context(), principalOf(r), qq)
		if err != nil {
			return err
		}
		point, ok := trendPoints(past, qq, "")[q.unit]
		if !ok {
			point = web.TrendPoint{Share: "–", Verdict: "sans_objet", VerdictText: "Sans objet"}
		}
		point.Label = period.ID[5:] + " " + period.ID[:4]
		v.Trend.Points = append(v.Trend.Points, point)
	}
	if err := s.ownReplay(r, v, q, res); err != nil {
		return err
	}
	export := url.Values{"rule": {q.rule.ID}, "period": {q.period.ID}, "perimeter": {q.perimeter}, "unit": {q.unit}, "format": {"html"}}
	v.Exports = append(v.Exports, web.Link{Label: "Note d’une page", Href: "/api/v1/reports/quota?" + export.Encode()})
	export.Set("format", "xlsx")
	v.Exports = append(v.Exports, web.Link{Label: "Classeur XLSX", Href: "/api/v1/reports/quota?" + export.Encode()})
	return nil
}

// ownReplay tells why the share differs from that of the perimeters in force, when
// a replay was asked.
func (s *Server) ownReplay(r *http.Request, v *web.Home, q question, res *quota.Result) error {
	if q.perimeter == "" {
		return nil
	}
	before := q
	before.perimeter = ""
	old, err := s.figures(r.Context(), principalOf(r), before)
	if err != nil {
		return err
	}
	move, err := quota.Explain(old, res)
	if err != nil {
		return err
	}
	t := report.NewView(res, report.Options{Reader: q.reader, Move: move}).Move
	if t == nil {
		return nil
	}
	row := func(m report.MoveRow) web.ChangeRow {
		return web.ChangeRow{Cause: m.Cause, People: m.Persons, In: m.In, Out: m.Out, Undecided: m.Undecided, Min: m.Min, Max: m.Max}
	}
	v.Changes = &web.Changes{Intro: t.Intro, Total: row(t.Total)}
	for _, m := range t.Rows {
		v.Changes.Rows = append(v.Changes.Rows, row(m))
	}
	return nil
}

func (s *Server) ownTodo(r *http.Request, v *web.Home, q question, u *quota.Unit) error {
	_, actions, err := s.store.CountPeople(r.Context(), store.PeopleQuery{Unit: q.unit})
	if err != nil {
		return err
	}
	if n := actions["trancher"]; n > 0 {
		v.Todo = append(v.Todo, web.Todo{Text: fmt.Sprintf("%d %s une adresse à trancher sur la carte.", n, plural(n, "personne a", "personnes ont")), Href: "/a-verifier", Label: "Les vérifier"})
	}
	if n := actions["completer"]; n > 0 {
		v.Todo = append(v.Todo, web.Todo{Text: fmt.Sprintf("%d %s une adresse à compléter dans i-Milo.", n, plural(n, "personne a", "personnes ont")), Href: "/a-verifier?vue=a-completer", Label: "Voir la liste"})
	}
	if u.Verdict == quota.Undetermined && u.Flip != nil {
		v.Todo = append(v.Todo, web.Todo{Text: "Le verdict dépend des adresses à vérifier : " + v.Row.Flip + "."})
	}
	list, err := s.store.Bordereaux(r.Context(), q.rule.ID, q.period.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(b store.Bordereau) bool { return b.Unit == q.unit }) {
		v.Todo = append(v.Todo, web.Todo{Text: "Le bordereau de la période n’est pas envoyé.", Href: "/imports", Label: "Le préparer"})
	}
	return nil
}

// ownTerritory is the map, the QPV with their nearest site, and the sites.
func (s *Server) ownTerritory(r *http.Request, v *web.Home, q question, pack *openPack) error {
	sites, err := s.sites(r, pack)
	if err != nil {
		return err
	}
	all := pack.perimeters()
	if len(all) == 0 {
		return nil
	}
	perimeter := cmp.Or(q.perimeter, all[len(all)-1])
	v.Map = pack.zoningMap(zoningMap{id: "territoire", title: "Territoire de " + v.Unit, perimeter: perimeter, on: today(), unit: q.unit, width: 900, sites: sites})
	var own []siteRecord
	var points []orb.Point
	var placed []siteRecord
	for _, x := range sites {
		if x.Unit == q.unit {
			own = append(own, x)
		}
		if x.Lon != nil && x.Lat != nil {
			points, placed = append(points, orb.Point{*x.Lon, *x.Lat}), append(placed, x)
		}
	}
	finder := coverage.NewLocator(points).Finder()
	_, index, ok := pack.Zonings.Polygons(geo.QPV, perimeter)
	if !ok {
		return nil
	}
	t := &web.Table{ID: "zones", Caption: "QPV " + perimeter + " du territoire, et leur site le plus proche", Columns: []web.Column{{Label: "Code"}, {Label: "Nom"}, {Label: "Communes"}, {Label: "Partagé avec"}, {Label: "Site le plus proche"}, {Label: "Distance à vol d’oiseau", Number: true}}}
	for _, z := range pack.zonePlaces(perimeter) {
		if !slices.Contains(z.units, q.unit) {
			continue
		}
		var communes, others []string
		for _, c := range z.communes {
			if x, ok := pack.Communes.Lookup(c); ok {
				communes = append(communes, x.Name)
			}
		}
		for _, u := range z.units {
			if u != q.unit {
				others = append(others, pack.unitName(u))
			}
		}
		name, distance := "aucun site situé", "–"
		if i, m, ok := finder.Nearest(index.Bound(z.index).Center()); ok {
			name, distance = placed[i].Name, metresText(float64(int(m/10)*10))
		}
		t.Rows = append(t.Rows, []string{z.Code, z.Name, strings.Join(communes, ", "), strings.Join(others, ", "), name, distance})
	}
	if len(t.Rows) == 0 {
		v.Notices = append(v.Notices, "Ce territoire n’a aucun QPV.")
	} else {
		v.Zones = t
	}
	if len(own) > 0 {
		table := siteTable("sites", "Sites d’accueil", own, pack)
		v.Sites = &table
	}
	v.Complete, err = s.completeness(r, q.unit, own)
	return err
}
