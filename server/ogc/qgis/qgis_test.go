package qgis

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"perimetre/data/maps/layers"
	"perimetre/geo"
	"perimetre/geo/coverage"
)

// wellFormed reads XML to its end, and returns how many elements it opens.
func wellFormed(t *testing.T, text []byte) (elements int) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return elements
		}
		if err != nil {
			t.Fatalf("%v in %.300s", err, text)
		}
		if _, ok := tok.(xml.StartElement); ok {
			elements++
		}
	}
}

// The style of every kind of collection is well-formed, and that of sites names each kind.
func TestStyle(t *testing.T) {
	for _, l := range []layers.Layer{{ID: "communes"}, {ID: "missions-locales"}, {ID: "qpv-2024"}, {ID: "frr"}, {ID: "zrr"}, {ID: "sites", Points: true}} {
		var b bytes.Buffer
		if err := Style(&b, &l); err != nil || wellFormed(t, b.Bytes()) < 5 {
			t.Errorf("%s: %v, %.300s", l.ID, err, b.String())
		}
		for _, k := range geo.SiteKinds {
			if l.Points && !strings.Contains(b.String(), xmlText(coverage.KindName(k))) {
				t.Errorf("no site of kind %s", k)
			}
		}
	}
}

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

// A title with markup stays text; sites come above QPV, and communes last.
func TestWrite(t *testing.T) {
	var b bytes.Buffer
	err := Write(&b, &Project{Title: "A & <B>", Root: "http://127.0.0.1/ogc", Licences: []string{"Licence Ouverte 2.0"}, Made: time.Unix(1700000000, 0),
		Layers: []*layers.Layer{{ID: "communes", Title: "Communes"}, {ID: "qpv-2024", Title: "QPV"}, {ID: "sites", Title: "Sites", Points: true}}})
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || z.File[0].Name != "perimetre.qgs" {
		t.Fatal(err)
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil || wellFormed(t, text) < 20 || !bytes.Contains(text, []byte("A &amp; &lt;B&gt;")) {
		t.Fatalf("%v: %.400s", err, text)
	}
	sites, qpv, communes := bytes.Index(text, []byte("perimetre_sites")), bytes.Index(text, []byte("perimetre_qpv-2024")), bytes.Index(text, []byte("perimetre_communes"))
	if sites < 0 || sites > qpv || qpv > communes {
		t.Errorf("sites at %d, QPV at %d, communes at %d", sites, qpv, communes)
	}
}
