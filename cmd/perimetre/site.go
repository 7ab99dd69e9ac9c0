package main

import (
	"context"
	"io"

	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/study"
	"perimetre/study/report"
)

type siteCmd struct {
	supplyFlags
	transitFlags
	K          int    `name:"k" placeholder:"N" help:"Nombre de lieux à ouvrir."`
	HalfDays   int    `name:"half-days" placeholder:"N" help:"À la place de --k : demi-journées par semaine d’une permanence itinérante, tenue par un agent."`
	Rotation   int    `default:"1" placeholder:"SEMAINES" help:"Avec --half-days : un même lieu revient toutes les N semaines (1 : chaque semaine)."`
	Start      string `placeholder:"SITE" help:"Avec --half-days : site d’où l’agent part chaque jour (le siège le plus proche par défaut)."`
	Days       string `placeholder:"JOURS" help:"Avec --half-days : quand l’agent se déplace, comme « mardi et jeudi, vendredi matin » (du lundi au vendredi par défaut)."`
	Receives   int    `placeholder:"N" help:"Avec --half-days : jeunes que l’agent reçoit en une demi-journée, pour dire la capacité."`
	Candidates string `placeholder:"FICHIER" help:"Lieux candidats (nom, et lon, lat ou une adresse) ; à défaut centres des communes et des QPV, lieux jeunesse."`
	Objective  string `enum:"coverage,distance" default:"coverage" placeholder:"coverage|distance" help:"coverage : le plus de personnes à portée ; distance : la moindre distance moyenne."`
	Weight     string `placeholder:"qpv|frr|qpv=3" help:"Qui compte : qpv, frr ou zrr seuls ; qpv=3 les compte trois fois ; tous par défaut."`
}

// Help says what is chosen, and how sure it is.
func (siteCmd) Help() string {
	return "Choisit où ouvrir N lieux de plus, les sites présents étant gardés, et dit ce que chacun apporte et de combien un autre choix pourrait faire mieux. " +
		"Une permanence itinérante de N demi-journées par semaine va dans N lieux, ou dans N × SEMAINES lieux à tour de rôle, chacun quand il est ouvert (colonne ouverture des candidats) ; le résultat donne la tournée, jour par jour."
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
	o, pack, err := c.open(ctx, g, func(o *study.Options) error {
		o.Candidates, o.Objective, o.Weight, o.Places = c.Candidates, coverage.Objective(c.Objective), weight, c.K
		if c.HalfDays == 0 {
			return nil
		}
		o.Itinerant, o.Places = &study.Itinerant{PerWeek: c.HalfDays, Weeks: c.Rotation, Start: c.Start, Pattern: c.Days, Receives: c.Receives}, c.HalfDays*c.Rotation
		s, err := c.server()
		if s != nil {
			o.Itinerant.Router = s
		}
		return err
	})
	if err != nil {
		return err
	}
	if pack != nil {
		defer pack.Close()
	}
	var p *study.Plan
	if c.Transit {
		p, err = study.ChooseByTransit(ctx, pack, o, c.terms())
	} else {
		p, err = study.Choose(ctx, pack, o)
	}
	if err != nil {
		return err
	}
	return answer(&c.supplyFlags, g, std, &p.Frame, p, map[string]func(io.Writer, *study.Plan) error{
		"table": report.PlanText, "json": report.PlanJSON, "geojson": report.PlanGeoJSON, "html": report.PlanHTML, "xlsx": report.PlanXLSX,
		"csv": func(w io.Writer, p *study.Plan) error { return writeCSV(w, report.PlanRows(p)) },
	})
}
