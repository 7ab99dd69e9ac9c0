package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/directory"
	"perimetre/quota/report"
)

type quotaCmd struct {
	trialFlag
	Inputs []string `arg:"" name:"fichier" help:"Fichiers signalés par « flag », bordereaux (.json), ou dossiers qui en contiennent ; - est l’entrée standard."`

	Rule       string   `placeholder:"RÈGLE" help:"Règle, par son nom ou son fichier YAML (à défaut cej-qpv-40, ou celle des bordereaux)."`
	Period     string   `placeholder:"PÉRIODE" help:"2024-T3, 2024 ou 2024-T1..2024-T3 ; à défaut, celle qui contient toutes les entrées. Avec --public, plusieurs, séparées par des virgules, sont protégées ensemble."`
	Counting   string   `enum:"entrees,suivis," default:"" help:"Dénominateur : entrees ou suivis (à défaut, celui de la règle)."`
	Unlocated  string   `name:"unlocatable" enum:"undecided,out,excluded," default:"" help:"Personnes sans résidence établie : undecided, out ou excluded (à défaut, selon la règle)."`
	Unit       string   `placeholder:"COLONNE" help:"Colonne de la Mission Locale."`
	Map        []string `sep:"none" placeholder:"CHAMP=COLONNE" help:"Colonne d’un champ (répétable)."`
	Profile    string   `placeholder:"PROFIL" help:"Profil de colonnes : generique, i-milo, ou un fichier YAML."`
	Units      string   `type:"path" placeholder:"FICHIER" help:"Table des Missions Locales : code_ml, nom_ml."`
	Territory  string   `type:"path" placeholder:"FICHIER" help:"Table des communes de chaque Mission Locale : code_insee, code_ml."`
	Population string   `type:"path" placeholder:"FICHIER" help:"Table de population, pour la part attendue."`
	Aggregated bool     `help:"L’entrée est une table de chiffres publiés : entrées et nombre ou part en QPV."`
	Against    string   `placeholder:"FICHIER" help:"Autre état des mêmes dossiers : dit pourquoi la part a bougé."`
	Perimeter  string   `placeholder:"VERSION" help:"Bloc des bordereaux à lire : 2015 ou 2024 (à défaut, les périmètres en vigueur à l’entrée)."`
	Bordereau  bool     `help:"Écrit le bordereau de remontée : des nombres, aucune ligne."`
	Public     bool     `help:"Cache les petits nombres, comme pour une publication."`
	Published  string   `type:"path" placeholder:"FICHIER" help:"Avec --public : liste de ce qui a déjà été publié, lue puis complétée, pour qu’un nouveau chiffre ne fasse pas retrouver les nombres cachés. Elle contient ces nombres : à garder."`
	Role       string   `enum:"unite,etat,public," default:"" help:"Lecteur du rapport : unite, etat ou public ; règle ce qui est caché."`
	AsOf       dateFlag `name:"as-of" placeholder:"DATE" help:"Date des chiffres (à défaut aujourd’hui)."`
	Details    bool     `help:"Ajoute au JSON les mutations, le hors territoire, le cumul et le rythme."`
	Strict     bool     `help:"Rend le code 3 si des lignes sont à corriger."`
	Format     string   `enum:"table,json,csv,xlsx,html," default:"" help:"table, json, csv, xlsx ou html (à défaut, selon le nom de la sortie, sinon table)."`
	Output     string   `short:"o" placeholder:"FICHIER" help:"Fichier de sortie (à défaut la sortie standard)."`
}

// Run reads the inputs, computes the quota and writes the report.
func (c quotaCmd) Run(std streams, g *Globals) error {
	log := g.messages(std.err)
	forms := []string{"table", "json", "csv", "xlsx", "html"}
	if c.Bordereau {
		forms = []string{"json"}
	}
	var err error
	if c.Format, err = formOf(c.Format, c.Output, forms...); err != nil {
		return err
	}
	in, err := c.read(std, g)
	if err != nil {
		return err
	}
	if c.Bordereau {
		b, err := in.bordereau()
		if err != nil {
			return err
		}
		return c.whole(g, std, c.Output, b.Write)
	}
	if c.Public && (c.Published != "" || strings.Contains(c.Period, ",")) {
		return in.publish(g, std)
	}
	res, err := in.result()
	if err != nil {
		return err
	}
	reports, err := in.reports(res, nil)
	if err != nil {
		return err
	}
	if err := c.whole(g, std, c.Output, reports[c.Format]); err != nil {
		return err
	}
	rejected := rejections(res)
	if c.Format != "table" || c.Output != "" && c.Output != "-" {
		for _, n := range res.Notices {
			log.Info(n)
		}
		if rejected > 0 {
			log.Warn("Lignes à corriger, non comptées : " + french.Integer(rejected) + ".")
		}
	}
	if c.Strict && rejected > 0 {
		return fault.New(fault.Review, "lignes à corriger : %d", rejected)
	}
	return nil
}

func rejections(res *quota.Result) (n int) {
	for _, x := range res.Rejected {
		n += x.Count
	}
	return n
}

// reports returns the writers of a result, by format. veil hides what publishing it with
// others asks, nil alone.
func (in *quotaInputs) reports(res *quota.Result, veil *quota.Veil) (map[string]func(io.Writer) error, error) {
	c := in.cmd
	o := report.Options{Reader: quota.Reader(c.Role), Details: c.Details, Engine: engineVersion(), Veil: veil}
	if c.Public {
		o.Reader = quota.Everybody
	}
	if c.Against != "" {
		var err error
		if o.Move, err = in.against(c.Against, res); err != nil {
			return nil, err
		}
	}
	view := report.NewView(res, o)
	return map[string]func(io.Writer) error{
		"table": view.Text, "json": func(w io.Writer) error { return view.JSON(w, o) }, "csv": view.CSV, "xlsx": view.XLSX, "html": view.HTML,
	}, nil
}

// quotaInputs are the files of one command, read under one rule.
type quotaInputs struct {
	cmd        quotaCmd
	rule       *quota.Rule
	options    quota.Options
	read       quota.ReadOptions
	paths      []string // flagged files, or the published table
	bordereaux []*quota.Bordereau
}

func (c quotaCmd) read(std streams, g *Globals) (*quotaInputs, error) {
	in := &quotaInputs{cmd: c, read: quota.ReadOptions{Stdin: std.in, Unit: c.Unit, Map: c.Map}}
	var err error
	if in.read.Profile, err = table.LoadProfile(c.Profile); err != nil {
		return nil, err
	}
	if err := in.find(c.Inputs); err != nil {
		return nil, err
	}
	name := c.Rule
	if name == "" && len(in.bordereaux) > 0 {
		name = in.bordereaux[0].Rule
	}
	if in.rule, err = quota.LoadRule(name); err != nil {
		return nil, err
	}
	if c.Counting != "" {
		in.rule.Counting = quota.Counting(c.Counting)
	}
	if c.Unlocated != "" {
		in.rule.Unlocatable = quota.Unlocatable(c.Unlocated)
	}
	in.options.AsOf = c.AsOf.orToday()
	if c.Period != "" && !strings.Contains(c.Period, ",") {
		if in.options.Period, err = quota.ParsePeriod(c.Period); err != nil {
			return nil, err
		}
	}
	if in.options.Units, err = g.directory(); err != nil {
		return nil, err
	}
	if c.Units != "" {
		if err := in.options.Units.ReadUnits(c.Units); err != nil {
			return nil, err
		}
	}
	if c.Territory != "" {
		if err := in.options.Units.ReadTerritory(c.Territory); err != nil {
			return nil, err
		}
	}
	if c.Population != "" {
		if in.options.Population, err = quota.ReadPopulation(c.Population, in.options.Units); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// directory names the Missions Locales and their communes from the pack: the one
// asked for, else ./pack where there is one. A quota needs none.
func (g *Globals) directory() (*directory.Units, error) {
	d := directory.New()
	if _, err := os.Stat(data.DefaultPack); err != nil && strings.Join(g.Pack, "") == "" {
		return d, nil
	}
	p, err := g.openPack()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	for _, m := range p.MissionsLocales {
		d.Name(m.Code, m.Name)
		if usual := p.UsualNames[m.Code]; usual != "" {
			d.Name(m.Code, usual)
		}
	}
	for _, t := range p.Territories {
		if !t.Shared {
			d.Territory(t.Commune, t.MissionLocale)
		}
	}
	return d, nil
}

// find sorts arguments into flagged files and bordereaux; a folder gives those
// that it holds.
func (in *quotaInputs) find(args []string) error {
	var files []string
	for _, a := range args {
		st, err := os.Stat(a)
		if err != nil || !st.IsDir() {
			files = append(files, a)
			continue
		}
		entries, err := os.ReadDir(a)
		if err != nil {
			return fault.Wrap(fault.Input, err, "dossier illisible")
		}
		n := len(files)
		for _, e := range entries {
			if ext := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && slices.Contains([]string{".json", ".csv", ".xlsx"}, ext) {
				files = append(files, filepath.Join(a, e.Name()))
			}
		}
		if len(files) == n {
			return &fault.Error{Kind: fault.Input, File: a, Message: "dossier sans fichier à lire", Expected: "des fichiers .json, .csv ou .xlsx"}
		}
	}
	for _, f := range files {
		if !strings.EqualFold(filepath.Ext(f), ".json") {
			in.paths = append(in.paths, f)
			continue
		}
		b, err := quota.ReadBordereau(f)
		if err != nil {
			return err
		}
		in.bordereaux = append(in.bordereaux, b)
	}
	return nil
}

func (in *quotaInputs) flagged(paths []string) ([]*quota.Flagged, error) {
	var files []*quota.Flagged
	for _, p := range paths {
		f, err := quota.ReadFlagged(p, in.rule, in.read)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// result computes from what was given. Beside bordereaux, flagged files count as
// the bordereau that they would give.
func (in *quotaInputs) result() (*quota.Result, error) {
	if in.cmd.Aggregated {
		if len(in.paths) != 1 || len(in.bordereaux) > 0 {
			return nil, fault.New(fault.Usage, "--aggregated lit une seule table de chiffres publiés")
		}
		return quota.FromAggregated(in.paths[0], in.rule, in.options, in.read)
	}
	if len(in.bordereaux) == 0 {
		files, err := in.flagged(in.paths)
		if err != nil {
			return nil, err
		}
		return quota.FromRows(files, in.rule, in.options)
	}
	all := in.bordereaux
	if len(in.paths) > 0 {
		b, err := in.bordereau()
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return quota.FromBordereaux(all, in.rule, in.options, in.cmd.Perimeter)
}

func (in *quotaInputs) bordereau() (*quota.Bordereau, error) {
	files, err := in.flagged(in.paths)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fault.New(fault.Usage, "--bordereau part de fichiers signalés")
	}
	var sums []string
	for _, p := range in.paths {
		if p == "-" {
			continue // gone once read
		}
		s, err := fileSum(p)
		if err != nil {
			return nil, err
		}
		sums = append(sums, s)
	}
	return quota.NewBordereau(files, in.rule, in.options, engineVersion(), sums)
}

// against computes the other state over the same period, and what moved: rows against
// rows, bordereaux against bordereaux.
func (in *quotaInputs) against(path string, res *quota.Result) (*quota.Move, error) {
	other := &quotaInputs{cmd: in.cmd, rule: in.rule, options: in.options, read: in.read}
	if err := other.find([]string{path}); err != nil {
		return nil, err
	}
	if len(other.bordereaux) > 0 && len(in.bordereaux) > 0 {
		after := in.bordereaux
		if len(in.paths) > 0 {
			b, err := in.bordereau()
			if err != nil {
				return nil, err
			}
			after = append(slices.Clone(after), b)
		}
		return quota.CompareBordereaux(other.bordereaux, after, in.rule, in.cmd.Perimeter)
	}
	if len(other.bordereaux) > 0 || len(in.bordereaux) > 0 {
		return nil, fault.New(fault.Usage, "--against compare des fichiers signalés entre eux, ou des bordereaux entre eux")
	}
	files, err := in.flagged([]string{path})
	if err != nil {
		return nil, err
	}
	o := in.options
	o.Period = res.Period
	before, err := quota.FromRows(files, in.rule, o)
	if err != nil {
		return nil, err
	}
	return quota.Explain(before, res)
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fault.Wrap(fault.Input, err, "fichier illisible")
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fault.Wrap(fault.Input, err, "fichier illisible")
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// writeWhole writes to a file that appears only when complete, or to out for ""
// and "-".
func writeWhole(path string, out io.Writer, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return write(out)
	}
	f, err := atomicfile.Create(path)
	if err != nil {
		return err
	}
	defer f.Abort()
	if err := write(f); err != nil {
		return err
	}
	return f.Close()
}

// engineVersion returns the program's version as reports and bordereaux carry it.
func engineVersion() string {
	if version == "" {
		return "dev"
	}
	return version
}
