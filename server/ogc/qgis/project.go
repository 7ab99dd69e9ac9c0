package qgis

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"perimetre/data/maps/layers"
	"perimetre/geo"
)

// Project is what a project is made of.
type Project struct {
	Title    string
	Root     string // address of the landing page of the features' API
	Licences []string
	Made     time.Time
	Layers   []*layers.Layer
}

// entry is a layer of a project.
type entry struct {
	*layers.Layer
	Key      string // QGIS makes another of one shorter than 12 letters
	Source   string
	Shown    bool
	Style    style
	Licences []string
	Credit   string
	Page     string
	Bound    [4]float64
}

// Write writes a .qgz, the layers from the top to the bottom: sites, QPV, Missions
// Locales, the other zonings, communes. Only the last version of the QPV is shown at first.
func Write(w io.Writer, p *Project) error {
	list := slices.Clone(p.Layers)
	slices.SortStableFunc(list, func(a, b *layers.Layer) int { return height(a) - height(b) })
	var entries []entry
	last := lastVersion(list)
	for _, l := range list {
		e := entry{Layer: l, Key: "perimetre_" + l.ID, Style: styleOf(l), Licences: p.Licences, Credit: strings.Join(p.Licences, " ; "), Page: p.Root + "/collections/" + l.ID + "?f=html",
			Shown:  l.ID == last || l.ID == "communes" || l.ID == "missions-locales",
			Source: fmt.Sprintf("typename='%s' url='%s' pagingEnabled='true' restrictToRequestBBOX='1' srsname='EPSG:4326'", l.ID, p.Root)}
		if b := l.Bound; !b.IsEmpty() {
			e.Bound = [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
		}
		entries = append(entries, e)
	}
	z := zip.NewWriter(w)
	f, err := z.CreateHeader(&zip.FileHeader{Name: "perimetre.qgs", Method: zip.Deflate, Modified: p.Made})
	if err != nil {
		return err
	}
	if err := documents.ExecuteTemplate(f, "project.qgs.tmpl", struct {
		Title   string
		Entries []entry
	}{p.Title, entries}); err != nil {
		return err
	}
	return z.Close()
}

// height orders layers, the uppermost first.
func height(l *layers.Layer) int {
	switch {
	case l.Points:
		return 0
	case strings.HasPrefix(l.ID, string(geo.QPV)):
		return 1
	case l.ID == "missions-locales":
		return 2
	case l.ID == "communes":
		return 4
	}
	return 3
}

// lastVersion returns the collection of the last QPV.
func lastVersion(list []*layers.Layer) (id string) {
	for _, l := range list {
		if strings.HasPrefix(l.ID, string(geo.QPV)) {
			id = max(id, l.ID)
		}
	}
	return id
}
