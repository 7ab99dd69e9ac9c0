package pages

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// pilotagePage tells the services de l'État which Missions Locales reach their
// target, from the bordereaux received: counts only.
func (s *Pages) pilotagePage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Steer); err != nil {
		return err
	}
	p := httpio.Query(r)
	q, err := s.Figures.Question(r.Context(), access.Who(r), figures.AskOf(p, figures.InFrench))
	if err != nil {
		return err
	}
	v := &web.Pilotage{Layout: s.Layout(r, "Pilotage", "/pilotage"), Tab: p.OneOf("vue", "tableau", "tendance", "carte", "projeter"), RuleName: q.Rule.Name}
	v.Tab = cmp.Or(v.Tab, "tableau")
	v.Flash = s.Sessions.PopString(r.Context(), shell.Flash)
	department := p.Text("departement")
	periods, err := s.pickPeriod(r, p, &q)
	if err != nil {
		return err
	}
	if err := p.Err(); err != nil {
		return err
	}
	if v.Filters, v.Options, err = s.pilotageFilters(r, q, periods, department); err != nil {
		return err
	}
	v.Tabs = shell.Tabs(r.URL.Query(), "/pilotage", v.Tab, "tableau", "Tableau", "tendance", "Tendance", "carte", "Carte")
	if id := p.Text("arrete"); id != "" {
		return s.pilotageFrozen(w, r, v, id)
	}
	res, err := s.Figures.Quota(r.Context(), access.Who(r), q)
	switch {
	case err == nil:
	case fault.KindOf(err) == fault.NotFound && periods.cumulated && !periods.carried:
		v.Period = periodName(q.Period.ID)
		v.Empty = "Aucun bordereau reçu ne porte l’année " + periods.quarter.ID[:4] + " cumulée."
		v.Why = "Une année n’est pas la somme de ses trimestres : une personne y compte une fois, à sa première entrée de l’année. Le cumul s’affiche dès que les Missions Locales envoient le bordereau de l’année, depuis leur page « Fichiers »."
		v.Instead = []web.Link{{Label: "Voir le " + periodName(periods.quarter.ID) + " seul", Href: "/pilotage?" + url.Values{"regle": {q.Rule.ID}, "periode": {periods.quarter.ID}}.Encode()}}
		return s.Render(w, r, http.StatusOK, v)
	case fault.KindOf(err) == fault.NotFound:
		if err := s.nothingReceived(r, v, q, department, err); err != nil {
			return err
		}
		return s.Render(w, r, http.StatusOK, v)
	case fault.KindOf(err) == fault.Input && q.Perimeter != "":
		v.Period, v.Empty = periodName(q.Period.ID), "Le rejeu sous les QPV "+q.Perimeter+" n’est pas possible : aucun bordereau reçu ne compte sous ce périmètre. Les Missions Locales le complètent en l’envoyant de nouveau."
		return s.Render(w, r, http.StatusOK, v)
	default:
		return err
	}
	if err := s.fillPilotage(r, v, res, q, department); err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, v)
}

func (s *Pages) fillPilotage(r *http.Request, v *web.Pilotage, res *quota.Result, q figures.Question, department string) error {
	pack := s.Packs.Acquire()
	defer pack.Release()
	o := report.Options{Reader: q.Reader, Engine: s.Version}
	view := report.NewView(res, o)
	v.Period, v.Counting, v.Masked, v.Notices = view.Period, view.Counting, view.Masked, view.Notices
	v.SameTarget, v.NoPopulation = view.SameTarget, view.NoPopulation
	if q.Rule.HasTarget() && !strings.HasPrefix(view.Target, "selon") {
		v.Target = view.Target
	}
	for i := range view.Lines {
		l := &view.Lines[i]
		if department != "" && geo.DepartementOf(l.Code) != department {
			continue
		}
		v.Rows = append(v.Rows, shareRow(l, &res.Units[i]))
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
	v.Reserve = view.Reserve
	for _, u := range res.Unreplayed {
		if department == "" || geo.DepartementOf(u.Code) == department {
			row := missingRow(u.Code, u.Name)
			row.Received, row.Verdict, row.VerdictText, row.Why = true, unreplayed, "Non rejoué", u.Why
			v.Rows = append(v.Rows, row)
		}
	}
	if err := s.pilotageReceived(r, v, q, department); err != nil {
		return err
	}
	countZones(v, pack.ZonesOfUnits(figures.PerimeterShown(res.Perimeter, q.Perimeter)))
	sortRows(v, r.URL.Query())
	v.State = web.State{Text: view.State, Detail: "Chiffres du " + view.Drawn + ", d’après les bordereaux reçus ; ils changent avec les envois."}
	if view.State != "provisoire" {
		v.State.Text, v.State.Detail = "provisoire", "La période est close ; les chiffres ne sont pas encore arrêtés. Au "+view.Drawn+"."
	}
	v.Goals = []web.Fact{{Term: "Objectif", Text: view.Target}, {Term: "Source", Text: cmp.Or(view.Source, "non renseignée")}}
	for _, warning := range q.Rule.Warnings(res.Period, geo.Today()) {
		v.Confirm = strings.TrimSpace(v.Confirm + " " + warning)
		v.Notices = slices.DeleteFunc(v.Notices, func(n string) bool { return n == web.French(warning) })
	}
	v.Facts = []web.Fact{{Term: "Dénominateur", Text: view.Counting}, {Term: "Périmètres", Text: view.Perimeter},
		{Term: "Référentiel géographique", Text: "édition du " + pack.Label()}, {Term: "Règle", Text: view.RuleID}}
	if view.Total.Beside != "" {
		v.Facts = append(v.Facts, web.Fact{Term: "Situation à la sortie", Text: view.Total.Beside + "."})
	}
	if year := int(res.Period.To.Year); res.Period == quota.Year(year) && !res.Closed() {
		v.Facts = append(v.Facts, web.Fact{Term: "Cumul", Text: "depuis le 1er janvier, jusqu’au jour de chaque envoi"})
	}
	if view.Simulation != nil {
		v.Simulation = &web.Simulation{Label: view.Simulation.Label, Reference: view.Simulation.Reference}
		for _, x := range view.Simulation.Rows {
			v.Simulation.Rows = append(v.Simulation.Rows, web.Fact{Term: x.Label, Text: x.Value})
		}
	}
	v.Draw = drawForm(view, q)
	if err := s.pilotageStates(r, v, q); err != nil {
		return err
	}
	export := url.Values{"rule": {q.Rule.ID}, "period": {q.Period.ID}, "perimeter": {q.Perimeter}}
	for _, f := range [][2]string{{"xlsx", "Classeur XLSX"}, {"csv", "CSV"}, {"html", "Rapport à imprimer"}} {
		export.Set("format", f[0])
		v.Exports = append(v.Exports, web.Link{Label: f[1], Href: "/api/v1/reports/quota?" + export.Encode()})
	}
	export.Set("format", "fiches")
	v.Sheets = "/api/v1/reports/quota?" + export.Encode()
	if err := s.pilotageProjected(r, v); err != nil {
		return err
	}
	switch v.Tab {
	case "tendance":
		return s.pilotageTrend(r, v, q, department)
	case "carte":
		v.Map = quotaMap(pack, v.Rows)
		v.Gaps = gapRows(v.Rows)
		return nil
	}
	if err := s.pilotageSince(r, v, q); err != nil {
		return err
	}
	return s.pilotageReplay(r, v, q, department)
}

// shareRow returns a unit as the page shows it.
func shareRow(l *report.Line, u *quota.Unit) web.ShareRow {
	row := web.ShareRow{
		Code: l.Code, Name: l.Name, Entries: l.N, In: l.In, Undecided: l.Undecided, Share: l.Range, ExpectedText: l.Expected, TargetText: l.Target,
		Verdict: string(l.Verdict), VerdictText: l.VerdictText, Sign: l.Sign, Missing: l.Missing, Auto: l.Auto,
		Unlocatable: l.Unlocatable, YearToDate: l.YearToDate, Low: l.Low, High: l.High, Target: l.TargetShare, HasShare: l.HasShare, HasTarget: l.HasTarget,
		Received: true, Hidden: l.Hidden, Doubts: l.Doubts, Reserved: l.Reserved, Beside: l.Beside, BesideShort: l.BesideShort, Reread: l.RereadShort, Pace: l.Pace, OutOfReach: l.OutOfReach,
	}
	row.Expected, row.HasExpected = u.Expected.Share()
	if l.Hidden {
		row.High = row.Low // the lower bound alone may be told
		if n, err := strconv.Atoi(strings.ReplaceAll(l.Missing, "\u202f", "")); err == nil {
			row.Missing = l.Missing + "\u00a0" + french.Plural(n, "entrée", "entrées")
		}
		if l.Verdict == quota.Reached {
			row.Missing = "–"
		}
		return row
	}
	if u.Flip != nil {
		row.Flip = fmt.Sprintf("%s oui ou %s non le fixent", french.Integer(u.Flip.ToReach), french.Integer(u.Flip.ToMiss))
	}
	if m := u.Missing; m != nil {
		switch {
		case u.Verdict == quota.Reached:
			row.Missing = "–"
		case *m > 0:
			row.Missing = french.Integer(*m) + "\u00a0" + french.Plural(*m, "entrée", "entrées")
			row.MissingTitle = missingTitle(*m, u.In, u.N(), l.Target)
		}
	}
	return row
}

// missingTitle says what is missing in full, « 17 entrées, toutes en QPV, pour
// atteindre 40 % (168 sur 419) ».
func missingTitle(missing, in, n int, target string) string {
	return web.French(fmt.Sprintf("%s %s, %s en QPV, pour atteindre %s (%s sur %s)", french.Integer(missing), french.Plural(missing, "entrée", "entrées"), french.Plural(missing, "toute", "toutes"), target,
		french.Integer(in+missing), french.Integer(n+missing)))
}

// pilotageReceived tells who has sent, adds a row for each that has not, and says how far
// the meeting has come.
func (s *Pages) pilotageReceived(r *http.Request, v *web.Pilotage, q figures.Question, department string) error {
	ctx, who := r.Context(), access.Who(r)
	list, err := s.Figures.Returns(ctx, who, q)
	if err != nil {
		return err
	}
	v.Received = &web.Received{Got: list.Received, Expected: list.Expected}
	for _, u := range list.Units {
		if u.ID == "" {
			v.Received.Missing = append(v.Received.Missing, u.Name)
		}
		if u.ID == "" && (department == "" || geo.DepartementOf(u.Unit) == department) && !slices.ContainsFunc(v.Rows, func(row web.ShareRow) bool { return row.Code == u.Unit }) {
			v.Rows = append(v.Rows, missingRow(u.Unit, u.Name))
		}
	}
	v.Total.Name = totalName(v)
	if len(v.Received.Missing) > 0 {
		v.Received.Letter = web.French(fmt.Sprintf("Bonjour,\n\nLe bordereau de remontée « %s », période %s, n’est pas encore reçu de : %s.\n\nIl se prépare et s’envoie depuis la page « Fichiers » ; il ne contient que des nombres.\n\nCordialement,",
			q.Rule.Name, periodName(q.Period.ID), strings.Join(v.Received.Missing, ", ")))
	}
	stage, err := s.Figures.StageOf(ctx, who, q, list)
	v.Stages = stages(stage)
	return err
}

// unreplayed is the word for the verdict of a unit that cannot be counted under the
// perimeters asked for, as french.Verdicts reads it.
const unreplayed = "non_rejoue"

// missingRow returns the row of a Mission Locale that has sent nothing.
func missingRow(code, name string) web.ShareRow {
	return web.ShareRow{Code: code, Name: name, Zones: "–", Entries: "–", In: "–", Undecided: "–", Share: "–", ExpectedText: "–", TargetText: "–", VerdictText: "Non reçu", Missing: "–"}
}

// stages returns the steps of the meeting, the one where it stands being current.
func stages(at figures.Stage) []web.Link {
	var out []web.Link
	for _, x := range [...]struct {
		stage figures.Stage
		label string
	}{{figures.Running, "En cours"}, {figures.Complete, "Transmis"}, {figures.Discussed, "Observations"}, {figures.FrozenStage, "Arrêté"}} {
		out = append(out, web.Link{Label: x.label, Current: x.stage == at})
	}
	return out
}

// nothingReceived shows a period for which nobody has sent, or whose bordereaux no longer
// count: every Mission Locale is expected.
func (s *Pages) nothingReceived(r *http.Request, v *web.Pilotage, q figures.Question, department string, why error) error {
	v.Period, v.Counting, v.SameTarget, v.NoPopulation = periodName(q.Period.ID), "", true, true
	v.Notices = []string{web.French(french.Capital(why.Error()) + ".")}
	v.State = web.State{Text: "provisoire", Detail: "Aucun chiffre reçu."}
	v.Total = missingRow("", "Ensemble")
	if err := s.pilotageReceived(r, v, q, department); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	countZones(v, pack.ZonesOfUnits(q.Perimeter))
	sortRows(v, r.URL.Query())
	if v.Tab == "carte" {
		v.Map, v.Gaps = quotaMap(pack, v.Rows), gapRows(v.Rows)
	}
	return s.pilotageProjected(r, v)
}

// countZones tells the QPV of each row's territory, and how many there are of all rows
// shown: one that lies in several territories is one.
func countZones(v *web.Pilotage, zones map[string][]string) {
	sum := 0
	all, departements := map[string]bool{}, map[string]map[string]bool{}
	for i := range v.Rows {
		row := &v.Rows[i]
		row.ZoneNames = zones[row.Code]
		row.Zones = strconv.Itoa(len(row.ZoneNames))
		sum += len(row.ZoneNames)
		of := geo.DepartementOf(row.Code)
		if departements[of] == nil {
			departements[of] = map[string]bool{}
		}
		for _, name := range row.ZoneNames {
			all[name], departements[of][name] = true, true
		}
	}
	for i := range v.Groups {
		v.Groups[i].Zones = strconv.Itoa(len(departements[v.Groups[i].Code]))
	}
	v.Total.Zones = strconv.Itoa(len(all))
	if sum > len(all) {
		v.Shared = fmt.Sprintf("Un QPV à cheval sur plusieurs territoires est nommé dans chacun : les lignes en comptent %d pour %d QPV.", sum, len(all))
	}
}

// totalName says of whom the total is made: of those who have sent, when some have not.
func totalName(v *web.Pilotage) string {
	received := 0
	for i := range v.Rows {
		if v.Rows[i].Received && v.Rows[i].Why == "" {
			received++
		}
	}
	switch {
	case received == 0 || received == len(v.Rows):
		return v.Total.Name
	case received == 1:
		return v.Total.Name + " (le seul reçu)"
	}
	return v.Total.Name + " (" + french.Integer(received) + " reçus sur " + french.Integer(len(v.Rows)) + ")"
}

// pilotageProjected chooses the Mission Locale that is shown alone, and those around it.
func (s *Pages) pilotageProjected(r *http.Request, v *web.Pilotage) error {
	query := r.URL.Query()
	v.Project = shell.With(query, "/pilotage", "vue", "projeter")
	if v.Tab != "projeter" || len(v.Rows) == 0 {
		return nil
	}
	at := max(0, slices.IndexFunc(v.Rows, func(row web.ShareRow) bool { return row.Code == query.Get("ml") }))
	v.Projected, v.Project = &v.Rows[at], ""
	if at > 0 {
		v.Around = append(v.Around, web.Link{Label: "← " + v.Rows[at-1].Name, Href: shell.With(query, "/pilotage", "ml", v.Rows[at-1].Code)})
	}
	if at+1 < len(v.Rows) {
		v.Around = append(v.Around, web.Link{Label: v.Rows[at+1].Name + " →", Href: shell.With(query, "/pilotage", "ml", v.Rows[at+1].Code)})
	}
	v.Around = append(v.Around, web.Link{Label: "Revenir au tableau", Href: shell.With(query, "/pilotage", "vue", "")})
	return nil
}

func (s *Pages) pilotageStates(r *http.Request, v *web.Pilotage, q figures.Question) error {
	list, err := s.Figures.States(r.Context(), access.Who(r))
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.Rule == q.Rule.ID {
			v.Frozen = append(v.Frozen, web.Link{Label: stateLabel(f.Name, f.Period, f.FrozenAt), Href: "/pilotage?arrete=" + url.QueryEscape(f.ID)})
		}
	}
	v.Freeze = &web.FreezeForm{Action: "/pilotage/arreter", Name: french.Capital(periodName(q.Period.ID)),
		Hidden: []web.Choice{{Label: "regle", Value: q.Rule.ID}, {Label: "periode", Value: q.Period.ID}, {Label: "perimetre", Value: q.Perimeter}}}
	if v.Received != nil && len(v.Received.Missing) > 0 {
		v.Freeze.Missing = french.Capital(french.Received(v.Received.Got, v.Received.Expected)) + "."
	}
	for _, f := range list {
		if f.Rule == q.Rule.ID && f.Period == q.Period.ID && f.Owner == "" && f.SupersededBy == "" {
			v.Freeze.Supersedes = f.Name
			break
		}
	}
	said, err := s.Figures.Observations(r.Context(), access.Who(r), q)
	if err != nil {
		return err
	}
	for i := range v.Rows {
		v.Freeze.Units = append(v.Freeze.Units, web.SaidField{Field: observationField + v.Rows[i].Code, Label: v.Rows[i].Name, Text: said[v.Rows[i].Code]})
	}
	if !q.Period.Closed(geo.Today()) {
		v.Freeze.Warning = "La période n’est pas finie."
	}
	return nil
}
