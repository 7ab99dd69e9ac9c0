package people

import (
	"context"
	"slices"
	"strings"

	"perimetre/batch"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/store"
)

// Bases are what a decision may stand on; there is no free text.
var Bases = []string{"position sur la carte", "justificatif vu", "connaissance du terrain", "corrigé dans i-Milo"}

// ExportDecisions writes the decisions of some Missions Locales, of all when none is
// named, as a table that « perimetre flag --decisions » reads. bare leaves out the
// addresses and the places: the keys alone are of use, in the same base.
func ExportDecisions(ctx context.Context, st *store.Store, units []string, bare bool, out Writer) (n int, err error) {
	secret, err := st.Secret(ctx)
	if err != nil {
		return 0, err
	}
	if len(units) == 0 {
		if units, err = st.DecidingUnits(ctx); err != nil {
			return 0, err
		}
	}
	if err := out.Write(batch.DecisionColumns); err != nil {
		return 0, err
	}
	for _, unit := range units {
		all, err := st.Decisions(ctx, unit)
		if err != nil {
			return n, err
		}
		slices.Reverse(all) // the oldest first
		for i := range all {
			d := &all[i]
			a := batch.Answered{Unit: d.Unit, Perimeter: d.Perimeter, At: d.DecidedAt, Key: d.AddressKey, Normaliser: d.Normaliser, Print: batch.SecretPrint(secret),
				Manual: residency.Manual{Verdict: residency.Verdict(d.Verdict), Code: d.Zone, Basis: d.Basis, Author: d.Author, On: geo.DateOf(d.DecidedAt)}}
			if !bare {
				if d.Commune, err = communeOf(ctx, st, secret, d); err != nil {
					return n, err
				}
				a.Typed, a.Commune, a.ResultID, a.Lon, a.Lat = d.Typed, d.Commune, d.ResultID, d.Lon, d.Lat
			}
			if err := out.Write(a.Cells()); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// communeOf returns the commune that a decision's key was made with. Decisions of before
// it was kept are tried with that of their place, then with those of their rows.
func communeOf(ctx context.Context, st *store.Store, secret []byte, d *store.Decision) (string, error) {
	if d.Commune != "" || d.Typed == "" || d.Normaliser != residency.NormaliserVersion {
		return d.Commune, nil
	}
	tries := []string{""}
	if len(d.ResultID) >= 5 {
		tries = append(tries, d.ResultID[:5])
	}
	rows, err := st.People(ctx, store.PeopleQuery{Unit: d.Unit, AddressKey: d.AddressKey, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(rows) > 0 {
		tries = append(tries, PlaceOf(&rows[0]).CityCode)
	}
	for _, commune := range tries {
		if residency.Key(secret, d.Typed, commune, d.Perimeter) == d.AddressKey {
			return commune, nil
		}
	}
	return "", nil
}

// ImportOptions say how decisions are taken in.
type ImportOptions struct {
	// Units are those whose decisions are taken, all when empty; when there is one,
	// decisions that name none are its own.
	Units []string
	// Rekey takes decisions keyed by another version of the normaliser, when their
	// address is there to make their key again.
	Rekey bool
}

// Imported says what became of the decisions of a table.
type Imported struct {
	store.Merged
	Units      []string // whose decisions were taken
	Rekeyed    int      // that came with the key of another base or normaliser, or none
	WithoutKey int      // left: address purged, and keyed by another base or normaliser
	OtherUnit  int      // left: of Missions Locales that were not asked for
}

// ImportDecisions takes in a table of decisions, all of it or nothing.
func ImportDecisions(ctx context.Context, st *store.Store, path string, t table.Options, o ImportOptions) (Imported, error) {
	var out Imported
	secret, err := st.Secret(ctx)
	if err != nil {
		return out, err
	}
	var all []store.Decision
	at := map[[2]string]int{}
	err = batch.EachDecision(path, t, func(a *batch.Answered, in *table.Reader) error {
		if a.Unit == "" && len(o.Units) == 1 {
			a.Unit = o.Units[0]
		}
		refused := func(message, expected, seen string) error {
			return &fault.Error{Kind: fault.Input, File: in.Name, Line: a.Line, Message: message, Expected: expected, Seen: seen}
		}
		switch {
		case a.Unit == "":
			return refused("décision sans Mission Locale", "une colonne « Code structure », ou --unit", "rien")
		case len(o.Units) > 0 && !slices.Contains(o.Units, a.Unit):
			out.OtherUnit++
			return nil
		case a.Normaliser != "" && a.Normaliser != residency.NormaliserVersion && !o.Rekey:
			return refused("décisions d’une autre version du programme : --rekey refait leur clé à partir de l’adresse", "normaliseur "+residency.NormaliserVersion, a.Normaliser)
		case a.Manual.Basis != "" && !slices.Contains(Bases, a.Manual.Basis):
			return refused("fondement inconnu", strings.Join(Bases, ", "), a.Manual.Basis)
		case a.Perimeter == "":
			return refused("décision sans version du périmètre", "une colonne « périmètre » (2015, 2024)", "rien")
		}
		key := a.KeyBy(secret)
		if key == "" {
			out.WithoutKey++
			return nil
		}
		if key != a.Key {
			out.Rekeyed++
		}
		if a.At.IsZero() && !a.Manual.On.IsZero() {
			a.At = a.Manual.On.Time()
		}
		d := store.Decision{Unit: a.Unit, AddressKey: key, Normaliser: residency.NormaliserVersion, Commune: a.Commune, Perimeter: a.Perimeter, Verdict: string(a.Manual.Verdict),
			Basis: a.Manual.Basis, Zone: a.Manual.Code, Author: a.Manual.Author, DecidedAt: a.At, Typed: a.Typed, ResultID: a.ResultID, Lon: a.Lon, Lat: a.Lat}
		if i, twice := at[[2]string{d.Unit, key}]; twice {
			if all[i].Verdict != d.Verdict && all[i].DecidedAt.Equal(d.DecidedAt) {
				return refused("deux réponses différentes pour la même adresse", all[i].Verdict, d.Verdict)
			}
			if d.DecidedAt.After(all[i].DecidedAt) {
				all[i] = d
			}
			return nil
		}
		at[[2]string{d.Unit, key}] = len(all)
		all = append(all, d)
		if !slices.Contains(out.Units, d.Unit) {
			out.Units = append(out.Units, d.Unit)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	slices.Sort(out.Units)
	out.Merged, err = st.MergeDecisions(ctx, all)
	return out, err
}

// settingNormaliser is the version of the normaliser that made the keys of a base.
const settingNormaliser = "normaliser"

// Rekey makes again, from their addresses, the keys of the decisions and of the rows of a base
// that an earlier version of the normaliser made. It returns the number of decisions whose key
// it made, and of those whose address was purged: they apply to nothing any more. It has
// nothing to do on a base that is up to date.
func Rekey(ctx context.Context, st *store.Store) (made, lost int, err error) {
	was, err := st.Setting(ctx, settingNormaliser)
	if err != nil || was == residency.NormaliserVersion || was == "" && residency.NormaliserVersion == "1" {
		return 0, 0, err
	}
	secret, err := st.Secret(ctx)
	if err != nil {
		return 0, 0, err
	}
	deciding, err := st.DecidingUnits(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, unit := range deciding {
		all, err := st.Decisions(ctx, unit)
		if err != nil {
			return made, lost, err
		}
		for _, d := range all {
			switch {
			case d.Normaliser == residency.NormaliserVersion:
			case d.Typed == "":
				lost++
			default:
				if d.Commune == "" { // of before it was kept
					if rows, err := st.People(ctx, store.PeopleQuery{Unit: unit, AddressKey: d.AddressKey, Limit: 1}); err != nil {
						return made, lost, err
					} else if len(rows) > 0 {
						d.Commune = PlaceOf(&rows[0]).CityCode
					}
				}
				d.Normaliser = residency.NormaliserVersion
				if err := st.Rekey(ctx, d, residency.Key(secret, d.Typed, d.Commune, d.Perimeter)); err != nil {
					return made, lost, err
				}
				made++
			}
		}
	}
	aged, err := st.Aged(ctx)
	if err != nil {
		return made, lost, err
	}
	done := map[string]bool{}
	for _, a := range aged {
		if done[a.FileID] {
			continue
		}
		done[a.FileID] = true
		file, err := st.File(ctx, a.FileID)
		if err != nil {
			return made, lost, err
		}
		err = st.EachPerson(ctx, store.PeopleQuery{Unit: a.Unit, FileID: a.FileID}, func(p *store.Person) error {
			text := Typed(file.Intake.Fields, p)
			if p.AddressKey == "" || p.AddressKey == Purged || text == "" {
				return nil
			}
			return st.SetKey(ctx, p, residency.Key(secret, text, PlaceOf(p).CityCode, p.Perimeter))
		})
		if err != nil {
			return made, lost, err
		}
	}
	return made, lost, st.Set(ctx, settingNormaliser, residency.NormaliserVersion)
}
