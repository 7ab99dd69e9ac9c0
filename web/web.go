// Package web is what a person sees: it turns view structs, whose texts are
// already French, into HTML pages, and holds the pages' scripts, styles, font and
// icon. It asks nothing of anybody: the server fills the structs.
//
// Assets are built from src by « npm run build » into dist and embedded. A clone
// that was never built still compiles; its pages then say how to build them.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed templates/*.gohtml
var templateFiles embed.FS

//go:embed all:dist
var distFiles embed.FS

// Site renders pages and serves their assets. Make one with New; it may be used
// concurrently.
type Site struct {
	pages  map[string]*template.Template
	assets map[string]string // name -> hashed file in dist
}

// View is a page's content: one of the structs of this package.
type View interface {
	// view names the template.
	view() string
}

// New reads the templates and the list of assets.
func New() (*Site, error) {
	s := &Site{pages: map[string]*template.Template{}, assets: map[string]string{}}
	if b, err := distFiles.ReadFile("dist/manifest.json"); err == nil {
		if err := json.Unmarshal(b, &s.assets); err != nil {
			return nil, fmt.Errorf("dist/manifest.json: %w", err)
		}
	}
	names, err := fs.Glob(templateFiles, "templates/*.gohtml")
	if err != nil {
		return nil, err
	}
	const shared = "templates/layout.gohtml"
	base := template.New("layout").Funcs(template.FuncMap{"asset": s.Asset, "built": s.Built, "fr": French, "bar": bar, "axis": axis, "key": key})
	if base, err = parse(base, shared); err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == shared {
			continue
		}
		t, err := base.Clone()
		if err == nil {
			t, err = parse(t, name)
		}
		if err != nil {
			return nil, err
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".gohtml")] = t
	}
	return s, nil
}

// parse adds a template whose text gets its thin no-break spaces.
func parse(t *template.Template, name string) (*template.Template, error) {
	b, err := templateFiles.ReadFile(name)
	if err != nil {
		return nil, err
	}
	text := actions.ReplaceAllStringFunc(string(b), func(part string) string {
		if strings.HasPrefix(part, "{{") {
			return part
		}
		return French(part)
	})
	if _, err = t.Parse(text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// actions cuts a template into its actions and the text between them.
var actions = regexp.MustCompile(`(?s)\{\{.*?\}\}|.(?:[^{]|\{[^{])*`)

// French puts the thin no-break space before double signs and inside quotes.
func French(s string) string { return frenchSpaces.Replace(s) }

var frenchSpaces = strings.NewReplacer(" :", "\u202f:", " ;", "\u202f;", " !", "\u202f!", " ?", "\u202f?", " %", "\u202f%", "« ", "«\u202f", " »", "\u202f»")

// Render writes a page.
func (s *Site) Render(w io.Writer, v View) error {
	t, ok := s.pages[v.view()]
	if !ok {
		return errors.New("web: no template " + v.view())
	}
	// A page that fails half-way must not be sent.
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "page", v); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// Built reports whether the assets were built.
func (s *Site) Built() bool { return len(s.assets) > 0 }

// Asset returns the path that serves an asset, such as « main.css »; it changes with
// the asset's content.
func (s *Site) Asset(name string) string { return "/assets/" + s.assets[name] }

// ServeAsset answers with the asset of the path's last part.
func (s *Site) ServeAsset(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if name == "favicon.ico" || name == "favicon.svg" {
		name = s.assets["favicon.svg"]
	}
	s.serve(w, r, name, "public, max-age=31536000, immutable")
}

// ServeField answers with the script of the field for addresses, whose path does not
// change with its content.
func (s *Site) ServeField(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, s.assets["adresse.js"], "public, max-age=3600")
}

// serve answers with a file of dist, which caches keep as said.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, name, keep string) {
	h := w.Header()
	zipped := true
	b, err := distFiles.ReadFile("dist/" + name + ".gz")
	if err != nil && strings.HasSuffix(name, ".woff2") {
		zipped = false
		b, err = distFiles.ReadFile("dist/" + name)
	}
	if err != nil || name == "" {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	if strings.HasSuffix(name, ".woff2") {
		h.Set("Content-Type", "font/woff2")
	}
	h.Set("Cache-Control", keep)
	if !zipped {
		w.Write(b)
		return
	}
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		w.Write(b)
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		http.Error(w, "ressource endommagée", http.StatusInternalServerError)
		return
	}
	io.Copy(w, z)
}
