package server

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

// A deployer's theme comes after the product's own style, from this server.
func TestTheme(t *testing.T) {
	path := filepath.Join(t.TempDir(), "theme.css")
	if err := os.WriteFile(path, []byte(":root { --brand: #4a1d5f; }"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *Config) { c.Theme = path })
	page := w.account(store.Administrator).get("/administration").want(http.StatusOK)
	_, rest, ok := strings.Cut(string(page.body), `<link rel="stylesheet" href="/theme.css`)
	if !ok || strings.Contains(rest, `rel="stylesheet"`) {
		t.Fatal("the theme is not the last style sheet")
	}
	link, _, _ := strings.Cut(rest, `"`)
	res, err := http.Get(w.http.URL + "/theme.css" + link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	if _, err := New(Config{Packs: []string{filepath.Join(w.dir, "pack")}, Store: w.store, Theme: filepath.Join(t.TempDir(), "absent.css")}); fault.KindOf(err) != fault.Input {
		t.Errorf("an absent theme: %v", err)
	}
}
