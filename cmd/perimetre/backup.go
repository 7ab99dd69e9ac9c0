package main

import (
	"context"

	"perimetre/server/store"
)

type backupCmd struct {
	databaseFlag
	File string `arg:"" name:"fichier" help:"Fichier à écrire ; il ne doit pas exister."`
}

// Run copies the database while the server uses it.
func (c *backupCmd) Run(ctx context.Context, g *Globals, std streams) error {
	st, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.Backup(ctx, c.File); err != nil {
		return err
	}
	g.messages(std.err).Info("Sauvegarde écrite dans " + c.File)
	return nil
}

type restoreCmd struct {
	databaseFlag
	File string `arg:"" name:"fichier" help:"Sauvegarde faite par « perimetre backup »."`
}

// Run puts a backup in the database's place; the former one stays beside it.
func (c *restoreCmd) Run(ctx context.Context, g *Globals, std streams) error {
	kept, err := store.Restore(ctx, c.File, c.Database)
	if err != nil {
		return err
	}
	say := g.messages(std.err)
	if kept != "" {
		say.Info("La base d’avant reste dans " + kept)
	}
	say.Info("Base rétablie dans " + c.Database)
	return nil
}
