package ground

import (
	"encoding/json"
	"slices"
	"strings"

	"perimetre/data/maps/pmtiles"
	"perimetre/geo/fault"
)

// Base is a deployer's own map: a PMTiles archive of vector tiles, read here, so that no
// tile is asked of anybody for the place that is watched.
type Base struct {
	*pmtiles.Archive
	Layers []BaseLayer
	// Attribution is what the archive asks to be written, without markup.
	Attribution string
}

// BaseLayer is a layer of an archive and what it holds: one of Kinds.
type BaseLayer struct {
	Name string `json:"nom"`
	Kind string `json:"nature"`
}

// OpenBase opens an archive, or returns nil for the path "".
func OpenBase(path string) (*Base, error) {
	if path == "" {
		return nil, nil
	}
	a, err := pmtiles.Open(path)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: path, Message: "fond de carte illisible", Expected: "une archive PMTiles (version 3) de tuiles vectorielles compressées par gzip", Err: err}
	}
	var m struct {
		Attribution  string `json:"attribution"`
		VectorLayers []struct {
			ID string `json:"id"`
		} `json:"vector_layers"`
	}
	if err := json.Unmarshal(a.Info().Metadata, &m); err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: path, Message: "description du fond de carte illisible", Expected: "des métadonnées JSON avec vector_layers", Err: err}
	}
	b := &Base{Archive: a, Attribution: plain(m.Attribution)}
	for _, l := range m.VectorLayers {
		if kind := KindOf(l.ID); kind != "" {
			b.Layers = append(b.Layers, BaseLayer{l.ID, kind})
		}
	}
	return b, nil
}

// Kinds are what a ground shows, from below: the layers of the usual schemas, known by
// words of their names. The rest, names of places above all, is left out: the maps have
// their own.
var kinds = []struct {
	kind  string
	words []string
}{
	{"green", []string{"landuse", "landcover", "vegetation", "park"}},
	{"water", []string{"water", "hydro", "eau"}},
	{"building", []string{"building", "bati", "bâti"}},
	{"road", []string{"road", "transport", "street", "route", "voie"}},
	{"rail", []string{"rail", "ferr"}},
}

// Kinds returns the kinds of layers that are drawn, from below.
func Kinds() []string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.kind)
	}
	return out
}

// KindOf returns the kind of a layer by its name, or "" for one that is not drawn.
func KindOf(layer string) string {
	name := strings.ToLower(layer)
	if strings.Contains(name, "name") || strings.Contains(name, "label") {
		return ""
	}
	for _, k := range kinds {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.Contains(name, w) }) {
			return k.kind
		}
	}
	return ""
}

// plain returns a text without its markup.
func plain(s string) string {
	var b strings.Builder
	inside := false
	for _, r := range s {
		switch {
		case r == '<':
			inside = true
		case r == '>':
			inside = false
		case !inside:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}
