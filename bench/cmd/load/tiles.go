package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/data/maps/pmtiles"
)

// readTiles returns the path of each tile of a pack's layers, or of the largest ones
// when largest is above zero.
func readTiles(pack string, largest int) ([]string, error) {
	archives, err := filepath.Glob(filepath.Join(pack, "current", "tiles-*.pmtiles"))
	if err != nil || len(archives) == 0 {
		return nil, fmt.Errorf("%s has no tiles", pack)
	}
	type tile struct {
		path string
		size int
	}
	var all []tile
	for _, name := range archives {
		a, err := pmtiles.Open(name)
		if err != nil {
			return nil, err
		}
		layer := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "tiles-"), ".pmtiles")
		a.Each(func(id uint64) bool {
			var d pmtiles.Data
			if d, _, err = a.Get(id); err != nil {
				return false
			}
			z, x, y := pmtiles.Tile(id)
			all = append(all, tile{fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, z, x, y), len(d.Gzipped)})
			return true
		})
		a.Close()
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b tile) int { return b.size - a.size })
	if largest > 0 {
		all = all[:min(largest, len(all))]
	}
	paths := make([]string, len(all))
	for i, t := range all {
		paths[i] = t.path
	}
	return paths, nil
}
