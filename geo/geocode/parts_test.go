package geocode

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"perimetre/geo"
)

// A block gives back the numbers that it was made of.
func TestBlockRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.OneOf(rapid.Int32Range(-180e6, 180e6), rapid.Int32Range(3_000_000, 3_000_300), rapid.Int32Range(3_000_000, 3_040_000))
		ns := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) number {
			return number{
				number: rapid.OneOf(rapid.Int32Range(0, 40), rapid.Int32Range(0, 99999)).Draw(t, "number"),
				suffix: rapid.Uint16Range(0, 300).Draw(t, "suffix"),
				lon:    coordinate.Draw(t, "lon"), lat: coordinate.Draw(t, "lat"),
				position: geo.PositionType(rapid.IntRange(0, int(geo.PositionUtility)).Draw(t, "position")),
			}
		}), 0, 60, func(n number) [2]int { return [2]int{int(n.number), int(n.suffix)} }).Draw(t, "numbers")
		slices.SortFunc(ns, func(x, y number) int {
			if x.number != y.number {
				return int(x.number - y.number)
			}
			return int(x.suffix) - int(y.suffix)
		})
		lon, lat := coordinate.Draw(t, "street lon"), coordinate.Draw(t, "street lat")
		baseLon, baseLat := coordinate.Draw(t, "base lon"), coordinate.Draw(t, "base lat")
		var r blockReader
		r.open(appendBlock(nil, lon, lat, baseLon, baseLat, ns), baseLon, baseLat)
		if r.lon != lon || r.lat != lat || r.left != len(ns) {
			t.Fatalf("head %d %d %d", r.lon, r.lat, r.left)
		}
		for i, n := range ns {
			if !r.next() {
				t.Fatalf("ends at %d of %d", i, len(ns))
			}
			if r.number != n.number || r.suffix != n.suffix || r.lon != n.lon || r.lat != n.lat || r.position != n.position {
				t.Fatalf("number %d: got %d/%d %d %d, want %+v", i, r.number, r.suffix, r.lon, r.lat, n)
			}
		}
		if r.next() {
			t.Fatal("one number too many")
		}
	})
}

// The table of typos finds every word one typo away.
func TestSimilar(t *testing.T) {
	communes, as := world()
	ix := open(t, build(t, communes, as))
	b := ix.bases[0]
	rapid.Check(t, func(t *rapid.T) {
		w := uint32(rapid.IntRange(0, b.words.n-1).Draw(t, "word"))
		s := b.word(w)
		if len(s) < 4 || s[0] <= '9' {
			t.Skip("too short for typos")
		}
		k := rapid.IntRange(0, len(s)-1).Draw(t, "place")
		c := string(rapid.ByteRange('a', 'z').Draw(t, "letter"))
		typed := rapid.SampledFrom([]string{s[:k] + s[k+1:], s[:k] + c + s[k:], s[:k] + c + s[k+1:]}).Draw(t, "typed")
		if len(typed) < 4 || typed == s {
			t.Skip("no typo")
		}
		found := slices.ContainsFunc(b.similar(nil, typed, b.lookup(typed)), func(v variant) bool { return v.word == w })
		if !found && b.lookup(typed) != w {
			t.Fatalf("%q does not lead to %q", typed, s)
		}
	})
}

// Words are ordered by their letters from the last to the first, up to the first letter.
func TestEndingsAreOrdered(t *testing.T) {
	word := rapid.StringMatching(`[abc]{1,5}`)
	backwards := func(s string) string {
		b := []byte(s)
		slices.Reverse(b)
		return string(b)
	}
	for _, c := range [][2]string{{"ab", "bb"}, {"b", "ab"}, {"a", "b"}, {"ab", "ab"}} {
		if got, want := cmp.Compare(compareEndings(c[0], c[1]), 0), strings.Compare(backwards(c[0]), backwards(c[1])); got != want {
			t.Errorf("%q, %q: %d, want %d", c[0], c[1], got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y := word.Draw(t, "x"), word.Draw(t, "y")
		if got, want := cmp.Compare(compareEndings(x, y), 0), strings.Compare(backwards(x), backwards(y)); got != want {
			t.Fatalf("%q, %q: %d, want %d", x, y, got, want)
		}
	})
}

// A town is worth less when the postcode or the code is another's, not when none is given.
func TestTownScore(t *testing.T) {
	for _, c := range []struct {
		candidate candidate
		want      float64
	}{
		{candidate{sim: 1}, 0.95},
		{candidate{sim: 0.8, postcode: 1}, 0.76},
		{candidate{sim: 1, postcode: -1}, 0.8075},
		{candidate{sim: 1, code: -1}, 0.8075},
		{candidate{sim: -1}, 0.4},
		{candidate{sim: -1, code: 1}, 0.7},
		{candidate{sim: -1, postcode: 1}, 0.7},
		{candidate{sim: -1, postcode: 1, code: -1}, 0.595},
	} {
		if got := townScore(&c.candidate); got != c.want {
			t.Errorf("%+v: %v, want %v", c.candidate, got, c.want)
		}
	}
}
