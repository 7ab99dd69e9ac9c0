package main

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/crosstab"
)

// countFlags are those of the commands that count flagged files over a period.
type countFlags struct {
	Inputs []string `arg:"" name:"fichier" help:"Fichiers signalés par « flag » ; - est l’entrée standard."`

	Unit    string   `placeholder:"COLONNE" help:"Colonne de la Mission Locale."`
	Map     []string `sep:"none" placeholder:"CHAMP=COLONNE" help:"Colonne d’un champ (répétable)."`
	Profile string   `placeholder:"PROFIL" help:"Profil de colonnes : generique, i-milo, ou un fichier YAML."`
	Units   string   `type:"path" placeholder:"FICHIER" help:"Table des Missions Locales : code_ml, nom_ml."`
	AsOf    dateFlag `name:"as-of" placeholder:"DATE" help:"Date des chiffres (à défaut aujourd’hui)."`
	Output  string   `short:"o" placeholder:"FICHIER" help:"Fichier de sortie (à défaut la sortie standard)."`
}

// read reads the files and the names of units.
func (c *countFlags) read(std streams, g *Globals) ([]*crosstab.File, *quota.Directory, error) {
	o := quota.ReadOptions{Stdin: std.in, Unit: c.Unit, Map: c.Map}
	var err error
	if o.Profile, err = table.LoadProfile(c.Profile); err != nil {
		return nil, nil, err
	}
	units, err := g.directory()
	if err != nil {
		return nil, nil, err
	}
	if c.Units != "" {
		if err := units.ReadUnits(c.Units); err != nil {
			return nil, nil, err
		}
	}
	var files []*crosstab.File
	for _, path := range c.Inputs {
		f, err := crosstab.Read(path, o)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	return files, units, nil
}

type tablesCmd struct {
	countFlags

	Period    string   `required:"" placeholder:"PÉRIODE" help:"2024-T3, 2024 ou 2024-T1..2024-T3."`
	By        []string `placeholder:"VENTILATION" help:"Ventilations : sexe, age, diplome, logement, sortie (à défaut toutes celles dont les colonnes sont là ; « aucune » pour aucune)."`
	Zoning    []string `placeholder:"ZONAGE" help:"Zonages : qpv, frr, zrr (à défaut tous)."`
	Indicator []string `placeholder:"RÈGLE" help:"Indicateurs, par leur règle (à défaut ceux du compte rendu annuel)."`
	EPCI      bool     `name:"epci" help:"Compte par EPCI de résidence et non par Mission Locale (demande un référentiel géographique)."`
	Role      string   `enum:"unite,etat,public" default:"unite" help:"Lecteur : unite, etat ou public ; règle ce qui est caché."`
	Public    bool     `help:"Cache les petits nombres, comme pour une publication : un zonage et une ventilation au plus."`
	Format    string   `enum:"table,json,csv,xlsx," default:"" help:"table, json, csv ou xlsx (à défaut, selon le nom de la sortie, sinon table)."`
}

// Run counts the tables and writes them.
func (c *tablesCmd) Run(std streams, g *Globals) error {
	files, units, err := c.read(std, g)
	if err != nil {
		return err
	}
	q := crosstab.Query{AsOf: c.AsOf.orToday(), Units: units}
	if q.Period, err = quota.ParsePeriod(c.Period); err != nil {
		return err
	}
	if err := c.choose(&q); err != nil {
		return err
	}
	if c.EPCI {
		if q.EPCI, err = g.epci(); err != nil {
			return err
		}
	}
	set, err := crosstab.Count(files, q)
	if err != nil {
		return err
	}
	reader := quota.Reader(c.Role)
	if c.Public {
		reader = quota.Everybody
	}
	if err := set.Mask(reader); err != nil {
		return err
	}
	format := c.Format
	if format == "" {
		format = "table"
		if ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), "."); slices.Contains([]string{"json", "csv", "xlsx"}, ext) {
			format = ext
		}
	}
	if format != "table" {
		for _, n := range set.Notices {
			g.messages(std.err).Info(n)
		}
	}
	return writeWhole(c.Output, std.out, map[string]func(io.Writer) error{"table": set.Text, "json": set.JSON, "csv": set.CSV, "xlsx": set.XLSX}[format])
}

// choose reads the divisions, zonings and indicators asked for.
func (c *tablesCmd) choose(q *crosstab.Query) error {
	for _, b := range c.By {
		if b == "aucune" {
			q.By = []crosstab.By{}
			continue
		}
		if !slices.Contains(crosstab.Bys, crosstab.By(b)) {
			return &fault.Error{Kind: fault.Usage, Message: "--by : ventilation inconnue", Expected: "sexe, age, diplome, logement, sortie ou aucune", Seen: b}
		}
		q.By = append(q.By, crosstab.By(b))
	}
	for _, z := range c.Zoning {
		if !slices.Contains([]geo.Zoning{geo.QPV, geo.FRR, geo.ZRR}, geo.Zoning(z)) {
			return &fault.Error{Kind: fault.Usage, Message: "--zoning : zonage inconnu", Expected: "qpv, frr ou zrr", Seen: z}
		}
		q.Zonings = append(q.Zonings, geo.Zoning(z))
	}
	for _, name := range c.Indicator {
		i := slices.IndexFunc(crosstab.Indicators, func(x crosstab.Indicator) bool { return x.Rule == name })
		if i >= 0 {
			q.Indicators = append(q.Indicators, crosstab.Indicators[i])
			continue
		}
		rule, err := quota.LoadRule(name)
		if err != nil {
			return err
		}
		q.Indicators = append(q.Indicators, crosstab.Indicator{Rule: name, Name: rule.Name})
	}
	return nil
}

// epci gives the EPCI of a commune from the pack.
func (g *Globals) epci() (func(string) (string, string), error) {
	p, err := g.openPack()
	if err != nil {
		return nil, err
	}
	return func(commune string) (code, name string) {
		c, ok := p.Communes.Lookup(commune)
		if !ok {
			return "", ""
		}
		if name = c.EPCIName; name == "" {
			name = c.EPCI
		}
		return c.EPCI, name
	}, nil
}
