package ingest

import (
	"perimetre/geo"
	"perimetre/geo/fault"
)

// Contours streams the contours of communes, in degrees, one at a time. A feature
// without a code or without a shape is a fault of kind Input.
func Contours(path string, yield func(geo.Contour) error) error {
	n := 0
	l := layer{name: path}
	whole, err := eachFeature(path, func(f *feature) error {
		n++
		code := f.prop("code", "code_insee", "insee_com", "insee", "codgeo", "com", "depcom")
		if !isINSEE(code) {
			return &fault.Error{Kind: fault.Input, File: path, Message: describe(f), Expected: "une propriété « code » : le code INSEE de la commune", Seen: "« " + code + " »"}
		}
		if len(f.shape) == 0 {
			return &fault.Error{Kind: fault.Input, File: path, Message: "commune " + code + " sans contour", Expected: "un Polygon ou un MultiPolygon"}
		}
		shape, _, err := l.unproject(f, geo.DepartementOf(code))
		if err != nil {
			return err
		}
		return yield(geo.Contour{Code: code, Shape: shape})
	})
	if err == nil && n == 0 {
		err = &fault.Error{Kind: fault.Input, File: whole.name, Message: "aucun contour dans ce fichier"}
	}
	return err
}
