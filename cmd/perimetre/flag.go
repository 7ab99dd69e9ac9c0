package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/batch"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

type flagCmd struct {
	tableFlags
	decideFlags

	Date        string   `xor:"date" placeholder:"COL" help:"Colonne de la date du fait (date d’entrée par défaut)."`
	On          dateFlag `xor:"date" placeholder:"DATE" help:"Date du fait pour toutes les lignes (aujourd’hui par défaut)."`
	Known       dateFlag `placeholder:"DATE" help:"Répond avec ce qui était connu à cette date (aujourd’hui par défaut)."`
	Perimeter   string   `placeholder:"2015|2024" help:"Version des QPV, quelle que soit la date."`
	Lon         string   `and:"point" placeholder:"COL" help:"Colonne des longitudes : rien n’est géocodé."`
	Lat         string   `and:"point" placeholder:"COL" help:"Colonne des latitudes."`
	Decisions   string   `placeholder:"FICHIER" help:"Décisions de personnes sur des adresses : ce qu’écrit « perimetre decisions export », ou un fichier marqué avec une colonne « réponse »."`
	Keep        []string `placeholder:"COL,COL" help:"Colonnes de l’entrée à garder (toutes par défaut)."`
	DropAddress bool     `help:"Ôte les colonnes de l’adresse et ce qui la ferait deviner."`
}

// Run appends to each row of a table its geocoding and its decision.
func (c *flagCmd) Run(ctx context.Context, g *Globals, std streams) error {
	options, err := c.options(g, std)
	if err != nil {
		return err
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	if err := knownPerimeter(pack.Zonings, c.Perimeter); err != nil {
		return err
	}
	options.NewSearch = searches(pack)
	o := batch.FlagOptions{
		Options: options, Decider: c.decider(pack),
		Locate: func(lon, lat float64) (string, bool) { return pack.Communes.At(orb.Point{lon, lat}) },
		Date:   c.Date, On: c.On.Date, Known: c.Known.orToday(), Today: dateFlag{}.orToday(), Perimeter: c.Perimeter,
		Lon: c.Lon, Lat: c.Lat, Keep: c.Keep, DropAddress: c.DropAddress, Pack: pack.ID,
	}
	if c.Decisions != "" {
		ledger, left, err := batch.ReadDecisions(c.Decisions, table.Options{Stdin: std.in, Profile: options.Profile}, nil)
		if err != nil {
			return err
		}
		if left > 0 {
			g.messages(std.err).Warn(fmt.Sprintf("%s : %d décisions sans adresse laissées de côté, seule leur base peut s’en servir", c.Decisions, left))
		}
		o.Decider.Decisions = ledger
	}
	return c.run(ctx, &options, std, func(ctx context.Context, in *table.Reader, out batch.Writer) (batch.Summary, error) {
		return batch.Flag(ctx, o, in, out)
	})
}

// knownPerimeter refuses a version of the QPV that the pack does not hold.
func knownPerimeter(z *geo.Zonings, name string) error {
	if name == "" {
		return nil
	}
	var names []string
	for _, v := range z.Versions() {
		if v.Zoning == geo.QPV {
			if v.Name == name {
				return nil
			}
			names = append(names, v.Name)
		}
	}
	return &fault.Error{Kind: fault.Usage, Message: "--perimeter : version absente du référentiel", Expected: cmp.Or(strings.Join(names, ", "), "aucune n’est chargée"), Seen: name}
}
