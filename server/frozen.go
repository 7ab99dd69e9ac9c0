package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/store"
)

// frozenBody is what a frozen state keeps: the figures and all that they rest on.
type frozenBody struct {
	RuleHash     string   `json:"rule_hash"`
	Perimeter    string   `json:"perimeter"` // asked for; empty: those in force
	Pack         string   `json:"pack"`
	Inputs       []string `json:"inputs"`  // files or bordereaux
	Missing      []string `json:"missing"` // Missions Locales that had sent nothing
	Observations string   `json:"observations"`
	// UnitObservations are those of each Mission Locale, by code, as the services de
	// l’État wrote them down.
	UnitObservations map[string]string `json:"unit_observations,omitempty"`
	// Bordereau are the counts of a Mission Locale's own state.
	Bordereau json.RawMessage `json:"bordereau,omitempty"`
	Figures   json.RawMessage `json:"figures"`
	// Departements are those that the author saw; none is all: only who is national
	// froze without any.
	Departements []string `json:"departements"`
}

// frozenState is a state as the API gives it.
type frozenState struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Owner    string    `json:"owner"`
	Rule     string    `json:"rule"`
	Period   string    `json:"period"`
	FrozenBy string    `json:"frozen_by"`
	FrozenAt time.Time `json:"frozen_at"`
	*frozenBody
}

func (s *Server) listFrozen(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	who := principalOf(r)
	owners := who.Units
	if len(owners) == 0 {
		owners = []string{""}
	}
	out := []frozenState{}
	for _, owner := range owners {
		list, err := s.store.FrozenStates(r.Context(), owner)
		if err != nil {
			return err
		}
		for _, f := range list {
			if visible, _ := readable(who, &f); visible {
				out = append(out, frozenState{f.ID, f.Name, f.Owner, f.Rule, f.Period, f.FrozenBy, f.FrozenAt, nil})
			}
		}
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"frozen": out})
}

// readable tells whether one may read a state: one's own Mission Locale's, or one
// of the State's whose départements are all among one's own.
func readable(who *access.Principal, f *store.Frozen) (bool, *frozenBody) {
	var body frozenBody
	if json.Unmarshal(f.Body, &body) != nil {
		return false, nil
	}
	if len(who.Units) > 0 {
		return slices.Contains(who.Units, f.Owner), &body
	}
	if f.Owner != "" {
		return false, nil
	}
	if who.National {
		return true, &body
	}
	all := len(body.Departements) > 0
	for _, d := range body.Departements {
		all = all && slices.Contains(who.Departements, d)
	}
	return all, &body
}

// freeze keeps the figures of now, named and dated, for ever.
func (s *Server) freeze(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.Freeze); err != nil {
		return err
	}
	var body struct {
		Name         string `json:"name"`
		Unit         string `json:"unit"`
		Rule         string `json:"rule"`
		Period       string `json:"period"`
		Perimeter    string `json:"perimeter"`
		Observations string `json:"observations"`
		// UnitObservations are by code of Mission Locale, for the services de l’État.
		UnitObservations map[string]string `json:"unit_observations"`
	}
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	p := httpio.Params{Values: map[string][]string{"rule": {body.Rule}, "period": {body.Period}, "perimeter": {body.Perimeter}, "unit": {body.Unit}}}
	if body.Name == "" || len(body.Name) > 200 {
		p.Refuse("name", "un nom est attendu")
	}
	if body.Period == "" {
		p.Refuse("period", "la période est attendue, comme 2024-T3")
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	long := len(body.Observations) > 5000
	for code, text := range body.UnitObservations {
		long = long || len(text) > 5000
		if !principalOf(r).Sees(code) || !slices.ContainsFunc(pack.Units(), func(u packs.Unit) bool { return u.Code == code }) {
			p.Refuse("unit_observations", "des codes de Missions Locales que l’on suit")
		}
	}
	if long {
		p.Refuse("observations", "5 000 caractères au plus")
	}
	q, err := s.question(r, &p)
	if err != nil {
		return err
	}
	who := principalOf(r)
	res, err := s.figures(r.Context(), who, q)
	if err != nil {
		return err
	}
	kept := frozenBody{RuleHash: q.rule.Fingerprint, Perimeter: q.perimeter, Pack: res.Pack, Observations: body.Observations, UnitObservations: body.UnitObservations, Inputs: []string{}, Missing: []string{}, Departements: append([]string{}, who.Departements...)}
	figures, err := s.document(res, q.reader, true)
	if err == nil {
		kept.Figures, err = store.CountsOnly(figures) // what stays for ever names nobody
	}
	if err != nil {
		return err
	}
	if err := s.inputs(r, q, &kept); err != nil {
		return err
	}
	if q.unit != "" {
		b, err := s.bordereau(r.Context(), q.unit, q.rule, q.period, nil)
		if err == nil {
			kept.Bordereau, err = json.Marshal(b)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound { // nobody entered: nothing to keep
			return err
		}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	f := store.Frozen{Name: body.Name, Owner: q.unit, Rule: q.rule.ID, Period: q.period.ID, Body: text, FrozenBy: who.Name}
	err = s.store.Together(r.Context(), func(t *store.Store) error {
		if err := t.Freeze(r.Context(), &f); err != nil {
			return err
		}
		return t.Record(r.Context(), who.Entry("chiffres arrêtés", q.unit, f.ID, 1))
	})
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, frozenState{f.ID, f.Name, f.Owner, f.Rule, f.Period, f.FrozenBy, f.FrozenAt, &kept})
}

// inputs names what the figures were made of, and who is missing.
func (s *Server) inputs(r *http.Request, q question, kept *frozenBody) error {
	if q.unit != "" {
		files, err := s.store.Files(r.Context(), q.unit)
		for _, f := range files {
			if f.State == store.Imported {
				kept.Inputs = append(kept.Inputs, f.ID+" "+f.SHA256)
			}
		}
		return err
	}
	list, err := s.store.Bordereaux(r.Context(), q.rule.ID, q.period.ID)
	if err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	for _, u := range pack.Units() {
		if !principalOf(r).Sees(u.Code) {
			continue
		}
		if i := slices.IndexFunc(list, func(b store.Bordereau) bool { return b.Unit == u.Code }); i >= 0 {
			kept.Inputs = append(kept.Inputs, list[i].ID)
		} else {
			kept.Missing = append(kept.Missing, u.Code)
		}
	}
	return nil
}

// ownFrozen finds the state that the path names, when one may read it.
func (s *Server) ownFrozen(r *http.Request) (store.Frozen, *frozenBody, error) {
	f, err := s.store.FrozenState(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return f, nil, err
	}
	ok, body := readable(principalOf(r), &f)
	if !ok {
		return f, nil, fault.New(fault.NotFound, "état arrêté introuvable")
	}
	return f, body, nil
}

func (s *Server) getFrozen(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	f, body, err := s.ownFrozen(r)
	if err != nil {
		return err
	}
	state := frozenState{f.ID, f.Name, f.Owner, f.Rule, f.Period, f.FrozenBy, f.FrozenAt, body}
	p := httpio.Query(r)
	format := p.OneOf("format", "json", "csv", "xlsx")
	if err := p.Err(); err != nil {
		return err
	}
	if format == "csv" || format == "xlsx" {
		return frozenFile(w, &state, format)
	}
	return httpio.WriteJSON(w, http.StatusOK, state)
}

// countsOf are the counts of a unit in a document of figures.
type countsOf struct {
	Code      string `json:"code"`
	Entries   *int   `json:"entries"`
	In        *int   `json:"in"`
	Out       *int   `json:"out"`
	Undecided *int   `json:"undecided"`
}

// frozenDifference lists what the live figures say otherwise today.
func (s *Server) frozenDifference(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	f, body, err := s.ownFrozen(r)
	if err != nil {
		return err
	}
	p := httpio.Params{Values: map[string][]string{"rule": {f.Rule}, "period": {f.Period}, "perimeter": {body.Perimeter}, "unit": {f.Owner}}}
	q, err := s.question(r, &p)
	if err != nil {
		return err
	}
	res, err := s.figures(r.Context(), principalOf(r), q)
	if err != nil {
		return err
	}
	live, err := s.document(res, q.reader, false)
	if err != nil {
		return err
	}
	before, after := unitCounts(body.Figures), unitCounts(live)
	type line struct {
		Unit   string    `json:"unit"`
		Frozen *countsOf `json:"frozen"`
		Live   *countsOf `json:"live"`
	}
	out := []line{}
	for code, b := range before {
		if a, ok := after[code]; !ok {
			out = append(out, line{code, &b, nil})
		} else if !same(a, b) {
			out = append(out, line{code, &b, &a})
		}
	}
	for code, a := range after {
		if _, ok := before[code]; !ok {
			out = append(out, line{code, nil, &a})
		}
	}
	slices.SortFunc(out, func(a, b line) int { return strings.Compare(a.Unit, b.Unit) })
	gone := false // what differs may be rows that went with age
	if f.Owner != "" {
		x, err := s.settlement(r.Context())
		if err != nil {
			return err
		}
		gone = x.removed(f.Owner, q.period, time.Now())
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"id": f.ID, "rule_changed": q.rule.Fingerprint != body.RuleHash, "rows_removed": gone, "units": out})
}

func unitCounts(document []byte) map[string]countsOf {
	var d struct{ Units []countsOf }
	out := map[string]countsOf{}
	if json.Unmarshal(document, &d) == nil {
		for _, u := range d.Units {
			out[u.Code] = u
		}
	}
	return out
}

func same(a, b countsOf) bool {
	equal := func(x, y *int) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) }
	return equal(a.Entries, b.Entries) && equal(a.In, b.In) && equal(a.Out, b.Out) && equal(a.Undecided, b.Undecided)
}
