package ogc

import (
	"net/http"

	"perimetre/data/maps/layers"
	"perimetre/server/ogc/cql"
)

const (
	typeSchema    = "application/schema+json"
	relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
)

// Schema is a JSON Schema of the features of a collection: their fields keep their types
// where every value is null.
type Schema struct {
	Schema     string     `json:"$schema"`
	ID         string     `json:"$id"`
	Type       string     `json:"type"`
	Title      string     `json:"title"`
	Additional bool       `json:"additionalProperties"`
	Properties properties `json:"properties"`
}

// properties are fields in the order of the collection, which GDAL keeps.
type properties []named

type named struct {
	name string
	Property
}

// MarshalJSON implements json.Marshaler.
func (list properties) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, p := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, p.name), ':')
		b = appendJSON(b, p.Property)
	}
	return append(b, '}'), nil
}

// Property is one field, or an object of fields.
type Property struct {
	Title      string     `json:"title,omitempty"`
	Type       string     `json:"type,omitempty"`
	Format     string     `json:"format,omitempty"`
	Role       string     `json:"x-ogc-role,omitempty"`
	Properties properties `json:"properties,omitempty"`
}

// kindOf is what a field holds to a filter.
var kindOf = map[layers.FieldType]cql.Kind{layers.Text: cql.Text, layers.Integer: cql.Number, layers.Real: cql.Number, layers.Boolean: cql.Truth, layers.Date: cql.Date}

func kinds(l *layers.Layer) map[string]cql.Kind {
	m := make(map[string]cql.Kind, len(l.Fields))
	for _, f := range l.Fields {
		m[f.Name] = kindOf[f.Type]
	}
	return m
}

func property(f layers.Field) Property {
	p := Property{Title: f.Title, Type: map[layers.FieldType]string{layers.Text: "string", layers.Integer: "integer", layers.Real: "number", layers.Boolean: "boolean", layers.Date: "string"}[f.Type]}
	if f.Type == layers.Date {
		p.Format = "date"
	}
	return p
}

// Schema answers with the fields of a collection, Queryables with those that a filter may
// name, which are all of them and the shape.
func (s *Service) Schema(w http.ResponseWriter, r *http.Request) error {
	return s.schema(w, r, "schema")
}

// Queryables answers as Part 3 asks.
func (s *Service) Queryables(w http.ResponseWriter, r *http.Request) error {
	return s.schema(w, r, "queryables")
}

func (s *Service) schema(w http.ResponseWriter, r *http.Request, name string) error {
	return s.with(nil, func(q *request) error {
		l, err := q.layer()
		if err != nil {
			return err
		}
		v := Schema{Schema: "https://json-schema.org/draft/2020-12/schema", ID: q.collectionPath(l) + "/" + name, Type: "object", Title: l.Title}
		for _, f := range l.Fields {
			v.Properties = append(v.Properties, named{f.Name, property(f)})
		}
		shape := Property{Title: "Géométrie", Format: "geometry-multipolygon", Role: "primary-geometry"}
		if l.Points {
			shape.Format = "geometry-point"
		}
		if name == "schema" { // of a GeoJSON feature, which is what GDAL reads
			v.Properties = properties{{"type", Property{Type: "string"}}, {"id", Property{Type: "string"}}, {"geometry", shape}, {"properties", Property{Type: "object", Properties: v.Properties}}}
		} else {
			v.Properties = append(v.Properties, named{"geom", shape})
		}
		q.html = false // it is for programs
		return q.answer(typeSchema, "", v)
	})(w, r)
}
