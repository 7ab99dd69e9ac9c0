package main

import (
	"fmt"
	"strings"

	"perimetre/french"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
)

type reverseCmd struct {
	placeFlags

	Point []string `arg:"" name:"longitude latitude" help:"Longitude puis latitude, en degrés : 3.0633 50.6372, ou 3.0633,50.6372 ; « - » lit un point par ligne de l’entrée standard."`
	Reach metres   `placeholder:"100m" help:"Rien au-delà de cette distance (100 m, puis 200 m)."`
}

// Run prints the addresses nearest to a point.
func (c *reverseCmd) Run(g *Globals, std streams) (err error) {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	question := strings.Join(c.Point, " ")
	reach := float64(c.Reach)
	if reach == 0 {
		reach = geocode.Reaches[len(geocode.Reaches)-1]
	}
	c.none = fmt.Sprintf("Aucune adresse à moins de %s m : « --reach » cherche plus loin", french.Integer(int(reach)))
	return c.answer(question, g, std, pack.ID, true, func(text string) ([]geocode.Result, error) {
		p, err := parsePoint(text)
		if err != nil {
			return nil, err
		}
		if question != "-" {
			if p, err = rightWay(p, std); err != nil {
				return nil, err
			}
		}
		return pack.Index.Nearby(p[0], p[1], geocode.ReverseOptions{Limit: c.Limit, Radius: float64(c.Reach)})
	})
}
