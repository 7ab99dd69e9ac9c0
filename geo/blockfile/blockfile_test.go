package blockfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo/fault"
)

func write(t *testing.T, sections map[string][]byte, order ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.idx")
	w, err := Create(path, "TEST", 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range order {
		sw, err := w.Section(name)
		if err != nil {
			t.Fatal(err)
		}
		for b := sections[name]; len(b) > 0; { // uneven pieces cross block limits
			k := min(len(b), 50021)
			if _, err := sw.Write(b[:k]); err != nil {
				t.Fatal(err)
			}
			b = b[k:]
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func sample() map[string][]byte {
	long := make([]byte, 3*BlockSize+17)
	for i := range long {
		long[i] = byte(i * 7 / 3)
	}
	return map[string][]byte{"a": []byte("bonjour"), "vide": nil, "long": long}
}

func TestRoundTrip(t *testing.T) {
	want := sample()
	f, err := Open(write(t, want, "a", "vide", "long"), "TEST", 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Version() != 3 {
		t.Errorf("version %d", f.Version())
	}
	for name, b := range want {
		s, err := f.Section(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(s.All(), b) {
			t.Errorf("section %s differs", name)
		}
	}
	if _, err := f.Section("autre"); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("absent section: %v", err)
	}
	if err := f.Verify(); err != nil {
		t.Error(err)
	}
}

// Every byte of the file that is not padding is guarded: changing it is refused
// at opening, at first touch, or by Verify.
func TestDamage(t *testing.T) {
	path := write(t, sample(), "a", "vide", "long")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	readAll := func() (err error) {
		defer Recover(&err)
		f, err := Open(path, "TEST", 3)
		if err != nil {
			return err
		}
		defer f.Close()
		for _, s := range f.order {
			s.All()
		}
		return nil
	}
	for i := 0; i < len(whole); i += 1 + i/50 {
		if i >= 40 && i < headerSize || i == headerSize+7 { // padding
			continue
		}
		b := bytes.Clone(whole)
		b[i] ^= 0x10
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := readAll(); fault.KindOf(err) != fault.Corrupt {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for n := 0; n < len(whole); n += 1 + n/20 {
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if err := readAll(); fault.KindOf(err) != fault.Corrupt {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestForeign(t *testing.T) {
	path := write(t, sample(), "a")
	if _, err := Open(path, "AUTRE", 3); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("foreign magic: %v", err)
	}
	if _, err := Open(path, "TEST", 4); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("unknown version: %v", err)
	}
	if _, err := Open(path+"x", "TEST", 3); fault.KindOf(err) != fault.NotFound {
		t.Errorf("absent file: %v", err)
	}
}

func TestRangeOutside(t *testing.T) {
	f, err := Open(write(t, sample(), "a"), "TEST", 3)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, _ := f.Section("a")
	read := func(off, n int) (err error) { defer Recover(&err); s.Bytes(off, n); return nil }
	for _, c := range [][2]int{{-1, 1}, {0, 8}, {8, 0}, {7, 1}, {1 << 62, 1 << 62}} {
		var fe *fault.Error
		if err := read(c[0], c[1]); !errors.As(err, &fe) {
			t.Errorf("Bytes(%d,%d): %v", c[0], c[1], err)
		}
	}
}
