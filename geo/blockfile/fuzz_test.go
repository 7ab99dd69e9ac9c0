package blockfile

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo/fault"
)

// Whatever the bytes of a file, it is opened or refused as damaged, and so is each
// section; what is fuzzed is also given the checksums that its header and table lack.
func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "f.idx")
	w, err := Create(path, "TEST", 3)
	if err != nil {
		f.Fatal(err)
	}
	for name, b := range map[string]string{"a": "bonjour", "vide": "", "b": "à bientôt"} {
		s, err := w.Section(name)
		if err != nil {
			f.Fatal(err)
		}
		s.Write([]byte(b))
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:headerSize])
	f.Fuzz(func(t *testing.T, b []byte) {
		tryBytes(t, b)
		if len(b) < headerSize {
			return
		}
		sound := bytes.Clone(b)
		copy(sound, "TEST\x00\x00\x00\x00\x03\x00\x00\x00")
		off, n := binary.LittleEndian.Uint64(sound[16:]), binary.LittleEndian.Uint64(sound[24:])
		if size := uint64(len(sound)); off <= size && n <= size-off {
			binary.LittleEndian.PutUint32(sound[32:], crc32.Checksum(sound[off:off+n], castagnoli))
		}
		binary.LittleEndian.PutUint32(sound[36:], crc32.Checksum(sound[:36], castagnoli))
		clear(sound[buildAt:headerSize])
		tryBytes(t, sound)
	})
}

func tryBytes(t *testing.T, b []byte) {
	path := filepath.Join(t.TempDir(), "f.idx")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Fingerprint(path); err != nil && fault.KindOf(err) != fault.Corrupt {
		t.Fatal(err)
	}
	f, err := Open(path, "TEST", 3)
	if err != nil {
		if fault.KindOf(err) != fault.Corrupt {
			t.Fatal(err)
		}
		return
	}
	defer f.Close()
	if err := f.Verify(); err != nil && fault.KindOf(err) != fault.Corrupt {
		t.Fatal(err)
	}
	for _, s := range f.order {
		if err := touched(s); err != nil && fault.KindOf(err) != fault.Corrupt {
			t.Fatal(err)
		}
	}
}

func touched(s *Section) (err error) {
	defer Recover(&err, Guard())
	s.From(0, 1)
	s.From(s.Len(), 5)
	s.Uint32s()
	return nil
}
