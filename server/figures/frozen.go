package figures

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"perimetre/geo/fault"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/store"
)

// Frozen is what a frozen state keeps: the figures and all that they rest on.
type Frozen struct {
	RuleHash     string   `json:"rule_hash"`
	Perimeter    string   `json:"perimeter"` // asked for; empty: those in force
	Pack         string   `json:"pack"`
	Inputs       []string `json:"inputs"`  // files or bordereaux
	Missing      []string `json:"missing"` // Missions Locales that had sent nothing
	Observations string   `json:"observations"`
	// UnitObservations are by code of Mission Locale, as the services de l'État wrote
	// them down.
	UnitObservations map[string]string `json:"unit_observations,omitempty"`
	// Bordereau are the counts of a Mission Locale's own state.
	Bordereau json.RawMessage `json:"bordereau,omitempty"`
	Figures   json.RawMessage `json:"figures"` // a report.Document
	// Departements are the ones that the author saw, by code; an empty list is all of
	// them: only a national account froze without any.
	Departements []string `json:"departements"`
	// Supersedes is the state of the same figures that this one replaces; empty for the
	// first.
	Supersedes string `json:"supersedes,omitempty"`
	// Expected are the Missions Locales of the meeting, by code, whether they had sent or
	// not; the rest is what its sheets say of the rule.
	Expected []string `json:"expected,omitempty"`
	Title    string   `json:"title,omitempty"`
	Counting string   `json:"counting,omitempty"`
	Under    string   `json:"under,omitempty"` // the perimeters, in words
	Source   string   `json:"source,omitempty"`
	Drawn    string   `json:"drawn,omitempty"` // day of the figures, as readers write it
}

// State is a frozen state.
type State struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Owner    string    `json:"owner"` // code of a Mission Locale; empty: the services de l'État
	Rule     string    `json:"rule"`
	Period   string    `json:"period"`
	FrozenBy string    `json:"frozen_by"`
	FrozenAt time.Time `json:"frozen_at"`
	// SupersededBy is the later state that replaces this one; empty for the one in force.
	SupersededBy string `json:"superseded_by,omitempty"`
	*Frozen             // nil in a list
}

func stateOf(f *store.Frozen, body *Frozen) State {
	return State{ID: f.ID, Name: f.Name, Owner: f.Owner, Rule: f.Rule, Period: f.Period, FrozenBy: f.FrozenBy, FrozenAt: f.FrozenAt, Frozen: body}
}

// ask returns what the figures of a state were asked for.
func (f *State) ask() Ask {
	return Ask{Rule: f.Rule, Period: f.Period, Perimeter: f.Perimeter, Unit: f.Owner}
}

// Document returns the figures of a frozen state.
func (f *Frozen) Document() (*report.Document, error) { return report.ReadDocument(f.Figures) }

func unitCounts(document []byte) map[string]Counts {
	var d struct{ Units []Counts }
	out := map[string]Counts{}
	if json.Unmarshal(document, &d) == nil {
		for _, u := range d.Units {
			out[u.Code] = u
		}
	}
	return out
}

// States returns the frozen states that a principal may read, the last frozen first,
// without what they keep.
func (s *Service) States(ctx context.Context, who *access.Principal) ([]State, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	owners := who.Units
	if len(owners) == 0 {
		owners = []string{""}
	}
	out := []State{}
	for _, owner := range owners {
		list, err := s.Store.FrozenStates(ctx, owner)
		if err != nil {
			return nil, err
		}
		by := superseding(list)
		for _, f := range list {
			if visible, _ := readable(who, &f); visible {
				state := stateOf(&f, nil)
				state.SupersededBy = by[f.ID]
				out = append(out, state)
			}
		}
	}
	return out, nil
}

// superseding returns, by state, the one that replaces it.
func superseding(list []store.Frozen) map[string]string {
	by := map[string]string{}
	for i := range list {
		var body struct{ Supersedes string }
		if json.Unmarshal(list[i].Body, &body) == nil && body.Supersedes != "" {
			by[body.Supersedes] = list[i].ID
		}
	}
	return by
}

// OwnStates returns the frozen states of a Mission Locale of the principal's, the last
// frozen first.
func (s *Service) OwnStates(ctx context.Context, who *access.Principal, unit string) ([]State, error) {
	if err := mayCount(who, unit); err != nil {
		return nil, err
	}
	list, err := s.Store.FrozenStates(ctx, unit)
	var out []State
	for i := range list {
		_, body := readable(who, &list[i])
		out = append(out, stateOf(&list[i], body))
	}
	return out, err
}

// readable reports whether a principal may read a state, and returns what it keeps, or
// nil when that cannot be read: one's own Mission Locale's, or one of the State's whose
// départements are all among one's own.
func readable(who *access.Principal, f *store.Frozen) (bool, *Frozen) {
	var body Frozen
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

// State returns a frozen state by its identifier, when the principal may read it.
func (s *Service) State(ctx context.Context, who *access.Principal, id string) (*State, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	f, err := s.Store.FrozenState(ctx, id)
	if err != nil {
		return nil, err
	}
	ok, body := readable(who, &f)
	if !ok {
		return nil, fault.New(fault.NotFound, "état arrêté introuvable")
	}
	state := stateOf(&f, body)
	list, err := s.Store.FrozenStates(ctx, f.Owner)
	state.SupersededBy = superseding(list)[id]
	return &state, err
}

// Freezing asks to keep the figures of now under a name.
type Freezing struct {
	Name         string `json:"name"`
	Unit         string `json:"unit"`
	Rule         string `json:"rule"`
	Period       string `json:"period"`
	Perimeter    string `json:"perimeter"`
	Observations string `json:"observations"`
	// UnitObservations are by code of Mission Locale, for the services de l'État.
	UnitObservations map[string]string `json:"unit_observations"`
}

const mostObservations = 5000 // bytes

// check notes what is wrong with a Freezing.
func (a *Freezing) check(who *access.Principal, pack *packs.Edition) (noted []string) {
	var p httpio.Params
	if a.Name == "" || len(a.Name) > 200 {
		p.Refuse("name", "un nom est attendu")
	}
	if a.Period == "" {
		p.Refuse("period", "la période est attendue, comme 2024-T3")
	}
	long := len(a.Observations) > mostObservations
	for code, text := range a.UnitObservations {
		long = long || len(text) > mostObservations
		if !who.Sees(code) || !slices.ContainsFunc(pack.Units(), func(u packs.Unit) bool { return u.Code == code }) {
			p.Refuse("unit_observations", "des codes de Missions Locales que l’on suit")
		}
	}
	if long {
		p.Refuse("observations", "5 000 caractères au plus")
	}
	return p.Bad
}

// Freeze keeps the figures of now, named and dated, for ever.
func (s *Service) Freeze(ctx context.Context, who *access.Principal, a Freezing) (*State, error) {
	if err := who.May(access.Freeze); err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	q, err := s.question(ctx, who, Ask{Rule: a.Rule, Period: a.Period, Perimeter: a.Perimeter, Unit: a.Unit}, a.check(who, pack)...)
	if err != nil {
		return nil, err
	}
	res, err := s.compute(ctx, who, q)
	if err != nil {
		return nil, err
	}
	kept := &Frozen{RuleHash: q.Rule.Fingerprint, Perimeter: q.Perimeter, Pack: res.Pack, Observations: a.Observations, UnitObservations: a.UnitObservations, Inputs: []string{}, Missing: []string{}, Departements: append([]string{}, who.Departements...)}
	view := report.NewView(res, report.Options{Reader: q.Reader})
	kept.Title, kept.Counting, kept.Under, kept.Source, kept.Drawn = view.Title, view.Counting, view.Perimeter, view.Source, view.Drawn
	if q.Unit == "" {
		if kept.UnitObservations, err = s.observations(ctx, who, q, a.UnitObservations); err != nil {
			return nil, err
		}
	}
	if kept.Supersedes, err = s.inForce(ctx, who, q); err != nil {
		return nil, err
	}
	figures, err := s.document(res, q.Reader, true)
	if err == nil {
		kept.Figures, err = store.CountsOnly(figures) // what stays for ever names nobody
	}
	if err == nil {
		err = s.inputs(ctx, who, pack, q, kept)
	}
	if err == nil && q.Unit != "" {
		err = s.ownCounts(ctx, q, kept)
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	f := store.Frozen{Name: a.Name, Owner: q.Unit, Rule: q.Rule.ID, Period: q.Period.ID, Body: text, FrozenBy: who.Name}
	err = s.Store.Together(ctx, func(t *store.Store) error {
		if err := t.Freeze(ctx, &f); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("chiffres arrêtés", q.Unit, f.ID, 1))
	})
	if err != nil {
		return nil, err
	}
	state := stateOf(&f, kept)
	return &state, nil
}

// inForce returns the state of a question's figures that no later one replaces, or "".
func (s *Service) inForce(ctx context.Context, who *access.Principal, q Question) (string, error) {
	list, err := s.Store.FrozenStates(ctx, q.Unit)
	for i := range list { // the last frozen first
		if ok, body := readable(who, &list[i]); ok && list[i].Rule == q.Rule.ID && list[i].Period == q.Period.ID && body.Perimeter == q.Perimeter {
			return list[i].ID, err
		}
	}
	return "", err
}

// ownCounts adds a Mission Locale's counts to its own state, none when nobody entered.
func (s *Service) ownCounts(ctx context.Context, q Question, kept *Frozen) error {
	b, err := s.count(ctx, q, nil)
	if err == nil {
		kept.Bordereau, err = json.Marshal(b)
	}
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// inputs names what the figures were made of, and who is missing.
func (s *Service) inputs(ctx context.Context, who *access.Principal, pack *packs.Edition, q Question, kept *Frozen) error {
	if q.Unit != "" {
		files, err := s.Store.Files(ctx, q.Unit)
		for _, f := range files {
			if f.State == store.Imported {
				kept.Inputs = append(kept.Inputs, f.ID+" "+f.SHA256)
			}
		}
		return err
	}
	list, err := s.Store.Bordereaux(ctx, q.Rule.ID, q.Period.ID)
	if err != nil {
		return err
	}
	for _, u := range pack.Units() {
		if !who.Sees(u.Code) {
			continue
		}
		kept.Expected = append(kept.Expected, u.Code)
		if b := find(list, u.Code); b != nil {
			kept.Inputs = append(kept.Inputs, b.ID)
		} else {
			kept.Missing = append(kept.Missing, u.Code)
		}
	}
	return nil
}
