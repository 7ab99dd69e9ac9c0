package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
)

type dataUpdateCmd struct {
	networkFlags

	From   string   `placeholder:"DOSSIER" help:"Dossier des fichiers officiels (RAW) : ceux qui ont changé y sont téléchargés, et le référentiel reconstruit. Sans lui, la commande dit seulement ce qui a changé."`
	To     string   `placeholder:"DOSSIER" default:"pack" help:"Dossier du référentiel géographique (pack à défaut)."`
	Deps   []string `placeholder:"59,62" help:"Départements dont les adresses sont gardées (ceux du référentiel en place à défaut)."`
	DryRun bool     `name:"dry-run" help:"Dit ce qui a changé chez les fournisseurs, sans rien télécharger."`
	Yes    bool     `short:"y" help:"Met en service sans demander."`
	Strict bool     `help:"Rend le code 3 quand une source a changé et que rien n’a été mis en service."`
	Format string   `enum:"texte,json" default:"texte" help:"Forme de la réponse : texte ou json."`
}

// updateAnswer is the JSON of the command.
type updateAnswer struct {
	Pack    string             `json:"pack"`
	Sources []data.SourceState `json:"sources"`
	Change  *data.Comparison   `json:"change"` // null when nothing was built
}

// Run asks the official servers what changed, builds the next edition, prints what it changes,
// and puts it in service where the flag asks for it.
func (c dataUpdateCmd) Run(ctx context.Context, std streams, g *Globals) error {
	before, err := data.Open(c.To)
	if err != nil {
		return err
	}
	defer before.Close()
	m := before.Manifests[0]
	var files []data.RawFile
	for _, s := range m.Sources {
		files = append(files, s.RawFile)
	}
	origin, imported := data.OriginOf(c.To)
	if imported {
		files = append(files, origin.File())
	}
	answer := updateAnswer{Pack: m.ID}
	if answer.Sources, err = data.CheckSources(ctx, files, c.Proxy, c.CA); err != nil {
		return err
	}
	if c.Format != "json" {
		if err := printSources(std.out, answer.Sources, len(files)); err != nil {
			return err
		}
	}
	changed := changedFiles(answer.Sources)
	if len(changed) == 0 || c.From == "" || c.DryRun {
		if c.Format == "json" {
			if err := printJSON(std.out, answer); err != nil {
				return err
			}
		}
		return c.onlySaid(len(changed), imported, g.messages(std.err))
	}
	return c.build(ctx, std, g, before, changed, answer)
}

func changedFiles(list []data.SourceState) []data.RawFile {
	var out []data.RawFile
	for _, s := range list {
		if s.State == data.FreshChanged {
			out = append(out, s.File)
		}
	}
	return out
}

// informer is what tells a sentence.
type informer interface{ Info(string, ...any) }

// onlySaid ends a command that built nothing.
func (c dataUpdateCmd) onlySaid(changed int, imported bool, say informer) error {
	switch {
	case changed == 0:
		say.Info("Rien à mettre à jour.")
		return nil
	case imported:
		say.Info("Ce référentiel a été importé : demandez une nouvelle édition à qui l’a construit, ou relancez « perimetre data import ».")
	case c.From == "":
		say.Info("Pour reconstruire : perimetre data update --from RAW --to " + c.To)
	}
	if c.Strict {
		return fault.New(fault.Review, "%s depuis la construction", counted(changed, "source", "changée"))
	}
	return nil
}

// build makes the edition of today, and asks before it takes the place of the former one.
func (c dataUpdateCmd) build(ctx context.Context, std streams, g *Globals, before *data.Pack, changed []data.RawFile, answer updateAnswer) error {
	if err := geo.NeedGEOS(); err != nil {
		return err
	}
	deps, err := data.DepartementCodes(c.Deps)
	if err != nil {
		return err
	}
	if len(deps) == 0 {
		deps = before.Departements()
	}
	bar := g.bytesBar(std.err)
	_, err = data.Refetch(ctx, c.From, changed, c.Proxy, c.CA, bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	refused := fault.New(fault.Review, "l’ancien référentiel reste en service ; les fichiers reçus sont dans %s", c.From)
	agree := func(dir string) error {
		after, err := data.Open(dir)
		if err != nil {
			return err
		}
		defer after.Close()
		change, err := data.Compare(before, after, dateFlag{}.orToday())
		if err != nil {
			return err
		}
		answer.Change = &change
		if c.Format != "json" {
			if err := printComparison(std.out, &change); err != nil {
				return err
			}
		}
		if c.Yes {
			return nil
		}
		if yes, err := ask(std, "Mettre cette édition en service ?"); err != nil || !yes {
			return refused
		}
		return nil
	}
	m, err := data.Build(ctx, data.BuildOptions{Raw: c.From, Pack: c.To, Departements: deps, Agree: agree})
	if c.Format == "json" && answer.Change != nil {
		if err := printJSON(std.out, answer); err != nil {
			return err
		}
	}
	if err == error(refused) && !c.Strict {
		g.messages(std.err).Info("Rien n’a changé : " + refused.Message)
		return nil
	}
	if err != nil {
		return err
	}
	g.messages(std.err).Info("référentiel " + m.ID + " en service dans " + c.To)
	return nil
}

// ask puts a question to whoever sits at the terminal; without one the answer is no.
func ask(std streams, question string) (bool, error) {
	in, ok := std.in.(*os.File)
	if !ok || !isatty.IsTerminal(in.Fd()) {
		return false, nil
	}
	fmt.Fprint(std.err, question+" [o/N] ")
	line, err := bufio.NewReader(in).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "o" || answer == "oui", err
}

func printSources(w io.Writer, list []data.SourceState, files int) error {
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "%s\t%s", s.State, s.File.Path)
		if s.File.Vintage != "" {
			fmt.Fprintf(&b, "\tici du %s", s.File.Vintage)
		}
		if !s.Modified.IsZero() {
			fmt.Fprintf(&b, "\tlà-bas du %s", geo.DateOf(s.Modified))
		}
		if s.Why != "" {
			fmt.Fprintf(&b, "\t%s", s.Why)
		}
		b.WriteByte('\n')
	}
	if n := files - len(list); n > 0 {
		fmt.Fprintf(&b, "Sans adresse où demander : %s (« perimetre data sources » dit à qui).\n", counted(n, "fichier"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shown is how many communes a list of changes names.
const shown = 20

func printComparison(w io.Writer, c *data.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\nDe l’édition %s à %s\n", c.Before, c.After)
	if c.Same() {
		b.WriteString("  aucun changement de périmètre, de liste ni d’adresse\n")
	}
	for _, d := range c.Perimeters {
		fmt.Fprintf(&b, "%s, de %s à %s\n", strings.ToUpper(string(d.Zoning)), d.From, d.To)
		printChanges(&b, "Entrées", d.Entered)
		printChanges(&b, "Sorties", d.Left)
		printChanges(&b, "Modifiés", d.Modified)
	}
	if len(c.Lists) > 0 {
		fmt.Fprintf(&b, "Listes : %s de statut\n", counted(len(c.Lists), "changement"))
		for _, l := range c.Lists[:min(shown, len(c.Lists))] {
			fmt.Fprintf(&b, "  %s %s %s : %s, puis %s\n", strings.ToUpper(string(l.Zoning)), l.Code, l.Name, l.From, l.To)
		}
		if n := len(c.Lists) - shown; n > 0 {
			fmt.Fprintf(&b, "  et %s\n", counted(n, "autre"))
		}
	}
	for _, a := range c.Addresses {
		if a.In+a.Out > 0 {
			fmt.Fprintf(&b, "Adresses, %s : %s en plus, %s en moins (de %s à %s)\n", a.Departement,
				french.Integer(a.In), french.Integer(a.Out), french.Integer(a.Before), french.Integer(a.After))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
