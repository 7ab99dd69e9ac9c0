package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
	"perimetre/ingest/yamlfile"
)

// configFile is a file of settings: the keys are the names of flags, for every command
// that has them, or in a section that bears the name of a command.
//
//	log: json
//	serve:
//	  listen: 127.0.0.1:8080
type configFile struct {
	path string
	root *yaml.Node
	// last is the flag that was resolved last, and where it stands, for the fault of
	// its value.
	last  string
	where string
}

// configPlaces returns where the file is looked for when none is given, the first one first.
func configPlaces() []string {
	var places []string
	if dir, err := os.UserConfigDir(); err == nil {
		places = append(places, filepath.Join(dir, "perimetre", "perimetre.yml"))
	}
	if runtime.GOOS == "windows" {
		return append(places, filepath.Join(os.Getenv("ProgramData"), "Perimetre", "perimetre.yml"))
	}
	return append(places, "/etc/perimetre/perimetre.yml")
}

// askedConfig returns the file of --config, else of $PERIMETRE_CONFIG, else the empty string.
func askedConfig(args []string) string {
	for i, a := range args {
		if value, ok := strings.CutPrefix(a, "--config="); ok {
			return value
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("PERIMETRE_CONFIG")
}

// loadConfig reads the file of settings, or returns nil if no file is named or found.
func loadConfig(args []string) (*configFile, error) {
	asked := askedConfig(args)
	places := []string{asked}
	if asked == "" {
		places = configPlaces()
	}
	for _, path := range places {
		b, err := bound.ReadFile(path, yamlfile.Most)
		if fault.KindOf(err) == fault.TooLarge {
			return nil, err
		}
		if err != nil {
			if asked == "" && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
				continue
			}
			return nil, &fault.Error{Kind: fault.Usage, File: path, Message: "fichier de configuration illisible", Err: errors.Unwrap(err)}
		}
		text := yamlfile.File{Name: path, Text: b, Kind: fault.Usage, Message: "fichier de configuration illisible", Expected: "du YAML, « option: valeur »"}
		root, err := text.Root()
		if err != nil {
			return nil, err
		}
		if root == nil {
			root = &yaml.Node{Kind: yaml.MappingNode}
		}
		return &configFile{path: path, root: root}, nil
	}
	return nil, nil
}

// at returns the place of a node, for a fault.
func (c *configFile) at(n *yaml.Node) *fault.Error {
	return &fault.Error{Kind: fault.Usage, File: c.path, Line: n.Line, Column: fmt.Sprint(n.Column)}
}

// Validate refuses a key that no flag or command bears. It implements kong.Resolver.
func (c *configFile) Validate(app *kong.Application) error {
	names := map[string]bool{}
	for _, leaf := range app.Leaves(false) {
		for _, group := range leaf.AllFlags(false) {
			for _, f := range group {
				names[f.Name] = true
			}
		}
	}
	return c.validate(c.root, app.Node, names)
}

func (c *configFile) validate(section *yaml.Node, node *kong.Node, names map[string]bool) error {
	if section.Kind != yaml.MappingNode {
		e := c.at(section)
		e.Expected = "« option: valeur », une par ligne"
		return e
	}
	for i := 0; i+1 < len(section.Content); i += 2 {
		key, value := section.Content[i], section.Content[i+1]
		if value.Kind == yaml.MappingNode {
			child := childNamed(node, key.Value)
			if child == nil {
				e := c.at(key)
				e.Expected, e.Seen = "le nom d’une commande", key.Value
				return e
			}
			of := map[string]bool{}
			for _, group := range child.AllFlags(false) {
				for _, f := range group {
					of[f.Name] = true
				}
			}
			for _, leaf := range child.Leaves(false) { // none below a command without sub-commands
				for _, f := range leaf.Flags {
					of[f.Name] = true
				}
			}
			if err := c.validate(value, child, of); err != nil {
				return err
			}
			continue
		}
		if !names[key.Value] || key.Value == "config" {
			e := c.at(key)
			e.Expected, e.Seen = "le nom d’une option, sans tirets devant (« perimetre config COMMANDE » les liste)", key.Value
			return e
		}
	}
	return nil
}

func childNamed(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// find returns the value of a command's flag: the value of the command's own section, or
// else the value given for all commands.
func (c *configFile) find(command []string, flag string) *yaml.Node {
	var found *yaml.Node
	section := c.root
	for depth := 0; section != nil; depth++ {
		var next *yaml.Node
		for i := 0; i+1 < len(section.Content); i += 2 {
			key, value := section.Content[i].Value, section.Content[i+1]
			if value.Kind == yaml.MappingNode {
				if depth < len(command) && key == command[depth] {
					next = value
				}
			} else if key == flag {
				found = value
			}
		}
		section = next
	}
	return found
}

// inEnvironment returns the environment variable that sets a flag, empty without one.
func inEnvironment(f *kong.Flag) string {
	for _, name := range f.Envs {
		if os.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

// ignoreEmpty makes a variable that is empty as good as absent.
func ignoreEmpty(node *kong.Node) {
	for _, f := range node.Flags {
		f.Tag.Envs = slices.DeleteFunc(f.Tag.Envs, func(name string) bool { return os.Getenv(name) == "" })
	}
	for _, child := range node.Children {
		ignoreEmpty(child)
	}
}

// Resolve returns the value that the file sets for a flag, unless the environment sets
// another. It implements kong.Resolver.
func (c *configFile) Resolve(k *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	if k.Selected() == nil || inEnvironment(f) != "" {
		return nil, nil
	}
	n := c.find(strings.Fields(k.Selected().Path()), f.Name)
	if n == nil {
		return nil, nil
	}
	c.last, c.where = "--"+f.Name, fmt.Sprintf("%s, ligne %d : ", c.path, n.Line)
	if n.Kind != yaml.SequenceNode {
		return n.Value, nil
	}
	list := make([]any, len(n.Content))
	for i, item := range n.Content {
		list[i] = item.Value
	}
	return list, nil
}

// place returns where the value that the parser refused stands in the file, empty when it came
// from elsewhere.
func (c *configFile) place(err error) string {
	if c == nil || c.last == "" || !strings.Contains(err.Error(), c.last) {
		return ""
	}
	return c.where
}

type configCmd struct {
	Command []string `arg:"" optional:"" name:"commande" help:"Commande dont on veut toutes les options ; sans elle, ce qui est réglé."`
	Format  string   `enum:"texte,json" default:"texte" help:"Forme de la réponse : texte ou json."`
}

// setting is an option in force.
type setting struct {
	Command string `json:"command,omitempty"`
	Name    string `json:"name"`
	Value   string `json:"value"`
	From    string `json:"from"`
}

// Run prints the options in force and where each comes from.
func (c configCmd) Run(k *kong.Context, args words, std streams) error {
	file, err := loadConfig(args)
	if err != nil {
		return err
	}
	nodes := k.Model.Leaves(true)
	if len(c.Command) > 0 {
		node := k.Model.Node
		for _, word := range c.Command {
			if node = childNamed(node, word); node == nil {
				return &fault.Error{Kind: fault.Usage, Message: "commande inconnue", Seen: strings.Join(c.Command, " ")}
			}
		}
		if nodes = node.Leaves(true); len(node.Children) == 0 {
			nodes = []*kong.Node{node}
		}
	}
	given := map[string]string{}
	for _, p := range k.Path {
		if p.Flag != nil && !p.Resolved {
			given[p.Flag.Name] = k.Model.Name
		}
	}
	list := []setting{}
	for _, node := range nodes {
		for _, s := range settings(node, file, given, len(c.Command) > 0) {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	if c.Format == "json" {
		return printJSON(std.out, list)
	}
	var b strings.Builder
	if file != nil {
		fmt.Fprintf(&b, "Fichier : %s\n", file.path)
	} else {
		fmt.Fprintf(&b, "Aucun fichier (cherché : %s)\n", strings.Join(configPlaces(), ", "))
	}
	for _, s := range list {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", s.Command, s.Name, s.Value, s.From)
	}
	_, err = io.WriteString(std.out, b.String())
	return err
}

// settings lists the options of a command; all of them, or those that something sets.
func settings(node *kong.Node, file *configFile, given map[string]string, all bool) []setting {
	var out []setting
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			s := setting{Command: node.Path(), Name: f.Name, Value: f.Default, From: "défaut"}
			own := slices.Contains(node.Flags, f)
			if !own {
				s.Command = ""
			}
			var n *yaml.Node
			if file != nil {
				n = file.find(strings.Fields(node.Path()), f.Name)
			}
			env := inEnvironment(f)
			switch {
			case f.Name == "help" || f.Name == "config" || f.Name == "version":
				continue
			case !own && given[f.Name] != "":
				s.Value, s.From = fmt.Sprint(f.Target.Interface()), "ligne de commande"
			case env != "":
				s.Value, s.From = os.Getenv(env), "$"+env
			case n != nil:
				s.Value, s.From = nodeText(n), fmt.Sprintf("%s, ligne %d", file.path, n.Line)
			case !all:
				continue
			}
			s.Value = withoutPassword(s.Value)
			out = append(out, s)
		}
	}
	return out
}

func nodeText(n *yaml.Node) string {
	if n.Kind != yaml.SequenceNode {
		return n.Value
	}
	var items []string
	for _, item := range n.Content {
		items = append(items, item.Value)
	}
	return strings.Join(items, ", ")
}

// withoutPassword hides the password in an address, such as a database's URL.
func withoutPassword(value string) string {
	if u, err := url.Parse(value); err == nil && u.User != nil {
		return u.Redacted()
	}
	return value
}
