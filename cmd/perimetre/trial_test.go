package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeNothing are the commands with a flag that looks like a place to write to, and without
// a trial.
var writeNothing = map[string]string{
	"data diff": "--to is a version",
	"user list": "it only reads",
	"serve":     "it writes for as long as it runs",
	"worker":    "it writes for as long as it runs",
}

// trials are command lines that succeed, one a command that writes, in a folder where trialWorld
// has been.
var trials = map[string][]string{
	"flag":             {"flag", "gens.csv", "autres.csv", "-o", "neuf/", "--on", "2024-06-30"},
	"geocode":          {"geocode", "gens.csv", "-o", "neuf.xlsx"},
	"data fetch":       {"data", "fetch", "--from", "RAW", "--to", "neuf"},
	"data add":         {"data", "add", "sites.csv", "--sites", "--to", "RAW"},
	"data build":       {"data", "build", "--from", "RAW", "--to", "neuf"},
	"data export":      {"data", "export", "pack", "-o", "neuf.tar.zst"},
	"data import":      {"data", "import", "un.tar.zst", "--untrusted", "--to", "neuf"},
	"data sign":        {"data", "sign", "pack", "--key", "cle", "--by", "Essai"},
	"data key":         {"data", "key", "neuve", "--without-password"},
	"data update":      {"data", "update", "--to", "pack", "--from", "RAW"},
	"demo":             {"demo", "--to", "neuf", "--addresses", "2000", "--people", "10"},
	"quota":            {"quota", "marques.csv", "--public", "--period", "2024-T2,2024-T3", "--published", "publie.json", "--format", "csv", "-o", "neuf.csv"},
	"tables":           {"tables", "marques.csv", "--period", "2024", "-o", "neuf.xlsx"},
	"audit":            {"audit", "--exemple", "-o", "neuf.txt"},
	"report annuel":    {"report", "annuel", "marques.csv", "--year", "2024", "--format", "csv", "-o", "neuf"},
	"run":              {"run", "plan.yml", "--summary", "neuf.json"},
	"portrait":         {"portrait", "-o", "neuf", "--format", "html"},
	"coverage":         {"coverage", "--sites", "sites.csv", "--on", "2025-06-01", "-o", "neuf.txt"},
	"site":             {"site", "--sites", "sites.csv", "--k", "1", "--on", "2025-06-01", "--format", "geojson", "-o", "neuf.geojson"},
	"user add":         {"user", "add", "b@exemple.fr", "--name", "B", "--role", "etat", "--national", "--database", "base.db"},
	"user disable":     {"user", "disable", "a@exemple.fr", "--database", "base.db"},
	"user token":       {"user", "token", "a@exemple.fr", "--scope", "lecture", "--database", "base.db"},
	"decisions export": {"decisions", "export", "--database", "base.db", "-o", "neuf.csv"},
	"decisions import": {"decisions", "import", "decisions.csv", "--database", "neuve.db"},
	"backup":           {"backup", "neuve.db", "--database", "base.db"},
	"restore":          {"restore", "copie.db", "--database", "base.db"},
}

// trialWorld fills the working folder with what the trials read.
func trialWorld(t *testing.T) {
	t.Helper()
	raw, err := filepath.Abs("testdata/monde")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("RAW", os.DirFS(raw)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("RAW/missions-locales", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"RAW/missions-locales/couverture-2026.csv": "code_insee;code_ml;plusieurs_ml\n59901;59001;Non\n",

		"gens.csv":      "adresse;ville;cp\n4 rue des Lilas;Essaiville;59910\n",
		"autres.csv":    "adresse;ville;cp\n6 rue des Lilas;Essaiville;59910\n",
		"jeunes.csv":    "id;code_ml;date_entree;adresse;ville;cp\n1;59001;03/05/2024;4 rue des Lilas;Essaiville;59910\n2;59001;03/08/2024;rue inconnue;Essaiville;59910\n",
		"sites.csv":     "nom;genre;lon;lat;demi_journees\nSiège A;siège;3.0050;50.6000;10\n",
		"plan.yml":      "input: jeunes.csv\noutput: rapports\npack: [pack]\n",
		"decisions.csv": "code_structure;adresse_typee;perimetre;reponse\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range [][]string{
		{"data", "build", "--from", "RAW", "--to", "pack"},
		{"flag", "jeunes.csv", "-o", "marques.csv", "--pack", "pack"},
		{"data", "export", "pack", "-o", "un.tar.zst"},
		{"data", "key", "cle", "--without-password"},
		{"user", "add", "a@exemple.fr", "--name", "A", "--role", "etat", "--national", "--database", "base.db"},
		{"decisions", "export", "--database", "base.db", "-o", "decisions.csv"},
		{"backup", "copie.db", "--database", "base.db"},
	} {
		if code, _, said := exec(line...); code != 0 {
			t.Fatalf("%v: %s", line, said)
		}
	}
}

// files returns what the working folder holds, by path.
func files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(".", func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Type()&os.ModeSymlink != 0 {
			out[path] = ""
			return err
		}
		b, err := os.ReadFile(path)
		out[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each command that writes has a trial, which says what would be written and leaves every
// file as it was. Without the flag the same line writes.
func TestTrialsWriteNothing(t *testing.T) {
	trialWorld(t)
	for _, leaf := range model(t, new(cli)).Model.Leaves(true) {
		places, trial := false, false
		for _, f := range leaf.Flags {
			places = places || slices.Contains([]string{"output", "to", "database"}, f.Name)
			trial = trial || f.Name == "dry-run"
		}
		path := leaf.Path()
		if places && !trial && writeNothing[path] == "" || trial != (trials[path] != nil) {
			t.Errorf("%s: a place to write %v, a trial %v, tried here %v", path, places, trial, trials[path] != nil)
		}
	}
	for path, line := range trials {
		t.Run(path, func(t *testing.T) {
			t.Setenv("PERIMETRE_PACK", "pack")
			before := files(t)
			code, out, said := exec(append(slices.Clone(line), "--dry-run")...)
			if code != 0 || path != "data update" && (out != "" || !strings.Contains(said, "Essai, rien n’a été écrit")) {
				t.Errorf("exit %d, printed %q, said %q", code, out, said)
			}
			after := files(t)
			for name, text := range after {
				if was, ok := before[name]; !ok || was != text {
					t.Errorf("%s was written", name)
				}
				delete(before, name)
			}
			for name := range before {
				t.Errorf("%s is gone", name)
			}
		})
	}
}
