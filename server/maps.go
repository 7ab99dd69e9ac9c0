package server

import (
	"net/http"

	"perimetre/data"
	"perimetre/server/api"
	"perimetre/server/httpio"
	"perimetre/server/ogc"
	"perimetre/server/tiles"
)

// mapRoutes returns the routes of the maps' data: vector tiles and OGC API – Features.
// They say nothing about people.
func (s *Server) mapRoutes() []httpio.Route {
	pack := func() (*data.Pack, func()) {
		p := s.packs.Acquire()
		return p.Pack, p.Release
	}
	t := tiles.New(tiles.Config{Pack: pack, Ground: s.base, Base: httpio.BaseAddress, Private: s.cfg.Private})
	o := ogc.New(ogc.Config{Pack: pack, Base: httpio.BaseAddress, OpenAPI: api.DocumentUnder(s.prefix), Version: s.cfg.Version, Private: s.cfg.Private})
	routes := []httpio.Route{}
	for _, r := range []struct {
		path   string
		handle httpio.Handler
	}{
		{"/tiles/{layer}/{z}/{x}/{y}.mvt", t.Tile},
		{"/tiles/{layer}.json", t.Describe},
		{"/tiles", t.List},
		{"/ogc", o.Landing},
		{"/ogc/api", o.API},
		{"/ogc/conformance", o.Conformance},
		{"/ogc/collections", o.Collections},
		{"/ogc/collections/{collectionId}", o.Collection},
		{"/ogc/collections/{collectionId}/items", s.heavy.InTurn(o.Items)},
		{"/ogc/collections/{collectionId}/items/{featureId:.+}", o.Item},
		{"/ogc/collections/{collectionId}/schema", o.Schema},
		{"/ogc/collections/{collectionId}/queryables", o.Queryables},
		{"/ogc/collections/{collectionId}/geopackage", s.heavy.InTurn(o.GeoPackage)},
		{"/ogc/collections/{collectionId}/geoparquet", s.heavy.InTurn(o.GeoParquet)},
		{"/ogc/collections/{collectionId}/style", o.Style},
		{"/ogc/projet.qgz", o.Project},
	} {
		routes = append(routes, httpio.On(http.MethodGet, r.path, httpio.Public, r.handle))
	}
	return routes
}
