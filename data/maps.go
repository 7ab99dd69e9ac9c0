package data

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"perimetre/data/maps/ground"
	"perimetre/data/maps/layers"
	"perimetre/data/maps/pmtiles"
	"perimetre/data/maps/tiles"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// Files of the maps in a pack: the Missions Locales' territories, as a file of
// zonings whose contours they are, and an archive of tiles a layer.
const (
	territoriesFile = "territories.idx"
	tilesPrefix     = "tiles-"
	tilesSuffix     = ".pmtiles"
)

// buildMaps draws the territories and encodes the tiles of a pack being built in
// dir, from its zonings and places, which are already written.
func buildMaps(ctx context.Context, dir string, p *places) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	z, err := geo.OpenZonings(filepath.Join(dir, zoningsFile))
	if err != nil {
		return err
	}
	defer z.Close()
	drawn, err := drawTerritories(z.Communes(), p.Territories)
	if err != nil {
		return err
	}
	territories, err := geo.NewCommunes(nil, drawn)
	if err != nil {
		return err
	}
	file, err := geo.NewZonings(territories, nil, nil)
	if err != nil {
		return err
	}
	if err := file.WriteFile(filepath.Join(dir, territoriesFile)); err != nil {
		return err
	}
	names := map[string]string{}
	for _, n := range p.UsualNames {
		names[n.Code] = n.Name
	}
	for _, l := range layers.Of(layers.Source{Zonings: z, MissionsLocales: p.Missions, Territories: p.Territories, Sites: p.Sites, UsualNames: names, Territory: territories.Contour}) {
		if err := ctxErr(ctx); err != nil {
			return err
		}
		if err := tiles.Write(ctx, filepath.Join(dir, tilesPrefix+l.ID+tilesSuffix), l); err != nil {
			return err
		}
	}
	return nil
}

// drawTerritories joins the contours of the communes that each Mission Locale
// serves, in the order in which these are first named.
func drawTerritories(communes *geo.Communes, list []geo.Territory) ([]geo.Contour, error) {
	var out []geo.Contour
	at := map[string]int{}
	parts := map[string][]orb.MultiPolygon{}
	for _, t := range list {
		code, _, _ := communes.Resolve(t.Commune)
		shape, ok := communes.Contour(code)
		if !ok {
			continue
		}
		if _, known := at[t.MissionLocale]; !known {
			at[t.MissionLocale] = len(out)
			out = append(out, geo.Contour{Code: t.MissionLocale})
		}
		parts[t.MissionLocale] = append(parts[t.MissionLocale], shape)
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range out {
		g.Go(func() (err error) {
			out[i].Shape, err = geo.Union(parts[out[i].Code]...)
			return err
		})
	}
	return out, g.Wait()
}

// mapFiles are what is opened of the maps of packs, at the first need.
type mapFiles struct {
	layersMu sync.Mutex
	layers   []*layers.Layer // nil before they are made

	skeletonOnce sync.Once
	skeleton     *ground.Skeleton

	mu          sync.Mutex
	archives    map[string][]*pmtiles.Archive // by layer
	territories []*geo.Zonings
}

// Layers returns the layers of the maps, made at the first call. An error is not kept: the
// file may be whole again at the next.
func (p *Pack) Layers() (_ []*layers.Layer, err error) {
	m := &p.maps
	m.layersMu.Lock()
	defer m.layersMu.Unlock()
	if m.layers != nil {
		return m.layers, nil
	}
	defer blockfile.Recover(&err, blockfile.Guard())
	var opened []*geo.Zonings
	for _, dir := range p.dirsWith(territoriesFile, true) {
		z, err := geo.OpenZonings(filepath.Join(dir, territoriesFile))
		if err != nil {
			for _, z := range opened {
				z.Close()
			}
			return nil, noMaps(err)
		}
		opened = append(opened, z)
	}
	m.mu.Lock()
	m.territories = opened
	m.mu.Unlock()
	m.layers = layers.Of(layers.Source{Zonings: p.Zonings, MissionsLocales: p.MissionsLocales, Territories: p.Territories,
		Sites: p.Sites, UsualNames: p.UsualNames, Territory: m.territory})
	return m.layers, nil
}

// Skeleton draws streets and names from the packs, when they are asked for.
func (p *Pack) Skeleton() *ground.Skeleton {
	p.maps.skeletonOnce.Do(func() { p.maps.skeleton = ground.New(p.Index, p.Zonings) })
	return p.maps.skeleton
}

// Bound holds the contours of the packs' communes, in degrees; empty (IsEmpty) for none.
func (p *Pack) Bound() orb.Bound {
	index, codes := p.Communes.Contours()
	b := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	for i := range codes {
		if i == 0 {
			b = index.Bound(0)
		}
		b = b.Union(index.Bound(i))
	}
	return b
}

// territory returns a Mission Locale's in the first pack that draws it whole: packs that
// were built of the same contours draw it alike, and the largest is the whole one.
func (m *mapFiles) territory(code string) (best orb.MultiPolygon, ok bool) {
	area := -1.0
	for _, z := range m.territories {
		mp, drawn := z.Communes().Contour(code)
		if !drawn {
			continue
		}
		if len(m.territories) == 1 {
			return mp, true
		}
		if a := geo.Area(mp); a > area {
			best, area, ok = mp, a, true
		}
	}
	return best, ok
}

// Tiles returns the archives that hold tiles of a layer, one for each pack that has
// them, none for an unknown layer. They are closed with the pack.
func (p *Pack) Tiles(layer string) ([]*pmtiles.Archive, error) {
	m := &p.maps
	m.mu.Lock()
	defer m.mu.Unlock()
	if list, ok := m.archives[layer]; ok {
		return list, nil
	}
	var list []*pmtiles.Archive
	name := tilesPrefix + layer + tilesSuffix
	for _, dir := range p.dirsWith(name, false) {
		a, err := pmtiles.Open(filepath.Join(dir, name))
		if err != nil {
			for _, a := range list {
				a.Close()
			}
			return nil, noMaps(err)
		}
		list = append(list, a)
	}
	if len(list) == 0 {
		return nil, nil // not kept: the names that may be asked for are endless
	}
	if m.archives == nil {
		m.archives = map[string][]*pmtiles.Archive{}
	}
	m.archives[layer] = list
	return list, nil
}

// TileLayers returns the layers that have tiles, as in addresses, in order.
func (p *Pack) TileLayers() []string {
	var out []string
	for i := range p.Manifests {
		for _, f := range p.Manifests[i].Files {
			layer, ok := strings.CutPrefix(f.Name, tilesPrefix)
			if layer, tiled := strings.CutSuffix(layer, tilesSuffix); ok && tiled && !slices.Contains(out, layer) {
				out = append(out, layer)
			}
		}
	}
	return out
}

// Licences returns the licences of the sources, sorted.
func (p *Pack) Licences() []string {
	var out []string
	for _, m := range p.Manifests {
		for _, f := range m.Sources {
			if f.Licence != "" {
				out = append(out, f.Licence)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// dirsWith returns the folders of the packs that list a file, or of all when it is
// needed, but the ones that share their file with an earlier one.
func (p *Pack) dirsWith(name string, needed bool) []string {
	var out, sums []string
	for i, dir := range p.dirs {
		sum := p.Manifests[i].sumOf(name)
		if sum == "" && !needed || sum != "" && slices.Contains(sums, sum) {
			continue
		}
		out, sums = append(out, dir), append(sums, sum)
	}
	return out
}

// noMaps words an error of a file of maps, which is opened after the pack was found whole:
// one that is missing was never made, one that cannot be read has changed since.
func noMaps(err error) error {
	switch fault.KindOf(err) {
	case fault.NotFound:
		return fault.Wrap(fault.Corrupt, err, "référentiel sans cartes ; le reconstruire avec « perimetre data build »")
	case fault.Corrupt:
		return fault.Wrap(fault.Unavailable, err, "fichier du référentiel changé depuis son ouverture ; le reconstruire avec « perimetre data build »")
	}
	return err
}

func (m *mapFiles) close() (errs []error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, list := range m.archives {
		for _, a := range list {
			errs = append(errs, a.Close())
		}
	}
	for _, z := range m.territories {
		errs = append(errs, z.Close())
	}
	return errs
}
