package geocode

import (
	"bytes"
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/fault"
)

// BuildOptions say where an index goes and which communes it knows.
type BuildOptions struct {
	Dir      string        // folder that receives the three files
	Communes []geo.Commune // the COG: names, postcodes, former communes
	Progress func(addresses int64)
}

// Stats counts what an index holds; sizes are in bytes on disk.
type Stats struct {
	Addresses  int64 `json:"addresses"`
	Streets    int64 `json:"streets"`
	Localities int64 `json:"lieux_dits"`
	Communes   int   `json:"communes"`
	Names      int   `json:"names"`
	Words      int   `json:"words"`
	Duplicates int64 `json:"duplicates"` // same street, number and suffix: one kept
	// DuplicatesBy counts them by the file that the number left out came from, as From
	// numbered it.
	DuplicatesBy []int64 `json:"-"`
	NoPoint      int64   `json:"no_point"` // numbers without coordinates: left out
	Forward      int64   `json:"forward_bytes"`
	IDs          int64   `json:"ids_bytes"`
	Reverse      int64   `json:"reverse_bytes"`
}

// Builder makes an index of addresses given in any order. A number costs 24
// bytes of memory until Close, and 16 where the BAN gave it an identifier; a street about
// 200.
type Builder struct {
	o        BuildOptions
	communes map[string]*communeBuild
	former   map[string]string // former code → code of today
	streets  map[streetKey]*streetBuild
	last     *streetBuild // addresses of a street come together
	lastKey  streetKey
	lastName string
	file     uint8    // of the addresses to come
	buffer   []number // of the last street, until the next one starts
	arena    []number // of the streets before it, exact: no slack, no garbage
	suffixes map[string]uint16
	suffix   []string
	ids      []string   // identifiers that the rule does not give
	bans     []geo.UUID // the BAN's
	intern   map[string]string
	stats    Stats
}

type streetKey struct{ id, postcode, former, city string }

type communeBuild struct {
	geo.Commune
	streets []*streetBuild
	formers []geo.FormerCommune // from the table, then from addresses
	lon     int32
	lat     int32
}

type streetBuild struct {
	id       string
	name     string
	alias    string
	postcode string
	former   string
	kind     uint8
	hasPoint bool
	next     *streetBuild // another street of the same key, which has another name
	block    uint32       // where its numbers were written
	lon, lat int32        // its own point, when the base gives one
	ban      geo.UUID
	numbers  []number
}

// NewBuilder starts an index.
func NewBuilder(o BuildOptions) (*Builder, error) {
	if o.Dir == "" {
		return nil, fault.New(fault.Internal, "dossier de l’index non précisé")
	}
	b := &Builder{o: o, communes: map[string]*communeBuild{}, former: map[string]string{}, streets: map[streetKey]*streetBuild{},
		suffixes: map[string]uint16{"": 0}, suffix: []string{""}, intern: map[string]string{}}
	o.Communes = geo.WholeCities(o.Communes)
	for _, c := range o.Communes {
		b.communes[c.Code] = &communeBuild{Commune: c, formers: slices.Clone(c.Former)}
		for _, f := range c.Former {
			b.former[f.Code] = c.Code
		}
	}
	for _, c := range o.Communes { // a living code is never a former one
		delete(b.former, c.Code)
	}
	return b, nil
}

func (b *Builder) keep(s string) string {
	if s == "" {
		return ""
	}
	if k, ok := b.intern[s]; ok {
		return k
	}
	s = strings.Clone(s)
	b.intern[s] = s
	return s
}

// Add takes addresses in; their strings are copied. It is not for concurrent use.
func (b *Builder) Add(batch []geo.Address) error {
	for i := range batch {
		b.add(&batch[i])
	}
	if b.o.Progress != nil {
		b.o.Progress(b.stats.Addresses)
	}
	return nil
}

func (b *Builder) add(a *geo.Address) {
	name := strings.TrimSpace(a.Street)
	if name == "" {
		name = strings.TrimSpace(a.Place)
	}
	if name == "" {
		return
	}
	id := a.StreetID
	if id == "" {
		id = name
	}
	key := streetKey{id, a.Postcode, a.OldCityCode, a.CityCode}
	s := b.last
	if s == nil || key != b.lastKey || name != b.lastName {
		var ok bool
		if s, ok = b.streets[key]; !ok {
			s = b.newStreet(a, name)
			b.streets[streetKey{b.keep(id), b.keep(a.Postcode), b.keep(a.OldCityCode), b.keep(a.CityCode)}] = s
		}
		s = b.named(s, a, name)
		b.flush()
		if s.ban == (geo.UUID{}) {
			s.ban, _ = geo.ParseUUID(a.StreetBANID)
		}
		b.last, b.lastName, b.lastKey = s, strings.Clone(name), streetKey{strings.Clone(id), strings.Clone(a.Postcode), strings.Clone(a.OldCityCode), strings.Clone(a.CityCode)}
	}
	lon, lat, ok := units(a.Lon, a.Lat)
	if a.Kind != geo.KindHouseNumber {
		if ok {
			s.hasPoint, s.lon, s.lat = true, lon, lat
		}
		return
	}
	if !ok {
		b.stats.NoPoint++
		return
	}
	suffix := strings.ToLower(strings.TrimSpace(a.Suffix))
	rank, known := b.suffixes[suffix]
	if !known {
		if len(b.suffix) >= math.MaxUint16 {
			b.stats.NoPoint++
			return
		}
		rank = uint16(len(b.suffix))
		suffix = strings.Clone(suffix)
		b.suffix = append(b.suffix, suffix)
		b.suffixes[suffix] = rank
	}
	n := number{number: int32(a.Number), lon: lon, lat: lat, suffix: rank, position: a.PositionType, file: b.file, id: -1}
	if a.ID != "" && !isRuleID(a.ID, s.id, a.Number, suffix) {
		n.id = int32(len(b.ids))
		b.ids = append(b.ids, strings.Clone(a.ID))
	}
	if id, ok := geo.ParseUUID(a.BANID); ok {
		b.bans = append(b.bans, id)
		n.ban = uint32(len(b.bans))
	}
	b.buffer = append(b.buffer, n)
	b.stats.Addresses++
}

// From says from which file the addresses to come are, for Stats.DuplicatesBy; files
// past the 255th count as one.
func (b *Builder) From(file int) { b.file = uint8(min(file, math.MaxUint8)) }

// named gives, of the streets of one key, the one called name, made when there is
// none. Bases give one identifier to several streets: each keeps its name and its
// numbers. Two writings of one name are one street.
func (b *Builder) named(s *streetBuild, a *geo.Address, name string) *streetBuild {
	for {
		if s.name == name || sameWords(s.name, name) {
			return s
		}
		if s.next == nil {
			s.next = b.newStreet(a, name)
			return s.next
		}
		s = s.next
	}
}

// sameWords reports whether two names have the same type and the same words, but for
// articles, accents and capitals.
func sameWords(a, b string) bool {
	typeA, plainA := words(nil, nil, a)
	typeB, plainB := words(nil, nil, b)
	return typeA == typeB && slices.EqualFunc(plainA, plainB, func(x, y address.Word) bool { return x.Text == y.Text })
}

// arenaSize is how many numbers are allocated at a time.
const arenaSize = 1 << 16

// flush hands the buffered numbers to their street.
func (b *Builder) flush() {
	if len(b.buffer) == 0 {
		return
	}
	if len(b.last.numbers) > 0 { // its lines were not together
		b.last.numbers = append(b.last.numbers, b.buffer...)
	} else {
		if cap(b.arena)-len(b.arena) < len(b.buffer) {
			b.arena = make([]number, 0, max(arenaSize, len(b.buffer)))
		}
		at := len(b.arena)
		b.arena = append(b.arena, b.buffer...)
		b.last.numbers = b.arena[at:len(b.arena):len(b.arena)]
	}
	b.buffer = b.buffer[:0]
}

func (b *Builder) newStreet(a *geo.Address, name string) *streetBuild {
	code, former, city := a.CityCode, a.OldCityCode, a.City
	if now, district := geo.Arrondissement(code); now != "" {
		code, former, city = now, code, strings.Fields(district)[0]
	} else if now, ok := b.former[code]; ok {
		if former == "" {
			former = code
		}
		code = now
	}
	if former == "" { // a city's own code: the postcode says which arrondissement
		former = geo.ArrondissementAt(code, a.Postcode)
	}
	c := b.communes[code]
	if c == nil { // a base may know communes that the table lacks
		c = &communeBuild{Commune: geo.Commune{Code: b.keep(code), Name: b.keep(city), Lon: math.NaN(), Lat: math.NaN()}}
		c.Departement = geo.DepartementOf(code)
		b.communes[c.Code] = c
	}
	if a.Postcode != "" && !slices.Contains(c.Postcodes, a.Postcode) {
		c.Postcodes = append(c.Postcodes[:len(c.Postcodes):len(c.Postcodes)], b.keep(a.Postcode))
	}
	if former != "" && former != code {
		k := slices.IndexFunc(c.formers, func(f geo.FormerCommune) bool { return f.Code == former })
		if k < 0 {
			c.formers = append(c.formers, geo.FormerCommune{Code: b.keep(former)})
			k = len(c.formers) - 1
		}
		if _, district := geo.Arrondissement(former); district != "" {
			c.formers[k].Name = b.keep(district)
		}
		if c.formers[k].Name == "" {
			c.formers[k].Name = b.keep(a.OldCity)
			if c.formers[k].Name == "" && a.City != c.Name {
				c.formers[k].Name = b.keep(a.City)
			}
		}
	} else {
		former = ""
	}
	s := &streetBuild{id: b.keep(a.StreetID), name: b.keep(name), alias: b.keep(a.Alias), postcode: b.keep(a.Postcode), former: b.keep(former)}
	if a.Kind == geo.KindLocality {
		s.kind = kindLocality
	}
	c.streets = append(c.streets, s)
	return s
}

func units(lon, lat float64) (int32, int32, bool) {
	if math.IsNaN(lon) || math.IsNaN(lat) || math.Abs(lon) > 180 || math.Abs(lat) > 90 {
		return 0, 0, false
	}
	return int32(math.Round(lon * degree)), int32(math.Round(lat * degree)), true
}

// ruleID returns the BAN's identifier of a number: street_00012_bis.
func ruleID(b []byte, street string, number int, suffix string) []byte {
	b = append(b, street...)
	b = append(b, '_')
	for p := 10000; p > number && p > 1; p /= 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, int64(number), 10)
	if suffix != "" {
		b = append(b, '_')
		b = append(b, suffix...)
	}
	return b
}

func isRuleID(id, street string, number int, suffix string) bool {
	var buf [80]byte
	return street != "" && id == string(ruleID(buf[:0], street, number, suffix))
}

// arrange sorts everything that the files hold and drops duplicates, so that the
// bytes do not depend on the order in.
func (b *Builder) arrange() []*communeBuild {
	all := make([]*communeBuild, 0, len(b.communes))
	for _, c := range b.communes {
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y *communeBuild) int { return cmp.Compare(x.Code, y.Code) })
	// Suffix ranks follow the alphabet, not the order in.
	order := slices.Clone(b.suffix)
	slices.Sort(order)
	remap := make([]uint16, len(order))
	for i, s := range order {
		remap[b.suffixes[s]] = uint16(i)
	}
	b.suffix = order
	for _, c := range all {
		for _, s := range c.streets {
			b.sortNumbers(s, remap)
		}
		slices.SortFunc(c.formers, func(x, y geo.FormerCommune) int { return cmp.Compare(x.Code, y.Code) })
		slices.Sort(c.Postcodes)
		slices.SortStableFunc(c.streets, func(x, y *streetBuild) int {
			return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.postcode, y.postcode), cmp.Compare(x.former, y.former), cmp.Compare(x.id, y.id))
		})
		b.centre(c)
	}
	return all
}

func (b *Builder) sortNumbers(s *streetBuild, remap []uint16) {
	for i := range s.numbers {
		s.numbers[i].suffix = remap[s.numbers[i].suffix]
	}
	slices.SortFunc(s.numbers, func(x, y number) int {
		var xi, yi string
		var xb, yb geo.UUID
		if x.ban > 0 {
			xb = b.bans[x.ban-1]
		}
		if y.ban > 0 {
			yb = b.bans[y.ban-1]
		}
		if x.id >= 0 && y.id >= 0 {
			xi, yi = b.ids[x.id], b.ids[y.id]
		}
		return cmp.Or(cmp.Compare(x.number, y.number), cmp.Compare(x.suffix, y.suffix), cmp.Compare(positionRank(x.position), positionRank(y.position)),
			cmp.Compare(x.lon, y.lon), cmp.Compare(x.lat, y.lat), cmp.Compare(xi, yi), bytes.Compare(xb[:], yb[:]))
	})
	s.numbers = slices.CompactFunc(s.numbers, func(x, y number) bool { // x comes after y, and goes
		twice := x.number == y.number && x.suffix == y.suffix
		if twice {
			b.stats.Duplicates++
			for len(b.stats.DuplicatesBy) <= int(x.file) {
				b.stats.DuplicatesBy = append(b.stats.DuplicatesBy, 0)
			}
			b.stats.DuplicatesBy[x.file]++
		}
		return twice
	})
	if !s.hasPoint && len(s.numbers) > 0 { // the street's point: its middle number's
		m := s.numbers[len(s.numbers)/2]
		s.hasPoint, s.lon, s.lat = true, m.lon, m.lat
	}
}

// positionRank puts the point nearest to the door first.
func positionRank(p geo.PositionType) int {
	if p == geo.PositionUnknown {
		return 100
	}
	return int(p)
}

// centre gives a commune its point: the table's, else its streets' mean.
func (b *Builder) centre(c *communeBuild) {
	if lon, lat, ok := units(c.Lon, c.Lat); ok && (c.Lon != 0 || c.Lat != 0) {
		c.lon, c.lat = lon, lat
		return
	}
	var x, y, n int64
	for _, s := range c.streets {
		if s.hasPoint {
			x, y, n = x+int64(s.lon), y+int64(s.lat), n+1
		}
	}
	if n > 0 {
		c.lon, c.lat = int32(x/n), int32(y/n)
	}
}

// Close writes the three files and gives the counts.
func (b *Builder) Close() (Stats, error) {
	b.flush()
	all := b.arrange()
	b.streets, b.intern, b.communes = nil, nil, nil
	w := newIndexWriter(b, all)
	if err := w.forward(filepath.Join(b.o.Dir, addressesFile)); err != nil {
		return b.stats, err
	}
	if err := w.identifiers(filepath.Join(b.o.Dir, idsFile)); err != nil {
		return b.stats, err
	}
	if err := w.reverse(filepath.Join(b.o.Dir, reverseFile)); err != nil {
		return b.stats, err
	}
	b.stats.Addresses -= b.stats.Duplicates
	return b.stats, nil
}

// words reads a name into the words that the index stores: the type, and the
// words that tell the street from others (its type where there is nothing else).
func words(buf []address.Word, tokens []address.Token, name string) (typ string, plain []address.Word) {
	all := address.StreetWords(buf[:0], address.Fold(tokens[:0], name))
	for _, w := range all {
		switch w.Kind {
		case address.Type:
			if typ == "" {
				typ = w.Text
			} else {
				typ += " " + w.Text
			}
		case address.Plain:
			plain = append(plain, w)
		}
	}
	if len(plain) == 0 {
		plain = append(plain, all...)
	}
	return typ, plain
}
