package main

import (
	"os"
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/annual"
	"perimetre/quota/audit/published"
	"perimetre/quota/crosstab"
)

type reportCmd struct {
	Annuel annualCmd `cmd:"" help:"Compte rendu annuel : tableaux par département, précautions, vérification."`
}

type annualCmd struct {
	countFlags

	Year       int    `required:"" placeholder:"ANNÉE" help:"Année du compte rendu."`
	Aggregated bool   `help:"L’entrée est un dossier de tableaux déjà publiés (CSV, identites.yml) : ils sont repris tels quels, et vérifiés ; « exemple » est le compte rendu 2024 transcrit dans le programme."`
	Role       string `enum:"unite,etat,public" default:"public" help:"Lecteur : unite, etat ou public (à défaut) ; règle ce qui est caché."`
	Format     string `enum:"html,xlsx,csv," default:"" help:"html, xlsx ou csv (un dossier de tables que « audit » lit) ; à défaut, selon le nom de la sortie, sinon html."`
}

// Run makes the annual report and writes it.
func (c *annualCmd) Run(std streams, g *Globals) error {
	r, err := c.report(std, g)
	if err != nil {
		return err
	}
	g.messages(std.err).Info(r.Verdict)
	format := c.Format
	if format == "" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	}
	switch format {
	case "xlsx":
		return writeWhole(c.Output, std.out, r.XLSX)
	case "csv":
		if c.Output == "" || c.Output == "-" {
			return &fault.Error{Kind: fault.Usage, Message: "plusieurs tables demandent un dossier", Expected: "-o DOSSIER"}
		}
		return r.CSV(c.Output)
	}
	return writeWhole(c.Output, std.out, r.HTML)
}

func (c *annualCmd) report(std streams, g *Globals) (*annual.Report, error) {
	if c.Aggregated {
		switch {
		case len(c.Inputs) != 1:
			return nil, fault.New(fault.Usage, "--aggregated lit un seul dossier de tableaux")
		case c.Inputs[0] == "exemple":
			return annual.Published(published.Report2024, "rapport-2024", c.Year)
		}
		return annual.Published(os.DirFS(c.Inputs[0]), ".", c.Year)
	}
	files, units, err := c.read(std, g)
	if err != nil {
		return nil, err
	}
	set, err := crosstab.Count(files, annual.Query(c.Year, c.AsOf.orToday(), units))
	if err != nil {
		return nil, err
	}
	set.MaskEach(quota.Reader(c.Role))
	return annual.Counted(set, crosstab.Perimeters(files))
}
