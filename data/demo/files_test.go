package demo

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
)

func unzip(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

type zone struct {
	code  string
	shape orb.MultiPolygon
}

// zones reads a file of QPV as written.
func zones(t *testing.T, path string) []zone {
	t.Helper()
	var fc struct {
		Features []struct {
			Properties map[string]string
			Geometry   struct {
				Type        string
				Coordinates orb.MultiPolygon
			}
		}
	}
	if err := json.NewDecoder(unzip(t, path)).Decode(&fc); err != nil {
		t.Fatal(err)
	}
	var out []zone
	for _, f := range fc.Features {
		if f.Geometry.Type != "MultiPolygon" {
			t.Fatalf("%s is a %s", f.Properties["code_qp"], f.Geometry.Type)
		}
		out = append(out, zone{f.Properties["code_qp"], f.Geometry.Coordinates})
	}
	return out
}

// realNames are the names of the communes of France, in lower case.
func realNames(t *testing.T, path string) map[string]bool {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Skip("données réelles absentes : zonages/frr-2025-07-10.csv.gz")
	}
	out := map[string]bool{}
	sc := bufio.NewScanner(unzip(t, path))
	for sc.Scan() {
		if f := strings.Split(sc.Text(), ";"); len(f) > 2 {
			out[strings.ToLower(f[2])] = true
		}
	}
	if len(out) < 30_000 {
		t.Fatalf("%d names", len(out))
	}
	return out
}
