package tiles

import (
	"perimetre/data"
	"perimetre/data/maps/ground"
	"perimetre/data/maps/pmtiles"
)

// Ground is the layer of the deployer's own map.
const Ground = "fond"

// layer is where the tiles of a name come from.
type layer struct {
	info        pmtiles.Info
	attribution string // "" for the licences of the pack
	tile        func(z uint8, x, y uint32) (pmtiles.Data, bool, error)
}

// layers returns the names that have tiles: the pack's, the skeleton's, the deployer's.
func (s *Service) layers(p *data.Pack) []string {
	list := append(p.TileLayers(), ground.Streets, ground.Names)
	if s.cfg.Ground != nil {
		list = append(list, Ground)
	}
	return list
}

// layer finds where tiles come from; an unknown name is a fault of kind NotFound.
func (s *Service) layer(p *data.Pack, name string) (l layer, err error) {
	if base := s.cfg.Ground; name == Ground && base != nil {
		return layer{base.Info(), base.Attribution, func(z uint8, x, y uint32) (pmtiles.Data, bool, error) { return base.Get(pmtiles.ID(z, x, y)) }}, nil
	}
	if info, ok := ground.Info(name); ok {
		info.Bound = p.Bound()
		return layer{info, "", func(z uint8, x, y uint32) (pmtiles.Data, bool, error) { return p.Skeleton().Tile(name, z, x, y) }}, nil
	}
	archives, err := p.Tiles(name)
	if err != nil {
		return l, err
	}
	if len(archives) == 0 {
		return l, unknownLayer()
	}
	l.info = archives[0].Info()
	for _, a := range archives[1:] {
		l.info.Bound = l.info.Bound.Union(a.Info().Bound)
	}
	l.tile = func(z uint8, x, y uint32) (pmtiles.Data, bool, error) { return find(archives, pmtiles.ID(z, x, y)) }
	return l, nil
}
