package pages

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/server/pages/explain"
	"perimetre/server/pages/method"
	"perimetre/server/people"
	"perimetre/web"
)

// lastDecision is the session's memory of the address decided last, to take it back.
const lastDecision = "last decision"

// reviewTab is a tab of the page: what the reader asks for, and what its rows wait for.
type reviewTab struct {
	view   string
	action residency.Action
	title  string
}

// reviewTabs are the tabs; the first is the one where a person decides.
var reviewTabs = []reviewTab{{"trancher", residency.ToDecide, "À trancher"}, {"a-completer", residency.Complete, "À compléter"}, {"sans-residence", residency.NoneKnown, "Sans résidence établie"}}

// reviewPage shows one doubtful address after another. Neither share nor verdict
// stands here.
func (s *Pages) reviewPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadPeople); err != nil {
		return err
	}
	p := httpio.Query(r)
	unit, err := access.Who(r).OwnUnit(p.Text("ml"))
	if err != nil {
		return err
	}
	tab := reviewTabs[0]
	for _, t := range reviewTabs {
		if t.view == p.Text("vue") {
			tab = t
		}
	}
	return s.showReview(w, r, http.StatusOK, unit, tab, p.Text("adresse"), "")
}

// showReview shows a tab, and in the first the address of a key, else the first of the
// queue. refusal is why an answer on it was not kept.
func (s *Pages) showReview(w http.ResponseWriter, r *http.Request, code int, unit string, tab reviewTab, key, refusal string) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	list, err := s.People.Queue(r.Context(), access.Who(r), unit, string(tab.action), 100, 0)
	if err != nil {
		return err
	}
	v := &web.Review{Layout: s.Layout(r, "À vérifier", "/a-verifier"), Tab: tab.view, Fault: refusal}
	v.Script = "verifier.js"
	if err := s.tabsOfReview(r, v, unit, list); err != nil {
		return err
	}
	decides := access.Who(r).Can(access.Decide)
	if last := s.Sessions.GetString(r.Context(), lastDecision); last != "" && decides {
		v.Undo, v.UndoText = "/a-verifier/annuler", last[strings.LastIndexByte(last, '\n')+1:]
	}
	if tab.action != residency.ToDecide {
		return s.reviewRows(w, r, v, unit, tab)
	}
	at := max(0, slices.IndexFunc(list.Groups, func(g people.Group) bool { return g.Key == key }))
	if refusal != "" { // decided meanwhile, it left the queue
		at = -1
	} else if len(list.Groups) == 0 {
		v.Empty = "Aucune adresse n’attend d’être tranchée."
		return s.Render(w, r, code, v)
	} else {
		key = list.Groups[at].Key
	}
	if v.Case, err = s.reviewCase(r, unit, key); err != nil {
		return err
	}
	v.Case.Next = "/a-verifier"
	if at >= 0 {
		v.Case.Rank = fmt.Sprintf("%s sur %d", french.Ordinal(at+1), list.Total)
		v.Case.Next += "?adresse=" + url.QueryEscape(list.Groups[(at+1)%len(list.Groups)].Key)
	}
	v.Case.ReadOnly = !decides
	if q := httpio.Query(r); key == q.Text("adresse") && verdicts[q.Text("reponse")] != "" && decides {
		v.Case.Typed = french.Capital(verdicts[q.Text("reponse")])
		for i := range v.Case.Bases {
			v.Case.Bases[i].Selected = v.Case.Bases[i].Value == q.Text("fondement")
		}
	}
	for i, g := range list.Groups[:min(len(list.Groups), 30)] {
		v.Queue = append(v.Queue, web.ReviewItem{Href: "/a-verifier?adresse=" + url.QueryEscape(g.Key), Address: g.Address, People: fmt.Sprintf("%d %s", g.People, french.Plural(g.People, "personne", "personnes")), Current: i == at})
	}
	return s.Render(w, r, code, v)
}

// tabsOfReview fills the tabs: what waits for an answer, and the addresses drawn to be
// answered again where there are some.
func (s *Pages) tabsOfReview(r *http.Request, v *web.Review, unit string, list *people.Queue) error {
	for _, t := range reviewTabs {
		n, people := list.Rows[string(t.action)], list.Counts[string(t.action)] // what this tab lists is rows
		what, some := "ligne", "lignes"
		href := "/a-verifier"
		if t.action == residency.ToDecide { // what this tab lists is addresses
			n, what, some = list.Addresses, "adresse", "adresses"
		} else {
			href += "?vue=" + t.view
		}
		label := french.Count(n, what, some) + ", " + french.Count(people, "personne", "personnes")
		v.Tabs = append(v.Tabs, web.Link{Label: t.title, Href: href, Current: t.view == v.Tab, Count: strconv.Itoa(n), CountLabel: label})
	}
	n, err := s.People.CountToReread(r.Context(), access.Who(r), unit)
	if n > 0 || v.Tab == rereadTab {
		v.Tabs = append(v.Tabs, web.Link{Label: "À relire", Href: rereadPath + "?ml=" + url.QueryEscape(unit), Current: v.Tab == rereadTab, Count: strconv.Itoa(n), CountLabel: french.Count(n, "adresse tirée au sort", "adresses tirées au sort")})
	}
	return err
}

// reviewCase returns the address of a key as it is decided.
func (s *Pages) reviewCase(r *http.Request, unit, key string) (*web.ReviewCase, error) {
	found, err := s.People.Case(r.Context(), access.Who(r), unit, key)
	if err != nil {
		return nil, err
	}
	c, err := s.drawnCase(found)
	if err != nil {
		return nil, err
	}
	c.Action, c.Hidden = "/a-verifier", []web.Choice{{Label: "cle", Value: key}, {Label: "ml", Value: unit}, {Label: "vu", Value: found.Seen}}
	for i, b := range people.Bases {
		c.Bases = append(c.Bases, web.Basis{Choice: web.Choice{Value: b, Label: method.BasisLabels[b]}, Key: strconv.Itoa(i + 1)})
	}
	return c, nil
}

// drawnCase returns an address with its plan and its possible places. Its reason is why the
// address is in doubt by itself where the case holds none.
func (s *Pages) drawnCase(found *people.Case) (*web.ReviewCase, error) {
	g := found.Group
	pack := s.Packs.Acquire()
	defer pack.Release()
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	a, err := searcher.Search(&geocode.Query{Text: g.Address, Limit: 5})
	if err != nil {
		return nil, err
	}
	c := &web.ReviewCase{ID: g.Key, Address: g.Address, Perimeter: g.Perimeter}
	c.People = fmt.Sprintf("%d %s cette adresse.", g.People, french.Plural(g.People, "personne a donné", "personnes ont donné"))
	decided := pack.Decider(residency.DefaultOptions).Decide(residency.Input{Answer: a, Text: g.Address, On: geo.Today(), Known: geo.Today(), Perimeter: g.Perimeter})
	c.Reason = french.Capital(cmp.Or(g.MotifText, decided.Motif.Text())) + "."
	var others []orb.Point
	band := residency.DefaultBands.Coarse
	for i := range a.Results {
		res := &a.Results[i]
		c.Candidates = append(c.Candidates, explain.Candidate(res))
		if i == 0 {
			band = residency.DefaultBands.Of(res.Position, res.Precision == geocode.PrecisionInterpolated, 0)
		} else if !math.IsNaN(res.Lon) {
			others = append(others, orb.Point{res.Lon, res.Lat})
		}
	}
	place := found.Place
	if !place.HasPoint && len(a.Results) > 0 && !math.IsNaN(a.Results[0].Lon) {
		place.Lon, place.Lat, place.HasPoint = a.Results[0].Lon, a.Results[0].Lat, true
	}
	if place.HasPoint {
		at := orb.Point{place.Lon, place.Lat}
		c.Situation = situation(pack, &g, at, &decided)
		if c.Plan, c.PlanFacts, err = explain.Plan(pack, "plan", at, g.Perimeter, band, others); err != nil {
			return nil, err
		}
		frame := canvas.Plan(at)
		under, err := canvas.BaseLayers(s.Base, &frame)
		if err != nil {
			return nil, err
		}
		c.Plan.Layers = append(under, c.Plan.Layers...)
		c.PlanFacts = append([]web.Fact{{Term: "Le point", Text: pointText(&place, &g, band)}}, c.PlanFacts...)
		for _, z := range zonesNear(pack, at, g.Perimeter) {
			c.Zones = append(c.Zones, web.Choice{Value: z.Code, Label: z.Code + " " + z.Name, Selected: z.Code == g.Zone})
		}
		if len(c.Zones) < 2 {
			c.Zones = nil
		}
	}
	return c, nil
}

// situation says in one line which QPV is in question, on which side of its limit the
// point is, and how much of the street is inside.
func situation(p *packs.Edition, g *people.Group, at orb.Point, d *residency.Decision) string {
	near := zonesNear(p, at, g.Perimeter)
	i := max(0, slices.IndexFunc(near, func(z geo.ZoneRef) bool { return z.Code == g.Zone }))
	text := "Aucun QPV à moins de " + french.Length(canvas.PlanRadius)
	if len(near) > 0 {
		text = "QPV " + near[i].Name + " (" + near[i].Code + ")"
	}
	if g.Distance != nil {
		text += fmt.Sprintf(" : point %s, à %s de la limite", explain.SideText(*g.Distance), french.Length(math.Abs(*g.Distance)))
	}
	if d.StreetNumbers > 0 {
		text += fmt.Sprintf(" ; %.0f %% de la rue dedans (%s)", 100*d.ShareInside, french.Count(d.StreetNumbers, "numéro connu", "numéros connus"))
	}
	return text + "."
}

// pointText says in words where the point of an address stands on its plan.
func pointText(place *people.Place, g *people.Group, band float64) string {
	text := "au centre de la carte, " + cmp.Or(place.Label, g.Address)
	if found := residency.PrecisionText(place.Precision); found != "" {
		text += " (" + found + ")"
	}
	if g.Distance != nil {
		zone := "QPV le plus proche"
		if g.Zone != "" {
			zone = "QPV " + g.Zone
		}
		text += fmt.Sprintf(" ; à %s de la limite du %s, %s, pour une marge de doute de %s", french.Length(math.Abs(*g.Distance)), zone, explain.SideText(*g.Distance), french.Length(band))
	}
	return text + "."
}

// zonesNear returns the QPV that a plan round a place shows, the nearest limit first.
func zonesNear(p *packs.Edition, at orb.Point, perimeter string) []geo.ZoneRef {
	list, index, ok := p.Zonings.Polygons(geo.QPV, perimeter)
	if !ok {
		return nil
	}
	var out []geo.ZoneRef
	var metres []float64
	for i := range list {
		m, near := index.BorderDistance(i, at, canvas.PlanRadius)
		if !near && index.Side(i, at) == geo.Outside {
			continue
		}
		if !near {
			m = canvas.PlanRadius
		}
		k, _ := slices.BinarySearch(metres, math.Abs(m))
		metres, out = slices.Insert(metres, k, math.Abs(m)), slices.Insert(out, k, list[i].ZoneRef)
	}
	return out
}

// reviewRows lists the people of the other tabs, without anything to decide.
func (s *Pages) reviewRows(w http.ResponseWriter, r *http.Request, v *web.Review, unit string, tab reviewTab) error {
	const most = 500
	rows, err := s.People.Waiting(r.Context(), access.Who(r), unit, string(tab.action), most)
	if err != nil {
		return err
	}
	v.Rows = &web.Table{ID: "rows", Caption: tab.title, Columns: []web.Column{{Label: "Dossier"}, {Label: "Entrée"}, {Label: "Antenne"}, {Label: "Conseiller"}}}
	incomplete := tab.action == residency.Complete
	if incomplete {
		v.Rows.Columns = append(v.Rows.Columns, web.Column{Label: "Adresse saisie"}, web.Column{Label: "Ce qui manque"}, web.Column{Label: "Réponse du conseiller"})
	}
	for i := range rows {
		p := &rows[i]
		entry, _ := geo.ParseDate(p.Entry) // the zero date is written as nothing
		cells := []string{cmp.Or(p.Person, "(sans identifiant)"), french.Date(entry), p.Branch, p.Advisor}
		if incomplete {
			cells = append(cells, p.Address, french.Capital(p.MotifText), cmp.Or(french.Capital(p.Completed), "–"))
		}
		v.Rows.Rows = append(v.Rows.Rows, cells)
	}
	if len(rows) == most {
		v.Rows.More = fmt.Sprintf("Les %d premières lignes ; l’export les a toutes.", most)
	}
	if len(rows) == 0 {
		v.Rows, v.Empty = nil, "Personne dans cet onglet."
	}
	if incomplete && len(rows) > 0 {
		if v.Export, err = s.completionForm(r, unit); err != nil {
			return err
		}
	}
	return s.Render(w, r, http.StatusOK, v)
}

// verdicts are the answers of the page's buttons, in the API's words.
var verdicts = map[string]string{"oui": "dans le QPV", "non": "hors QPV", "ne_permet_pas": "ne permet pas de conclure"}

func (s *Pages) reviewDecide(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Decide); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	seen := p.Text("vu")
	body := people.Answer{Unit: p.Text("ml"), Key: p.Text("cle"), Verdict: verdicts[p.Text("verdict")], Basis: p.Text("fondement"), Zone: p.Text("zone"), Seen: &seen}
	made, err := s.People.Decide(r.Context(), access.Who(r), body)
	if late := (*people.Answered)(nil); errors.As(err, &late) {
		unit, err := access.Who(r).OwnUnit(body.Unit)
		if err != nil {
			return err
		}
		told := fmt.Sprintf("%s a répondu « %s » le %s, pendant que cette adresse était affichée ici : votre réponse n’est pas gardée. Répondre de nouveau remplace la sienne ; « Passer » la laisse.",
			late.By.Author, french.Capital(late.By.Verdict), french.Moment(late.By.DecidedAt))
		return s.showReview(w, r, http.StatusConflict, unit, reviewTabs[0], body.Key, told)
	}
	if err != nil {
		return err
	}
	told := fmt.Sprintf("Réponse gardée : %s, pour %s au %s.", made.Verdict, french.Count(made.People, "ligne", "lignes"), made.Address)
	s.Sessions.Put(r.Context(), lastDecision, body.Unit+"\n"+body.Key+"\n"+told)
	http.Redirect(w, r, "/a-verifier", http.StatusSeeOther)
	return nil
}

func (s *Pages) reviewUndo(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Decide); err != nil {
		return err
	}
	unit, key, ok := strings.Cut(s.Sessions.PopString(r.Context(), lastDecision), "\n")
	key, _, _ = strings.Cut(key, "\n")
	if !ok {
		http.Redirect(w, r, "/a-verifier", http.StatusSeeOther)
		return nil
	}
	if err := s.People.Undecide(r.Context(), access.Who(r), unit, key); err != nil {
		return err
	}
	http.Redirect(w, r, "/a-verifier?adresse="+url.QueryEscape(key), http.StatusSeeOther)
	return nil
}
