package main

import (
	"path/filepath"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/fault"
)

type dataAddCmd struct {
	trialFlag
	File        string   `arg:"" name:"fichier" help:"Fichier à ajouter ; une archive d’horaires (GTFS) se reconnaît à son contenu."`
	Sites       bool     `help:"Le fichier est une liste de sites : tableau, annuaire de service-public.gouv.fr, data·inclusion, France services."`
	On          dateFlag `placeholder:"DATE" help:"Jour à partir duquel des horaires doivent servir (aujourd’hui par défaut) : ceux qui finissent avant sont refusés."`
	Zoning      string   `enum:"qpv,frr,zrr,population," default:"" placeholder:"qpv|frr|zrr|population" help:"Zonage : qpv, frr ou zrr ; ou population, pour une table de jeunes par commune et par QPV."`
	Version     string   `placeholder:"2025-07" help:"Nom de la version du zonage."`
	ValidFrom   string   `placeholder:"AAAA-MM-JJ" help:"Premier jour en vigueur du zonage."`
	ValidTo     string   `placeholder:"AAAA-MM-JJ" help:"Dernier jour en vigueur, s’il est passé ou connu."`
	KnownFrom   string   `placeholder:"AAAA-MM-JJ" help:"Jour de publication : le premier où l’on pouvait connaître la liste."`
	CompleteFor []string `placeholder:"59,62" help:"Territoire que le fichier couvre tout entier : départements, communes, epci:SIREN, ou * pour la France."`
	To          string   `required:"" placeholder:"DOSSIER" help:"Dossier des fichiers (RAW)."`
}

// Run copies the file and writes its line of sources.json.
func (c dataAddCmd) Run(std streams, g *Globals) error {
	f, warnings, err := c.add()
	if err != nil {
		return err
	}
	for _, w := range warnings {
		g.messages(std.err).Warn(f.Path + " : " + w)
	}
	if c.DryRun {
		c.say(g, std, c.File+" irait dans "+filepath.Join(c.To, filepath.FromSlash(f.Path)))
		return nil
	}
	g.messages(std.err).Info("ajouté : " + f.Path)
	return nil
}

func (c dataAddCmd) add() (data.RawFile, []string, error) {
	switch {
	case c.Sites:
		return data.AddSites(c.To, c.File, c.DryRun)
	case c.Zoning == "population":
		return data.AddPopulation(c.To, c.File, c.DryRun)
	case c.Zoning == "" && data.IsTimetable(c.File):
		return data.AddTimetable(c.To, c.File, c.On.orToday(), c.DryRun)
	}
	t := data.Term{Zoning: geo.Zoning(c.Zoning), Version: c.Version, CompleteFor: c.CompleteFor}
	for _, d := range []struct {
		flag, value string
		to          *geo.Date
	}{{"--valid-from", c.ValidFrom, &t.ValidFrom}, {"--valid-to", c.ValidTo, &t.ValidTo}, {"--known-from", c.KnownFrom, &t.KnownFrom}} {
		if err := d.to.UnmarshalText([]byte(d.value)); err != nil {
			return data.RawFile{}, nil, &fault.Error{Kind: fault.Usage, Message: "date illisible pour " + d.flag, Expected: "AAAA-MM-JJ", Seen: d.value}
		}
	}
	return data.Add(c.To, c.File, t, c.DryRun)
}
