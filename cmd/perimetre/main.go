// Command perimetre tells which priority zones an address is in, whether a
// Mission Locale meets its quota, and which places its services reach.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// cli is the table of commands; each lives in the file of its name.
type cli struct {
	Globals

	Flag      flagCmd      `cmd:"" help:"Marque un tableau de personnes : QPV, FRR et ZRR de chaque adresse, à la date de chaque ligne."`
	Geocode   geocodeCmd   `cmd:"" help:"Géocode un tableau d’adresses."`
	Search    searchCmd    `cmd:"" help:"Cherche une adresse."`
	Reverse   reverseCmd   `cmd:"" help:"Cherche les adresses les plus proches d’un point."`
	Zones     zonesCmd     `cmd:"" help:"Dit dans quels zonages se trouve un point."`
	Explain   explainCmd   `cmd:"" help:"Montre chaque étape, du texte d’une adresse à la décision."`
	Measure   measureCmd   `cmd:"" help:"Mesure l’exactitude d’un référentiel sur ses propres adresses, écrites avec des fautes."`
	Data      dataCmd      `cmd:"" help:"Données officielles : les télécharger, en faire un référentiel géographique, le vérifier."`
	Demo      demoCmd      `cmd:"" help:"Écrit un territoire fictif, dans la forme des fichiers officiels."`
	Quota     quotaCmd     `cmd:"" help:"Part des résidents en zone prioritaire, avec ses bornes, son verdict et ce qui manque."`
	Audit     auditCmd     `cmd:"" help:"Vérifie l’arithmétique de tables publiées : totaux, parts, poids."`
	Tables    tablesCmd    `cmd:"" help:"Compte les jeunes par indicateur, zonage, territoire et ce que les fichiers disent d’eux."`
	Report    reportCmd    `cmd:"" help:"Écrit un compte rendu d’activité."`
	Run       runCmd       `cmd:"" help:"Marque, compte et écrit les rapports d’un plan, d’un seul tenant : pour une tâche planifiée."`
	Serve     serveCmd     `cmd:"" help:"Sert le géocodage, l’API, les cartes et les pages."`
	Coverage  coverageCmd  `cmd:"" help:"Dit qui est à portée d’un site d’accueil, et qui ne l’est pas."`
	Site      siteCmd      `cmd:"" help:"Choisit où ouvrir de nouveaux lieux d’accueil, et ce que chacun apporte."`
	Portrait  portraitCmd  `cmd:"" help:"Écrit le portrait de territoire de chaque Mission Locale, en une page."`
	Worker    workerCmd    `cmd:"" help:"Marque des lignes à côté du serveur (PostgreSQL)."`
	User      userCmd      `cmd:"" help:"Comptes et jetons du serveur."`
	Decisions decisionsCmd `cmd:"" help:"Décisions de personnes sur des adresses : les sortir d’une base, les y mettre."`
	Backup    backupCmd    `cmd:"" help:"Sauvegarde la base SQLite, serveur en marche."`
	Restore   restoreCmd   `cmd:"" help:"Rétablit une sauvegarde, serveur arrêté."`
	Config    configCmd    `cmd:"" help:"Affiche les réglages en vigueur, et d’où vient chacun."`
	Version   versionCmd   `cmd:"" help:"Affiche la version du programme."`

	// Habits that other programs taught.
	Complete completionCmd `cmd:"" name:"completion" help:"Écrit ce qui complète les commandes à la touche Tab, pour un interpréteur."`
	Words    completeCmd   `cmd:"" name:"complete" hidden:"" help:"Dit ce qui peut suivre."`
	Man      manCmd        `cmd:"" hidden:"" help:"Écrit les pages de manuel."`
}

// Globals are the flags that every command takes.
type Globals struct {
	Pack  []string `name:"pack" sep:"none" placeholder:"DOSSIER" env:"PERIMETRE_PACK" help:"Référentiel géographique (répétable ; à défaut $$PERIMETRE_PACK, puis ./pack)."`
	Quiet bool     `help:"N’affiche que les erreurs."`
	Log   string   `enum:"texte,json" default:"texte" help:"Forme des messages : texte ou json."`
	// Config is read before the command line is parsed.
	Config string `placeholder:"FICHIER" env:"PERIMETRE_CONFIG" help:"Fichier de réglages (YAML) : les noms des options, sans tirets. À défaut, $$PERIMETRE_CONFIG, puis celui de l’utilisateur, puis celui du système."`
}

// words are the arguments of the command line.
type words []string

// streams are the three standard streams, given to every command so that tests
// can hold them. Data goes to out, French messages to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

func main() {
	prepareConsole()
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run executes one command line and gives the exit code of DESIGN.md: 0 done,
// 1 failed, 2 wrong usage or input, 3 done with rows to look at.
func run(args []string, std streams) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	exited := -1
	if len(args) == 0 {
		args = []string{"--help"}
		std.out = std.err
		defer func() { code = fault.Usage.Exit() }()
	}
	args = habits(args)
	parser, err := kong.New(&c,
		kong.Name("perimetre"),
		kong.Description("Dit dans quels zonages prioritaires se trouve une adresse, hors ligne, avec ses doutes."),
		kong.Writers(std.out, std.err),
		kong.Help(printHelp),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std, &c.Globals, words(args)),
		kong.DefaultEnvars("PERIMETRE"),
	)
	if err != nil {
		fmt.Fprintln(std.err, "perimetre :", err)
		return fault.Internal.Exit()
	}
	ignoreEmpty(parser.Model.Node)
	file, configErr := loadConfig(args)
	if file != nil {
		configErr = kong.Resolvers(file).Apply(parser)
	}
	k, err := parser.Parse(negativeDegrees(args))
	if exited >= 0 {
		return exited
	}
	if configErr != nil {
		err = configErr
	}
	if err != nil && slices.ContainsFunc(args, func(a string) bool { return a == "json" || a == "--log=json" }) {
		c.Log = "json" // the parser sets no flag of a wrong command line
	}
	say := c.messages(std.err)
	if err != nil {
		say.Error(file.place(err) + inFrench(err))
		say.Error("Voir « " + helpOf(err) + " ».")
		return fault.Usage.Exit()
	}
	if err := guarded(k); err != nil {
		say.Error(err.Error())
		return fault.KindOf(err).Exit()
	}
	return 0
}

// habits writes two ways of asking that other programs have taught as ours:
// --version, -V, and « help COMMAND ».
func habits(args []string) []string {
	switch args[0] {
	case "--version", "-V":
		return append([]string{"version"}, args[1:]...)
	case "help":
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// guarded runs a command; a file of the pack that is cut short under it is an error.
func guarded(k *kong.Context) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	return k.Run()
}

// helpOf returns the command that explains what was mistyped.
func helpOf(err error) string {
	var pe *kong.ParseError
	if errors.As(err, &pe) && pe.Context != nil && pe.Context.Selected() != nil {
		return "perimetre " + pe.Context.Selected().Path() + " --help"
	}
	return "perimetre --help"
}
