// Package qgis writes what QGIS opens: the style of a collection (QML) and a project
// (.qgz) of every collection, styled, with its licence and its source.
package qgis

import (
	"embed"
	"encoding/xml"
	"io"
	"strings"
	"text/template"

	"perimetre/data/maps/layers"
	"perimetre/geo"
	"perimetre/geo/coverage"
)

//go:embed *.tmpl
var templates embed.FS

var documents = template.Must(template.New("").Funcs(template.FuncMap{"x": escaped}).ParseFS(templates, "*.tmpl"))

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder has no error
	return b.String()
}

// symbol is how features are drawn. Colours are red,green,blue,alpha.
type symbol struct {
	Value, Label string // of a category
	Fill, Line   string
	Brush        string  // as QGIS names it: solid, b_diagonal, no
	Width        float64 // of lines, in millimetres
}

// style is how a collection is drawn.
type style struct {
	Points bool
	By     string // field of the categories; empty: one symbol
	Symbol []symbol
	Label  string // field written on the map
	Ink    string // its colour
	Below  int    // the label is shown below this scale's denominator
}

// The colours are the map's (web/src/atlas.ts).
const (
	qpvFill, qpvLine, qpvInk = "248,201,168,178", "194,65,12,255", "138,44,6,255"
	communeLine              = "180,190,201,255"
	unitLine                 = "74,90,109,255"
	frrLine, zrrLine         = "63,125,78,255", "122,106,42,255"
	clear                    = "0,0,0,0"
	white                    = "255,255,255,255"
)

// siteColours tell the kinds apart, in the order of geo.SiteKinds.
var siteColours = []string{"29,58,95,255", "31,90,140,255", "90,150,200,255", "140,180,215,255", "122,31,92,255", "176,90,150,255", "0,120,110,255", "80,160,150,255", "200,140,0,255", "63,125,78,255", "120,120,120,255"}

// styleOf returns the style of a collection.
func styleOf(l *layers.Layer) style {
	switch {
	case l.Points:
		s := style{Points: true, By: "type", Label: "nom", Ink: siteColours[0], Below: 50_000}
		for i, k := range geo.SiteKinds {
			s.Symbol = append(s.Symbol, symbol{Value: string(k), Label: coverage.KindName(k), Fill: siteColours[i%len(siteColours)], Line: white, Width: 0.3})
		}
		return s
	case strings.HasPrefix(l.ID, string(geo.QPV)):
		return style{Symbol: []symbol{{Fill: qpvFill, Line: qpvLine, Brush: "solid", Width: 0.5}}, Label: "nom", Ink: qpvInk, Below: 100_000}
	case l.ID == string(geo.FRR):
		s := style{By: "statut"}
		for _, c := range []struct {
			status geo.ListStatus
			label  string
			brush  string
		}{{geo.StatusSocle, "FRR socle", "b_diagonal"}, {geo.StatusPlus, "FRR+", "diagonal_x"}, {geo.StatusBeneficiary, "Bénéficiaire (ZRR maintenue)", "f_diagonal"}, {geo.StatusPartial, "Classée en partie", "dense6"}} {
			s.Symbol = append(s.Symbol, symbol{Value: string(c.status), Label: c.label, Fill: frrLine, Line: frrLine, Brush: c.brush, Width: 0.2})
		}
		return s
	case l.ID == string(geo.ZRR):
		return style{Symbol: []symbol{{Fill: zrrLine, Line: zrrLine, Brush: "f_diagonal", Width: 0.2}}}
	case l.ID == "communes":
		return style{Symbol: []symbol{{Fill: clear, Line: communeLine, Brush: "no", Width: 0.2}}, Label: "nom", Ink: unitLine, Below: 150_000}
	}
	return style{Symbol: []symbol{{Fill: clear, Line: unitLine, Brush: "no", Width: 0.6}}, Label: "nom", Ink: unitLine, Below: 1_000_000}
}

// Style writes the QML of a collection.
func Style(w io.Writer, l *layers.Layer) error {
	return documents.ExecuteTemplate(w, "style.qml.tmpl", styleOf(l))
}
