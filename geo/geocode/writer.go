package geocode

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"math/bits"
	"os"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode/alike"
)

// indexWriter lays the arranged streets out in files.
type indexWriter struct {
	b         *Builder
	communes  []*communeBuild
	names     []nameBuild
	nameRank  map[string]uint32
	words     []string
	wordRank  map[string]uint32
	townNames []townNameBuild
	scratch   []address.Word
	tokens    []address.Token
}

type nameBuild struct {
	display string
	typ     string
	words   []string
	streets int // how many bear it
}

type townNameBuild struct {
	key     string // canonical words joined by spaces
	commune uint32
	former  uint32 // 0: the commune's own name; else the former commune's rank + 1
	words   []string
}

func newIndexWriter(b *Builder, communes []*communeBuild) *indexWriter {
	w := &indexWriter{b: b, communes: communes, nameRank: map[string]uint32{}, wordRank: map[string]uint32{}}
	for _, c := range communes {
		c.streets = withAliases(c.streets)
	}
	w.collectNames()
	w.collectTownNames()
	w.collectWords()
	return w
}

// withAliases adds a record for each other name of a street, in name order.
func withAliases(streets []*streetBuild) []*streetBuild {
	n := len(streets)
	for _, s := range streets[:n] {
		for alias := range strings.SplitSeq(s.alias, "|") {
			if alias = strings.TrimSpace(alias); alias != "" && alias != s.name {
				a := *s
				a.name, a.alias, a.kind = alias, "", kindAlias
				streets = append(streets, &a)
			}
		}
	}
	if len(streets) > n {
		slices.SortStableFunc(streets, func(x, y *streetBuild) int { return cmp.Compare(x.name, y.name) })
	}
	return streets
}

func (w *indexWriter) collectNames() {
	for _, c := range w.communes {
		for _, s := range c.streets {
			if _, ok := w.nameRank[s.name]; !ok {
				w.nameRank[s.name] = 0
				w.names = append(w.names, nameBuild{display: s.name})
			}
		}
	}
	slices.SortFunc(w.names, func(x, y nameBuild) int { return cmp.Compare(x.display, y.display) })
	for i := range w.names {
		n := &w.names[i]
		w.nameRank[n.display] = uint32(i)
		typ, plain := words(w.scratch, w.tokens, n.display)
		n.typ = typ
		for _, p := range plain {
			n.words = append(n.words, strings.Clone(p.Text))
		}
	}
	for _, c := range w.communes {
		for _, s := range c.streets {
			w.names[w.nameRank[s.name]].streets++
		}
	}
}

func (w *indexWriter) collectTownNames() {
	for i, c := range w.communes {
		add := func(name string, former uint32) {
			p := townNameBuild{commune: uint32(i), former: former, words: placeWords(name)}
			if p.key = strings.Join(p.words, " "); p.key != "" {
				w.townNames = append(w.townNames, p)
			}
		}
		add(c.Name, 0)
		for k, f := range c.formers { // an arrondissement is read as its city and a number
			if city, _ := geo.Arrondissement(f.Code); city == "" && f.Name != "" && f.Name != c.Name {
				add(f.Name, uint32(k)+1)
			}
		}
	}
	slices.SortFunc(w.townNames, func(x, y townNameBuild) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.commune, y.commune), cmp.Compare(x.former, y.former))
	})
}

// placeWords returns the canonical words of a commune's name, articles left out
// unless there is nothing else.
func placeWords(name string) []string {
	var plain, all []string
	for _, p := range address.PlaceWords(nil, address.Fold(nil, name)) {
		all = append(all, p.Text)
		if p.Kind == address.Plain {
			plain = append(plain, p.Text)
		}
	}
	if len(plain) == 0 {
		return all
	}
	return plain
}

func (w *indexWriter) collectWords() {
	add := func(ws []string) {
		for _, s := range ws {
			if _, ok := w.wordRank[s]; !ok {
				w.wordRank[s] = 0
				w.words = append(w.words, s)
			}
		}
	}
	for i := range w.names {
		add(w.names[i].words)
	}
	for i := range w.townNames {
		add(w.townNames[i].words)
	}
	slices.Sort(w.words)
	for i, s := range w.words {
		w.wordRank[s] = uint32(i)
	}
}

// forward writes addresses.idx.
func (w *indexWriter) forward(path string) error {
	f, err := blockfile.Create(path, magicForward, formatVersion)
	if err != nil {
		return err
	}
	sections := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"communes", w.writeCommunes}, {"suffixes", w.writeSuffixes}, {"types", w.writeTypes},
		{"words", w.writeWords}, {"wordhash", w.writeWordHash}, {"weights", w.writeWeights},
		{"deletes", w.writeDeletes}, {"endings", w.writeEndings}, {"letters", w.writeLetters}, {"names", w.writeNames}, {"wholes", w.writeWholes}, {"places", w.writeTownNames},
		{"postings", w.writePostings}, {"numbers", w.writeNumbers}, {"streets", w.writeStreets},
		{"meta", w.writeMeta},
	}
	for _, s := range sections {
		out, err := f.Section(s.name)
		if err == nil {
			err = s.write(out)
		}
		if err != nil {
			return err
		}
	}
	if err := f.Close(); err != nil {
		return err
	}
	w.b.stats.Forward = fileSize(path)
	return nil
}

func fileSize(path string) int64 {
	st, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return st.Size()
}

func (w *indexWriter) writeMeta(out io.Writer) error {
	s := &w.b.stats
	s.Communes, s.Names, s.Words = len(w.communes), len(w.names), len(w.words)
	for _, c := range w.communes {
		for _, st := range c.streets {
			if st.kind == kindLocality {
				s.Localities++
			} else if st.kind == kindStreet {
				s.Streets++
			}
		}
	}
	return json.NewEncoder(out).Encode(s)
}

func (w *indexWriter) writeCommunes(out io.Writer) error {
	b := binary.AppendUvarint(nil, uint64(len(w.communes)))
	for _, c := range w.communes {
		b = appendString(b, c.Code)
		b = appendString(b, c.Name)
		b = appendString(b, c.Departement)
		b = binary.AppendUvarint(b, uint64(max(c.Population, 0)))
		b = binary.AppendUvarint(b, zigzag(int64(c.lon)))
		b = binary.AppendUvarint(b, zigzag(int64(c.lat)))
		b = binary.AppendUvarint(b, uint64(len(c.streets)))
		b = binary.AppendUvarint(b, uint64(len(c.Postcodes)))
		for _, p := range c.Postcodes {
			b = appendString(b, p)
		}
		b = binary.AppendUvarint(b, uint64(len(c.formers)))
		for _, f := range c.formers {
			b = appendString(b, f.Code)
			b = appendString(b, f.Name)
		}
	}
	_, err := out.Write(b)
	return err
}

func (w *indexWriter) writeSuffixes(out io.Writer) error {
	return writeStrings(out, w.b.suffix)
}

func writeStrings(out io.Writer, list []string) error {
	b := binary.AppendUvarint(nil, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	_, err := out.Write(b)
	return err
}

func (w *indexWriter) types() ([]string, map[string]byte) {
	list, rank := []string{""}, map[string]byte{"": 0}
	for i := range w.names {
		if t := w.names[i].typ; t != "" {
			if _, ok := rank[t]; !ok && len(list) < 255 {
				rank[t] = 0
				list = append(list, t)
			}
		}
	}
	slices.Sort(list[1:])
	for i, t := range list {
		rank[t] = byte(i)
	}
	return list, rank
}

func (w *indexWriter) writeTypes(out io.Writer) error {
	list, _ := w.types()
	return writeStrings(out, list)
}

// withOffsets writes a count, count+1 offsets and the items.
func withOffsets(out io.Writer, n int, item func(b []byte, i int) []byte) error {
	head := binary.LittleEndian.AppendUint32(nil, uint32(n))
	var b []byte
	for i := range n {
		head = binary.LittleEndian.AppendUint32(head, uint32(len(b)))
		b = item(b, i)
	}
	head = binary.LittleEndian.AppendUint32(head, uint32(len(b)))
	if _, err := out.Write(head); err != nil {
		return err
	}
	_, err := out.Write(b)
	return err
}

func (w *indexWriter) writeWords(out io.Writer) error {
	return withOffsets(out, len(w.words), func(b []byte, i int) []byte { return append(b, w.words[i]...) })
}

// hash32 is FNV-1a, folded.
func hash32(s string) uint32 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return uint32(h >> 32)
}

func tableSize(n int) int { return 1 << bits.Len(uint(n+n/2)) }

// writeWordHash returns an open-addressing table of word rank + 1.
func (w *indexWriter) writeWordHash(out io.Writer) error {
	t := make([]uint32, tableSize(len(w.words)))
	for i, s := range w.words {
		h := hash32(s) & uint32(len(t)-1)
		for t[h] != 0 {
			h = (h + 1) & uint32(len(t)-1)
		}
		t[h] = uint32(i) + 1
	}
	return binary.Write(out, binary.LittleEndian, t)
}

// titles tell little of a street: half the weight of their rarity.
var titles = map[string]bool{
	"general": true, "docteur": true, "president": true, "marechal": true, "colonel": true, "capitaine": true, "commandant": true,
	"lieutenant": true, "saint": true, "sainte": true, "professeur": true, "amiral": true, "abbe": true, "pere": true, "monseigneur": true,
	"sergent": true, "notre": true, "dame": true, "pasteur": false, "chanoine": true, "adjudant": true,
}

func (w *indexWriter) writeWeights(out io.Writer) error {
	df := make([]int, len(w.words))
	total := 0
	for i := range w.names {
		for k, s := range w.names[i].words {
			if !slices.Contains(w.names[i].words[:k], s) {
				df[w.wordRank[s]] += w.names[i].streets
			}
		}
		total += w.names[i].streets
	}
	b := make([]byte, len(w.words))
	for i, s := range w.words {
		b[i] = weightOf(df[i], total, titles[s])
	}
	_, err := out.Write(b)
	return err
}

// weightOf returns a word's weight in 1/255: from 0.25 for a word of every street to
// 1 for a word of one, by the logarithm of its rarity; titles count half.
func weightOf(df, total int, title bool) byte {
	v := 1.0
	if df > 0 && total > 1 {
		v = 0.25 + 0.75*math.Log(1+float64(total)/float64(df))/math.Log(1+float64(total))
	}
	if title {
		v /= 2
	}
	return byte(math.Round(min(v, 1) * 255))
}

// deletionKeys visits the hashes under which a word is found: itself, itself with
// one letter less, and its sound.
func deletionKeys(s string, visit func(uint32)) {
	visit(hash32(s))
	if len(s) < 4 || s[0] >= '0' && s[0] <= '9' {
		return
	}
	var buf [40]byte
	if len(s) <= len(buf) {
		for i := range len(s) {
			if i > 0 && s[i] == s[i-1] {
				continue // the same word as the deletion before
			}
			b := append(append(buf[:0], s[:i]...), s[i+1:]...)
			visit(hash32(string(b)))
		}
	}
	if sound := address.Sound(s); sound != "" {
		visit(hash32("~" + sound))
	}
}

// writeDeletes returns the table of typos: bucket starts, then entries of a word rank
// (24 bits) and 8 bits of the key's hash.
func (w *indexWriter) writeDeletes(out io.Writer) error {
	type entry struct{ bucket, value uint32 }
	var es []entry
	n := 0
	for _, s := range w.words {
		deletionKeys(s, func(uint32) { n++ })
	}
	buckets := max(1, tableSize(n)/4)
	es = make([]entry, 0, n)
	for i, s := range w.words {
		deletionKeys(s, func(h uint32) {
			es = append(es, entry{h & uint32(buckets-1), uint32(i) | h>>24<<24})
		})
	}
	slices.SortFunc(es, func(x, y entry) int { return cmp.Or(cmp.Compare(x.bucket, y.bucket), cmp.Compare(x.value, y.value)) })
	es = slices.Compact(es)
	b := binary.LittleEndian.AppendUint32(nil, uint32(buckets))
	k := 0
	for bucket := range buckets {
		for k < len(es) && es[k].bucket < uint32(bucket) {
			k++
		}
		b = binary.LittleEndian.AppendUint32(b, uint32(k))
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(es)))
	for _, e := range es {
		b = binary.LittleEndian.AppendUint32(b, e.value)
	}
	_, err := out.Write(b)
	return err
}

// writeEndings: the words' ranks in the order of their letters from the last.
func (w *indexWriter) writeEndings(out io.Writer) error {
	ranks := make([]uint32, len(w.words))
	for i := range ranks {
		ranks[i] = uint32(i)
	}
	slices.SortFunc(ranks, func(x, y uint32) int { return compareEndings(w.words[x], w.words[y]) })
	return binary.Write(out, binary.LittleEndian, ranks)
}

// writeLetters: the letters and the length of each word.
func (w *indexWriter) writeLetters(out io.Writer) error {
	sets := make([]uint32, len(w.words))
	for i, s := range w.words {
		sets[i] = alike.Letters(s)
	}
	return binary.Write(out, binary.LittleEndian, sets)
}

// writeNames: type u8, count u8, word ranks, then the name as the base writes it.
func (w *indexWriter) writeNames(out io.Writer) error {
	_, typeRank := w.types()
	return withOffsets(out, len(w.names), func(b []byte, i int) []byte {
		n := &w.names[i]
		ws := n.words[:min(len(n.words), maxWords)]
		b = append(b, typeRank[n.typ], byte(len(ws)))
		for _, s := range ws {
			b = binary.AppendUvarint(b, uint64(w.wordRank[s]))
		}
		return append(b, n.display...)
	})
}

// writeWholes: the hashes of the names' words joined by spaces, sorted.
func (w *indexWriter) writeWholes(out io.Writer) error {
	hashes := make([]uint32, len(w.names))
	for i := range w.names {
		hashes[i] = hash32(strings.Join(w.names[i].words, " "))
	}
	slices.Sort(hashes)
	return binary.Write(out, binary.LittleEndian, slices.Compact(hashes))
}

// maxWords bounds the words of a name that are compared.
const maxWords = 24

// writeTownNames: commune, former rank, word ranks, key; sorted by key.
func (w *indexWriter) writeTownNames(out io.Writer) error {
	return withOffsets(out, len(w.townNames), func(b []byte, i int) []byte {
		p := &w.townNames[i]
		b = binary.AppendUvarint(b, uint64(p.commune))
		b = binary.AppendUvarint(b, uint64(p.former))
		b = append(b, byte(len(p.words)))
		for _, s := range p.words {
			b = binary.AppendUvarint(b, uint64(w.wordRank[s]))
		}
		return append(b, p.key...)
	})
}
