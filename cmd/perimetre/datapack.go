package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
)

type dataBuildCmd struct {
	trialFlag
	From string   `required:"" placeholder:"DOSSIER" help:"Dossier des fichiers officiels, tel que « data fetch » le laisse."`
	To   string   `placeholder:"DOSSIER" default:"pack" help:"Dossier du référentiel géographique (à défaut, pack)."`
	Deps []string `placeholder:"59,62" help:"Ne garde que les adresses de ces départements ; zonages et contours restent tous."`
}

// Run builds the pack and prints what it holds.
func (c dataBuildCmd) Run(ctx context.Context, std streams, g *Globals) error {
	if err := geo.NeedGEOS(); err != nil {
		return err
	}
	deps, err := data.DepartementCodes(c.Deps)
	if err != nil {
		return err
	}
	start := time.Now()
	bar := g.progress(std.err, "adresses lues")
	to, leave, err := c.folder(c.To)
	if err != nil {
		return err
	}
	defer leave()
	m, err := data.Build(ctx, data.BuildOptions{Raw: c.From, Pack: to, Departements: deps, Progress: func(_ string, n int64) {
		if bar != nil && n > 0 {
			bar(int(n))
		}
	}})
	if bar != nil {
		bar(-1)
	}
	if err != nil {
		return err
	}
	say := g.messages(std.err)
	for _, w := range m.Warnings {
		say.Warn(w)
	}
	for _, s := range m.Sources {
		if s.Counts != nil {
			say.Info(s.Path + " : " + s.Counts.String())
		}
		for _, w := range s.Warnings {
			say.Warn(s.Path + " : " + w)
		}
	}
	holds := counted(int(m.Stats.Index.Addresses), "adresse") + ", " + counted(m.Stats.Communes, "commune")
	if c.DryRun {
		c.say(g, std, "le référentiel "+m.ID+" irait dans "+c.To+" : "+holds)
		return nil
	}
	say.Info(fmt.Sprintf("référentiel %s construit en %s dans %s : %s", m.ID, decimals(time.Since(start).Seconds(), 1)+" s", c.To, holds))
	return nil
}

type dataInfoCmd struct {
	Format string `enum:"texte,json" default:"texte" help:"Forme de la réponse : texte ou json."`
}

// Run describes the packs.
func (c dataInfoCmd) Run(std streams, g *Globals) error {
	p, err := g.openPack()
	if err != nil {
		return err
	}
	defer p.Close()
	if c.Format == "json" {
		return printJSON(std.out, map[string]any{"pack": p.ID, "manifests": p.Manifests})
	}
	for _, m := range p.Manifests {
		if err := printManifest(std.out, m); err != nil {
			return err
		}
	}
	if len(p.Manifests) > 1 {
		_, err = fmt.Fprintf(std.out, "Ensemble : référentiel %s\n", p.ID)
	}
	return err
}

func printManifest(w io.Writer, m data.Manifest) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Référentiel %s, construit le %s\n", m.ID, m.BuiltAt.In(geo.Paris).Format("02/01/2006 à 15:04"))
	s := m.Stats
	fmt.Fprintf(&b, "  %s, %s, %s", counted(int(s.Index.Addresses), "adresse"), counted(int(s.Index.Streets), "voie"), lieuxDits(int(s.Index.Localities)))
	if len(s.Departements) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(s.Departements, ", "))
	}
	fmt.Fprintf(&b, "\n  %s, %s\n", counted(s.Communes, "commune"), counted(s.Contours, "contour"))
	fmt.Fprintf(&b, "  %s, %s, %s d’accueil\n", counted(s.Missions, "Mission", "Locale"), counted(s.Territories, "commune", "rattachée"), counted(s.Sites, "site"))
	var total int64
	for _, f := range m.Files {
		total += f.Bytes
	}
	fmt.Fprintf(&b, "  %s sur le disque, dont %s octets par adresse pour l’index\n", megabytes(total), decimals(float64(s.Index.Forward)/float64(max(s.Index.Addresses, 1)), 1))
	if m.GEOS.Version != "" {
		fmt.Fprintf(&b, "  polygones réparés et superposés par %s\n", geosName(m.GEOS))
	}
	b.WriteString("  " + strings.TrimPrefix(signedText(m.Signed), ", ") + "\n")
	b.WriteString("\nZonages\n")
	for _, v := range m.Versions {
		t := data.Term{ValidFrom: v.ValidFrom, ValidTo: v.ValidTo}
		fmt.Fprintf(&b, "  %s %s, %s, connu depuis le %s, complet pour %s", strings.ToUpper(string(v.Zoning)), v.Name, inForce(t), french.Date(v.KnownFrom), territory(v.CompleteFor))
		if zones := s.Zones[string(v.Zoning)+" "+v.Name]; len(zones) > 0 {
			n := 0
			for _, k := range zones {
				n += k
			}
			fmt.Fprintf(&b, " ; %s", counted(n, "zone"))
			for _, d := range s.Departements {
				if zones[d] > 0 {
					fmt.Fprintf(&b, ", dont %d dans le %s", zones[d], d)
				}
			}
		}
		if v.Precision > 0 {
			fmt.Fprintf(&b, " ; coordonnées précises à %s m", decimals(v.Precision, 2))
		}
		b.WriteByte('\n')
	}
	b.WriteString("\nSources\n")
	for _, f := range m.Sources {
		fmt.Fprintf(&b, "  %s : %s", f.Path, counted(int(f.Records), "enregistrement"))
		if f.Vintage != "" {
			fmt.Fprintf(&b, ", fichier du %s", f.Vintage)
		}
		fmt.Fprintf(&b, ", sha256 %.12s…\n", f.SHA256)
		if f.URL != "" {
			fmt.Fprintf(&b, "    %s\n", f.URL)
		}
		if f.Counts != nil {
			fmt.Fprintf(&b, "    %s\n", f.Counts)
		}
		for _, w := range f.Warnings {
			fmt.Fprintf(&b, "    ! %s\n", w)
		}
	}
	for _, w := range m.Warnings {
		fmt.Fprintf(&b, "  ! %s\n", w)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func lieuxDits(n int) string {
	if n < 2 {
		return french.Integer(n) + " lieu-dit"
	}
	return french.Integer(n) + " lieux-dits"
}

// decimals writes a number with n decimals and a comma.
func decimals(v float64, n int) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', n, 64), ".", ",", 1)
}

// territory says what a version is complete for, counted when it is long.
func territory(codes []string) string {
	if slices.Contains(codes, "*") {
		return "la France entière"
	}
	var deps []string
	communes := 0
	for _, c := range codes {
		if len(c) == 5 {
			communes++
		} else {
			deps = append(deps, c)
		}
	}
	var parts []string
	switch len(deps) {
	case 0:
	case 1:
		parts = append(parts, "le département "+deps[0])
	default:
		parts = append(parts, "les départements "+strings.Join(deps, ", "))
	}
	if communes > 0 {
		parts = append(parts, counted(communes, "commune"))
	}
	return strings.Join(parts, " et ")
}

type dataVerifyCmd struct{}

// Run reads every byte of the packs.
func (dataVerifyCmd) Run(std streams, g *Globals) error {
	p, err := g.openPack()
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Verify(); err != nil {
		return err
	}
	for _, m := range p.Manifests {
		var n int64
		for _, f := range m.Files {
			n += f.Bytes
		}
		g.messages(std.err).Info(fmt.Sprintf("référentiel %s intact : %s, %s", m.ID, counted(len(m.Files), "fichier"), megabytes(n)))
	}
	return nil
}
