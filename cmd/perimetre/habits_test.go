package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func model(t *testing.T, c *cli) *kong.Kong {
	t.Helper()
	k, err := kong.New(c, kong.Name("perimetre"), kong.BindTo(context.Background(), (*context.Context)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Each command shows examples of itself that its parser takes.
func TestExamplesParse(t *testing.T) {
	for _, leaf := range model(t, new(cli)).Model.Leaves(true) {
		list := examples[leaf.Path()]
		if len(list) == 0 {
			t.Errorf("%s shows no example", leaf.Path())
		}
		for _, e := range list {
			line, _, _ := strings.Cut(e, " < ")
			line, _, _ = strings.Cut(line, " > ")
			var words []string
			for i, part := range strings.Split(line, "'") {
				if i%2 == 1 {
					words = append(words, part)
				} else {
					words = append(words, strings.Fields(part)...)
				}
			}
			k, err := model(t, new(cli)).Parse(negativeDegrees(habits(words[1:])))
			if err != nil || k.Selected().Path() != leaf.Path() {
				t.Errorf("%s: %v", e, err)
			}
		}
	}
	for path := range examples {
		if !slices.ContainsFunc(model(t, new(cli)).Model.Leaves(false), func(n *kong.Node) bool { return n.Path() == path }) {
			t.Errorf("an example of %s, which is no command", path)
		}
	}
}

func TestCompletions(t *testing.T) {
	root := model(t, new(cli)).Model.Node
	for line, want := range map[string]string{
		"qu":                         "quota",
		"data ex":                    "export",
		"data build --fr":            "--from",
		"search --format ":           "texte json geojson csv",
		"search --format=ge":         "--format=geojson",
		"flag --pack ":               "",
		"completion z":               "zsh",
		"data build --from RAW --de": "--deps",
	} {
		if got := strings.Join(completions(root, strings.Split(line, " ")), " "); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestPointsAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string][2]float64{
		"3.16 50.69": {3.16, 50.69}, "3.16,50.69": {3.16, 50.69}, "3,16 50,69": {3.16, 50.69}, "3.16, 50.69": {3.16, 50.69},
		"3,16;50,69": {3.16, 50.69}, minus + "61.5," + minus + "1": {-61.5, -1}, "-61.5 16": {-61.5, 16},
	} {
		if p, err := parsePoint(text); err != nil || p != want {
			t.Errorf("%q: %v %v", text, p, err)
		}
	}
	for _, text := range []string{"", "3", "3,16,50,69", "a b", "3 50 1", "200 10"} {
		if p, err := parsePoint(text); err == nil {
			t.Errorf("%q: %v", text, p)
		}
	}
	if _, err := rightWay([2]float64{50.69, 3.16}, streams{}); err == nil || !strings.Contains(err.Error(), "3.16 50.69") {
		t.Errorf("swapped: %v", err)
	}
	if _, err := rightWay([2]float64{-21.1, 55.5}, streams{}); err == nil {
		t.Error("swapped in La Réunion")
	}
	for _, p := range [][2]float64{{3.16, 50.69}, {55.5, -21.1}, {-0.1, 51.5}, {13.4, 52.5}} {
		if q, err := rightWay(p, streams{}); err != nil || q != p {
			t.Errorf("%v: %v %v", p, q, err)
		}
	}
}

func TestManualHasAPageForEachCommand(t *testing.T) {
	dir := t.TempDir()
	if code, _, err := exec("man", "--to", dir); code != 0 {
		t.Fatal(err)
	}
	for _, leaf := range model(t, new(cli)).Model.Leaves(true) {
		if _, err := os.Stat(filepath.Join(dir, manName("perimetre", leaf)+".1.gz")); err != nil {
			t.Error(err)
		}
	}
}
