package people

import (
	"context"
	"math/rand/v2"
	"slices"

	"perimetre/batch/measure"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/quota"
	"perimetre/quota/agreement"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/store"
)

// mostDrawn bounds a draw.
const mostDrawn = 200

// Draw asks for a random sample of a Mission Locale's manual decisions on the entries of a
// period.
type Draw struct {
	Unit   string `json:"unit"`
	Period string `json:"period"`
	Size   int    `json:"size"`
}

// Draw draws decisions that were not drawn yet for the period, at most the size asked for,
// and returns how many. Who asks learns their number and nothing else of them.
func (s *Service) Draw(ctx context.Context, who *access.Principal, a Draw) (n int, err error) {
	if err := who.May(access.DrawDecisions); err != nil {
		return 0, err
	}
	var p httpio.Params
	period, err := quota.ParsePeriod(a.Period)
	if err != nil {
		p.Refuse("period", "2024-T3, 2024 ou 2024-T1..2024-T3")
	}
	if a.Size < 1 || a.Size > mostDrawn {
		p.Refuse("size", "de 1 à 200 décisions")
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	if code, ok := pack.UnitNames().Unit(a.Unit); ok {
		a.Unit = code
	}
	if !who.Sees(a.Unit) || !slices.ContainsFunc(pack.Units(), func(u packs.Unit) bool { return u.Code == a.Unit }) {
		p.Refuse("unit", "le code d’une Mission Locale que l’on suit")
	}
	if err := p.Err(); err != nil {
		return 0, err
	}
	err = s.Store.Together(ctx, func(t *store.Store) error {
		if err := t.HoldUnit(ctx, a.Unit); err != nil {
			return err
		}
		list, err := t.Drawable(ctx, a.Unit, period.ID, period.From.String(), period.To.String())
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fault.New(fault.Conflict, "aucune décision manuelle qui ne soit déjà tirée, pour cette Mission Locale et cette période")
		}
		rand.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		n = min(a.Size, len(list))
		if err := t.Draw(ctx, period.ID, list[:n]); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("tirage de décisions à relire", a.Unit, period.ID, n))
	})
	return n, err
}

// Agreements returns how far the second answers of a period agree with the first, by code of
// Mission Locale. It asks nobody's leave: the caller shows who may see them.
func Agreements(ctx context.Context, st *store.Store, period string) (map[string]*agreement.Agreement, error) {
	counts, err := st.RereadCounts(ctx, period)
	out := map[string]*agreement.Agreement{}
	for _, c := range counts {
		a := &agreement.Agreement{Drawn: c.Drawn, Answered: c.Answered, Same: c.Same}
		if c.Answered > 0 {
			a.Low, a.High = measure.Wilson(c.Same, c.Answered)
		}
		out[c.Unit] = a
	}
	return out, err
}

// Reread is an address drawn to be answered again. Nothing in it says what the first answer
// was, or whose.
type Reread struct {
	ID        string `json:"id"`
	Period    string `json:"period"`
	Address   string `json:"address"`
	People    int    `json:"people"`
	Perimeter string `json:"perimeter"`
}

// CountToReread returns how many addresses ToReread would return.
func (s *Service) CountToReread(ctx context.Context, who *access.Principal, unit string) (int, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return 0, err
	}
	drawn, err := s.Store.ToReread(ctx, unit, who.ID, who.Name)
	return len(drawn), err
}

// ToReread returns the addresses drawn in a Mission Locale that the principal may answer
// again: those whose first answer is not their own. Reading them is recorded.
func (s *Service) ToReread(ctx context.Context, who *access.Principal, unit string) (string, []Reread, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return "", nil, err
	}
	drawn, err := s.Store.ToReread(ctx, unit, who.ID, who.Name)
	if err != nil {
		return "", nil, err
	}
	out := make([]Reread, len(drawn))
	for i := range drawn {
		if _, out[i], err = s.reread(ctx, &drawn[i]); err != nil {
			return "", nil, err
		}
	}
	if len(out) == 0 {
		return unit, out, nil
	}
	return unit, out, who.Record(ctx, s.Store, "lecture des adresses à relire", unit, "", len(out))
}

// reread returns the rows of a drawn address, and what its second reader sees of it.
func (s *Service) reread(ctx context.Context, d *store.Rereading) ([]store.Person, Reread, error) {
	rows, err := s.group(ctx, d.Unit, d.AddressKey)
	if err != nil {
		return nil, Reread{}, err
	}
	file, err := s.Store.File(ctx, rows[0].FileID)
	return rows, Reread{d.ID, d.Period, Typed(file.Intake.Fields, &rows[0]), len(rows), d.Perimeter}, err
}

// RereadCase returns a drawn address as it is shown to its second reader: its place as the
// geocoder finds it, without the first answer, its QPV or its reason.
func (s *Service) RereadCase(ctx context.Context, who *access.Principal, unit, id string) (*Case, error) {
	d, err := s.drawn(ctx, who, access.ReadPeople, unit, id)
	if err != nil {
		return nil, err
	}
	rows, x, err := s.reread(ctx, d)
	if err != nil {
		return nil, err
	}
	place := PlaceOf(&rows[0])
	place.Zone = ""
	out := &Case{Group: Group{Key: x.ID, People: x.People, Address: x.Address, Place: place.Label, Precision: place.Precision, Perimeter: x.Perimeter}, Place: place}
	if place.HasDistance {
		out.Group.Distance = &place.Distance
	}
	return out, who.Record(ctx, s.Store, "carte d’une adresse à relire", d.Unit, "", len(rows))
}

// drawn returns a drawn decision that the principal may answer again, when they may do an
// action.
func (s *Service) drawn(ctx context.Context, who *access.Principal, a access.Action, unit, id string) (*store.Rereading, error) {
	unit, err := own(who, a, unit)
	if err != nil {
		return nil, err
	}
	d, err := s.Store.Rereading(ctx, unit, id)
	switch {
	case err != nil:
		return nil, err
	case d.AuthorID == who.ID || d.AuthorID == "" && d.Author == who.Name:
		return nil, fault.New(fault.Forbidden, "la relecture revient à une autre personne que l’auteur de la réponse")
	case d.Second != "":
		return nil, fault.New(fault.Conflict, "cette adresse a déjà été relue")
	}
	return &d, nil
}

// AnswerAgain keeps the second answer on a drawn address. No row changes: the answer is only
// compared, in number, with the first.
func (s *Service) AnswerAgain(ctx context.Context, who *access.Principal, unit, id, answer string) error {
	d, err := s.drawn(ctx, who, access.Reread, unit, id)
	if err != nil {
		return err
	}
	verdict, ok := residency.ParseVerdict(answer)
	if !ok {
		return httpio.Refused("verdict : dans le QPV, hors QPV ou ne permet pas de conclure")
	}
	return access.Recorded(ctx, s.Store, who.Entry("décision relue", d.Unit, d.Period, 1), func(t *store.Store) error {
		return t.Reread(ctx, d.ID, string(verdict), who.Name)
	})
}
