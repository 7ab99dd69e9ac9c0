package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
)

type zonesCmd struct {
	Lon       degrees  `arg:"" name:"longitude" help:"Longitude, en degrés."`
	Lat       degrees  `arg:"" name:"latitude" help:"Latitude, en degrés."`
	On        dateFlag `placeholder:"DATE" help:"Date du fait (aujourd’hui par défaut)."`
	Known     dateFlag `placeholder:"DATE" help:"Répond avec ce qui était connu à cette date (aujourd’hui par défaut)."`
	Perimeter string   `placeholder:"2015|2024" help:"Version des QPV, quelle que soit la date."`
	Format    string   `enum:"texte,json" default:"texte" placeholder:"texte|json" help:"Texte ou JSON."`
}

// Run prints what a point is in, on a date, as known on a date.
func (c *zonesCmd) Run(g *Globals, std streams) (err error) {
	if err := rightAxes(c.Lon, c.Lat); err != nil {
		return err
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	if err := knownPerimeter(pack.Zonings, c.Perimeter); err != nil {
		return err
	}
	a := pack.FactsAt(orb.Point{float64(c.Lon), float64(c.Lat)}, c.On.orToday(), c.Known.orToday(), c.Perimeter)
	if c.Format == "json" {
		return printJSON(std.out, a)
	}
	return printFacts(std.out, &a)
}

func printFacts(w io.Writer, a *data.PointFacts) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Date\t%s (connu le %s)\n", french.Date(a.On), french.Date(a.Known))
	if a.Commune.Code != "" {
		fmt.Fprintf(&b, "Commune\t%s %s\n", a.Commune.Code, a.Commune.Name)
	} else {
		b.WriteString("Commune\tinconnue\n")
	}
	switch {
	case a.QPV.Version == "":
		b.WriteString("QPV\tpérimètre absent pour ce lieu à cette date\n")
	case len(a.QPV.Inside) > 0:
		for _, z := range a.QPV.Inside {
			fmt.Fprintf(&b, "QPV %s\tdedans : %s %s\n", a.QPV.Version, z.Code, z.Name)
		}
	default:
		fmt.Fprintf(&b, "QPV %s\tdehors\n", a.QPV.Version)
	}
	if a.QPV.Distance != nil {
		fmt.Fprintf(&b, "Limite\tà %s m de %s %s\n", comma(math.Abs(*a.QPV.Distance)), a.QPV.Nearest.Code, a.QPV.Nearest.Name)
	} else if a.QPV.Version != "" {
		fmt.Fprintf(&b, "Limite\tà plus de %d m\n", geo.Reach)
	}
	for _, l := range []struct {
		name string
		fact data.ListFact
	}{{"FRR", a.FRR}, {"ZRR", a.ZRR}} {
		fmt.Fprintf(&b, "%s\t%s\n", strings.TrimSpace(l.name+" "+l.fact.Version), l.fact.Status)
	}
	fmt.Fprintf(&b, "Référentiel\t%s\n", a.Pack)
	_, err := io.WriteString(w, b.String())
	return err
}
