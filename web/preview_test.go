//go:build preview

package web

import (
	"flag"
	"net/http"
	"testing"
)

var preview = flag.String("preview", "127.0.0.1:8123", "address of the fictional pages")

// TestPreview serves the fictional pages until it is stopped, to look at them:
//
//	go test ./web -tags preview -run TestPreview -timeout 0
func TestPreview(t *testing.T) { t.Fatal(http.ListenAndServe(*preview, handler(t))) }
