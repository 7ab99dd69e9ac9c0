package geocode

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"path/filepath"
	"sort"
	"sync"
	"unsafe"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// Index answers where addresses are. It is safe for concurrent use; each
// goroutine searches with a Searcher of its own.
type Index struct {
	bases []*base
}

// base is one opened folder.
type base struct {
	fwd, ids, rev *blockfile.File
	stats         Stats
	communes      []commune
	byCode        map[string]codeRef // current and former INSEE codes
	byPostcode    []postcodeRef      // sorted by postcode, then commune
	suffixes      []string
	types         []string

	words, names, townNames, postings offsets
	wordHash                          []byte
	weights                           []byte
	letters                           []uint32
	deletes, endings                  *blockfile.Section
	wholes                            *blockfile.Section // hashes of the names' words, sorted; nil in an older index
	deleteBuckets                     uint32
	numbers, streets                  *blockfile.Section
	idStreets, idNumbers              offsets
	idBANs                            offsets // empty where the base's files gave none
	revStreets, revBoxes              *blockfile.Section
	maxStreets                        int // streets of the largest commune
	heads                             heads
}

type commune struct {
	code, name, dep, context string
	population               int
	lon, lat                 int32
	first                    uint32 // rank of its first street
	streets                  uint32
	postcodes                []string
	formers                  []geo.FormerCommune
	districts                []bool // which formers are its arrondissements; nil for most communes
}

// district reports whether the former commune of a rank is an arrondissement.
func (c *commune) district(rank uint32) bool {
	return int(rank) < len(c.districts) && c.districts[rank]
}

type codeRef struct {
	commune uint32
	former  uint32 // 0: the commune itself; else the former commune's rank + 1
}

type postcodeRef struct {
	postcode uint32
	commune  uint32
}

// offsets is a section of items of varying length.
type offsets struct {
	s *blockfile.Section
	n int
}

func (o offsets) item(i int) []byte {
	if uint(i) >= uint(o.n) {
		panic(overrun)
	}
	h := o.s.Bytes(4+4*i, 8)
	from, to := binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:])
	if to < from {
		panic(overrun)
	}
	return o.s.Bytes(4+4*(o.n+1)+int(from), int(to-from))
}

// Open opens the folders of one or several indexes as one. Nothing but small
// tables is read; a damaged file is refused here or at the first search that
// touches the damage.
func Open(dirs ...string) (ix *Index, err error) {
	ix = &Index{}
	defer func() {
		if err != nil {
			ix.Close()
			ix = nil
		}
	}()
	for _, dir := range dirs {
		b, err := openBase(dir)
		if b != nil {
			ix.bases = append(ix.bases, b)
		}
		if err != nil {
			return ix, err
		}
	}
	if len(ix.bases) == 0 {
		return ix, fault.New(fault.Usage, "aucun référentiel à ouvrir")
	}
	return ix, nil
}

func openBase(dir string) (b *base, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	b = &base{}
	if b.fwd, err = blockfile.Open(filepath.Join(dir, addressesFile), magicForward, formatVersion); err != nil {
		return b, err
	}
	if b.ids, err = blockfile.Open(filepath.Join(dir, idsFile), magicIDs, formatVersion); err != nil {
		return b, err
	}
	if b.rev, err = blockfile.Open(filepath.Join(dir, reverseFile), magicReverse, formatVersion); err != nil {
		return b, err
	}
	get := func(f *blockfile.File, name string) *blockfile.Section {
		s, e := f.Section(name)
		if e != nil {
			panic(e)
		}
		return s
	}
	table := func(f *blockfile.File, name string) offsets {
		s := get(f, name)
		return offsets{s, int(u32at(s, 0))}
	}
	b.words, b.names = table(b.fwd, "words"), table(b.fwd, "names")
	b.townNames, b.postings = table(b.fwd, "places"), table(b.fwd, "postings")
	b.endings = get(b.fwd, "endings")
	if s, e := b.fwd.Section("wholes"); e == nil {
		b.wholes = s
	}
	b.deletes, b.numbers, b.streets = get(b.fwd, "deletes"), get(b.fwd, "numbers"), get(b.fwd, "streets")
	b.deleteBuckets = u32at(b.deletes, 0)
	b.idStreets, b.idNumbers = table(b.ids, "streets"), table(b.ids, "numbers")
	if s, e := b.ids.Section("ban"); e == nil {
		b.idBANs = offsets{s, int(u32at(s, 0))}
	}
	b.revStreets, b.revBoxes = get(b.rev, "streets"), get(b.rev, "boxes")
	b.wordHash, b.weights = get(b.fwd, "wordhash").All(), get(b.fwd, "weights").All()
	b.letters = get(b.fwd, "letters").Uint32s()
	if len(b.letters) != b.words.n || len(b.weights) != b.words.n || len(b.wordHash)%4 != 0 || bits.OnesCount(uint(len(b.wordHash)/4)) != 1 {
		return b, overrun
	}
	b.suffixes, b.types = readStrings(get(b.fwd, "suffixes")), readStrings(get(b.fwd, "types"))
	if err := json.Unmarshal(get(b.fwd, "meta").All(), &b.stats); err != nil {
		return b, overrun
	}
	b.stats.Forward, b.stats.IDs, b.stats.Reverse = fileSize(b.fwd.Path()), fileSize(b.ids.Path()), fileSize(b.rev.Path())
	b.readCommunes(bytes.Clone(get(b.fwd, "communes").All())) // a copy: results outlive the mapping
	return b, nil
}

func readStrings(s *blockfile.Section) []string {
	r := reader{bytes.Clone(s.All())}
	n := r.uvarint()
	if n > uint64(len(r.b)) { // each takes a byte at least
		panic(overrun)
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.string()
	}
	return list
}

// string views the bytes; the caller keeps them from changing.
func (r *reader) string() string {
	b := r.bytes(r.uvarint())
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func (b *base) readCommunes(data []byte) {
	r := reader{data}
	n := r.uvarint()
	if n > uint64(len(data)) {
		panic(overrun)
	}
	b.communes = make([]commune, n)
	b.byCode = make(map[string]codeRef, n+n/4)
	var first uint32
	var postcodes []string
	var formers []geo.FormerCommune
	for i := range b.communes {
		c := &b.communes[i]
		c.code, c.name, c.dep = r.string(), r.string(), r.string()
		c.population = int(r.uvarint())
		c.lon, c.lat = int32(r.varint()), int32(r.varint())
		streets := r.uvarint()
		if streets > uint64(b.streets.Len()/streetSize)-uint64(first) {
			panic(overrun)
		}
		c.first, c.streets = first, uint32(streets)
		first += c.streets
		b.maxStreets = max(b.maxStreets, int(c.streets))
		at := len(postcodes)
		for range r.uvarint() {
			postcodes = append(postcodes, r.string())
		}
		c.postcodes = postcodes[at:len(postcodes):len(postcodes)]
		at = len(formers)
		for range r.uvarint() {
			formers = append(formers, geo.FormerCommune{Code: r.string(), Name: r.string()})
		}
		c.formers = formers[at:len(formers):len(formers)]
		for k, f := range c.formers {
			b.byCode[f.Code] = codeRef{uint32(i), uint32(k) + 1}
			if city, _ := geo.Arrondissement(f.Code); city == c.code {
				if c.districts == nil {
					c.districts = make([]bool, len(c.formers))
				}
				c.districts[k] = true
			}
		}
		for _, p := range c.postcodes {
			b.byPostcode = append(b.byPostcode, postcodeRef{postcodeNumber(p), uint32(i)})
		}
		c.context = contextOf(c.dep)
	}
	for i := range b.communes { // a living code rules over a former one
		b.byCode[b.communes[i].code] = codeRef{commune: uint32(i)}
	}
	sort.Slice(b.byPostcode, func(i, j int) bool {
		x, y := b.byPostcode[i], b.byPostcode[j]
		return x.postcode < y.postcode || x.postcode == y.postcode && x.commune < y.commune
	})
}

var contexts sync.Map

// contextOf returns the public API's context: "59, Nord, Hauts-de-France".
func contextOf(dep string) string {
	if s, ok := contexts.Load(dep); ok {
		return s.(string)
	}
	s := dep
	if name, region, ok := geo.Departement(dep); ok {
		s += ", " + name
		if region != "" {
			s += ", " + region
		}
	}
	contexts.Store(dep, s)
	return s
}

// postcodeNumber returns a postcode as a number, 0 when it is not five digits.
func postcodeNumber(p string) uint32 {
	if len(p) != 5 {
		return 0
	}
	n := uint32(0)
	for i := range 5 {
		if p[i] < '0' || p[i] > '9' {
			return 0
		}
		n = n*10 + uint32(p[i]-'0')
	}
	return n
}

// withPostcode returns the communes of a postcode.
func (b *base) withPostcode(p uint32) []postcodeRef {
	lo := sort.Search(len(b.byPostcode), func(i int) bool { return b.byPostcode[i].postcode >= p })
	hi := lo
	for hi < len(b.byPostcode) && b.byPostcode[hi].postcode == p {
		hi++
	}
	return b.byPostcode[lo:hi]
}

// street returns the record of a street by its rank in the base.
func (b *base) street(i uint32) streetRecord {
	return decodeStreet(b.streets.Bytes(int(i)*streetSize, streetSize))
}

// communeOf returns the commune whose range holds the street.
func (b *base) communeOf(street uint32) *commune {
	k := sort.Search(len(b.communes), func(i int) bool { return b.communes[i].first+b.communes[i].streets > street })
	if k == len(b.communes) {
		panic(overrun)
	}
	return &b.communes[k]
}

// block opens the numbers of a street.
func (b *base) block(r *blockReader, s streetRecord, c *commune) {
	r.open(b.numbers.From(int(s.block), blockHead), c.lon, c.lat)
	if s.size > 0 { // a number takes at most 25 bytes
		r.b = b.numbers.From(int(s.block), min(blockHead+r.left*25, b.numbers.Len()-int(s.block)))
		r.open(r.b, c.lon, c.lat)
	}
}

// blockHead bounds the length of a block's head, in bytes.
const blockHead = 24

// Close releases the files; results keep no reference to them.
func (ix *Index) Close() error {
	var first error
	for _, b := range ix.bases {
		for _, f := range []*blockfile.File{b.fwd, b.ids, b.rev} {
			if f != nil {
				if err := f.Close(); err != nil && first == nil {
					first = err
				}
			}
		}
	}
	return first
}

// Verify checks every byte of every file.
func (ix *Index) Verify() error {
	for _, b := range ix.bases {
		for _, f := range []*blockfile.File{b.fwd, b.ids, b.rev} {
			if err := f.Verify(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Stats adds up what the opened indexes hold.
func (ix *Index) Stats() Stats {
	var t Stats
	for _, b := range ix.bases {
		s := b.stats
		t.Addresses += s.Addresses
		t.Streets += s.Streets
		t.Localities += s.Localities
		t.Communes += s.Communes
		t.Names += s.Names
		t.Words += s.Words
		t.Duplicates += s.Duplicates
		t.NoPoint += s.NoPoint
		t.Forward += s.Forward
		t.IDs += s.IDs
		t.Reverse += s.Reverse
	}
	return t
}

// Numbers visits the numbers of a street in order until visit says false.
func (ix *Index) Numbers(ref StreetRef, visit func(HouseNumber) bool) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	if ref.base == 0 || int(ref.base) > len(ix.bases) {
		return nil
	}
	b := ix.bases[ref.base-1]
	var r blockReader
	b.block(&r, b.street(ref.street), b.communeOf(ref.street))
	for r.next() {
		if !visit(b.houseNumber(&r)) {
			break
		}
	}
	return nil
}

func (b *base) houseNumber(r *blockReader) HouseNumber {
	return HouseNumber{int(r.number), b.suffixOf(r.suffix), float64(r.lon) / degree, float64(r.lat) / degree, r.position}
}

func (b *base) suffixOf(rank uint16) string {
	if int(rank) >= len(b.suffixes) {
		panic(overrun)
	}
	return b.suffixes[rank]
}
