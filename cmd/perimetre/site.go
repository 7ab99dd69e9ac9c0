package main

import (
	"context"
	"io"

	"perimetre/data/study"
	"perimetre/data/study/report"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
)

type siteCmd struct {
	supplyFlags
	K          int    `name:"k" placeholder:"N" help:"Nombre de lieux à ouvrir."`
	HalfDays   int    `name:"half-days" placeholder:"N" help:"À la place de --k : demi-journées par semaine d’une permanence itinérante."`
	Rotation   int    `default:"1" placeholder:"SEMAINES" help:"Avec --half-days : un même lieu revient toutes les N semaines (1 : chaque semaine)."`
	Candidates string `placeholder:"FICHIER" help:"Lieux candidats (nom, et lon, lat ou une adresse) ; à défaut centres des communes et des QPV, lieux jeunesse."`
	Objective  string `enum:"coverage,distance" default:"coverage" placeholder:"coverage|distance" help:"coverage : le plus de personnes à portée ; distance : la moindre distance moyenne."`
	Weight     string `placeholder:"qpv|frr|qpv=3" help:"Qui compte : qpv, frr ou zrr seuls ; qpv=3 les compte trois fois ; tous par défaut."`
	Format     string `enum:"table,json,geojson,html,xlsx" default:"table" placeholder:"table|json|geojson|html|xlsx" help:"Forme de la sortie."`
}

// Help says what is chosen, and how sure it is.
func (siteCmd) Help() string {
	return "Choisit où ouvrir N lieux de plus, les sites présents étant gardés, et dit ce que chacun apporte et de combien un autre choix pourrait faire mieux. " +
		"Une permanence itinérante de N demi-journées par semaine va dans N lieux, ou dans N × SEMAINES lieux à tour de rôle."
}

// Run chooses where to open places.
func (c *siteCmd) Run(ctx context.Context, g *Globals, std streams) error {
	if (c.K > 0) == (c.HalfDays > 0) {
		return fault.New(fault.Usage, "donner --k N (lieux à ouvrir) ou --half-days N (demi-journées par semaine), l’un des deux")
	}
	if c.Rotation < 1 {
		return fault.New(fault.Usage, "--rotation : attendu un nombre de semaines d’au moins 1")
	}
	weight, err := study.ParseWeight(c.Weight)
	if err != nil {
		return err
	}
	o, pack, err := c.options(ctx, g)
	if err != nil {
		return err
	}
	if pack != nil {
		defer pack.Close()
	}
	o.Candidates, o.Objective, o.Weight, o.Places = c.Candidates, coverage.Objective(c.Objective), weight, c.K
	if c.HalfDays > 0 {
		o.Places, o.HalfDays, o.Rotation = c.HalfDays*c.Rotation, c.HalfDays, c.Rotation
	}
	if o.Matrix == nil {
		if o.Matrix, err = c.ask(ctx, pack, &o); err != nil {
			return err
		}
	}
	p, err := study.Choose(ctx, pack, o)
	if err != nil {
		return err
	}
	say := g.messages(std.err)
	if p.Warning != "" {
		say.Warn("Attention : " + p.Warning + ".")
	}
	if c.Format != "table" {
		for _, n := range p.Notices {
			say.Info(n + ".")
		}
	}
	write := map[string]func(io.Writer, *study.Plan) error{"table": report.PlanText, "json": report.PlanJSON, "geojson": report.PlanGeoJSON, "html": report.PlanHTML, "xlsx": report.PlanXLSX}[c.Format]
	return writeWhole(c.Output, std.out, func(w io.Writer) error { return write(w, p) })
}
