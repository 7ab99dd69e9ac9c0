package main

import (
	"io"
	"os"

	"perimetre/geo/fault"
	"perimetre/quota/audit"
	"perimetre/quota/audit/published"
)

type auditCmd struct {
	Tables  []string `arg:"" optional:"" name:"table" help:"Tables publiées (CSV, XLSX), ou un dossier de tables et de leurs identités (identites.yml)."`
	Example bool     `name:"exemple" help:"Vérifie le compte rendu d’activité 2024 des Missions Locales des Hauts-de-France, transcrit dans le programme."`
	Format  string   `enum:"texte,json" default:"texte" help:"Forme des constats : texte ou json."`
	Output  string   `short:"o" placeholder:"FICHIER" help:"Fichier de sortie (à défaut la sortie standard)."`
	Strict  bool     `help:"Rend le code 3 si des nombres se contredisent."`
}

// Run checks the arithmetic of the tables.
func (c auditCmd) Run(std streams) error {
	tables, identities, err := c.read(std.in)
	if err != nil {
		return err
	}
	findings, err := audit.Audit(tables, identities)
	if err != nil {
		return err
	}
	err = writeWhole(c.Output, std.out, func(w io.Writer) error {
		if c.Format == "json" {
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
