package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// printHelp returns the parser's help in French: what the command does, its usage,
// its arguments, its options and its sub-commands.
func printHelp(_ kong.HelpOptions, ctx *kong.Context) error {
	node := ctx.Model.Node
	if s := ctx.Selected(); s != nil {
		node = s
	}
	h := helpText{width: helpWidth()}
	h.line("Usage : " + usage(ctx.Model.Name, node))
	h.paragraph(node.Help)
	h.paragraph(node.Detail)
	args, commands, flags := helpRows(node)
	h.table("Arguments :", args)
	h.table("Commandes :", commands)
	h.table("Options :", flags)
	if list := examples[node.Path()]; len(list) > 0 {
		h.line("")
		h.line("Exemples :")
		for _, e := range list {
			h.line("  " + e)
		}
	}
	if len(node.Children) > 0 {
		h.paragraph(fmt.Sprintf("« %[1]s COMMANDE --help », ou « %[1]s help COMMANDE », dit tout d’une commande.", ctx.Model.Name))
	}
	_, err := io.WriteString(ctx.Stdout, h.b.String())
	return err
}

// helpRows returns the arguments, the sub-commands and the flags of a command, each with what
// it is.
func helpRows(node *kong.Node) (args, commands, flags [][2]string) {
	for _, p := range node.Positional {
		args = append(args, [2]string{p.Summary(), p.Help})
	}
	for _, c := range node.Leaves(true) {
		commands = append(commands, [2]string{strings.TrimSpace(c.Path() + arguments(c)), c.Help})
	}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			if f.Name == "help" {
				f.Help = "Affiche cette aide."
			}
			flags = append(flags, [2]string{flagName(f), f.Help})
		}
	}
	return args, commands, flags
}

func usage(app string, n *kong.Node) string {
	s := app
	if p := n.Path(); p != "" {
		s += " " + p
	}
	if len(n.Children) > 0 {
		return s + " COMMANDE [options]"
	}
	return s + arguments(n) + " [options]"
}

// arguments returns the positional arguments of a command, after a space.
func arguments(n *kong.Node) string {
	var b strings.Builder
	for _, a := range n.Positional {
		b.WriteByte(' ')
		b.WriteString(a.Summary())
	}
	return b.String()
}

func flagName(f *kong.Flag) string {
	s := "--" + f.Name
	if f.Short != 0 {
		s = "-" + string(f.Short) + ", " + s
	}
	if f.IsBool() || f.IsCounter() {
		return s
	}
	value := f.PlaceHolder
	switch {
	case value != "":
	case f.HasDefault && f.Default != "":
		value = f.Default
	case f.IsMap():
		value = "CLÉ=VALEUR"
	default:
		value = strings.ToUpper(f.Name)
	}
	return s + "=" + value
}

func helpWidth() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 40 {
		return min(n, 120)
	}
	return 90
}

// helpText lays text out in lines of at most width runes.
type helpText struct {
	b     strings.Builder
	width int
}

func (h *helpText) line(s string) { h.b.WriteString(strings.TrimRight(s, " ") + "\n") }

func (h *helpText) paragraph(s string) {
	for block := range strings.SplitSeq(strings.TrimSpace(s), "\n\n") {
		if block == "" {
			continue
		}
		h.line("")
		for _, l := range wrap(block, h.width) {
			h.line(l)
		}
	}
}

func (h *helpText) table(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	h.line("")
	h.line(title)
	left := 0
	for _, r := range rows {
		if n := utf8.RuneCountInString(r[0]); n <= 32 {
			left = max(left, n)
		}
	}
	for _, r := range rows {
		lines := wrap(r[1], h.width-left-4)
		n := utf8.RuneCountInString(r[0])
		if n > left || len(lines) == 0 {
			h.line("  " + r[0])
		} else {
			h.line("  " + r[0] + strings.Repeat(" ", left-n+2) + lines[0])
			lines = lines[1:]
		}
		for _, l := range lines {
			h.line(strings.Repeat(" ", left+4) + l)
		}
	}
}

// wrap cuts a text at its ordinary spaces; a no-break space holds.
func wrap(s string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		k := utf8.RuneCountInString(w)
		switch {
		case line == "":
			line, n = w, k
		case n+1+k > width:
			lines = append(lines, line)
			line, n = w, k
		default:
			line, n = line+" "+w, n+1+k
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// parserFrench gives the parser's English sentences in French; the first that
// matches wins, applied as often as it matches.
var parserFrench = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`^unknown flag (\S+), did you mean one of (.*)\?$`), `option inconnue : $1 ; peut-être l’une de : $2`},
	{regexp.MustCompile(`^unknown flag (\S+), did you mean (.*)\?$`), `option inconnue : $1 ; peut-être $2`},
	{regexp.MustCompile(`^unknown flag (\S+)$`), `option inconnue : $1`},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean one of (.*)\?$`), `argument inattendu : $1 ; peut-être l’un de : $2`},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean (.*)\?$`), `argument inattendu : $1 ; peut-être $2`},
	{regexp.MustCompile(`^unexpected argument (.+)$`), `argument inattendu : $1`},
	{regexp.MustCompile(`^unexpected flag argument (.+)$`), `valeur inattendue pour une option : $1`},
	{regexp.MustCompile(`^unexpected token (.+)$`), `mot inattendu : $1`},
	{regexp.MustCompile(`^expected one of (.+)$`), `attendu l’un de : $1`},
	{regexp.MustCompile(`^missing flags: (.+)$`), `options manquantes : $1`},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), `arguments manquants : $1`},
	{regexp.MustCompile(`^(.+) and (--.+) can't be used together$`), `$1 et $2 ne vont pas ensemble`},
	{regexp.MustCompile(`^(.+) must be used together$`), `$1 vont ensemble`},
	{regexp.MustCompile(`^(.+) must be one of (.+) but got (.*)$`), `$1 : attendu l’une des valeurs $2 ; vu : $3`},
	{regexp.MustCompile(`^(.+?): expected (?:an int|a valid \d+ bit u?int) but got "?([^" ]*)"?.*$`), `$1 : attendu un nombre entier ; vu : $2`},
	{regexp.MustCompile(`^(.+?): expected a float but got "?([^" ]*)"?.*$`), `$1 : attendu un nombre ; vu : $2`},
	{regexp.MustCompile(`^(.+?): expected duration but got "?([^" ]*)"?.*$`), `$1 : attendu une durée (10s, 5m, 1h) ; vu : $2`},
	{regexp.MustCompile(`^(.+?): bool value must be .* but got "?([^"]*)"?$`), `$1 : attendu oui ou non (true ou false) ; vu : $2`},
	{regexp.MustCompile(`^(.+?): expected .* value but got "(-[^"]*)" .*; perhaps try (.*)\?$`), `$1 : valeur manquante avant $2 ; peut-être $3`},
	{regexp.MustCompile(`^(.+?): expected .* value but got "(.*)" .*$`), `$1 : valeur manquante ; vu : $2`},
	{regexp.MustCompile(`^(.+?): missing value, expecting (.*)$`), `$1 : valeur manquante ; attendu : $2`},
	{regexp.MustCompile(`^expected "<(.+)>"$`), `argument manquant : <$1>`},
	{regexp.MustCompile(`^expected (.+)$`), `attendu : $1`},
	{regexp.MustCompile(`^(\S+): (.*)$`), `$1 : $2`},
}

// quoted are words between the parser's quotes.
var quoted = regexp.MustCompile(`"([^"]*)"`)

// inFrench returns a parser's error in French, unchanged when it is unknown.
func inFrench(err error) string {
	s := err.Error()
	for _, t := range parserFrench {
		if t.re.MatchString(s) {
			s = strings.NewReplacer("EOL", "fin de ligne", `","`, `", "`, " or ", " ou ", " and ", " et ").Replace(t.re.ReplaceAllString(s, t.to))
			break
		}
	}
	return quoted.ReplaceAllString(s, "« $1 »")
}
