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
	if err := Stamp(path, "0123456789abcdef"); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	readAll := func() (err error) {
		defer Recover(&err, Guard())
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
		if i >= 60 && i < headerSize || i == headerSize+7 { // padding
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
	read := func(off, n int) (err error) { defer Recover(&err, Guard()); s.Bytes(off, n); return nil }
	for _, c := range [][2]int{{-1, 1}, {0, 8}, {8, 0}, {7, 1}, {1 << 62, 1 << 62}} {
		var fe *fault.Error
		if err := read(c[0], c[1]); !errors.As(err, &fe) {
			t.Errorf("Bytes(%d,%d): %v", c[0], c[1], err)
		}
	}
}

// The build id leaves the content and its fingerprint as they are.
func TestStamp(t *testing.T) {
	path := write(t, sample(), "a", "long")
	before, err := Fingerprint(path)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := BuildOf(path); id != "" || err != nil {
		t.Error(id, err)
	}
	const want = "0123456789abcdef"
	if err := Stamp(path, want); err != nil {
		t.Fatal(err)
	}
	after, err := Fingerprint(path)
	id, err2 := BuildOf(path)
	if after != before || id != want || err != nil || err2 != nil {
		t.Error(after, before, id, err, err2)
	}
	f, err := Open(path, "TEST", 3)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Build() != want || f.Verify() != nil {
		t.Error(f.Build())
	}
	if err := Stamp(path, "court"); err == nil {
		t.Error("a short id is written")
	}
}

// A file that is cut short under its mapping is an error to its reader, before its
// bytes were first read and after, and never the end of the process.
func TestCutUnderMapping(t *testing.T) {
	for _, touched := range []bool{false, true} {
		path := write(t, sample(), "a", "long")
		f, err := Open(path, "TEST", 3)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		s, err := f.Section("long")
		if err != nil {
			t.Fatal(err)
		}
		if touched {
			s.All()
		}
		if err := os.Truncate(path, 100); err != nil {
			t.Fatal(err)
		}
		sum := 0
		read := func() (err error) {
			defer Recover(&err, Guard())
			for _, b := range s.All() {
				sum += int(b)
			}
			return nil
		}
		err = read()
		var fe *fault.Error
		if !errors.As(err, &fe) || fe.Kind != fault.Unavailable || fe.File != path {
			t.Errorf("touched %v: %v, %d", touched, err, sum)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a defect of ours is taken for a file's")
		}
	}()
	defer Recover(new(error), Guard())
	var p *int
	*p = 1
}
