package bound_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func gz(in io.Reader) *bytes.Buffer {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.Copy(w, in)
	w.Close()
	return &b
}

// Honest text goes through whole, whatever its size; a bomb stops early.
func TestGunzip(t *testing.T) {
	var text strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&text, "%d;%d;rue de Lille;59000\n", i, rand.Uint32())
	}
	for name, c := range map[string]struct {
		in    io.Reader
		limit int64
		want  fault.Kind
		n     int64
	}{
		"text":      {strings.NewReader(text.String()), 0, 0, int64(text.Len())},
		"bomb":      {io.LimitReader(zeros{}, 30<<20), 0, fault.TooLarge, 16 << 20},
		"its limit": {strings.NewReader(text.String()), 1000, fault.TooLarge, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := bound.Gunzip("a.gz", gz(c.in), c.limit)
			if err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, r)
			if c.want == 0 && (err != nil || n != c.n) {
				t.Errorf("%d bytes of %d, %v", n, c.n, err)
			}
			if c.want != 0 && (fault.KindOf(err) != c.want || n > c.n+1<<20) {
				t.Errorf("after %d bytes: %v", n, err)
			}
		})
	}
}

// A zip whose names take megabytes is refused before they are held; one of a hundred opens.
func TestOpenZip(t *testing.T) {
	archive := func(files int, padding string) *bytes.Reader {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := range files {
			w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i, padding)})
		}
		w.Close()
		return bytes.NewReader(b.Bytes())
	}
	few, many := archive(100, ""), archive(300, strings.Repeat("x", 60_000))
	if z, err := bound.OpenZip("a.zip", few, few.Size()); err != nil || len(z.File) != 100 {
		t.Error(err)
	}
	if _, err := bound.OpenZip("a.zip", many, many.Size()); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%v", err)
	}
}

// Each item has its own bytes, to the last one; one byte more is refused.
func TestItems(t *testing.T) {
	item := func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"at the limit": {strings.Repeat(item(4096), 50), true},
		"past it":      {item(10) + item(4096) + item(3*4097), false},
	} {
		in := bound.NewItems("a.json", "objet", strings.NewReader(c.text), 4097)
		d := json.NewDecoder(in)
		var err error
		for err == nil {
			var raw json.RawMessage
			in.Next()
			err = d.Decode(&raw)
		}
		if ok := err == io.EOF; ok != c.ok || !ok && fault.KindOf(err) != fault.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
}
