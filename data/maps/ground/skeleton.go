package ground

import (
	"encoding/json"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"perimetre/data/maps/pmtiles"
	"perimetre/data/maps/tiles"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

// The layers of tiles that a skeleton draws, as in addresses.
const (
	// Streets holds « rues », the streets' lines, and « noms_rues », each line whole in
	// the tile of its middle, so that its name is written once.
	Streets = "rues"
	// Names holds « communes_noms » and « qpv_noms », points.
	Names = "noms"
)

// Zooms of a skeleton's tiles.
const (
	NamesFrom, NamesTo     = 5, 13
	StreetsFrom, StreetsTo = 12, 14
)

// How many names a tile bears, and the zoom from which it bears all of its communes'.
const (
	mostNames    = 40
	allNamesFrom = 11
	mostPlaces   = 2000
)

// shortest gives the length, in metres, of the streets that a zoom leaves out.
var shortest = map[uint8]float64{12: 500, 13: 120, 14: 0}

// mainRoad and street are the lengths from which a line is drawn wider, metres.
const mainRoad, street = 900, 250

// Skeleton draws tiles from a pack when they are asked for. It may be used concurrently
// while the pack is open.
type Skeleton struct {
	index    *geocode.Index
	zonings  *geo.Zonings
	communes func() []place
	zones    func() []place
}

// New draws the streets of an index and the names of zonings and of their communes.
func New(index *geocode.Index, zonings *geo.Zonings) *Skeleton {
	s := &Skeleton{index: index, zonings: zonings}
	s.communes = sync.OnceValue(func() []place { return communePlaces(zonings.Communes()) })
	s.zones = sync.OnceValue(func() []place { return zonePlaces(zonings) })
	return s
}

// Info describes the tiles of Streets or Names, but their bound, which is the pack's.
func Info(layer string) (info pmtiles.Info, ok bool) {
	m := tiles.Metadata{Type: "baselayer", Version: "1.0.0"}
	switch layer {
	case Streets:
		info.MinZoom, info.MaxZoom = StreetsFrom, StreetsTo
		m.Name, m.Description = "Rues", "Rues tracées par leurs numéros de la Base adresse nationale, coupées où ceux-ci sont loin l’un de l’autre ; ni eau, ni voie ferrée, ni bâtiment."
		fields := map[string]string{"nom": "Nom", "rang": "Rang : 1 longue, 2 moyenne, 3 courte"}
		m.VectorLayers = []tiles.VectorLayer{{ID: "rues", Description: "Tracés", Fields: fields}, {ID: "noms_rues", Description: "Un tracé entier par nom à écrire", Fields: fields}}
	case Names:
		info.MinZoom, info.MaxZoom = NamesFrom, NamesTo
		m.Name, m.Description = "Noms de lieux", "Noms des communes, les plus peuplées d’abord, et des QPV, chacun en un point."
		m.VectorLayers = []tiles.VectorLayer{{ID: "communes_noms", Description: "Communes", Fields: map[string]string{"nom": "Nom", "code": "Code INSEE", "population": "Population", "rang": "Rang par population dans la tuile"}},
			{ID: "qpv_noms", Description: "QPV", Fields: map[string]string{"nom": "Nom", "code": "Code", "version": "Version"}}}
	default:
		return info, false
	}
	for i := range m.VectorLayers {
		m.VectorLayers[i].MinZoom, m.VectorLayers[i].MaxZoom = int(info.MinZoom), int(info.MaxZoom)
	}
	var err error
	if info.Metadata, err = json.Marshal(m); err != nil {
		panic(err) // plain fields
	}
	return info, true
}

// Tile draws a tile of Streets or Names; ok is false where it shows nothing.
func (s *Skeleton) Tile(layer string, z uint8, x, y uint32) (d pmtiles.Data, ok bool, err error) {
	tile := maptile.New(x, y, maptile.Zoom(z))
	var list mvt.Layers
	switch {
	case layer == Streets && z >= StreetsFrom && z <= StreetsTo:
		if list, err = s.streets(tile); err != nil {
			return d, false, err
		}
	case layer == Names && z >= NamesFrom && z <= NamesTo:
		list = s.names(tile)
	}
	n := 0
	for _, l := range list {
		n += len(l.Features)
	}
	if n == 0 {
		return d, false, nil
	}
	b, err := mvt.Marshal(list)
	if err != nil {
		return d, false, fault.Wrap(fault.Internal, err, "tuile %s %d/%d/%d", layer, z, x, y)
	}
	return pmtiles.NewData(pmtiles.Compress(b)), true, nil
}

func newLayer(name string) *mvt.Layer {
	return &mvt.Layer{Name: name, Version: 2, Extent: mvt.DefaultExtent}
}

func feature(g orb.Geometry, properties geojson.Properties) *geojson.Feature {
	f := geojson.NewFeature(g)
	f.Properties = properties
	return f
}

// Line is a piece of a street, in degrees. Rank is 1 for the longest streets, 3 for the
// shortest; First marks the longest piece of its street.
type Line struct {
	Name   string
	Shape  orb.LineString
	Metres float64
	Rank   int
	First  bool
}

// Lines visits the pieces of streets that meet a bound and are no shorter than some
// metres.
func (s *Skeleton) Lines(bound orb.Bound, least float64, visit func(Line)) error {
	return s.index.StreetsIn(bound, func(st *geocode.Street) bool {
		for i, line := range streetLines(st.Numbers) {
			metres := 0.0
			mx, my := geo.MetresPerDegree(line[0][1])
			for k := 1; k < len(line); k++ {
				metres += distance(orb.Point{line[k][0] * mx, line[k][1] * my}, orb.Point{line[k-1][0] * mx, line[k-1][1] * my})
			}
			if metres < least {
				break // the others are shorter
			}
			if !line.Bound().Intersects(bound) {
				continue
			}
			rank := 3
			if metres >= mainRoad {
				rank = 1
			} else if metres >= street {
				rank = 2
			}
			visit(Line{st.Name, line, metres, rank, i == 0})
		}
		return true
	})
}

// streets draws the streets that meet a tile.
func (s *Skeleton) streets(tile maptile.Tile) (mvt.Layers, error) {
	lines, names := newLayer("rues"), newLayer("noms_rues")
	err := s.Lines(tile.Bound(64./mvt.DefaultExtent), shortest[uint8(tile.Z)], func(l Line) {
		lines.Features = append(lines.Features, feature(l.Shape.Clone(), geojson.Properties{"nom": l.Name, "rang": l.Rank}))
		if l.First && maptile.At(l.Shape.Bound().Center(), tile.Z) == tile {
			names.Features = append(names.Features, feature(l.Shape.Clone(), geojson.Properties{"nom": l.Name, "rang": l.Rank, "metres": int(l.Metres)}))
		}
	})
	if err != nil {
		return nil, err
	}
	lines.ProjectToTile(tile)
	lines.Clip(mvt.MapboxGLDefaultExtentBound)
	lines.RemoveEmpty(1, 1)
	names.ProjectToTile(tile)
	return mvt.Layers{lines, names}, nil
}

// names writes the names of a tile's places.
func (s *Skeleton) names(tile maptile.Tile) mvt.Layers {
	communes, zones := newLayer("communes_noms"), newLayer("qpv_noms")
	bound, most := tile.Bound(), mostNames
	if tile.Z >= allNamesFrom {
		most = mostPlaces
		for _, p := range namesIn(s.zones(), bound, mostPlaces) {
			zones.Features = append(zones.Features, feature(p.at, geojson.Properties{"nom": p.name, "code": p.code, "version": p.version}))
		}
	}
	for rank, p := range namesIn(s.communes(), bound, most) {
		communes.Features = append(communes.Features, feature(p.at, geojson.Properties{"nom": p.name, "code": p.code, "population": p.population, "rang": rank}))
	}
	list := mvt.Layers{communes, zones}
	list.ProjectToTile(tile)
	return list
}
