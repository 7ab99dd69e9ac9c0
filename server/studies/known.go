package studies

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/study"
)

// addKnown gives a study the young people that Missions Locales know: to a Mission
// Locale its own, all numbers told; to the services de l'État the young people of
// the Missions Locales that sent them a bordereau, small numbers hidden. Others see none.
func (s *Service) addKnown(ctx context.Context, who *access.Principal, pack *packs.Edition, o *study.Options) error {
	if s.Population == "" {
		return httpio.Refused("not_met : aucune table de population n’est chargée")
	}
	units := o.Units
	switch who.Role {
	case store.Direction, store.DataOfficer:
		for _, u := range units {
			if empty, err := people.Empty(ctx, s.Store, u); err != nil {
				return err
			} else if empty {
				return people.NothingImported
			}
		}
	case store.State:
		o.Few = coverage.FewKnown
		sent, err := s.Figures.Senders(ctx)
		if err != nil {
			return err
		}
		if units == nil {
			for _, u := range pack.Units() {
				units = append(units, u.Code)
			}
		}
		units = slices.DeleteFunc(slices.Clone(units), func(u string) bool { return !sent[u] })
		if len(units) == 0 {
			return fault.New(fault.NotFound, "aucune Mission Locale de ce territoire n’a envoyé de bordereau")
		}
		o.Units = units // the young people of the others would seem not to be met
	default:
		return fault.New(fault.Forbidden, "votre rôle ne permet pas de compter les jeunes connus")
	}
	o.Met = s.known(ctx, units)
	return nil
}

// known visits the people of Missions Locales, without name or address.
func (s *Service) known(ctx context.Context, units []string) study.People {
	return func(visit func(*study.Person) error) error {
		fields := map[string][]string{}
		for _, unit := range units {
			err := s.Store.EachPerson(ctx, store.PeopleQuery{Unit: unit}, func(p *store.Person) error {
				if _, known := fields[p.FileID]; !known {
					f, err := s.Store.File(ctx, p.FileID)
					if err != nil {
						return err
					}
					fields[p.FileID] = f.Intake.Fields
				}
				return visit(knownPerson(p, fields[p.FileID]))
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
}

func knownPerson(p *store.Person, fields []string) *study.Person {
	at := people.PlaceOf(p)
	out := &study.Person{ID: p.Unit + "/" + p.Person, Commune: at.CityCode, Status: p.Status}
	if p.Person == "" {
		out.ID = p.Unit + "/" + p.FileID + "/" + strconv.Itoa(p.Line)
	}
	if out.Commune == "" {
		out.Commune = table.PadPostcode(people.Cell(fields, p, table.CityCode))
	}
	if at.Zone != "" {
		out.Zones = strings.Split(at.Zone, "|")
	}
	out.Renewal, _ = table.Renews(table.Clean(people.Cell(fields, p, table.Renewal)), table.Clean(people.Cell(fields, p, table.FirstEntry)))
	return out
}
