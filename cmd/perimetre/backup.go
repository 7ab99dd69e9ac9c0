package main

import (
	"context"

	"perimetre/french"
	"perimetre/server/store"
)

type backupCmd struct {
	databaseFlag
	trialFlag
	File string `arg:"" name:"fichier" help:"Fichier à écrire ; il ne doit pas exister."`
}

// Run copies the database while the server uses it.
func (c *backupCmd) Run(ctx context.Context, g *Globals, std streams) error {
	st, leave, err := c.base(ctx, c.Database)
	if err != nil {
		return err
	}
	defer leave()
	if c.DryRun {
		bytes, err := st.TryBackup(ctx, c.File)
		if err == nil {
			c.say(g, std, french.Count(int(bytes), "octet irait", "octets iraient")+" dans "+c.File)
		}
		return err
	}
	if err := st.Backup(ctx, c.File); err != nil {
		return err
	}
	g.messages(std.err).Info("Sauvegarde écrite dans " + c.File)
	return nil
}

type restoreCmd struct {
	databaseFlag
	trialFlag
	File string `arg:"" name:"fichier" help:"Sauvegarde faite par « perimetre backup »."`
}

// Run puts a backup in the database's place; the former one stays beside it.
func (c *restoreCmd) Run(ctx context.Context, g *Globals, std streams) error {
	if c.DryRun {
		former, err := store.TryRestore(ctx, c.File, c.Database)
		switch {
		case err != nil:
			return err
		case former:
			c.say(g, std, c.File+" irait dans "+c.Database+", dont la base d’avant resterait à côté")
		default:
			c.say(g, std, c.File+" irait dans "+c.Database)
		}
		return nil
	}
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
