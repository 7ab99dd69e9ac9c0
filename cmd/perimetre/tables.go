package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"perimetre/batch"
	"perimetre/data"
	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// tableFlags are the flags of the commands that read a table and write it.
type tableFlags struct {
	trialFlag
	In       []string `arg:"" name:"entrée" help:"Tableau CSV, XLSX ou ODS ; « - » est l’entrée standard. Plusieurs s’écrivent sous leur nom dans le dossier de -o."`
	Output   string   `short:"o" default:"-" placeholder:"FICHIER" help:"Tableau à écrire : .csv, .csv.gz, .tsv, .xlsx, .json, .geojson ou .parquet (GeoParquet) ; « - » est la sortie standard, en CSV."`
	Columns  []string `placeholder:"COL,COL" help:"Colonnes qui font l’adresse, dans cet ordre ; aucune autre n’est lue pour elle."`
	CityCode string   `name:"citycode" placeholder:"COL" help:"Colonne du code INSEE."`
	Postcode string   `placeholder:"COL" help:"Colonne du code postal."`
	Map      []string `sep:"none" placeholder:"CHAMP=COL" help:"Donne une colonne à un champ (répétable) : voie, ville, date_entree…"`
	Profile  string   `placeholder:"NOM|FICHIER" help:"Profil de titres de colonnes : generique, i-milo, ou un fichier YAML."`
	Sheet    string   `placeholder:"FEUILLE" help:"Feuille à lire d’un classeur."`
	Encoding string   `default:"" placeholder:"NOM" help:"Encodage du CSV écrit : utf-8-bom (par défaut), utf-8, windows-1252."`
	Summary  string   `placeholder:"FICHIER" help:"Écrit le décompte des lignes, en JSON."`
	Strict   bool     `help:"Rend le code 3 quand des lignes restent à regarder."`
	Workers  int      `placeholder:"N" help:"Nombre de fils de calcul (autant que de cœurs par défaut)."`
}

// options returns the batch's, short of the search.
func (f *tableFlags) options(g *Globals, std streams) (batch.Options, error) {
	o := batch.Options{
		Workers: f.Workers, Columns: f.Columns, CityCode: f.CityCode, Postcode: f.Postcode, Map: f.Map,
		Log: g.messages(std.err), Progress: g.progress(std.err, "lignes"),
	}
	if f.Profile != "" {
		p, err := table.LoadProfile(f.Profile)
		if err != nil {
			return o, err
		}
		o.Profile = p
	}
	return o, nil
}

// searches makes the searches of a pack, one a worker.
func searches(p *data.Pack) func() batch.Search {
	return func() batch.Search {
		s := p.Index.NewSearcher()
		return func(q *geocode.Query) (*geocode.Answer, error) { return s.Search(q) }
	}
}

// run works on each table, and ends with the worst of what they say.
func (f *tableFlags) run(ctx context.Context, o *batch.Options, std streams, work func(context.Context, *table.Reader, batch.Writer) (batch.Summary, error)) error {
	outputs, err := f.outputs()
	if err != nil {
		return err
	}
	var review error
	for i, in := range f.In {
		if len(f.In) > 1 {
			o.Log.Info(in + " → " + outputs[i])
		}
		err := f.one(ctx, o, std, in, outputs[i], work)
		if err != nil && fault.KindOf(err) != fault.Review {
			return err
		}
		review = cmp.Or(review, err)
	}
	return review
}

// outputs returns the files to write, one a table: -o's, or for several tables the same
// names in its folder.
func (f *tableFlags) outputs() ([]string, error) {
	if len(f.In) == 1 {
		return []string{f.Output}, nil
	}
	st, err := os.Stat(f.Output)
	if f.Output == "-" || f.Summary != "" || err == nil && !st.IsDir() || err != nil && !os.IsPathSeparator(f.Output[len(f.Output)-1]) {
		return nil, &fault.Error{Kind: fault.Usage, Message: "plusieurs tableaux s’écrivent dans un dossier, sans --summary", Expected: "-o DOSSIER/"}
	}
	if !f.DryRun {
		if err := os.MkdirAll(f.Output, 0o755); err != nil {
			return nil, fault.Wrap(fault.Input, err, "création de %s", f.Output)
		}
	}
	var out []string
	for _, in := range f.In {
		name := filepath.Base(in)
		if ext := filepath.Ext(name); strings.EqualFold(ext, ".ods") || strings.EqualFold(ext, ".xls") {
			name = strings.TrimSuffix(name, ext) + ".xlsx"
		}
		path := filepath.Join(f.Output, name)
		if in == "-" || slices.Contains(out, path) {
			return nil, &fault.Error{Kind: fault.Usage, Message: "plusieurs tableaux s’écrivent sous leur nom", Expected: "des noms différents", Seen: in}
		}
		if filepath.Clean(in) == path {
			return nil, &fault.Error{Kind: fault.Usage, Message: "un tableau ne s’écrit pas à sa propre place", Expected: "un autre dossier", Seen: in}
		}
		out = append(out, path)
	}
	return out, nil
}

// one opens both tables, runs the batch and puts its outputs in place: the
// summary first, the table last.
func (f *tableFlags) one(ctx context.Context, o *batch.Options, std streams, input, output string, work func(context.Context, *table.Reader, batch.Writer) (batch.Summary, error)) error {
	encoding, err := table.ParseEncoding(f.Encoding)
	if err != nil {
		return err
	}
	in, err := table.Open(input, table.Options{Stdin: std.in, Sheet: f.Sheet, Profile: o.Profile, Columns: f.Columns})
	if err != nil {
		return err
	}
	defer in.Close()
	file := output
	switch {
	case f.DryRun && output == "-":
		std.out = io.Discard
	case f.DryRun:
		if len(f.In) == 1 {
			err = atomicfile.Check(output)
		}
		var leave func()
		if err == nil {
			file, leave, err = f.folder(output)
		}
		if err != nil {
			return err
		}
		defer leave()
	}
	out, err := export.Create(file, export.Options{
		Stdout: std.out, Delimiter: in.Delimiter, Encoding: encoding, Numbers: batch.NumberColumns,
	})
	if err != nil {
		return err
	}
	defer out.Abort()
	start := time.Now()
	sum, err := work(ctx, in, out)
	if o.Progress != nil {
		o.Progress(-1)
	}
	if err != nil {
		if ctx.Err() != nil {
			return fault.Wrap(fault.Internal, ctx.Err(), "interrompu : rien n’a été écrit")
		}
		return err
	}
	if f.DryRun {
		out.Abort()
		o.Log.Info("Essai, rien n’a été écrit : le tableau irait dans " + output)
	}
	if f.Summary != "" && !f.DryRun {
		if err := writeSummary(f.Summary, &sum, std.out); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	say(o.Log, &sum, time.Since(start))
	if n := sum.ToReview(); f.Strict && n > 0 {
		return fault.New(fault.Review, "%s lignes à regarder", french.Integer(n))
	}
	return nil
}

func writeSummary(path string, sum *batch.Summary, stdout io.Writer) error {
	var b bytes.Buffer
	if err := sum.Write(&b); err != nil {
		return err
	}
	if path == "-" {
		_, err := stdout.Write(b.Bytes())
		return err
	}
	f, err := atomicfile.Create(path)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.Write(b.Bytes()); err != nil {
		return fault.Wrap(fault.Input, err, "%s : écriture impossible", path)
	}
	return f.Close()
}

// say tells the counts in one line each.
func say(log *slog.Logger, sum *batch.Summary, took time.Duration) {
	rate := ""
	if s := took.Seconds(); s >= 0.5 {
		rate = fmt.Sprintf(" en %s s (%s par seconde)", strings.Replace(fmt.Sprintf("%.1f", s), ".", ",", 1), french.Integer(int(float64(sum.Rows)/s)))
	}
	log.Info("Lignes : " + french.Integer(sum.Rows) + rate + " ; " + counts(sum.Status))
	if len(sum.QPV) > 0 {
		log.Info("QPV : " + counts(sum.QPV) + " ; à vérifier : " + counts(sum.Action))
	}
}

// counts writes a count by word, the greatest first.
func counts(m map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = french.Integer(m[k]) + " " + k
	}
	if len(parts) == 0 {
		return "aucun"
	}
	return strings.Join(parts, ", ")
}
