package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo/fault"
)

type dataCmd struct {
	Sources dataSourcesCmd `cmd:"" help:"Liste les sources officielles : adresses, formats, licences, où demander."`
	Fetch   dataFetchCmd   `cmd:"" help:"Télécharge les fichiers officiels, ou les prend dans un dossier ou un miroir."`
	Add     dataAddCmd     `cmd:"" help:"Ajoute un fichier sans adresse stable : zonage avec ses dates, horaires de bus et de trains, sites."`
	Build   dataBuildCmd   `cmd:"" help:"Construit un référentiel géographique avec les fichiers d’un dossier."`
	Info    dataInfoCmd    `cmd:"" help:"Décrit un référentiel géographique : contenu, sources, dates, avertissements."`
	Export  dataExportCmd  `cmd:"" help:"Met un référentiel géographique dans un seul fichier, à porter ailleurs."`
	Import  dataImportCmd  `cmd:"" help:"Met en service un référentiel que quelqu’un d’autre a construit, après avoir vérifié sa signature."`
	Sign    dataSignCmd    `cmd:"" help:"Signe un référentiel géographique."`
	Key     dataKeyCmd     `cmd:"" help:"Fait une clé pour signer, et celle que l’on donne pour vérifier."`
	Verify  dataVerifyCmd  `cmd:"" help:"Relit tous les octets d’un référentiel géographique."`
	Update  dataUpdateCmd  `cmd:"" help:"Dit quelles sources officielles ont changé, ce que cela changerait, et demande avant de le mettre en service."`
	Diff    dataDiffCmd    `cmd:"" help:"Compare deux versions d’un zonage : entrées, sorties, contours modifiés."`
}

type dataSourcesCmd struct {
	Format string `enum:"texte,json" default:"texte" help:"Forme de la liste : texte ou json."`
}

// Run prints the catalogue.
func (c dataSourcesCmd) Run(std streams) error {
	if c.Format == "json" {
		type source struct {
			ID      string     `json:"id"`
			Title   string     `json:"titre"`
			Kind    data.Kind  `json:"nature"`
			Term    *data.Term `json:"zonage,omitempty"`
			URL     string     `json:"url,omitempty"`
			Path    string     `json:"fichier"`
			Format  string     `json:"format"`
			Licence string     `json:"licence"`
			Ask     string     `json:"ou_demander,omitempty"`
		}
		var out []source
		for _, s := range data.Catalogue() {
			o := source{s.ID, s.Title, s.Kind, nil, s.URL, s.Path, s.Format, s.Licence, s.Ask}
			if s.Kind == data.KindZoning {
				o.Term = &s.Term
			}
			out = append(out, o)
		}
		return printJSON(std.out, out)
	}
	var b strings.Builder
	for _, s := range data.Catalogue() {
		fmt.Fprintf(&b, "%s\n  %s\n", s.ID, s.Title)
		if s.Kind == data.KindZoning {
			fmt.Fprintf(&b, "  zonage : %s, version %s, %s ; connu depuis le %s\n", strings.ToUpper(string(s.Zoning)), s.Version, inForce(s.Term), french.Date(s.KnownFrom))
		}
		if s.URL != "" {
			fmt.Fprintf(&b, "  adresse : %s\n", s.URL)
		} else {
			fmt.Fprintf(&b, "  sans adresse stable ; à demander : %s\n", s.Ask)
		}
		fmt.Fprintf(&b, "  fichier : %s\n  format : %s\n  licence : %s\n", s.Path, s.Format, s.Licence)
		if s.InPlaceOf != "" {
			fmt.Fprintf(&b, "  à la place de « %s » ; à nommer dans « data fetch »\n", s.InPlaceOf)
		}
		b.WriteByte('\n')
	}
	b.WriteString("{dep} est le code d’un département : 59, 2A, 974…\n")
	_, err := io.WriteString(std.out, b.String())
	return err
}

func inForce(t data.Term) string {
	if t.ValidTo.IsZero() {
		return "en vigueur depuis le " + french.Date(t.ValidFrom)
	}
	return "en vigueur du " + french.Date(t.ValidFrom) + " au " + french.Date(t.ValidTo)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

type dataFetchCmd struct {
	networkFlags
	trialFlag

	Sources []string `arg:"" optional:"" name:"source" help:"Sources à prendre, par leur nom dans « data sources » ; toutes à défaut."`
	Deps    []string `placeholder:"59,62" help:"Départements des fichiers qui vont par département ; « tous » pour la France entière."`
	To      string   `required:"" placeholder:"DOSSIER" help:"Dossier qui reçoit les fichiers."`
	From    string   `placeholder:"DOSSIER|URL" help:"Dossier ou miroir où prendre les fichiers, à la place des adresses officielles."`
}

// Run fetches and says what came and what is still to be supplied.
func (c dataFetchCmd) Run(ctx context.Context, std streams, g *Globals) error {
	deps, err := data.DepartementCodes(c.Deps)
	if err != nil {
		return err
	}
	say := g.messages(std.err)
	bar := g.bytesBar(std.err)
	rep, err := data.Fetch(ctx, data.FetchOptions{Raw: c.To, Departements: deps, Sources: c.Sources,
		From: c.From, Proxy: c.Proxy, CA: c.CA, Trial: c.DryRun, Progress: bar.show})
	bar.clear()
	for _, f := range rep.Fetched {
		if c.DryRun {
			c.say(g, std, f+" irait dans "+c.To)
		} else {
			say.Info("reçu : " + f)
		}
	}
	if n := len(rep.Unchanged); n > 0 {
		say.Info("inchangés : " + counted(n, "fichier"))
	}
	if err != nil {
		return err
	}
	within := ""
	if c.From != "" {
		within = " dans " + c.From
	}
	var absent, ask []string
	for _, m := range rep.Missing {
		name := m.ID
		if m.Departement != "" {
			name += " (" + m.Departement + ")"
		}
		switch {
		case len(c.Sources) > 0:
			return fault.New(fault.NotFound, "source introuvable%s : %s", within, name)
		case m.URL == "":
			ask = append(ask, name)
		default:
			absent = append(absent, name)
		}
	}
	if len(absent) > 0 {
		say.Info("absents de " + c.From + " : " + strings.Join(absent, ", "))
	}
	if len(ask) > 0 {
		say.Info("à fournir, si besoin (« perimetre data sources » dit où demander) : " + strings.Join(ask, ", "))
	}
	if len(rep.Fetched)+len(rep.Unchanged) == 0 {
		return fault.New(fault.NotFound, "rien à prendre%s", within)
	}
	if c.DryRun {
		return nil
	}
	say.Info("Étape suivante : perimetre data build --from " + c.To + " --to pack")
	return nil
}

// bytesBar shows the progress of downloads on a terminal; elsewhere it is mute.
type bytesBar struct {
	w    io.Writer
	last time.Time
}

func (g *Globals) bytesBar(w io.Writer) *bytesBar {
	if f, ok := w.(*os.File); ok && !g.Quiet && g.Log != "json" && isatty.IsTerminal(f.Fd()) {
		return &bytesBar{w: w}
	}
	return &bytesBar{}
}

func (b *bytesBar) show(path string, done, total int64) {
	if b.w == nil || time.Since(b.last) < 200*time.Millisecond {
		return
	}
	b.last = time.Now()
	if total > 0 {
		fmt.Fprintf(b.w, "\r\x1b[K%s : %s sur %s (%d %%)", path, megabytes(done), megabytes(total), done*100/total)
	} else {
		fmt.Fprintf(b.w, "\r\x1b[K%s : %s", path, megabytes(done))
	}
}

func (b *bytesBar) clear() {
	if b.w != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}

// megabytes writes a length in bytes as 12,3 Mo.
func megabytes(n int64) string {
	return decimals(float64(n)/1e6, 1) + " Mo"
}
