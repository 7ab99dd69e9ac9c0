package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"perimetre/batch"
	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/people"
	"perimetre/server/store"
)

type decisionsCmd struct {
	Export decisionsExportCmd `cmd:"" help:"Écrit les décisions d’une base, ou d’un fichier marqué, en un tableau que « flag --decisions » lit."`
	Import decisionsImportCmd `cmd:"" help:"Met dans une base les décisions d’un tableau ; deux fois ne change rien de plus."`
}

type decisionsExportCmd struct {
	databaseFlag
	trialFlag
	Output      string   `short:"o" default:"-" placeholder:"FICHIER" help:"Tableau à écrire, .csv ou .xlsx (sortie standard par défaut)."`
	Unit        []string `placeholder:"CODE" help:"Mission Locale, répétable ; toutes par défaut."`
	From        string   `placeholder:"FICHIER" help:"Prend les décisions d’un fichier marqué avec une colonne « réponse », sans base."`
	DropAddress bool     `help:"N’écrit ni adresse ni lieu : les clés seules, utiles dans la même base."`
}

// Help returns what the table is for.
func (decisionsExportCmd) Help() string {
	return "Le tableau porte des adresses de jeunes tant que leurs dossiers sont gardés : le traiter comme un fichier de jeunes."
}

// Run writes the decisions.
func (c *decisionsExportCmd) Run(ctx context.Context, g *Globals, std streams) error {
	if c.From != "" && c.DropAddress {
		return fault.New(fault.Usage, "--drop-address ne laisse rien des décisions d’un fichier : elles n’ont que leur adresse")
	}
	file := c.Output
	if c.DryRun {
		std.out = io.Discard
		if file != "-" {
			if err := atomicfile.Check(file); err != nil {
				return err
			}
			tmp, leave, err := c.folder(file)
			if err != nil {
				return err
			}
			defer leave()
			file = tmp
		}
	}
	out, err := export.Create(file, export.Options{Stdout: std.out})
	if err != nil {
		return err
	}
	defer out.Abort()
	n := 0
	if c.From != "" {
		n, err = c.fromFile(std, out)
	} else {
		n, err = c.fromBase(ctx, out)
	}
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if c.DryRun {
		c.say(g, std, french.Count(n, "décision irait", "décisions iraient")+" dans "+c.Output)
		return nil
	}
	g.messages(std.err).Info(fmt.Sprintf("Décisions écrites : %d.", n))
	return nil
}

func (c *decisionsExportCmd) fromBase(ctx context.Context, out *export.Writer) (int, error) {
	st, leave, err := c.base(ctx, c.Database)
	if err != nil {
		return 0, err
	}
	defer leave()
	n, err := people.ExportDecisions(ctx, st, c.Unit, c.DropAddress, out)
	if err == nil {
		err = st.Record(ctx, byCommand("décisions exportées", strings.Join(c.Unit, " "), n))
	}
	return n, err
}

// fromFile keeps of a flagged file the answered addresses alone, each once.
func (c *decisionsExportCmd) fromFile(std streams, out *export.Writer) (n int, err error) {
	if err := out.Write(batch.DecisionColumns); err != nil {
		return 0, err
	}
	seen := map[string]string{}
	err = batch.EachDecision(c.From, table.Options{Stdin: std.in}, func(a *batch.Answered, in *table.Reader) error {
		if a.Unit == "" && len(c.Unit) == 1 {
			a.Unit = c.Unit[0]
		}
		if a.Typed == "" {
			return fault.At(in.Name, a.Line, "adresse", "l’adresse de la décision", "rien")
		}
		k := a.Unit + " " + a.KeyBy(nil)
		switch said, twice := seen[k]; {
		case twice && said == string(a.Manual.Verdict):
			return nil
		case twice:
			return &fault.Error{Kind: fault.Input, File: in.Name, Line: a.Line, Message: "deux réponses différentes pour la même adresse", Expected: said, Seen: string(a.Manual.Verdict)}
		}
		seen[k] = string(a.Manual.Verdict)
		n++
		return out.Write(a.Cells())
	})
	return n, err
}

type decisionsImportCmd struct {
	databaseFlag
	trialFlag
	File  string   `arg:"" name:"fichier" help:"Tableau de décisions : ce qu’écrit « decisions export », ou un fichier marqué avec une colonne « réponse »."`
	Unit  []string `placeholder:"CODE" help:"Ne prend que les décisions de ces Missions Locales ; une seule : aussi celles qui n’en nomment aucune."`
	Rekey bool     `help:"Refait, à partir de l’adresse, la clé de décisions écrites par une autre version du programme."`
}

// Run merges the decisions into the database.
func (c *decisionsImportCmd) Run(ctx context.Context, g *Globals, std streams) error {
	st, leave, err := c.base(ctx, c.Database)
	if err != nil {
		return err
	}
	defer leave()
	done, err := people.ImportDecisions(ctx, st, c.File, table.Options{Stdin: std.in}, people.ImportOptions{Units: c.Unit, Rekey: c.Rekey})
	if err != nil {
		return err
	}
	if err := st.Record(ctx, byCommand("décisions importées", strings.Join(done.Units, " "), done.Added+done.Updated)); err != nil {
		return err
	}
	say := g.messages(std.err)
	if c.DryRun {
		say.Info("Essai, rien n’a été écrit ; ce que la base recevrait :")
	}
	say.Info(fmt.Sprintf("Décisions : %d ajoutées, %d mises à jour, %d déjà là, %d plus anciennes que celles de la base.", done.Added, done.Updated, done.Unchanged, done.Older))
	if done.Rekeyed > 0 {
		say.Info(fmt.Sprintf("%d reconnues par leur adresse.", done.Rekeyed))
	}
	if done.WithoutKey > 0 {
		say.Warn(fmt.Sprintf("%d laissées : leur adresse est effacée, et leur clé est d’une autre base.", done.WithoutKey))
	}
	if done.OtherUnit > 0 {
		say.Warn(fmt.Sprintf("%d laissées : d’autres Missions Locales.", done.OtherUnit))
	}
	if done.Added+done.Updated > 0 {
		say.Info("Elles valent au prochain import ; pour les dossiers déjà là, étudier de nouveau leurs fichiers.")
	}
	return nil
}

// byCommand returns a line of the audit log of what was done outside of the server.
func byCommand(action, unit string, count int) store.Entry {
	return store.Entry{UserID: "systeme", Who: "ligne de commande", Action: action, Unit: unit, Count: count}
}
