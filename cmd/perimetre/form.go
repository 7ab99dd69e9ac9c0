package main

import (
	"path/filepath"
	"slices"
	"strings"

	"perimetre/geo/fault"
)

// namedForms are the extensions that tell what a file holds.
var namedForms = []string{"csv", "tsv", "json", "geojson", "html", "xlsx", "ods", "xls", "parquet", "gpkg", "shp", "pdf", "gz", "zst", "yml"}

// formOf returns the form to write: the one asked for, else the one that the name of the output
// tells, else the first. forms are those that the result has. A file never holds another form
// than its name tells: such a name is refused.
func formOf(asked, output string, forms ...string) (string, error) {
	if asked != "" && !slices.Contains(forms, asked) {
		return "", fault.New(fault.Usage, "--format %s : forme que ce résultat n’a pas", asked)
	}
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(output)), ".")
	switch {
	case !slices.Contains(namedForms, ext):
		ext = forms[0]
	case asked == "geojson" && ext == "json", asked == "" && slices.Contains(forms, ext), asked == ext:
	default:
		expected := "." + strings.Join(slices.DeleteFunc(slices.Clone(forms), func(f string) bool { return !slices.Contains(namedForms, f) }), ", .")
		if asked != "" {
			expected = "un nom en ." + asked
		}
		return "", &fault.Error{Kind: fault.Usage, File: output, Message: "ce résultat ne s’écrit pas dans ce format", Expected: expected}
	}
	if asked != "" {
		return asked, nil
	}
	return ext, nil
}
