package main

import (
	"fmt"
	"io"
	"strings"

	"perimetre/batch/publicapi"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
)

type searchCmd struct {
	Query    string `arg:"" name:"adresse" help:"Adresse, sur une ligne."`
	Limit    int    `default:"5" placeholder:"N" help:"Nombre de résultats (5)."`
	CityCode string `name:"citycode" placeholder:"INSEE" help:"Ne garde que cette commune."`
	Postcode string `placeholder:"CODE" help:"Ne garde que ce code postal."`
	Type     string `enum:",housenumber,street,locality,municipality" default:"" placeholder:"TYPE" help:"Ne garde que housenumber, street, locality ou municipality."`
	Format   string `enum:"texte,json" default:"texte" placeholder:"texte|json" help:"Une ligne par résultat, ou le GeoJSON de l’API publique."`
}

// Run prints the places that an address may be.
func (c *searchCmd) Run(g *Globals, std streams) (err error) {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	a, err := pack.Index.NewSearcher().Search(&geocode.Query{
		Text: c.Query, Limit: c.Limit, Only: geocode.Filter{CityCode: c.CityCode, Postcode: c.Postcode, Type: c.Type},
	})
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printJSON(std.out, publicapi.Search(a.Results, c.Query, c.Limit, pack.ID))
	}
	if len(a.Results) == 0 {
		g.messages(std.err).Info("Aucun lieu trouvé")
	}
	return printResults(std.out, a.Results[:min(c.Limit, len(a.Results))], false)
}

// printResults writes one line a place: label, precision, score, confidence,
// longitude, latitude, identifier, and metres for a reverse search.
func printResults(w io.Writer, results []geocode.Result, reverse bool) error {
	var b strings.Builder
	for i := range results {
		r := &results[i]
		fmt.Fprintf(&b, "%s\t%s\t%.4f\t%.4f\t%.6f\t%.6f\t%s", r.Label, r.Precision, r.Score, r.Confidence, r.Lon, r.Lat, r.ID)
		if reverse {
			fmt.Fprintf(&b, "\t%.0f m", r.Distance)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
