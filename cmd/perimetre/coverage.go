package main

import (
	"context"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"perimetre/data"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/study"
	"perimetre/study/report"
)

// supplyFlags are the flags of the commands that set sites against people.
type supplyFlags struct {
	trialFlag
	Sites      string   `placeholder:"FICHIER" help:"Sites d’accueil, CSV, XLSX ou ODS (ceux du référentiel par défaut)."`
	Demand     string   `placeholder:"FICHIER" help:"Personnes : par point (lon, lat), par commune (code_insee), par code de la matrice, ou un fichier marqué par « flag »."`
	Population string   `placeholder:"FICHIER" help:"Jeunes par commune et par part de QPV (code_insee, code_qpv, jeunes), répartis entre leurs adresses."`
	Reach      string   `placeholder:"1000m|20min" help:"Portée d’un site : distance ou durée (1000m, ou 20min avec des temps de trajet)."`
	Detour     float64  `default:"1" placeholder:"FACTEUR" help:"Multiplie les lignes droites : 1,3 pour un réseau de rues courant (1 par défaut)."`
	Unit       []string `placeholder:"ML,…" help:"Missions Locales au territoire desquelles s’en tenir, par code ou par nom."`
	Declared   int      `placeholder:"N" help:"Nombre de sites déclarés pour le territoire, à quoi se mesure la complétude de la liste."`
	On         dateFlag `placeholder:"DATE" help:"Jour des sites ouverts et des QPV en vigueur (aujourd’hui par défaut)."`
	Known      dateFlag `placeholder:"DATE" help:"Répond avec ce qui était connu à cette date (aujourd’hui par défaut)."`
	Output     string   `short:"o" default:"-" placeholder:"FICHIER" help:"Fichier à écrire ; « - » est la sortie standard."`
	Format     string   `enum:"table,json,geojson,csv,html,xlsx," default:"" placeholder:"table|json|geojson|csv|html|xlsx" help:"Forme de la sortie (à défaut, selon son nom, sinon table)."`
	tripFlags
}

// open reads what both commands share, lets set add to it, and asks a routing server
// where one is named. The pack, which may be nil, is the caller's to close.
func (f *supplyFlags) open(ctx context.Context, g *Globals, set func(*study.Options) error) (o study.Options, pack *data.Pack, err error) {
	o = study.Options{Sites: f.Sites, Demand: f.Demand, Population: f.Population, Detour: f.Detour, Declared: f.Declared, On: f.On.orToday(), Known: f.Known.orToday()}
	if f.Detour < 1 {
		return o, nil, fault.New(fault.Usage, "--detour : attendu un nombre d’au moins 1")
	}
	if f.Reach != "" {
		if o.Reach, err = coverage.ParseReach(f.Reach); err != nil {
			return o, nil, err
		}
		o.ReachGiven = true
	}
	if o.Matrix, err = f.file(); err != nil {
		return o, nil, err
	}
	if err = set(&o); err != nil {
		return o, nil, err
	}
	if pack, err = f.optionalPack(g, o.Matrix != nil); err != nil {
		return o, nil, err
	}
	if o.Units, err = study.ParseUnits(pack, f.Unit); err == nil && o.Matrix == nil {
		o.Matrix, err = f.ask(ctx, pack, &o)
	}
	if err != nil && pack != nil {
		pack.Close()
		pack = nil
	}
	return o, pack, err
}

// answer writes a study in the form asked, and says on the side what it is worth.
func answer[T any](f *supplyFlags, g *Globals, std streams, of *study.Frame, v T, forms map[string]func(io.Writer, T) error) error {
	form, err := formOf(f.Format, f.Output, append([]string{"table"}, slices.DeleteFunc(slices.Sorted(maps.Keys(forms)), func(s string) bool { return s == "table" })...)...)
	if err != nil {
		return err
	}
	say := g.messages(std.err)
	if of.Warning != "" {
		say.Warn("Attention : " + of.Warning + ".")
	}
	if form != "table" {
		for _, n := range of.Notices {
			say.Info(n + ".")
		}
	}
	return f.whole(g, std, f.Output, func(w io.Writer) error { return forms[form](w, v) })
}

// optionalPack opens the packs; none is needed with files of one's own.
func (f *supplyFlags) optionalPack(g *Globals, matrix bool) (*data.Pack, error) {
	given := slices.ContainsFunc(g.Pack, func(p string) bool { return p != "" })
	if !given && f.Demand != "" && (f.Sites != "" || matrix) {
		if _, err := os.Stat(data.DefaultPack); err != nil {
			return nil, nil
		}
	}
	return g.openPack()
}

type coverageCmd struct {
	supplyFlags
	transitFlags
	Supply  string `placeholder:"FICHIER" help:"Offre de chaque site : id ou nom, et places, capacité, conseillers ou horaires ; à défaut ses demi-journées par semaine."`
	Flagged string `placeholder:"FICHIER" help:"Fichier marqué par « flag » : jeunes connus, pour dire avec --population les jeunes non rencontrés."`
	Access  string `placeholder:"2sfca|e2sfca" help:"Offre accessible par personne : 2sfca (tout ou rien dans la portée) ou e2sfca (avec décroissance)."`
	Decay   string `placeholder:"gaussian:ÉCART|steps:…" help:"Poids selon la distance ou la durée : gaussian:800m, ou steps:10=1,20=0.68,30=0.22."`
}

// Help says what the figures are worth.
func (coverageCmd) Help() string {
	return "Dit quelle part des personnes, des QPV et des zones FRR est à portée d’un site d’accueil, le site le plus proche de chaque QPV et de chaque commune, et où vivent celles qu’aucun site n’atteint. " +
		"Sans table de personnes, les adresses en tiennent lieu. Sous 80 % des sites déclarés, les distances sont dites des maximums."
}

// Run measures whom the sites reach.
func (c *coverageCmd) Run(ctx context.Context, g *Globals, std streams) error {
	o, pack, err := c.open(ctx, g, func(o *study.Options) error {
		o.Supply, o.Access, o.Decay = c.Supply, strings.ToLower(c.Access), c.Decay
		if c.Transit && (c.Access != "" || c.Flagged != "" || c.Supply != "") {
			return fault.New(fault.Usage, "--transit ne se combine pas avec --access, --flagged ou --supply")
		}
		if c.Flagged != "" {
			o.Met, o.Few = study.FlaggedFile(c.Flagged), coverage.FewKnown
		}
		return nil
	})
	if err != nil {
		return err
	}
	if pack != nil {
		defer pack.Close()
	}
	if c.Transit {
		t, err := study.ByTransit(ctx, pack, o, c.terms())
		if err != nil {
			return err
		}
		return answer(&c.supplyFlags, g, std, &t.Frame, t, map[string]func(io.Writer, *study.Transit) error{
			"table": report.TransitText, "json": report.TransitJSON, "html": report.TransitHTML, "xlsx": report.TransitXLSX,
			"csv": func(w io.Writer, t *study.Transit) error { return writeCSV(w, report.TransitRows(t)) },
		})
	}
	r, err := study.Cover(ctx, pack, o)
	if err != nil {
		return err
	}
	if c.Valhalla != "" && (c.Format == "html" || c.Format == "geojson") {
		s, err := c.server()
		if err == nil {
			err = r.DrawReach(ctx, s)
		}
		if err != nil {
			return err
		}
	}
	return answer(&c.supplyFlags, g, std, &r.Frame, r, map[string]func(io.Writer, *study.Result) error{
		"table": report.Text, "json": report.JSON, "html": report.HTML, "xlsx": report.XLSX,
		"geojson": func(w io.Writer, r *study.Result) error { return report.GeoJSON(w, r) },
		"csv":     func(w io.Writer, r *study.Result) error { return writeCSV(w, report.Rows(r)) },
	})
}
