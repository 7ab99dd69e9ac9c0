package main

import (
	"perimetre/batch/publicapi"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
)

type reverseCmd struct {
	Lon    degrees `arg:"" name:"longitude" help:"Longitude, en degrés."`
	Lat    degrees `arg:"" name:"latitude" help:"Latitude, en degrés."`
	Limit  int     `default:"5" placeholder:"N" help:"Nombre de résultats (5)."`
	Format string  `enum:"texte,json" default:"texte" placeholder:"texte|json" help:"Une ligne par résultat, ou le GeoJSON de l’API publique."`
}

// Run prints the addresses nearest to a point.
func (c *reverseCmd) Run(g *Globals, std streams) (err error) {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	results, err := pack.Index.Reverse(float64(c.Lon), float64(c.Lat), geocode.ReverseOptions{Limit: c.Limit})
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printJSON(std.out, publicapi.Reverse(results, c.Limit, pack.ID))
	}
	if len(results) == 0 {
		g.messages(std.err).Info("Aucune adresse proche")
	}
	return printResults(std.out, results, true)
}
