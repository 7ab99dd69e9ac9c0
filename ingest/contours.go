package ingest

import (
	"perimetre/geo"
	"perimetre/geo/fault"
)

// Contours returns the contours of communes, in degrees, one after another. A feature
// without a code or without a shape is a fault of kind Input, and so is a file whose
// coordinates are not where its communes are. warnings, in French, say what was
// supposed of the coordinates.
func Contours(path string, yield func(geo.Contour) error) (warnings []string, err error) {
	var features []*feature
	whole, err := eachFeature(path, func(f *feature) error {
		code := contourCode(f)
		if !isINSEE(code) {
			return &fault.Error{Kind: fault.Input, File: path, Message: describe(f), Expected: "une propriété « code » : le code INSEE de la commune", Seen: "« " + code + " »"}
		}
		if len(f.shape) == 0 {
			return &fault.Error{Kind: fault.Input, File: path, Message: "commune " + code + " sans contour", Expected: "un Polygon ou un MultiPolygon"}
		}
		features = append(features, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(features) == 0 {
		return nil, &fault.Error{Kind: fault.Input, File: whole.name, Message: "aucun contour dans ce fichier"}
	}
	p := placing{layer: whole, dep: func(f *feature) string { return geo.DepartementOf(contourCode(f)) }, listed: func(*feature) []string { return nil }}
	if err := p.place(features); err != nil {
		return nil, err
	}
	for _, f := range features {
		if err := yield(geo.Contour{Code: contourCode(f), Shape: f.shape}); err != nil {
			return nil, err
		}
	}
	return p.warnings, nil
}

// contourCode returns the INSEE code of a feature, as the versions of the file name it.
func contourCode(f *feature) string {
	return f.prop("code", "code_insee", "insee_com", "insee", "codgeo", "com", "depcom")
}
