// Package tiles hands out the vector tiles of a pack: encoded when the pack was
// built, they go out as they stand, with a strong ETag.
package tiles

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb/encoding/mvt"

	"perimetre/data"
	"perimetre/data/maps/ground"
	"perimetre/data/maps/pmtiles"
	"perimetre/data/maps/tiles"
	"perimetre/geo/fault"
)

// Config says what the tiles come from.
type Config struct {
	// Pack returns the pack in use and a function to call when done with it.
	Pack func() (*data.Pack, func())
	// Base is the address of the server as the client wrote it, without a path.
	Base func(*http.Request) string
	// Ground is the deployer's own map, nil without one.
	Ground *ground.Base
	// Private answers may be kept by their reader's browser only.
	Private bool
}

// Service answers for tiles.
type Service struct{ cfg Config }

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg} }

// TileJSON describes the tiles of a layer (TileJSON 3.0.0).
type TileJSON struct {
	TileJSON     string              `json:"tilejson"`
	ID           string              `json:"id"`
	Name         string              `json:"name"`
	Description  string              `json:"description"`
	Attribution  string              `json:"attribution"`
	Scheme       string              `json:"scheme"`
	Tiles        []string            `json:"tiles"`
	MinZoom      int                 `json:"minzoom"`
	MaxZoom      int                 `json:"maxzoom"`
	Bounds       [4]float64          `json:"bounds"` // west, south, east, north
	VectorLayers []tiles.VectorLayer `json:"vector_layers"`
}

// List answers with the TileJSON of every layer.
func (s *Service) List(w http.ResponseWriter, r *http.Request) error {
	p, release := s.cfg.Pack()
	defer release()
	list := []TileJSON{}
	for _, layer := range s.layers(p) {
		t, err := s.describe(p, layer, s.cfg.Base(r))
		if err != nil {
			return err
		}
		list = append(list, t)
	}
	return s.json(w, map[string]any{"pack": p.ID, "layers": list})
}

// Describe answers with the TileJSON of {layer}.
func (s *Service) Describe(w http.ResponseWriter, r *http.Request) error {
	p, release := s.cfg.Pack()
	defer release()
	t, err := s.describe(p, mux.Vars(r)["layer"], s.cfg.Base(r))
	if err != nil {
		return err
	}
	return s.json(w, t)
}

func (s *Service) json(w http.ResponseWriter, v any) error {
	s.openTo(w, "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(v)
}

// openTo sets what every answer carries: pages of other sites may read it.
func (s *Service) openTo(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Cache-Control"] = cachePublic
	if s.cfg.Private {
		h["Cache-Control"] = cachePrivate
	}
	h.Set("Content-Type", contentType)
}

// Values of headers, shared by all answers.
var (
	anyOrigin    = []string{"*"}
	cachePublic  = []string{"public, max-age=600"}
	cachePrivate = []string{"private, max-age=600"}
)

func unknownLayer() error {
	return fault.New(fault.NotFound, "couche inconnue ; la liste est sous /tiles")
}

// describe writes what the archives of a layer, or the skeleton, say of it.
func (s *Service) describe(p *data.Pack, layer, base string) (TileJSON, error) {
	l, err := s.layer(p, layer)
	if err != nil {
		return TileJSON{}, err
	}
	var m tiles.Metadata
	if err := json.Unmarshal(l.info.Metadata, &m); err != nil {
		return TileJSON{}, fault.Wrap(fault.Corrupt, err, "description des tuiles de %s", layer)
	}
	if m.Description == "" {
		m.Description = m.Name
	}
	bound := l.info.Bound
	return TileJSON{TileJSON: "3.0.0", ID: layer, Name: m.Name, Description: m.Description, Attribution: cmp.Or(l.attribution, strings.Join(p.Licences(), " ; ")), Scheme: "xyz",
		Tiles:   []string{base + "/tiles/" + layer + "/{z}/{x}/{y}.mvt"},
		MinZoom: int(l.info.MinZoom), MaxZoom: int(l.info.MaxZoom),
		Bounds:       [4]float64{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]},
		VectorLayers: m.VectorLayers}, nil
}

// mostLayers is how many layers a tile may bear.
const mostLayers = 8

// Tile answers with {layer}/{z}/{x}/{y}: 204 where the layer shows nothing, 404
// for a layer or a tile that cannot be. Several layers, joined by « + », come in one
// tile: a map then asks once for what it always shows together.
func (s *Service) Tile(w http.ResponseWriter, r *http.Request) error {
	v := mux.Vars(r)
	z, okZ := coordinate(v["z"], 23)
	x, okX := coordinate(v["x"], 1<<z)
	y, okY := coordinate(v["y"], 1<<z)
	if !okZ || !okX || !okY {
		return fault.New(fault.NotFound, "tuile inconnue : {z} va de 0 à 22, {x} et {y} de 0 à 2^z - 1")
	}
	p, release := s.cfg.Pack()
	defer release()
	names := strings.SplitN(v["layer"], "+", mostLayers+1)
	if len(names) > mostLayers {
		return unknownLayer()
	}
	var parts []pmtiles.Data
	for _, name := range names {
		l, err := s.layer(p, name)
		if err != nil {
			return err
		}
		d, ok, err := l.tile(uint8(z), x, y)
		if err != nil {
			return err
		}
		if ok {
			parts = append(parts, d)
		}
	}
	s.openTo(w, "application/vnd.mapbox-vector-tile")
	d, ok, err := together(parts)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Vary"] = varyEncoding
	if !ok {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	gzipped := acceptsGzip(r.Header.Get("Accept-Encoding"))
	tag := tagOf(d.Sum, gzipped)
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := d.Gzipped
	if gzipped {
		h["Content-Encoding"] = encodingGzip
	} else if body, err = d.Expanded(); err != nil {
		return err
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body) // who no longer listens is no failure of ours
	return nil
}

var (
	varyEncoding = []string{"Accept-Encoding"}
	encodingGzip = []string{"gzip"}
)

// coordinate reads a whole number below limit, written the only way.
func coordinate(s string, limit uint64) (uint32, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil && n < limit && n <= math.MaxUint32 && (s == "0" || s[0] != '0')
}

// find returns a tile; where several packs show something of it, what they show
// together.
func find(archives []*pmtiles.Archive, id uint64) (d pmtiles.Data, ok bool, err error) {
	var all []pmtiles.Data
	for _, a := range archives {
		if d, ok, err = a.Get(id); err != nil {
			return d, false, err
		}
		if ok {
			all = append(all, d)
		}
	}
	switch len(all) {
	case 0:
		return d, false, nil
	case 1:
		return all[0], true, nil
	}
	d, err = joined(all)
	return d, err == nil, err
}

// together returns a tile of several layers: a vector tile is a list of them, so that
// they stand one after the other.
func together(parts []pmtiles.Data) (d pmtiles.Data, ok bool, err error) {
	switch len(parts) {
	case 0:
		return d, false, nil
	case 1:
		return parts[0], true, nil
	}
	var all []byte
	for i := range parts {
		b, err := parts[i].Expanded()
		if err != nil {
			return d, false, err
		}
		all = append(all, b...)
	}
	return pmtiles.NewData(pmtiles.Compress(all)), true, nil
}

// joined puts together the tiles of several packs; a feature that several show is
// taken once.
func joined(all []pmtiles.Data) (pmtiles.Data, error) {
	var out mvt.Layers
	seen := map[any]bool{}
	for _, d := range all {
		list, err := mvt.UnmarshalGzipped(d.Gzipped)
		if err != nil {
			return d, fault.Wrap(fault.Corrupt, err, "tuile illisible")
		}
		for _, l := range list {
			kept := l.Features[:0]
			for _, f := range l.Features {
				if id := f.Properties["id"]; !seen[id] {
					seen[id] = true
					kept = append(kept, f)
				}
			}
			l.Features = kept
			if len(out) == 0 {
				out = append(out, l)
			} else {
				out[0].Features = append(out[0].Features, kept...)
			}
		}
	}
	b, err := mvt.Marshal(out)
	if err != nil {
		return pmtiles.Data{}, fault.Wrap(fault.Internal, err, "réunion de tuiles")
	}
	return pmtiles.NewData(pmtiles.Compress(b)), nil
}

// tagOf returns the strong ETag of one encoding of a tile.
func tagOf(sum uint64, gzipped bool) string {
	b := make([]byte, 0, 24)
	b = append(b, '"')
	b = strconv.AppendUint(b, sum, 16)
	if gzipped {
		b = append(b, "-gz"...)
	}
	return string(append(b, '"'))
}

// matches reports whether an If-None-Match names the tag (RFC 9110 §13.1.2).
func matches(header, tag string) bool {
	if header == "" {
		return false
	}
	for _, t := range strings.Split(header, ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// acceptsGzip reads an Accept-Encoding (RFC 9110 §12.5.3).
func acceptsGzip(header string) bool {
	any := false
	for _, part := range strings.Split(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		refused := false
		if q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			v, err := strconv.ParseFloat(q, 64)
			refused = err == nil && v == 0
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return !refused
		case "*":
			any = !refused
		}
	}
	return any
}
