// Package ogc answers as OGC API – Features, Part 1: Core 1.0.1 (OGC 17-069r4), Part 2:
// Coordinate Reference Systems (18-058r1) and Part 3: Filtering (19-079r2) ask, so that QGIS, GDAL and any other client open the layers of a pack. Which
// requirements are met stands in docs/FEATURES.md.
package ogc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/data"
	"perimetre/data/maps/layers"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// Config says what the features come from.
type Config struct {
	// Pack returns the pack in use and a function to call when done with it.
	Pack func() (*data.Pack, func())
	// Base is the address of the server as the client wrote it, without a path.
	Base func(*http.Request) string
	// OpenAPI is the document that describes the resources.
	OpenAPI []byte
	// Version is the program's: another one may answer otherwise.
	Version string
	// Private answers may be kept by their reader's browser only.
	Private bool
}

// Service answers for features.
type Service struct {
	cfg   Config
	files files
}

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

const (
	crs84       = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	gregorian   = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
	typeJSON    = "application/json"
	typeGeoJSON = "application/geo+json"
	typeHTML    = "text/html"
	typeOpenAPI = "application/vnd.oai.openapi+json;version=3.0"
	typePackage = "application/geopackage+sqlite3"
	typeParquet = "application/vnd.apache.parquet"
	typeStyle   = "application/xml"
	typeProject = "application/x-qgis-project"
	title       = "Périmètre : zonages et territoires"
)

// Link leads to another resource (RFC 8288).
type Link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

// request is what handlers need of one.
type request struct {
	*http.Request
	w    http.ResponseWriter
	pack *data.Pack
	root string // address of the landing page
	html bool
	q    *query
}

// begin reads what all resources share; the parameters named are allowed besides f.
// done is true when the client already holds the answer, which is then given.
func (s *Service) begin(w http.ResponseWriter, r *http.Request, pack *data.Pack, allowed ...string) (q *request, done bool, err error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, false, fault.New(fault.Usage, "paramètres illisibles")
	}
	q = &request{Request: r, w: w, pack: pack, root: s.cfg.Base(r) + "/ogc", q: &query{values: v}}
	q.q.only(append(allowed, "f"))
	q.html = q.q.format(r.Header.Get("Accept"))
	if err := q.q.err(); err != nil {
		return nil, false, err
	}
	tag := `W/"` + pack.ID + "-" + s.cfg.Version
	if q.html {
		tag += "-html"
	}
	tag += `"`
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "no-cache") // kept, and asked again by its tag
	if s.cfg.Private {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("ETag", tag)
	return q, slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), tag), nil
}

// with gives a handler the pack and turns a damaged one into an error. One that the
// client already holds is not made again.
func (s *Service) with(allowed []string, answer func(*request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		pack, release := s.cfg.Pack()
		defer release()
		defer blockfile.Recover(&err, blockfile.Guard())
		q, held, err := s.begin(w, r, pack, allowed...)
		if err != nil {
			return err
		}
		if err := q.exists(); err != nil {
			w.Header().Del("ETag")
			return err
		}
		if held {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		if !isWhole(r.URL.Path) {
			var z *zipped
			q.w, z = zip(w, r)
			defer z.close()
		}
		if err := answer(q); err != nil {
			w.Header().Del("ETag")
			return err
		}
		return nil
	}
}

// exists reports whether the collection and the feature of the path are there.
func (q *request) exists() error {
	v := mux.Vars(q.Request)
	if v["collectionId"] == "" {
		return nil
	}
	l, err := q.layer()
	if err != nil {
		return err
	}
	if id := v["featureId"]; id != "" {
		if _, ok := l.Find(id); !ok {
			return fault.New(fault.NotFound, "objet inconnu dans cette collection")
		}
	}
	return nil
}

// layer returns the collection of the path.
func (q *request) layer() (*layers.Layer, error) {
	list, err := q.pack.Layers()
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		if l.ID == mux.Vars(q.Request)["collectionId"] {
			return l, nil
		}
	}
	return nil, fault.New(fault.NotFound, "collection inconnue ; la liste est sous /ogc/collections")
}

func (q *request) collectionPath(l *layers.Layer) string { return q.root + "/collections/" + l.ID }

// own returns the links to a resource itself and to its other representation.
func (q *request) own(address, jsonType string) []Link {
	self, other := Link{address + "?f=json", "self", jsonType, "Cette page en JSON"}, Link{address + "?f=html", "alternate", typeHTML, "Cette page en HTML"}
	if q.html {
		self.Rel, other.Rel = other.Rel, self.Rel
	}
	return []Link{self, other}
}

// answer writes a value as JSON or as the named page.
func (q *request) answer(jsonType, page string, v any) error {
	if q.html {
		return q.page(page, v)
	}
	q.w.Header().Set("Content-Type", jsonType)
	e := json.NewEncoder(q.w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
