package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"
)

// The image is a layout whose blobs are named by their sums, under an account that is not
// root, without a shell; twice the same bytes.
func TestLayout(t *testing.T) {
	at := time.Unix(1700000000, 0)
	b := layout([]byte("program"), "arm64", "1.2", at)
	if !bytes.Equal(b, layout([]byte("program"), "arm64", "1.2", at)) {
		t.Error("two layouts of the same program differ")
	}
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		if name := h.Name; len(name) == len("blobs/sha256/")+64 && sum(files[name]) != name[len("blobs/sha256/"):] {
			t.Errorf("%s holds another content", name)
		}
	}
	type ref struct {
		Digest string
		Size   int
	}
	open := func(r ref) []byte {
		b := files["blobs/sha256/"+r.Digest[len("sha256:"):]]
		if len(b) != r.Size {
			t.Errorf("%s: %d bytes, %d said", r.Digest, len(b), r.Size)
		}
		return b
	}
	var index struct{ Manifests []ref }
	var manifest struct {
		Config ref
		Layers []ref
	}
	var config struct {
		Architecture string
		Config       struct{ User string }
	}
	for _, step := range []struct {
		from func() []byte
		to   any
	}{{func() []byte { return files["index.json"] }, &index}, {func() []byte { return open(index.Manifests[0]) }, &manifest}, {func() []byte { return open(manifest.Config) }, &config}} {
		if err := json.Unmarshal(step.from(), step.to); err != nil {
			t.Fatal(err)
		}
	}
	if len(manifest.Layers) != 1 || len(open(manifest.Layers[0])) == 0 {
		t.Errorf("layers %v", manifest.Layers)
	}
	if config.Config.User != "65532:65532" || config.Architecture != "arm64" {
		t.Errorf("%+v", config)
	}
}
