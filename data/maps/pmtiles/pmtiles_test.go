package pmtiles

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"perimetre/geo/fault"
)

// The examples of the specification, and of the reference implementations' tests.
func TestIDs(t *testing.T) {
	for _, c := range []struct {
		z    uint8
		x, y uint32
		id   uint64
	}{{0, 0, 0, 0}, {1, 0, 0, 1}, {1, 0, 1, 2}, {1, 1, 1, 3}, {1, 1, 0, 4}, {2, 0, 0, 5}, {2, 0, 1, 8}, {12, 3423, 1763, 19078479}} {
		if got := ID(c.z, c.x, c.y); got != c.id {
			t.Errorf("ID(%d, %d, %d) = %d, want %d", c.z, c.x, c.y, got, c.id)
		}
	}
}

func TestIDAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint8Range(0, MaxZoom).Draw(t, "z")
		x, y := rapid.Uint32Range(0, 1<<z-1).Draw(t, "x"), rapid.Uint32Range(0, 1<<z-1).Draw(t, "y")
		if gz, gx, gy := Tile(ID(z, x, y)); gz != z || gx != x || gy != y {
			t.Fatalf("%d/%d/%d, then %d/%d/%d", z, x, y, gz, gx, gy)
		}
	})
}

// Neighbours along the curve touch.
func TestIDsAreACurve(t *testing.T) {
	for id := ID(6, 0, 0); id+1 < ID(7, 0, 0); id++ {
		_, x, y := Tile(id)
		_, nx, ny := Tile(id + 1)
		if d := abs(int(x)-int(nx)) + abs(int(y)-int(ny)); d != 1 {
			t.Fatalf("%d: %d steps to the next", id, d)
		}
	}
}

func abs(n int) int { return max(n, -n) }

func write(t testing.TB, tiles []Item) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pmtiles")
	info := Info{Metadata: []byte(`{"name":"essai"}`), Bound: orb.Bound{Min: orb.Point{1.5, 49}, Max: orb.Point{4, 51}}, MinZoom: 0, MaxZoom: 13}
	if err := Write(path, info, tiles); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is written is read: few tiles, many (with leaf directories), and equal ones,
// which stand once.
func TestRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 100, 60_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(n), 1))
			want := map[uint64]string{}
			var tiles []Item
			for len(tiles) < n {
				id := uint64(r.IntN(4*n + 1))
				if _, twice := want[id]; twice {
					continue
				}
				content := fmt.Sprint("tuile ", r.IntN(n))
				if id%3 == 0 {
					content = "mer"
				}
				want[id] = content
				tiles = append(tiles, Item{id, Compress([]byte(content))})
			}
			path := write(t, tiles)
			a, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if a.Len() != n || string(a.Info().Metadata) != `{"name":"essai"}` || a.Info().Bound.Max != (orb.Point{4, 51}) || a.Info().MaxZoom != 13 {
				t.Errorf("%d tiles, %+v", a.Len(), a.Info())
			}
			if n == 60_000 && a.head.leaves.length == 0 {
				t.Error("no leaf directory")
			}
			if headerSize+a.head.root.length > rootLimit {
				t.Errorf("root directory of %d bytes", a.head.root.length)
			}
			seen := 0
			a.Each(func(id uint64) bool {
				seen++
				return want[id] != ""
			})
			if seen != n {
				t.Errorf("%d tiles visited", seen)
			}
			sums := map[string]uint64{}
			for id := range uint64(4*n + 10) {
				d, ok, err := a.Get(id)
				if err != nil || ok != (want[id] != "") {
					t.Fatalf("tile %d: %v, %v", id, ok, err)
				}
				if !ok {
					continue
				}
				b, err := d.Expanded()
				if err != nil || string(b) != want[id] {
					t.Fatalf("tile %d: %q, %v", id, b, err)
				}
				if was, met := sums[want[id]]; met && was != d.Sum {
					t.Fatalf("two sums for one content")
				}
				sums[want[id]] = d.Sum
			}
			one, _ := os.ReadFile(path)
			two, _ := os.ReadFile(write(t, tiles))
			if !bytes.Equal(one, two) {
				t.Error("other bytes for the same tiles")
			}
		})
	}
}

// The header of an archive, byte by byte, as the specification lays it out.
func TestHeaderLayout(t *testing.T) {
	b, err := os.ReadFile(write(t, []Item{{0, Compress([]byte("a"))}, {1, Compress([]byte("b"))}, {2, Compress([]byte("b"))}}))
	if err != nil {
		t.Fatal(err)
	}
	if string(b[:7]) != "PMTiles" || b[7] != 3 {
		t.Errorf("%q", b[:8])
	}
	for at, want := range map[int]uint64{8: 127, 72: 3, 80: 2, 88: 2} {
		if got := binary.LittleEndian.Uint64(b[at:]); got != want {
			t.Errorf("byte %d: %d, want %d", at, got, want)
		}
	}
	for at, want := range map[int]byte{96: 1, 97: 2, 98: 2, 99: 1, 100: 0, 101: 13, 118: 0} {
		if b[at] != want {
			t.Errorf("byte %d: %d, want %d", at, b[at], want)
		}
	}
	for at, want := range map[int]int32{102: 15_000_000, 106: 490_000_000, 110: 40_000_000, 114: 510_000_000, 119: 27_500_000, 123: 500_000_000} {
		if got := int32(binary.LittleEndian.Uint32(b[at:])); got != want {
			t.Errorf("byte %d: %d, want %d", at, got, want)
		}
	}
}

func TestWriteRefusesATileGivenTwice(t *testing.T) {
	for _, second := range []string{"a", "b"} {
		err := Write(filepath.Join(t.TempDir(), "a.pmtiles"), Info{Metadata: []byte("{}")}, []Item{{7, Compress([]byte("a"))}, {7, Compress([]byte(second))}})
		if err == nil {
			t.Errorf("%s: accepted", second)
		}
	}
}

// Any byte that is changed is refused, at the opening or at the tile, or says
// nothing else than before.
func TestDamagedArchive(t *testing.T) {
	var tiles []Item
	for i := range 40 {
		tiles = append(tiles, Item{uint64(i * 2), Compress(fmt.Appendf(nil, "tuile %d", i))})
	}
	good, err := os.ReadFile(write(t, tiles))
	if err != nil {
		t.Fatal(err)
	}
	a, err := parse("x", good)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := int(a.head.root.offset); at < len(good); at++ {
		bad := bytes.Clone(good)
		bad[at] ^= 0x40
		a, err := parse("x", bad)
		if err != nil {
			if fault.KindOf(err) != fault.Corrupt {
				t.Fatal(err)
			}
			refused++
			continue
		}
		for i := range tiles {
			d, ok, err := a.Get(tiles[i].ID)
			if err != nil {
				refused++
				break
			}
			b, err := d.Expanded()
			if !ok || err != nil || string(b) != fmt.Sprintf("tuile %d", i) {
				t.Fatalf("byte %d changed: tile %d is %q", at, i, b)
			}
		}
	}
	if refused < (len(good)-headerSize)/2 {
		t.Errorf("%d changes refused of %d", refused, len(good)-headerSize)
	}
	for n := range len(good) {
		if _, err := parse("x", good[:n]); err == nil {
			t.Fatalf("cut to %d bytes: accepted", n)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "rien")); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	for name, b := range map[string][]byte{"vide": nil, "court": []byte(magic), "autre": bytes.Repeat([]byte("x"), 1000)} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, b, 0o600)
		if _, err := Open(path); fault.KindOf(err) != fault.Corrupt {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No bytes make the reader crash, hang or read out of bounds.
func FuzzArchive(f *testing.F) {
	for _, tiles := range [][]Item{nil, {{0, Compress([]byte("a"))}}, {{5, Compress([]byte("a"))}, {6, Compress([]byte("a"))}, {900, Compress([]byte("b"))}}} {
		b, err := os.ReadFile(write(f, tiles))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := parse("x", b)
		if err != nil {
			if fault.KindOf(err) != fault.Corrupt {
				t.Fatal(err)
			}
			return
		}
		n := 0
		a.Each(func(id uint64) bool {
			if _, ok, err := a.Get(id); err == nil && !ok {
				t.Fatalf("tile %d is told and cannot be had", id)
			}
			n++
			return n < 100
		})
	})
}

// A directory that is read is written again alike.
func FuzzDirectory(f *testing.F) {
	f.Add(appendDirectory(nil, nil))
	f.Add(appendDirectory(nil, []entry{{1, 0, 10, 1}, {5, 10, 3, 4}, {12, 0, 10, 1}, {90, 40, 2, 0}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, ok := parseDirectory(b)
		if !ok {
			return
		}
		again, ok := parseDirectory(appendDirectory(nil, entries))
		if !ok || len(again) != len(entries) {
			t.Fatalf("%v, then %v", entries, again)
		}
		for i := range entries {
			if entries[i] != again[i] {
				t.Fatalf("%v, then %v", entries[i], again[i])
			}
		}
	})
}
