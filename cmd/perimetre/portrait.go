package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/study"
	"perimetre/study/report"
)

type portraitCmd struct {
	trialFlag
	Unit   []string `placeholder:"ML,…" help:"Missions Locales, par code ou par nom (toutes celles du référentiel par défaut)."`
	Sites  string   `placeholder:"FICHIER" help:"Sites d’accueil, CSV, XLSX ou ODS (ceux du référentiel par défaut)."`
	Detour float64  `default:"1.3" placeholder:"FACTEUR" help:"Multiplie les lignes droites (1,3 par défaut)."`
	On     dateFlag `placeholder:"DATE" help:"Jour des sites ouverts et des QPV en vigueur (aujourd’hui par défaut)."`
	Output string   `short:"o" required:"" placeholder:"DOSSIER" help:"Dossier qui reçoit un fichier par Mission Locale et par forme."`
	Format []string `enum:"html,xlsx" default:"html,xlsx" placeholder:"html,xlsx" help:"Formes : html (une page à imprimer) et xlsx (listes entières)."`
}

// Help says what a portrait holds.
func (portraitCmd) Help() string {
	return "Écrit, pour chaque Mission Locale, son territoire en une page : chiffres à côté de l’ensemble, carte, QPV avec la part qui lui revient, sites et heures, trois prochains lieux, et ce que les données ne disent pas."
}

// Run writes the portraits.
func (c *portraitCmd) Run(ctx context.Context, g *Globals, std streams) error {
	if c.Detour < 1 {
		return fault.New(fault.Usage, "--detour : attendu un nombre d’au moins 1")
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	o := study.Options{Sites: c.Sites, Detour: c.Detour, On: c.On.orToday(), Known: c.On.orToday()}
	if o.Units, err = study.ParseUnits(pack, c.Unit); err != nil {
		return err
	}
	dir, leave, err := c.folder(c.Output)
	if err != nil {
		return err
	}
	defer leave()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fault.Wrap(fault.Internal, err, "création de %s", c.Output)
	}
	n := 0
	err = study.Portraits(ctx, pack, o, func(p *study.Portrait) error {
		n++
		for _, form := range c.Format {
			write := map[string]func(io.Writer, *study.Portrait) error{"html": report.PortraitHTML, "xlsx": report.PortraitXLSX}[form]
			name := filepath.Join(dir, "portrait-"+strings.Map(safe, p.Code)+"."+form)
			if err := writeWhole(name, std.out, func(w io.Writer) error { return write(w, p) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if done := counted(n, "portrait") + " dans " + c.Output; c.DryRun {
		c.say(g, std, done)
	} else {
		g.messages(std.err).Info(done)
	}
	return nil
}

// safe keeps letters and figures, for the name of a file.
func safe(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' {
		return r
	}
	return '_'
}
