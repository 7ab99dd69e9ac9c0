package geocode

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// sectionNames are the sections of the files of an index.
var sectionNames = map[string][]string{
	addressesFile: {"words", "names", "places", "postings", "endings", "wholes", "deletes", "numbers", "streets", "wordhash", "weights", "letters", "suffixes", "types", "meta", "communes"},
	idsFile:       {"streets", "numbers", "ban"},
	reverseFile:   {"streets", "boxes"},
}

// rewritten is a copy of an index with other bytes in one section, and the
// checksums that they ask for.
type rewritten struct {
	file, section string
	content       map[string]map[string][]byte // file -> section
}

func (r *rewritten) write(t testing.TB, data []byte) string {
	dir := t.TempDir()
	for file, magic := range map[string]string{addressesFile: magicForward, idsFile: magicIDs, reverseFile: magicReverse} {
		w, err := blockfile.Create(filepath.Join(dir, file), magic, formatVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range sectionNames[file] {
			b, has := r.content[file][name]
			if file == r.file && name == r.section {
				b = data
			} else if !has {
				continue
			}
			s, err := w.Section(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// askAll opens an index and asks it a question of each kind.
func askAll(dir string) error {
	ix, err := Open(dir)
	if err != nil {
		return err
	}
	defer ix.Close()
	s := ix.NewSearcher()
	for _, q := range []Query{{Text: "12 rue du général leclerc 59000 lille"}, {Text: "impase des lila roubaix"}, {Text: "rue de l'eg", Autocomplete: true}, {Text: "villeneuve"}} {
		if _, err := s.Search(&q); err != nil {
			return err
		}
	}
	if _, err := ix.Reverse(3.0612345, 50.6354321, ReverseOptions{Limit: 3}); err != nil {
		return err
	}
	if err := ix.StreetsIn(orb.Bound{Min: orb.Point{2, 49}, Max: orb.Point{4, 51}}, func(*Street) bool { return true }); err != nil {
		return err
	}
	var last StreetRef
	if err := ix.Walk(func(_ string, ref StreetRef, _ HouseNumber) bool { last = ref; return true }); err != nil {
		return err
	}
	_, err = ix.StreetID(last)
	return err
}

// An index whose checksums hold but whose content was not written by this program is
// refused as damaged, or answers.
func FuzzOpen(f *testing.F) {
	dir := build(f, first(world()), second(world()))
	r := rewritten{content: map[string]map[string][]byte{}}
	type place struct{ file, section string }
	var places []place
	for _, file := range []string{addressesFile, idsFile, reverseFile} {
		src, err := blockfile.Open(filepath.Join(dir, file), map[string]string{addressesFile: magicForward, idsFile: magicIDs, reverseFile: magicReverse}[file], formatVersion)
		if err != nil {
			f.Fatal(err)
		}
		r.content[file] = map[string][]byte{}
		for _, name := range sectionNames[file] {
			places = append(places, place{file, name})
			if s, err := src.Section(name); err == nil {
				r.content[file][name] = bytes.Clone(s.All())
			}
			f.Add(uint8(len(places)-1), r.content[file][name])
			f.Add(uint8(len(places)-1), r.content[file][name][:len(r.content[file][name])/2])
		}
		src.Close()
	}
	f.Add(uint8(12), []byte("\xff\xff\xff\xff\xff\xff\xff\x7f"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		at := places[int(which)%len(places)]
		r := rewritten{file: at.file, section: at.section, content: r.content}
		if err := askAll(r.write(t, data)); err != nil && fault.KindOf(err) != fault.Corrupt {
			t.Fatal(err)
		}
	})
}
