package data

import (
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo/fault"
)

func FuzzRawList(f *testing.F) {
	f.Add([]byte(`{"format":1,"files":[{"path":"qpv/x.geojson","kind":"zonage","zoning":"qpv","version":"2024","valid_from":"2024-01-01","known_from":"2023-12-29","complete_for":["*"]}]}`))
	f.Add([]byte(`{"format":1,"files":[{"path":"../x"}]}`))
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseRawList("sources.json", b)
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatal(err)
			}
			return
		}
		for _, file := range l.Files {
			if !filepath.IsLocal(file.Path) {
				t.Fatalf("a path out of the folder is accepted: %q", file.Path)
			}
		}
		raw := t.TempDir()
		if err := l.Write(raw); err != nil {
			t.Fatal(err)
		}
		again, err := ReadRawList(raw)
		if err != nil || len(again.Files) != len(l.Files) {
			t.Fatalf("%v : %d puis %d lignes", err, len(l.Files), len(again.Files))
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"id":"e3b0c44298fc1c14"}`))
	f.Add([]byte(`{"format":1,"id":"0","files":[{"name":"a","bytes":1,"sha256":"00"}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, manifestFile), b, 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := readManifest(dir)
		if err != nil && fault.KindOf(err) != fault.Corrupt {
			t.Fatal(err)
		}
		if err == nil && m.ID != contentID(m.Files) {
			t.Fatal("a wrong identifier is accepted")
		}
	})
}

// Whatever a server answers, it is taken or refused, with one sentence.
func FuzzContentOf(f *testing.F) {
	f.Add([]byte("id;numero\n1;2\n"))
	f.Add([]byte(`{"total_count":2,"results":[{"a":1}]}`))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("<!doctype html>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := contentOf(path, "x"); err != nil && fault.KindOf(err) != fault.Network {
			t.Fatal(err)
		}
	})
}

func FuzzContentRange(f *testing.F) {
	f.Add("bytes 10-99/100")
	f.Add("bytes 10-99/*")
	f.Add("bytes */100")
	f.Add("bytes 0-/-2")
	f.Add("bytes 9-8/5")
	f.Fuzz(func(t *testing.T, h string) {
		start, total, ok := contentRange(h)
		if ok && (start < 0 || total != -1 && total <= start) {
			t.Fatalf("%q : %d/%d", h, start, total)
		}
	})
}
