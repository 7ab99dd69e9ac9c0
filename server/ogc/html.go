package ogc

import (
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"time"

	"perimetre/data/maps/layers"
	"perimetre/french"
)

//go:embed pages.gohtml
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{"number": french.Integer}).ParseFS(pageFiles, "pages.gohtml"))

// pageData is what a page shows, and the address of the landing page.
type pageData struct {
	Root string
	Data any
}

func (q *request) page(name string, v any) error {
	q.w.Header().Set("Content-Type", typeHTML+"; charset=utf-8")
	return pages.ExecuteTemplate(q.w, name, pageData{q.root, v})
}

// tableView is a page of features as a table.
type tableView struct {
	Title       string
	Collection  string // address
	First, Last int
	Matched     int
	Made        string // instant
	Fields      []layers.Field
	Rows        []rowView
	Next, Prev  string
	Links       []Link
	Files       []Link // the collection whole
}

type rowView struct {
	ID, Address string
	Values      []string
	Box         string
}

func (p *itemsPage) table(q *request) tableView {
	path := q.collectionPath(p.layer)
	t := tableView{Title: p.layer.Title, Collection: path + "?f=html", First: p.Offset + 1, Last: p.Offset + len(p.found), Matched: p.Matched, Made: time.Now().UTC().Format(time.RFC3339),
		Fields: p.layer.Fields, Links: p.Links, Files: enclosures(path)}
	for _, l := range p.Links {
		switch l.Rel {
		case "next":
			t.Next = l.Href
		case "prev":
			t.Prev = l.Href
		}
	}
	for _, i := range p.found {
		f := &p.layer.Features[i]
		r := rowView{ID: f.ID, Box: box(f), Address: path + "/items/" + url.PathEscape(f.ID) + "?f=html"}
		for _, v := range f.Values {
			r.Values = append(r.Values, shown(v))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// featureView is a feature as a list of its fields.
type featureView struct {
	ID, Title string
	Fields    []layers.Field
	Values    []string
	Box       string
	Geometry  string // GeoJSON
	Links     []Link
}

func itemView(l *layers.Layer, f *layers.Feature, links []Link) featureView {
	v := featureView{ID: f.ID, Title: l.Title, Fields: l.Fields, Links: links}
	for _, x := range f.Values {
		v.Values = append(v.Values, shown(x))
	}
	v.Box, v.Geometry = box(f), string(appendGeometry(nil, f.Shape()))
	return v
}

// box returns where a feature lies.
func box(f *layers.Feature) string {
	if b := f.Bound; !b.IsEmpty() {
		return fmt.Sprintf("%.5f, %.5f, %.5f, %.5f", b.Min[0], b.Min[1], b.Max[0], b.Max[1])
	}
	return "sans coordonnées"
}

// shown returns a value as a reader expects it.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int:
		return french.Integer(v)
	case bool:
		if v {
			return "oui"
		}
		return "non"
	}
	return fmt.Sprint(v)
}
