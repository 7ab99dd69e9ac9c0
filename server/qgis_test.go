package server

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// wellFormed stops the test on a text that is no XML.
func wellFormed(t *testing.T, name string, b []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, b)
		}
	}
}

// The project holds every collection with its style, its licence and its page.
func TestQGISProject(t *testing.T) {
	w := newWorld(t)
	b := w.client().get("/ogc/projet.qgz").want(200).body
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) != 1 {
		t.Fatalf("%v, %d files", err, len(z.File))
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, z.File[0].Name, text)
	type layer struct {
		Name     string `xml:"layername"`
		Source   string `xml:"datasource"`
		Credit   string `xml:"attribution"`
		Licence  string `xml:"resourceMetadata>license"`
		Renderer struct {
			Type string `xml:"type,attr"`
		} `xml:"renderer-v2"`
	}
	var project struct {
		Layers []layer `xml:"projectlayers>maplayer"`
	}
	if err := xml.Unmarshal(text, &project); err != nil {
		t.Fatal(err)
	}
	got := map[string]layer{}
	for _, l := range project.Layers {
		got[l.Name] = l
	}
	pack := w.pack()
	for _, l := range w.layers() {
		e := got[l.Title]
		if !strings.Contains(e.Source, "typename='"+l.ID+"' url='"+w.http.URL+"/ogc'") || e.Renderer.Type == "" || e.Credit == "" || e.Licence != pack.Licences()[0] {
			t.Errorf("%s: %+v", l.ID, e)
		}
		style := w.client().get("/ogc/collections/" + l.ID + "/style").want(200).body
		wellFormed(t, l.ID, style)
		if !bytes.Contains(style, []byte(`<renderer-v2 type="`+e.Renderer.Type)) {
			t.Errorf("%s: the style is not the project's: %s", l.ID, style)
		}
	}
}

// QGIS reads every collection through the project.
func TestQGISReadsEveryCollection(t *testing.T) {
	program := "qgis_process.bin" // Debian's script beside it passes options that it refuses
	if _, err := exec.LookPath(program); err != nil {
		program = "qgis_process"
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Skip("qgis_process absent : installer qgis")
	}
	w := newWorld(t)
	dir := t.TempDir()
	project, out := filepath.Join(dir, "p.qgz"), filepath.Join(dir, "out.geojson")
	if err := os.WriteFile(project, w.client().get("/ogc/projet.qgz").want(200).body, 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	areas := []string{"run", "native:mergevectorlayers", "--PROJECT_PATH=" + project, "--OUTPUT=" + out}
	for _, l := range w.layers() {
		if !l.Points {
			want[l.Title] = len(l.Features)
			areas = append(areas, "--LAYERS=perimetre_"+l.ID)
		}
	}
	run := func(args ...string) {
		c := exec.Command(program, args...)
		c.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "XDG_RUNTIME_DIR="+dir, "HOME="+dir)
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
	}
	counts := func() map[string]int {
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Features []struct{ Properties struct{ Layer string } }
		}
		if err := json.Unmarshal(b, &read); err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, f := range read.Features {
			n[f.Properties.Layer]++
		}
		return n
	}
	run(areas...)
	if got := counts(); !maps.Equal(got, want) {
		t.Errorf("features read by collection: %v, want %v", got, want)
	}
	for _, l := range w.layers() {
		if !l.Points {
			continue
		}
		run("run", "native:savefeatures", "--PROJECT_PATH="+project, "--INPUT=perimetre_"+l.ID, "--OUTPUT="+out)
		if got := counts()[""]; got != len(l.Features) {
			t.Errorf("%s: %d features are read, want %d", l.ID, got, len(l.Features))
		}
	}
}
