package data

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest"
)

// populationPrefix begins the names in a pack of the tables of population, kept as they
// were given.
const populationPrefix = "population-"

// AddPopulation puts a table of young people in a RAW folder, read first as whoever counts
// an expected share does.
func AddPopulation(raw, file string, trial bool) (line RawFile, warnings []string, err error) {
	t, err := ingest.Population(file)
	if err != nil {
		return line, nil, err
	}
	src, err := SourceByID("population")
	if err != nil {
		return line, nil, err
	}
	line = src.File("population/" + filepath.Base(file))
	return line, []string{tableSays(t)}, bring(raw, file, &line, trial)
}

// tableSays returns what a table of population tells, in French.
func tableSays(t *ingest.PopulationTable) string {
	by := "par Mission Locale"
	switch {
	case t.HasCommune && t.HasZone:
		by = "par commune et par QPV"
	case t.HasZone:
		by = "par QPV : les Missions Locales qui en partagent un n’auront que des bornes"
	case t.HasCommune:
		by = "par commune"
	}
	if t.Band != "" {
		by += ", " + t.Band + " (le CEJ vise 16–25 ans)"
	}
	return fmt.Sprintf("%d lignes %s%s", len(t.Lines), by, t.SourceText())
}

// buildPopulation copies the tables of a RAW folder into a pack.
func buildPopulation(raw string, files []RawFile, dir string) (sources []PackSource, err error) {
	for i, f := range of(files, KindPopulation) {
		path := filepath.Join(raw, filepath.FromSlash(f.Path))
		t, err := ingest.Population(path)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s%02d%s", populationPrefix, i+1, strings.ToLower(filepath.Ext(path)))
		if err := copyFile(path, filepath.Join(dir, name), func(int64) {}); err != nil {
			return nil, err
		}
		sources = append(sources, PackSource{RawFile: f, Records: int64(len(t.Lines)), Warnings: []string{tableSays(t)}})
	}
	return sources, nil
}

// Population returns the paths of the tables of population of the packs, each once; none
// is no fault. One that is not what its pack says is a fault of kind Corrupt.
func (p *Pack) Population() (paths []string, err error) {
	seen := map[string]bool{}
	for i, dir := range p.dirs {
		for _, f := range p.Manifests[i].Files {
			if !strings.HasPrefix(f.Name, populationPrefix) || seen[f.SHA256] {
				continue
			}
			seen[f.SHA256] = true
			path := filepath.Join(dir, f.Name)
			if _, err := os.Stat(path); err != nil {
				return nil, fault.Wrap(fault.Corrupt, err, "table de population du référentiel")
			}
			if sum, _, err := sumFile(path); err != nil || sum != f.SHA256 {
				return nil, &fault.Error{Kind: fault.Corrupt, File: path, Message: "table de population abîmée : reconstruire le référentiel"}
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}
