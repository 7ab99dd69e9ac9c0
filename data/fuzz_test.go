package data

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

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

// Whatever a pack that travels holds, compressed or not yet, it is put in place whole or
// refused, and nothing is written beside it.
func FuzzImport(f *testing.F) {
	exported := func(change func(manifest []byte) []byte) []byte {
		file := PackFile{Name: "a.idx", Bytes: 3, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
		manifest := change([]byte(`{"format":1,"id":"` + contentID([]PackFile{file}) + `","files":[{"name":"a.idx","bytes":3,"sha256":"` + file.SHA256 + `"}]}`))
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, e := range []struct {
			name string
			b    []byte
		}{{manifestFile, manifest}, {"a.idx", []byte("abc")}} {
			w.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.b)), ModTime: time.Unix(0, 0)})
			w.Write(e.b)
		}
		w.Close()
		return b.Bytes()
	}
	as := func(b []byte) []byte { return b }
	f.Add(exported(as))
	f.Add(exported(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("a.idx"), []byte("../a.idx")) }))
	f.Add([]byte("\x28\xb5\x2f\xfd"))
	z, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		for _, sent := range [][]byte{b, z.EncodeAll(b, nil)} {
			file := filepath.Join(dir, "un.tar.zst")
			if err := os.WriteFile(file, sent, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Import(context.Background(), ImportOptions{From: file, Pack: filepath.Join(dir, "pack"), Untrusted: true})
			if k := fault.KindOf(err); err == nil || k == fault.Internal || k == fault.Usage {
				t.Fatalf("%v: %v", k, err) // none of these is a pack that opens
			}
			if left, _ := os.ReadDir(dir); len(left) != 1 {
				t.Fatalf("left beside the file: %v", left)
			}
		}
	})
}

// Only the signature of a key verifies; what is said of it is read or refused.
func FuzzSeal(f *testing.F) {
	f.Add("untrusted comment: x\nRUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\ntrusted comment: timestamp:1635442742\tby:x\nlwEwhE8Zb0Xq3CzZ8jhvHyjE8cV+4zvNqWJyE3eR6Vq4hYk7gW4dWnJ+E2rY9wYb8ZJq0vLrV3w2w4uPq8oKAA==\n",
		"untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n", []byte("{}"))
	f.Fuzz(func(t *testing.T, sig, pub string, manifest []byte) {
		path := filepath.Join(t.TempDir(), "k.pub")
		if err := os.WriteFile(path, []byte(pub), 0o600); err != nil {
			t.Fatal(err)
		}
		key, err := ReadPublicKey(path)
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatal(err)
			}
			return
		}
		if _, _, err := trustedBy([]PublicKey{key}, manifest, []byte(sig)); err == nil {
			t.Fatal("a signature that nobody made is trusted")
		}
	})
}
