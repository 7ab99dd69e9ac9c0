package ogc

import (
	"net/http"
	"strings"

	"perimetre/data/maps/layers"
	"perimetre/geo"
)

// conformsTo are the classes met in full (docs/FEATURES.md).
var conformsTo = []string{
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
	"http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
}

// Landing is the answer of /ogc.
type Landing struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Links       []Link `json:"links"`
}

// Landing answers with the way to everything else.
func (s *Service) Landing(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		links := append(q.own(q.root, typeJSON),
			Link{q.root + "/api", "service-desc", typeOpenAPI, "Description OpenAPI"},
			Link{q.root + "/conformance?f=json", "conformance", typeJSON, "Classes de conformité"},
			Link{q.root + "/conformance?f=html", "conformance", typeHTML, "Classes de conformité (HTML)"},
			Link{q.root + "/collections?f=json", "data", typeJSON, "Collections"},
			Link{q.root + "/collections?f=html", "data", typeHTML, "Collections (HTML)"},
			Link{q.root + "/projet.qgz", "related", typeProject, "Projet QGIS, avec les styles"})
		return q.answer(typeJSON, "landing", Landing{title,
			"Communes, territoires des Missions Locales, QPV, FRR, ZRR et sites d’accueil du référentiel " + q.pack.ID + ". Aucune donnée de personne.", links})
	})(w, r)
}

// Conformance is the answer of /ogc/conformance.
type Conformance struct {
	ConformsTo []string `json:"conformsTo"`
	Links      []Link   `json:"links"`
}

// Conformance answers with the classes that are met.
func (s *Service) Conformance(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		return q.answer(typeJSON, "conformance", Conformance{conformsTo, q.own(q.root+"/conformance", typeJSON)})
	})(w, r)
}

// API answers with the OpenAPI document, under the media type that clients look for.
func (s *Service) API(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		w.Header().Set("Content-Type", typeOpenAPI)
		_, err := w.Write(s.cfg.OpenAPI)
		return err
	})(w, r)
}

// Collections is the answer of /ogc/collections.
type Collections struct {
	Links       []Link       `json:"links"`
	Collections []Collection `json:"collections"`
}

// Collection describes a layer.
type Collection struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Attribution string   `json:"attribution,omitempty"`
	ItemType    string   `json:"itemType"`
	CRS         []string `json:"crs"`
	StorageCRS  string   `json:"storageCrs"`
	Extent      *Extent  `json:"extent,omitempty"`
	Links       []Link   `json:"links"`
	// Count and Fields are for the page.
	Count  int            `json:"-"`
	Fields []layers.Field `json:"-"`
}

// Extent is where and when features lie.
type Extent struct {
	Spatial  *Spatial  `json:"spatial,omitempty"`
	Temporal *Temporal `json:"temporal,omitempty"`
}

// Spatial is boxes: west, south, east, north.
type Spatial struct {
	BBox [][4]float64 `json:"bbox"`
	CRS  string       `json:"crs"`
}

// Temporal is intervals; null where open.
type Temporal struct {
	Interval [][2]*string `json:"interval"`
	TRS      string       `json:"trs"`
}

// Collections answers with every collection.
func (s *Service) Collections(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		list, err := q.pack.Layers()
		if err != nil {
			return err
		}
		c := Collections{Links: q.own(q.root+"/collections", typeJSON), Collections: []Collection{}}
		for _, l := range list {
			c.Collections = append(c.Collections, q.describe(l))
		}
		return q.answer(typeJSON, "collections", c)
	})(w, r)
}

// Collection answers with one.
func (s *Service) Collection(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		l, err := q.layer()
		if err != nil {
			return err
		}
		return q.answer(typeJSON, "collection", q.describe(l))
	})(w, r)
}

func (q *request) describe(l *layers.Layer) Collection {
	path := q.collectionPath(l)
	c := Collection{ID: l.ID, Title: l.Title, Description: l.Description, Attribution: strings.Join(q.pack.Licences(), " ; "),
		ItemType: "feature", CRS: systemURIs(), StorageCRS: crs84, Count: len(l.Features), Fields: l.Fields, Extent: &Extent{},
		Links: append(q.own(path, typeJSON),
			Link{path + "/items?f=json", "items", typeGeoJSON, "Objets en GeoJSON"},
			Link{path + "/items?f=html", "items", typeHTML, "Objets en HTML"},
			Link{path + "/schema", "describedby", typeSchema, "Champs et leurs types"},
			Link{path + "/schema", "describedBy", typeSchema, "Champs et leurs types"}, // GDAL knows the relation by this case only
			Link{path + "/queryables", relQueryables, typeSchema, "Champs qu’un filtre peut nommer"})}
	c.Links = append(append(c.Links, enclosures(path)...), Link{path + "/style", "related", typeStyle, "Style QGIS (QML)"})
	for _, licence := range q.pack.Licences() { // QGIS shows them
		switch {
		case strings.Contains(licence, "Licence Ouverte"):
			c.Links = append(c.Links, Link{"https://www.etalab.gouv.fr/licence-ouverte-open-licence", "license", typeHTML, licence})
		case strings.Contains(licence, "ODbL"):
			c.Links = append(c.Links, Link{"https://opendatacommons.org/licenses/odbl/1-0/", "license", typeHTML, licence})
		}
	}
	if b := l.Bound; !b.IsEmpty() {
		c.Extent.Spatial = &Spatial{[][4]float64{{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}}, crs84}
	}
	if l.Timed {
		c.Extent.Temporal = &Temporal{[][2]*string{{instant(l.From), instant(l.To)}}, gregorian}
	}
	if c.Extent.Spatial == nil && c.Extent.Temporal == nil {
		c.Extent = nil
	}
	return c
}

// instant is midnight of a day, nil for an open end.
func instant(d geo.Date) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String() + "T00:00:00Z"
	return &s
}
