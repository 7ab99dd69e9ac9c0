package main

import (
	"context"
	"io"

	"perimetre/batch/measure"
)

type measureCmd struct {
	Rows    int    `default:"150" placeholder:"N" help:"Adresses par sorte de faute."`
	Numbers int    `default:"30000" placeholder:"N" help:"Numéros des communes tirées, la moitié là où il y a un QPV."`
	Seed    uint64 `default:"20240101" placeholder:"N" help:"Graine du tirage : la même donne les mêmes adresses et les mêmes fautes."`
	Format  string `enum:"texte,json,markdown" default:"texte" placeholder:"texte|json|markdown" help:"Forme de la réponse : texte, json ou markdown."`
}

// Run measures the pack on its own addresses and prints the result.
func (c *measureCmd) Run(ctx context.Context, g *Globals, std streams) error {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	m, err := measure.Pack(ctx, pack, measure.Options{Today: dateFlag{}.orToday(), Rows: c.Rows, Numbers: c.Numbers, Seed: c.Seed})
	if err != nil {
		return err
	}
	switch c.Format {
	case "json":
		return printJSON(std.out, m)
	case "markdown":
		_, err = io.WriteString(std.out, m.Markdown(2)+"\n"+measure.Note+"\n")
	default:
		_, err = io.WriteString(std.out, m.Text())
	}
	return err
}
