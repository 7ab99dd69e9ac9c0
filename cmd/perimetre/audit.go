package main

import (
	"fmt"
	"io"
	"os"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/quota/audit"
	"perimetre/quota/audit/published"
)

type auditCmd struct {
	trialFlag
	Tables  []string `arg:"" optional:"" name:"table" help:"Tables publiées (CSV, XLSX), ou un dossier de tables et de leurs identités (identites.yml)."`
	Example bool     `name:"exemple" help:"Vérifie le compte rendu d’activité 2024 des Missions Locales des Hauts-de-France, transcrit dans le programme."`
	Format  string   `enum:"texte,json," default:"" placeholder:"texte|json" help:"Forme des constats : texte ou json (à défaut, selon le nom de la sortie, sinon texte)."`
	Output  string   `short:"o" placeholder:"FICHIER" help:"Fichier de sortie (à défaut la sortie standard)."`
	Strict  bool     `help:"Rend le code 3 si des nombres se contredisent."`
	Planted int      `name:"plantees" placeholder:"N" help:"Essai : met les tables d’accord, y plante N erreurs de saisie une à une, et dit combien sont trouvées, et la bonne case nommée."`
	Seed    uint64   `name:"graine" default:"2024" hidden:"" help:"Graine de l’essai."`
}

// Run checks the arithmetic of the tables.
func (c auditCmd) Run(std streams, g *Globals) error {
	tables, identities, err := c.read(std.in)
	if err != nil {
		return err
	}
	form, err := formOf(c.Format, c.Output, "texte", "json")
	if err != nil {
		return err
	}
	if c.Planted > 0 {
		return c.plant(g, std, tables, identities)
	}
	findings, err := audit.Audit(tables, identities)
	if err != nil {
		return err
	}
	err = c.whole(g, std, c.Output, func(w io.Writer) error {
		if form == "json" {
			return audit.JSON(w, findings)
		}
		return audit.Text(w, tables, findings)
	})
	if err != nil {
		return err
	}
	if c.Strict && len(findings) > 0 {
		return fault.New(fault.Review, "%d constats à examiner", len(findings))
	}
	return nil
}

// plant writes how many planted errors are found, and which are not.
func (c auditCmd) plant(g *Globals, std streams, tables []*audit.Table, identities []*audit.Identity) error {
	ok, err := audit.Mended(tables, identities)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Input, "les tables se contredisent encore une fois corrigées : l’essai demande des tables justes")
	}
	t, err := audit.Plant(tables, identities, c.Planted, c.Seed)
	if err != nil {
		return err
	}
	return c.whole(g, std, c.Output, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "Erreurs plantées : %d ; trouvées : %d (%s) ; bonne case parmi celles nommées : %d (%s), nommée d’abord : %d.\n",
			t.Planted, t.Found, french.Ratio(t.Found, t.Planted), t.Named, french.Ratio(t.Named, t.Planted), t.First)
		for _, s := range t.Missed {
			fmt.Fprintf(w, "  non trouvée : %s\n", s)
		}
		for _, s := range t.Unnamed {
			fmt.Fprintf(w, "  trouvée ailleurs : %s\n", s)
		}
		return err
	})
}

func (c auditCmd) read(stdin io.Reader) ([]*audit.Table, []*audit.Identity, error) {
	if c.Example {
		return audit.ReadAll(published.Report2024, "rapport-2024")
	}
	if len(c.Tables) == 0 {
		return nil, nil, &fault.Error{Kind: fault.Usage, Message: "audit demande une table", Expected: "un fichier, un dossier ou --exemple"}
	}
	var tables []*audit.Table
	var identities []*audit.Identity
	for _, p := range c.Tables {
		if st, err := os.Stat(p); err == nil && st.IsDir() {
			t, i, err := audit.ReadAll(os.DirFS(p), ".")
			if err != nil {
				return nil, nil, err
			}
			tables, identities = append(tables, t...), append(identities, i...)
			continue
		}
		t, err := audit.Read(p, stdin)
		if err != nil {
			return nil, nil, err
		}
		tables = append(tables, t)
	}
	return tables, identities, nil
}
