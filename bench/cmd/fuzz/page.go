package main

import (
	"fmt"
	"os"
	"strings"

	"perimetre/french"
)

// section begins what the command writes in the page, and ends with the page.
const section = "## Entrées tirées au hasard\n"

const about = "\n`make fuzz FUZZTIME=10m FUZZPAGE=docs/faults.md` : chaque cible, un processeur, les entrées les plus récentes réduites\n" +
	"par vingt essais au plus. Une entrée qui fait échouer reste dans `testdata/fuzz`, où les tests la rejouent. La dernière\n" +
	"colonne dit ce qui a été trouvé un jour, et corrigé depuis.\n\n"

const columns = "| dossier | cible | le | minutes | essais | trouvé |\n|---|---|---|---:|---:|---|\n"

// record writes the line of t in the page. Lines of targets that are no more go, the others
// stay, and what was found once stays said.
func record(page string, all []target, t target, o outcome) error {
	src, err := os.ReadFile(page)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	before, old, _ := strings.Cut(string(src), section)
	lines := map[target]string{}
	for l := range strings.Lines(old) {
		if c := strings.Split(l, "|"); len(c) > 6 && strings.Contains(c[1], "`") {
			lines[target{strings.Trim(c[1], " `"), strings.Trim(c[2], " `")}] = l
		}
	}
	found := o.found
	if c := strings.Split(lines[t], "|"); found == "" && len(c) > 6 {
		found = strings.TrimSpace(c[len(c)-2])
	}
	lines[t] = fmt.Sprintf("| `%s` | `%s` | %s | %s | %s | %s |\n", t.dir, t.name, o.began.Format("02/01/2006"),
		french.Decimal(o.spent.Minutes(), 0), french.Integer(o.inputs), found)
	var b strings.Builder
	b.WriteString(before + section + about + columns)
	for _, t := range all {
		b.WriteString(lines[t])
	}
	return os.WriteFile(page, []byte(b.String()), 0o644)
}
