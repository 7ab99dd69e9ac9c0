package server

import (
	"net/http"

	"perimetre/data"
	"perimetre/server/httpio"
	"perimetre/server/ogc"
	"perimetre/server/tiles"
)

// mapRoutes are those of the maps' data: vector tiles and OGC API – Features. None
// is about people.
func (s *Server) mapRoutes() []route {
	pack := func() (*data.Pack, func()) {
		p := s.packs.Acquire()
		return p.Pack, p.Release
	}
	t := tiles.New(tiles.Config{Pack: pack, Base: baseAddress, Private: s.cfg.Private})
	o := ogc.New(ogc.Config{Pack: pack, Base: baseAddress, OpenAPI: openAPIDocument, Version: s.cfg.Version, Private: s.cfg.Private})
	routes := []route{}
	for _, r := range []struct {
		path   string
		handle handler
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
		{"/ogc/collections/{collectionId}/geopackage", s.heavy.InTurn(o.GeoPackage)},
	} {
		routes = append(routes, route{http.MethodGet, r.path, public, r.handle, false})
	}
	return routes
}

// baseAddress is the server's as the client wrote it: the host of the request, or
// the one that a trusted proxy forwards.
func baseAddress(r *http.Request) string {
	if httpio.TraceOf(r).Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
