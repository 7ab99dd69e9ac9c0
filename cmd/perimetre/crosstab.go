package main

import (
	"io"

	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/crosstab"
	"perimetre/quota/directory"
)

// countFlags are the flags of the commands that count flagged files over a period.
type countFlags struct {
	trialFlag
	Inputs []string `arg:"" name:"fichier" help:"Fichiers signalés par « flag » ; - est l’entrée standard."`

	Unit    string   `placeholder:"COLONNE" help:"Colonne de la Mission Locale."`
	Map     []string `sep:"none" placeholder:"CHAMP=COLONNE" help:"Colonne d’un champ (répétable)."`
	Profile string   `placeholder:"PROFIL" help:"Profil de colonnes : generique, i-milo, ou un fichier YAML."`
	Units   string   `type:"path" placeholder:"FICHIER" help:"Table des Missions Locales : code_ml, nom_ml."`
	AsOf    dateFlag `name:"as-of" placeholder:"DATE" help:"Date des chiffres (à défaut aujourd’hui)."`
	Output  string   `short:"o" placeholder:"FICHIER" help:"Fichier de sortie (à défaut la sortie standard)."`
}

// read reads the files and the names of units.
func (c *countFlags) read(std streams, g *Globals) ([]*crosstab.File, *directory.Units, error) {
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
	if q.By, err = crosstab.ParseBys(c.By); err != nil {
		return err
	}
	if q.Zonings, err = crosstab.ParseZonings(c.Zoning); err != nil {
		return err
	}
	if q.Indicators, err = crosstab.ParseIndicators(c.Indicator, quota.LoadRule); err != nil {
		return err
	}
	if c.EPCI {
		p, err := g.openPack()
		if err != nil {
			return err
		}
		q.EPCI = p.Communes.EPCI
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
	format, err := formOf(c.Format, c.Output, "table", "json", "csv", "xlsx")
	if err != nil {
		return err
	}
	if format != "table" {
		for _, n := range set.Notices {
			g.messages(std.err).Info(n)
		}
	}
	return c.whole(g, std, c.Output, map[string]func(io.Writer) error{"table": set.Text, "json": set.JSON, "csv": set.CSV, "xlsx": set.XLSX}[format])
}
