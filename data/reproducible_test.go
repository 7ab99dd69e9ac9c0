package data

import (
	"bytes"
	"testing"
	"time"
)

// Two builds of the same files, dated by SOURCE_DATE_EPOCH, export the same bytes.
func TestBuildIsReproducible(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	raw := t.TempDir()
	makeRaw(t, raw, 500)
	var exports [2]bytes.Buffer
	for i := range exports {
		pack := t.TempDir()
		if m := build(t, raw, pack); !m.BuiltAt.Equal(time.Unix(1700000000, 0)) {
			t.Errorf("built at %v", m.BuiltAt)
		}
		if _, err := Export(pack, &exports[i], func(int64, int64) {}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(exports[0].Bytes(), exports[1].Bytes()) {
		t.Error("two builds export different bytes")
	}
}
