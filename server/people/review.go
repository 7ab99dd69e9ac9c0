package people

import (
	"context"
	"slices"
	"time"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Actions are what rows wait for; the first is the one that a person decides.
var Actions = []string{string(residency.ToDecide), string(residency.Complete), string(residency.NoneKnown)}

// Group is an address to decide. It holds neither share nor verdict: who decides has an
// interest in them.
type Group struct {
	Key       string   `json:"key"`
	People    int      `json:"people"` // decided by one answer
	Address   string   `json:"address"`
	Motif     string   `json:"motif"`
	MotifText string   `json:"motif_text"`
	Place     string   `json:"place"`
	Precision string   `json:"precision"`
	Perimeter string   `json:"perimeter"`
	Zone      string   `json:"zone"`
	Distance  *float64 `json:"distance_m"`
}

func groupOf(fields []string, g *store.Group) Group {
	p := &g.Example
	place := PlaceOf(p)
	out := Group{Key: g.AddressKey, People: g.People, Address: Typed(fields, p), Motif: p.Motif, MotifText: residency.Motif(p.Motif).Text(),
		Place: place.Label, Precision: place.Precision, Perimeter: p.Perimeter, Zone: place.Zone}
	if place.HasDistance {
		out.Distance = &place.Distance
	}
	return out
}

// Queue is what waits for a person in a Mission Locale.
type Queue struct {
	Unit   string
	Counts map[string]int // people by action
	Rows   map[string]int // rows by action: one person may have several
	// Addresses is the number of groups to decide, whatever the action asked for.
	Addresses int
	Total     int // groups of the action asked for
	Groups    []Group
}

// Queue returns the addresses whose rows wait for an action, those whose answer decides most
// people first; reading them is recorded.
func (s *Service) Queue(ctx context.Context, who *access.Principal, unit, action string, limit, offset int) (*Queue, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	out := &Queue{Unit: unit}
	if out.Counts, err = s.Store.WaitingPeople(ctx, unit); err != nil {
		return nil, err
	}
	if _, out.Rows, err = s.Store.CountPeople(ctx, store.PeopleQuery{Unit: unit}); err != nil {
		return nil, err
	}
	groups, total, err := s.Store.Groups(ctx, store.PeopleQuery{Unit: unit, Action: action, Limit: limit}, offset)
	if err != nil {
		return nil, err
	}
	fields, err := s.fields(ctx, unit)
	if err != nil {
		return nil, err
	}
	out.Addresses = total
	if action != Actions[0] {
		if _, out.Addresses, err = s.Store.Groups(ctx, store.PeopleQuery{Unit: unit, Action: Actions[0]}, 0); err != nil {
			return nil, err
		}
	}
	out.Total, out.Groups = total, make([]Group, len(groups))
	for i, g := range groups {
		out.Groups[i] = groupOf(fields[g.Example.FileID], &g)
	}
	return out, who.Record(ctx, s.Store, "lecture de la file à vérifier", unit, "", len(groups))
}

// Case is an address to decide with the place that it was found to be.
type Case struct {
	Group Group
	Place Place
	// Seen is when the address was decided, "" when it was not: see Answer.
	Seen string
}

// Case returns the address of a key; reading it is recorded as a reading of its map.
func (s *Service) Case(ctx context.Context, who *access.Principal, unit, key string) (*Case, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	rows, err := s.group(ctx, unit, key)
	if err != nil {
		return nil, err
	}
	file, err := s.Store.File(ctx, rows[0].FileID)
	if err != nil {
		return nil, err
	}
	g := store.Group{AddressKey: rows[0].AddressKey, People: len(rows), Example: rows[0]}
	out := &Case{Group: groupOf(file.Intake.Fields, &g), Place: PlaceOf(&rows[0])}
	was, err := s.Store.Decision(ctx, unit, key)
	switch {
	case err == nil:
		out.Seen = seenAt(&was)
	case fault.KindOf(err) != fault.NotFound:
		return nil, err
	}
	return out, who.Record(ctx, s.Store, "carte d’une adresse", unit, "", len(rows))
}

// group returns the rows of an address of a Mission Locale.
func (s *Service) group(ctx context.Context, unit, key string) ([]store.Person, error) {
	rows, err := s.Store.People(ctx, store.PeopleQuery{Unit: unit, AddressKey: key, Limit: 5000})
	if err == nil && (len(rows) == 0 || key == "") {
		err = fault.New(fault.NotFound, "adresse introuvable")
	}
	return rows, err
}

// Answer is a person's answer on an address. Its basis is one of Bases: there is no free
// text.
type Answer struct {
	Unit    string `json:"unit"`
	Key     string `json:"key"`
	Verdict string `json:"verdict"`
	Basis   string `json:"basis"`
	Zone    string `json:"zone"`
	// Seen is when the decision that the person saw was made, "" for none, nil when the caller
	// does not say: an answer that came meanwhile is then written over.
	Seen *string `json:"seen"`
}

// Answered is the refusal of an answer on an address that somebody else answered
// meanwhile.
type Answered struct {
	why error
	By  Decision
}

// Error returns the refusal in French.
func (a *Answered) Error() string { return a.why.Error() }

// Unwrap lets the kind of the refusal be found.
func (a *Answered) Unwrap() error { return a.why }

// seenAt returns how a decision is known to who saw it.
func seenAt(d *store.Decision) string { return d.DecidedAt.UTC().Format(time.RFC3339Nano) }

// newer returns the refusal of an answer when another was given since the person looked;
// the same one again is no other.
func newer(ctx context.Context, t *store.Store, a *Answer, d *store.Decision) error {
	if a.Seen == nil {
		return nil
	}
	was, err := t.Decision(ctx, d.Unit, d.AddressKey)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil || seenAt(&was) == *a.Seen || was.Verdict == d.Verdict && was.Zone == d.Zone && was.Author == d.Author {
		return err
	}
	by := decisionOf(&was)
	return &Answered{fault.New(fault.Conflict, "une autre réponse a été donnée depuis que cette adresse est affichée : « %s », par %s le %s", by.Verdict, by.Author, french.Moment(by.DecidedAt)), by}
}

// Decision is a decision as the API and the pages show it.
type Decision struct {
	Key       string    `json:"key"`
	Perimeter string    `json:"perimeter"`
	Verdict   string    `json:"verdict"`
	Basis     string    `json:"basis"`
	Zone      string    `json:"zone"`
	Author    string    `json:"author"`
	DecidedAt time.Time `json:"decided_at"`
	Address   string    `json:"address"`
	People    int       `json:"people"` // rows that it decided just now
}

func decisionOf(d *store.Decision) Decision {
	return Decision{d.AddressKey, d.Perimeter, d.Verdict, d.Basis, d.Zone, d.Author, d.DecidedAt, d.Typed, 0}
}

// Decisions returns the decisions of a Mission Locale of the principal's, and its code;
// reading them is recorded.
func (s *Service) Decisions(ctx context.Context, who *access.Principal, unit string) (string, []Decision, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return "", nil, err
	}
	list, err := s.Store.Decisions(ctx, unit)
	if err != nil {
		return "", nil, err
	}
	out := make([]Decision, len(list))
	for i := range list {
		out[i] = decisionOf(&list[i])
	}
	return unit, out, who.Record(ctx, s.Store, "lecture des décisions", unit, "", len(out))
}

// Decide keeps a person's answer on an address, and flags its rows again.
func (s *Service) Decide(ctx context.Context, who *access.Principal, a Answer) (*Decision, error) {
	unit, err := own(who, access.Decide, a.Unit)
	if err != nil {
		return nil, err
	}
	verdict, ok := residency.ParseVerdict(a.Verdict)
	if !ok {
		return nil, httpio.Refused("verdict : dans le QPV, hors QPV ou ne permet pas de conclure")
	}
	if !slices.Contains(Bases, a.Basis) {
		return nil, httpio.Refused("basis : " + quoted(Bases))
	}
	rows, err := s.group(ctx, unit, a.Key)
	if err != nil {
		return nil, err
	}
	first := &rows[0]
	if first.Action != string(residency.ToDecide) && first.Motif != string(residency.ByPerson) {
		return nil, fault.New(fault.Conflict, "cette adresse n’est pas à trancher")
	}
	file, err := s.Store.File(ctx, first.FileID)
	if err != nil {
		return nil, err
	}
	if a.Zone != "" && !s.isZone(first.Perimeter, a.Zone) {
		return nil, httpio.Refused("zone : un code de QPV du périmètre " + first.Perimeter)
	}
	place := PlaceOf(first)
	d := store.Decision{Unit: unit, AddressKey: a.Key, Perimeter: first.Perimeter, Verdict: string(verdict), Basis: a.Basis, Zone: a.Zone, Author: who.Name, AuthorID: who.ID,
		Typed: Typed(file.Intake.Fields, first), ResultID: place.ID, Commune: place.CityCode, Normaliser: residency.NormaliserVersion}
	if d.Zone == "" && verdict == residency.SaysIn {
		d.Zone = place.Zone
	}
	if place.HasPoint {
		d.Lon, d.Lat = &place.Lon, &place.Lat
	}
	n, err := s.redecide(ctx, who, unit, a.Key, "décision", func(t *store.Store) error {
		if err := newer(ctx, t, &a, &d); err != nil {
			return err
		}
		return t.Decide(ctx, &d)
	})
	out := decisionOf(&d)
	out.People = n
	return &out, err
}

// isZone reports whether a code is the one of a QPV of a version of the perimeters.
func (s *Service) isZone(version, code string) bool {
	pack := s.Packs.Acquire()
	defer pack.Release()
	list, _, ok := pack.Zonings.Polygons(geo.QPV, version)
	for i := range list {
		if ok && list[i].Code == code {
			return true
		}
	}
	return false
}

// Undecide takes a decision back, and flags its rows again.
func (s *Service) Undecide(ctx context.Context, who *access.Principal, unit, key string) error {
	unit, err := own(who, access.Decide, unit)
	if err != nil {
		return err
	}
	_, err = s.redecide(ctx, who, unit, key, "décision reprise", func(t *store.Store) error { return t.Undecide(ctx, unit, key) })
	return err
}

// redecide changes the decision on an address, flags the rows of the address again
// and writes the line of the audit log: all of it or nothing. It returns the number
// of rows.
func (s *Service) redecide(ctx context.Context, who *access.Principal, unit, key, action string, change func(t *store.Store) error) (n int, err error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	err = s.Store.Together(ctx, func(t *store.Store) error {
		if err := t.HoldUnit(ctx, unit); err != nil {
			return err
		}
		if err := change(t); err != nil {
			return err
		}
		if n, err = Reflag(ctx, t, pack, store.PeopleQuery{Unit: unit, AddressKey: key}); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry(action, unit, key[:min(16, len(key))], n))
	})
	return n, err
}
