package canvas

import (
	"slices"

	"github.com/paulmach/orb"

	"perimetre/web"
)

// Shades are the classes of a choropleth, from the least to the most.
var Shades = []string{"s1", "s2", "s3", "s4", "s5"}

// Absent is the class of an area without a figure.
const Absent = "absent"

// Area is a place that a choropleth colours.
type Area struct {
	Code, Name string
	Path       string    // of a Frame
	At         orb.Point // of its name
	Class      string    // of Shades, or Absent
	Unsure     bool      // hatched: its bounds are not in one class
	Value      string    // what the colour stands for, as the table writes it
	Named      bool
}

// Choropleth draws areas coloured by class, with the borders of territories over them.
// Each is linked to the line of its code in the table beside (web.Table.Keys).
func (f *Frame) Choropleth(m *web.Map, areas []Area, borders []string) {
	m.Width, m.Height = f.W, f.H
	f.ScaleBar(m)
	regions, absent, unsure, lines := web.MapLayer{Class: "region"}, web.MapLayer{Class: Absent}, web.MapLayer{Class: "unsure"}, web.MapLayer{Class: "z-ml"}
	for _, a := range areas {
		if a.Path == "" {
			continue
		}
		shape := web.MapShape{Path: a.Path, Class: a.Class, Title: web.French(a.Name + " : " + a.Value), Area: a.Code}
		if a.Class == Absent {
			shape.Class = "c0"
			absent.Shapes = append(absent.Shapes, web.MapShape{Path: a.Path})
		}
		if a.Unsure {
			unsure.Shapes = append(unsure.Shapes, web.MapShape{Path: a.Path})
		}
		regions.Shapes = append(regions.Shapes, shape)
		if a.Named {
			x, y := f.At(a.At)
			m.Marks = append(m.Marks, web.Mark{Kind: "label", X: x, Y: y, Text: a.Name})
		}
	}
	for _, b := range borders {
		lines.Shapes = append(lines.Shapes, web.MapShape{Path: b})
	}
	m.Layers = slices.DeleteFunc([]web.MapLayer{regions, absent, unsure, lines}, func(l web.MapLayer) bool { return len(l.Shapes) == 0 })
	m.Marks = Apart(m.Marks, m.Text)
}
