package api

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strings"
)

//go:embed openapi.json
var Document []byte

var openAPITag = func() string {
	sum := sha256.Sum256(Document)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}()

func (s *API) openAPI(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("ETag", openAPITag)
	if strings.Contains(r.Header.Get("If-None-Match"), openAPITag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, err := w.Write(Document)
	return err
}
