package main

import (
	"context"
	"fmt"

	"perimetre/data/demo"
	"perimetre/french"
	"perimetre/geo/fault"
)

type demoCmd struct {
	trialFlag
	To        string `required:"" placeholder:"DOSSIER" help:"Dossier à créer ; un territoire fictif qui s’y trouve déjà est remplacé."`
	Addresses int    `default:"20000" placeholder:"N" help:"Nombre d’adresses, de 2 000 à 40 000 000 (la France : 26 000 000)."`
	People    int    `default:"3000" placeholder:"N" help:"Nombre de lignes de jeunes.csv ; 0 pour aucune."`
	Seed      uint64 `default:"0" placeholder:"N" help:"Graine : la même donne les mêmes fichiers."`
}

// Help returns what the folder holds.
func (demoCmd) Help() string {
	return "Écrit un territoire fictif dans la forme des fichiers officiels (le dossier se donne à « data build --from »), " +
		"un fichier de jeunes, jeunes.csv, et la vérité sur chacun, truth.csv."
}

// Run makes the fictional territory.
func (c demoCmd) Run(ctx context.Context, std streams, g *Globals) error {
	if c.People < 0 || c.People > 2_000_000 {
		return fault.New(fault.Usage, "nombre de jeunes hors de portée : %d (de 0 à 2 000 000)", c.People)
	}
	cfg := demo.Config{Addresses: c.Addresses, People: c.People, Seed: c.Seed}
	if c.People == 0 {
		cfg.People = -1
	}
	show := g.progress(std.err, "adresses")
	if show != nil {
		cfg.Progress = show
	}
	if c.DryRun {
		if err := demo.Replaceable(c.To); err != nil {
			return err
		}
	}
	dir, leave, err := c.folder(c.To)
	if err != nil {
		return err
	}
	defer leave()
	r, err := demo.Write(ctx, dir, cfg)
	if show != nil {
		show(-1)
	}
	if err != nil {
		return err
	}
	n := func(n int, one, several string) string {
		if n < 2 {
			several = one
		}
		return french.Integer(n) + " " + several
	}
	written := "Territoire fictif écrit dans"
	if c.DryRun {
		written = "Essai, rien n’a été écrit : un territoire fictif irait dans"
	}
	g.messages(std.err).Info(fmt.Sprintf("%s %s : %s, %s, %s, %s, %s de 2015 et %s de 2024, %s, %s, %s.", written, c.To,
		n(r.Departements, "département", "départements"), n(r.Communes, "commune", "communes"), n(r.Addresses, "adresse", "adresses"),
		n(r.Hamlets, "lieu-dit", "lieux-dits"), n(r.QPV2015, "QPV", "QPV"), french.Integer(r.QPV2024),
		n(r.Missions, "Mission Locale", "Missions Locales"), n(r.Sites, "site d’accueil", "sites d’accueil"), n(r.People, "ligne de jeunes", "lignes de jeunes")))
	return nil
}
