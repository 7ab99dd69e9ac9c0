package study

import (
	"context"

	"perimetre/data"
	"perimetre/geo/fault"
)

// Portrait is one Mission Locale's territory, beside the whole pack.
type Portrait struct {
	Code, Name string
	Own, All   *Result
	Next       *Plan // the next places; nil without a place to propose
	People     int   // residents of its communes, by the table of communes
	AllPeople  int
}

// nextPlaces is how many places a portrait proposes.
const nextPlaces = 3

// Portraits draws the portrait of each Mission Locale of o.Units, or of every one that has a
// territory when o.Units is empty.
func Portraits(ctx context.Context, pack *data.Pack, o Options, each func(*Portrait) error) error {
	if pack == nil || len(pack.Territories) == 0 {
		return fault.New(fault.Usage, "portrait : le référentiel ne dit pas quelle Mission Locale sert quelle commune (couverture-….csv)")
	}
	units := o.Units
	o.Units = nil
	land, err := DrawLand(pack)
	if err != nil {
		return err
	}
	o.Land = land
	all, err := Cover(ctx, pack, o)
	if err != nil {
		return err
	}
	if units == nil {
		for _, u := range all.Units {
			if u.Code != "" {
				units = append(units, u.Code)
			}
		}
	}
	for _, code := range units {
		one := o
		one.Units = []string{code}
		p := &Portrait{Code: code, All: all, AllPeople: all.ground.residents()}
		if p.Own, err = Cover(ctx, pack, one); err != nil {
			return err
		}
		p.Name, p.People = p.Own.ground.unitName(code), p.Own.ground.residents()
		one.Places = nextPlaces
		if p.Next, err = Choose(ctx, pack, one); err != nil {
			if fault.KindOf(err) != fault.Usage && fault.KindOf(err) != fault.Input {
				return err
			}
			p.Next = nil // fewer candidates than places: there is nothing to choose
		}
		if err := each(p); err != nil {
			return err
		}
	}
	return nil
}

// residents returns the residents of the communes of the study.
func (g *ground) residents() (n int) {
	for _, c := range g.list {
		n += c.Population
	}
	return n
}
