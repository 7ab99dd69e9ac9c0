package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"perimetre/geo/fault"
)

type manCmd struct {
	To string `required:"" placeholder:"DOSSIER" help:"Dossier qui reçoit les pages, une par commande."`
}

// Run writes the pages of the manual, made of the same model as the help, gzipped as
// Debian has them; the same program always writes the same bytes.
func (c manCmd) Run(k *kong.Context) error {
	if err := os.MkdirAll(c.To, 0o755); err != nil {
		return fault.Wrap(fault.Input, err, "création de %s", c.To)
	}
	for _, node := range append([]*kong.Node{k.Model.Node}, k.Model.Leaves(true)...) {
		name := manName(k.Model.Name, node)
		page := manPage(k.Model.Name, node)
		err := writeWhole(filepath.Join(c.To, name+".1.gz"), nil, func(w io.Writer) error {
			z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
			if err != nil {
				return err
			}
			if _, err := io.WriteString(z, page); err != nil {
				return err
			}
			return z.Close()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// manName returns the name of the page of a command: perimetre-data-build.
func manName(app string, node *kong.Node) string {
	return strings.ReplaceAll(strings.TrimSpace(app+" "+node.Path()), " ", "-")
}

// roff escapes a text: a line must not begin with a dot, nor a dash be a hyphen.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func manPage(app string, node *kong.Node) string {
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	help := node.Help
	f(".TH %s 1 \"\" \"Périmètre\" \"Commandes\"", strings.ToUpper(manName(app, node)))
	f(".SH NOM\n%s \\- %s", roff(manName(app, node)), roff(help))
	f(".SH SYNOPSIS\n.B %s", roff(usage(app, node)))
	if node.Detail != "" {
		f(".SH DESCRIPTION\n%s", roff(node.Detail))
	}
	section := func(title string, rows [][2]string) {
		if len(rows) > 0 {
			f(".SH %s", title)
		}
		for _, r := range rows {
			f(".TP\n.B %s\n%s", roff(r[0]), roff(r[1]))
		}
	}
	args, commands, flags := helpRows(node)
	section("ARGUMENTS", args)
	section("COMMANDES", commands)
	section("OPTIONS", flags)
	if list := examples[node.Path()]; len(list) > 0 {
		f(".SH EXEMPLES")
		for _, e := range list {
			f(".PP\n.B %s", roff(e))
		}
	}
	f(".SH \"CODES DE RETOUR\"\n0 : fait ; 1 : échec ; 2 : commande ou entrée incorrecte ; 3 : fait, mais des lignes sont à regarder.")
	return b.String()
}
