package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"perimetre/server/httpio"
)

// capabilities are what the Géoplateforme tells of its service, made of openapi.json so
// that they say no more than it.
type capabilities struct {
	Info       map[string]string `json:"info"`
	API        map[string]string `json:"api"`
	Operations []operation       `json:"operations"`
	Indexes    []index           `json:"indexes"`
}

type operation struct {
	ID          string      `json:"id"`
	Description string      `json:"description"`
	URL         string      `json:"url"`
	Methods     []string    `json:"methods"`
	Parameters  []parameter `json:"parameters"`
}

type parameter struct {
	Name        string         `json:"name"`
	In          string         `json:"in"`
	Description string         `json:"description"`
	Required    bool           `json:"required"`
	Schema      map[string]any `json:"schema"`
	Example     any            `json:"example,omitempty"`
}

type index struct {
	ID          string  `json:"id"`
	Description string  `json:"description"`
	Fields      []field `json:"fields"`
}

type field struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Type        string   `json:"type"`
	Queryable   bool     `json:"queryable"`
	Filter      bool     `json:"filter"`
	Values      []string `json:"values,omitempty"`
}

// addressIndex is the only index served.
var addressIndex = index{"address", "Adresses de la Base adresse nationale", []field{
	{Name: "housenumber", Description: "numéro et suffixe", Type: "string"},
	{Name: "street", Description: "nom de la voie", Type: "string"},
	{Name: "name", Description: "numéro et voie, lieu-dit ou commune", Type: "string", Queryable: true},
	{Name: "postcode", Description: "code postal", Type: "string", Queryable: true, Filter: true},
	{Name: "citycode", Description: "code INSEE de la commune", Type: "string", Queryable: true, Filter: true},
	{Name: "city", Description: "nom de la commune", Type: "string", Queryable: true, Filter: true},
	{Name: "type", Description: "type de lieu", Type: "string", Filter: true, Values: placeTypes},
}}

// described reads openapi.json once.
var described = sync.OnceValue(func() (doc struct {
	Paths map[string]map[string]struct {
		Summary    string
		Parameters []parameter
	}
}) {
	if err := json.Unmarshal(Document, &doc); err != nil {
		panic(err) // the document is the program's own
	}
	return doc
})

func capable(name, description string, paths ...string) *capabilities {
	c := &capabilities{Info: map[string]string{"name": name, "description": description}, API: map[string]string{"name": "rest", "version": "2.0.0"}, Indexes: []index{addressIndex}}
	for _, path := range paths {
		get := described().Paths["/geocodage/"+path]["get"]
		c.Operations = append(c.Operations, operation{path, get.Summary, "/" + path + "?", []string{http.MethodGet}, get.Parameters})
	}
	return c
}

func (s *API) capabilities(w http.ResponseWriter, _ *http.Request) error {
	s.anySite(w)
	return httpio.WriteJSON(w, http.StatusOK, capable("Géocodage", "Service de géocodage et géocodage inverse.", "search", "reverse"))
}

func (s *API) completionCapabilities(w http.ResponseWriter, _ *http.Request) error {
	s.anySite(w)
	return httpio.WriteJSON(w, http.StatusOK, capable("Autocomplétion", "Service d’autocomplétion d’adresses.", "completion"))
}

// ofGeocoding is openapi.json with the end points of the Géoplateforme alone.
func ofGeocoding(document []byte) []byte {
	var doc map[string]json.RawMessage
	var paths map[string]json.RawMessage
	err := json.Unmarshal(document, &doc)
	if err == nil {
		err = json.Unmarshal(doc["paths"], &paths)
	}
	for path := range paths {
		if !strings.HasPrefix(path, "/geocodage/") {
			delete(paths, path)
		}
	}
	if err == nil {
		doc["paths"], err = json.Marshal(paths)
	}
	b, e := json.Marshal(doc)
	if err != nil || e != nil {
		panic("openapi.json does not read as JSON") // it is the program's own
	}
	return b
}

// openAPIOfGeocoding describes the end points, in JSON, which is YAML too.
func (s *API) openAPIOfGeocoding(w http.ResponseWriter, r *http.Request) error {
	s.anySite(w)
	kind := "application/json; charset=utf-8"
	if strings.HasSuffix(r.URL.Path, ".yaml") {
		kind = "application/yaml; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, err := w.Write(ofGeocoding(s.document))
	return err
}
