package main

import (
	"context"

	"perimetre/server/jobs"
	"perimetre/server/store"
)

type workerCmd struct {
	Database string `required:"" placeholder:"postgres://…" env:"PERIMETRE_DATABASE" help:"Adresse de la base PostgreSQL du serveur."`
	Workers  int    `placeholder:"N" help:"Morceaux traités à la fois (autant que de cœurs par défaut)."`
}

// Help returns what a worker is for.
func (workerCmd) Help() string {
	return "Marque des lignes à côté du serveur, sur autant de machines que voulu. Un processus tué ou figé est relayé par les autres ; chaque ligne est écrite une fois."
}

// Run works until it receives a signal to stop.
func (c *workerCmd) Run(ctx context.Context, g *Globals, std streams) error {
	packs, err := g.packPaths()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer st.Close()
	return jobs.Work(ctx, jobs.WorkerConfig{Packs: packs, Store: st, Log: g.journal(std), Workers: c.Workers})
}
