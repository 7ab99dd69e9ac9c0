package main

import (
	"strings"

	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
)

type searchCmd struct {
	placeFlags

	Query    []string `arg:"" name:"adresse" help:"Adresse, guillemets ou non ; « - » lit une adresse par ligne de l’entrée standard."`
	CityCode string   `name:"citycode" placeholder:"INSEE" help:"Ne garde que cette commune."`
	Postcode string   `placeholder:"CODE" help:"Ne garde que ce code postal."`
	Type     string   `enum:",housenumber,street,locality,municipality" default:"" placeholder:"TYPE" help:"Ne garde que housenumber, street, locality ou municipality."`
}

// Run prints the places that an address may be.
func (c *searchCmd) Run(g *Globals, std streams) (err error) {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	s := pack.Index.NewSearcher()
	return c.answer(strings.Join(c.Query, " "), g, std, pack.ID, false, func(text string) ([]geocode.Result, error) {
		a, err := s.Search(&geocode.Query{Text: text, Limit: c.Limit, Only: geocode.Filter{CityCode: c.CityCode, Postcode: c.Postcode, Type: c.Type}})
		if err != nil {
			return nil, err
		}
		return a.Results, nil
	})
}
