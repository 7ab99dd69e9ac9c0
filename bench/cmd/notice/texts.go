package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	// licence matches the names of the files that say on which terms a part is given.
	licence = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|notice|copying|patents)([-.].*)?$`)
	// section matches the end of a README that holds the licence of a part without a file.
	section = regexp.MustCompile(`(?ims)^#+ *licen[cs]e\b.*`)
)

// read fills the part's texts from its folder and the folders of its linked packages. A part
// without a licence is an error: nothing allows to hand it on.
func (p *part) read() error {
	for _, dir := range append([]string{p.dir}, p.within...) {
		files, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("%s %s is not installed: %w", p.name, p.version, err)
		}
		for _, f := range files {
			if ext := filepath.Ext(f.Name()); f.IsDir() || !licence.MatchString(f.Name()) || ext == ".go" || ext == ".js" {
				continue
			}
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return err
			}
			p.keep(string(b))
		}
	}
	if len(p.texts) == 0 {
		b, _ := os.ReadFile(filepath.Join(p.dir, "README.md"))
		p.keep(section.FindString(string(b)))
	}
	if len(p.texts) == 0 {
		return fmt.Errorf("%s %s: no licence in its folder", p.name, p.version)
	}
	return nil
}

// keep adds a text whose ends of lines are made alike, once; an empty one is left out.
func (p *part) keep(text string) {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r\f")
	}
	if text = strings.Trim(strings.Join(lines, "\n"), "\n"); text != "" && !slices.Contains(p.texts, text) {
		p.texts = append(p.texts, text)
	}
}

// String returns the part's line in the inventory.
func (p part) String() string { return strings.TrimSpace(p.name + " " + p.version) }

const (
	heading = "Périmètre contient les bibliothèques et la police suivantes, chacune sous sa licence.\n" +
		"Fichier écrit par « make notice ».\n"
	modulesTitle  = "Modules Go liés au programme :"
	packagesTitle = "Paquets npm et police que contiennent les pages :"
	ruler         = "================================================================================"
)

// written returns the file NOTICE: the inventory, then each text once, under the parts that it
// covers.
func written(modules, packages []part) string {
	var b strings.Builder
	b.WriteString(heading)
	var order []string
	covers := map[string][]string{}
	for _, list := range []struct {
		title string
		parts []part
	}{{modulesTitle, modules}, {packagesTitle, packages}} {
		fmt.Fprintf(&b, "\n%s\n", list.title)
		for _, p := range list.parts {
			fmt.Fprintf(&b, "  %s\n", p)
			for _, text := range p.texts {
				if covers[text] == nil {
					order = append(order, text)
				}
				covers[text] = append(covers[text], p.String())
			}
		}
	}
	for _, text := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", ruler, strings.Join(covers[text], "\n"), text)
	}
	return b.String()
}
