package main

import (
	"fmt"

	"perimetre/batch/publicapi"
	"perimetre/french"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
)

type reverseCmd struct {
	Lon    degrees `arg:"" name:"longitude" help:"Longitude, en degrés."`
	Lat    degrees `arg:"" name:"latitude" help:"Latitude, en degrés."`
	Reach  metres  `placeholder:"100m" help:"Rien au-delà de cette distance (100 m, puis 200 m)."`
	Limit  int     `default:"5" placeholder:"N" help:"Nombre de résultats (5)."`
	Format string  `enum:"texte,json" default:"texte" placeholder:"texte|json" help:"Une ligne par résultat, ou le GeoJSON de l’API publique."`
}

// Run prints the addresses nearest to a point.
func (c *reverseCmd) Run(g *Globals, std streams) (err error) {
	if err := rightAxes(c.Lon, c.Lat); err != nil {
		return err
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	results, err := pack.Index.Nearby(float64(c.Lon), float64(c.Lat), geocode.ReverseOptions{Limit: c.Limit, Radius: float64(c.Reach)})
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printJSON(std.out, publicapi.Reverse(results, c.Limit, pack.ID))
	}
	if len(results) == 0 {
		reach := float64(c.Reach)
		if reach == 0 {
			reach = geocode.Reaches[len(geocode.Reaches)-1]
		}
		g.messages(std.err).Info(fmt.Sprintf("Aucune adresse à moins de %s m : « --reach » cherche plus loin", french.Integer(int(reach))))
	}
	return printResults(std.out, results, true)
}
