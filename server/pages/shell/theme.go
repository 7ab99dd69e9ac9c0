package shell

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// theme is a deployer's style sheet, loaded by every page after the product's own:
// it changes the tokens by name. It is read at the start.
type theme struct {
	css  []byte
	path string // as pages link it: it changes with the content
}

const maxTheme = 1 << 20 // bytes

// readTheme reads a style sheet, or returns nil for the path "".
func readTheme(path string) (*theme, error) {
	if path == "" {
		return nil, nil
	}
	b, err := bound.ReadFile(path, maxTheme)
	if fault.KindOf(err) == fault.TooLarge {
		return nil, err
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: path, Message: "thème illisible", Expected: "une feuille de style CSS", Err: err}
	}
	if bytes.ContainsRune(b, 0) {
		return nil, &fault.Error{Kind: fault.Input, File: path, Message: "thème refusé", Expected: "une feuille de style CSS de 1 Mo au plus"}
	}
	sum := sha256.Sum256(b)
	return &theme{b, "/theme.css?v=" + hex.EncodeToString(sum[:6])}, nil
}

// link returns where pages find the theme, empty without one.
func (t *theme) link() string {
	if t == nil {
		return ""
	}
	return t.path
}

// ThemeSheet answers with the style sheet of the theme.
func (s *Shell) ThemeSheet(w http.ResponseWriter, r *http.Request) error {
	if s.theme == nil {
		return fault.New(fault.NotFound, "aucun thème")
	}
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.theme.css))
	return nil
}
