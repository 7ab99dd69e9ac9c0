package ogc

import (
	"net/http"

	"perimetre/server/ogc/qgis"
)

// Style answers with the QGIS style of a collection.
func (s *Service) Style(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		l, err := q.layer()
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", typeStyle)
		h.Set("Content-Disposition", `attachment; filename="`+l.ID+`.qml"`)
		return qgis.Style(q.w, l)
	})(w, r)
}

// Project answers with a QGIS project of every collection.
func (s *Service) Project(w http.ResponseWriter, r *http.Request) error {
	return s.with(nil, func(q *request) error {
		list, err := q.pack.Layers()
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", typeProject)
		h.Set("Content-Disposition", `attachment; filename="perimetre.qgz"`)
		return qgis.Write(q.w, &qgis.Project{Title: title, Root: q.root, Licences: q.pack.Licences(), Made: q.pack.Manifests[0].BuiltAt, Layers: list})
	})(w, r)
}
