package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strings"
)

//go:embed openapi.json
var Document []byte

// DocumentUnder returns openapi.json for a service that lives under a path.
func DocumentUnder(prefix string) []byte {
	return bytes.Replace(Document, []byte(`"url": "/"`), []byte(`"url": "`+prefix+`/"`), 1)
}

func tagOf(document []byte) string {
	sum := sha256.Sum256(document)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func (s *API) openAPI(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("ETag", s.tag)
	if strings.Contains(r.Header.Get("If-None-Match"), s.tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, err := w.Write(s.document)
	return err
}
