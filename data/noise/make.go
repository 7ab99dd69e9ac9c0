package noise

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
)

// Config says how many cases to draw.
type Config struct {
	Seed uint64
	// PerClass and Negatives count the rows of each positive and each negative
	// class whose answer is unique; rows that are not come on top. Fewer come out
	// where the base has not enough (no commune named Saint…, one commune only).
	PerClass, Negatives int
	// Names are street names from elsewhere for AbsentStreet, needed when the base
	// is one commune.
	Names []string
}

// draft is a case in the making.
type draft struct {
	rng    *rand.Rand
	b      *Base
	s      *street
	n      *number // nil when the text has no number of the base
	number string  // as typed
	asked  int     // the number typed, 0 without one
	end    int     // of a range
	suffix string
	before string // a person or a building
	street string
	after  string // BP, CS
	post   string
	city   string
	dual   bool // town and postcode disagree
	slips  int  // in the town's name
	cedex  bool // the postcode is nobody's
	former bool // the town is the former commune's name
	upper  bool // the whole text in capitals
}

// start draws a number of the base and writes it clean.
func (b *Base) start(rng *rand.Rand, p pick) *draft {
	d := &draft{rng: rng, b: b, s: p.s, street: p.s.name, city: p.s.commune.name}
	d.setNumber(p.i)
	if len(d.s.postcodes) > 0 {
		d.post = d.s.postcodes[0]
	}
	if d.n.postcode != "" {
		d.post = d.n.postcode
	}
	return d
}

func (d *draft) setNumber(i int) {
	d.n = &d.s.numbers[i]
	d.asked, d.suffix = d.n.n, d.n.suffix
	d.number = strconv.Itoa(d.n.n)
	if d.suffix != "" {
		d.number += []string{" ", ""}[d.rng.IntN(2)] + d.suffix
	}
}

// draw picks a number of the base, each as likely as another.
func (b *Base) draw(rng *rand.Rand) pick {
	k := rng.IntN(b.Len())
	i := sort.SearchInts(b.weights, k+1)
	s := b.streets[i]
	return pick{s, k - (b.weights[i] - len(s.numbers))}
}

// Cases draws every class. The same base and configuration produce the same cases.
func (b *Base) Cases(cfg Config) []Case {
	var out []Case
	if b.Len() == 0 {
		return nil
	}
	for _, class := range Classes {
		want := cfg.PerClass
		if class.Negative() {
			want = cfg.Negatives
		}
		out = append(out, b.class(class, want, cfg)...)
	}
	return out
}

func (b *Base) class(class Class, want int, cfg Config) []Case {
	h := fnv.New64a()
	h.Write([]byte(class))
	rng := rand.New(rand.NewPCG(cfg.Seed, h.Sum64()))
	var out []Case
	seen := map[string]bool{}
	unique := 0
	// A base that cannot give more of a class is left after many draws in vain.
	for vain := 0; unique < want && vain < 5000; vain++ {
		c, ok := b.make(rng, class, cfg)
		if !ok || seen[c.Line] {
			continue
		}
		seen[c.Line], vain = true, 0
		if c.Unique {
			unique++
		}
		c.ID = fmt.Sprintf("%s-%05d", class, len(out)+1)
		out = append(out, c)
	}
	return out
}

// make draws one case of a class; false when the draw does not lend itself.
func (b *Base) make(rng *rand.Rand, class Class, cfg Config) (Case, bool) {
	p, ok := b.drawFor(rng, class)
	if !ok {
		return Case{}, false
	}
	d := b.start(rng, p)
	switch class {
	case AbsentStreet:
		return d.absentStreet(cfg.Names)
	case WrongCommune:
		return d.wrongCommune()
	}
	if !d.apply(class) {
		return Case{}, false
	}
	return d.finish(class), true
}

func (b *Base) drawFor(rng *rand.Rand, class Class) (pick, bool) {
	switch class {
	case WithSuffix:
		if len(b.suffixed) == 0 {
			return pick{}, false
		}
		return b.suffixed[rng.IntN(len(b.suffixed))], true
	case SaintCity:
		if len(b.saints) == 0 {
			return pick{}, false
		}
		s := b.saints[rng.IntN(len(b.saints))]
		return pick{s, rng.IntN(len(s.numbers))}, true
	}
	return b.draw(rng), true
}

// apply puts one noise on the draft; false when it has no hold on it.
func (d *draft) apply(class Class) (ok bool) {
	rng := d.rng
	switch class {
	case Clean:
		return true
	case Capitals:
		d.upper = true
		return true
	case Abbreviated:
		d.street, ok = abbreviate(rng, d.street, true)
		return ok
	case NoPostcode:
		d.post = ""
		return true
	case NoCity:
		d.city = ""
		return d.post != ""
	case WrongPostcode:
		return d.wrongPostcode()
	case OneTypo:
		return d.typos(1)
	case TwoTypos:
		return d.typos(2)
	case CityTypo:
		return d.cityTypo()
	case NoArticles:
		d.street, ok = dropArticles(d.street)
		return ok
	case BeforeStreet:
		d.before = before(rng)
		return true
	case Postbox:
		d.postbox()
		return true
	case NoNumber:
		d.n, d.number, d.asked, d.suffix = nil, "", 0, ""
		return true
	case AbsentNumber:
		return d.absentNumber()
	case WithSuffix:
		d.writeSuffix()
		return true
	case NumberRange:
		return d.numberRange()
	case SaintCity:
		d.city, ok = saintShort(rng, d.city)
		return ok
	case Combined:
		if d.street, ok = abbreviate(rng, d.street, false); !ok || !d.typos(1) {
			return false
		}
		d.upper = true
		return true
	}
	return false
}

func (d *draft) typos(n int) bool {
	before := Fold(d.street)
	for range 5 {
		s, ok := typos(d.rng, d.street, n)
		if ok && distance(before, Fold(s), n) == n {
			d.street = s
			return true
		}
	}
	return false
}

// finish composes the texts and settles the truth and its rivals.
func (d *draft) finish(class Class) Case {
	c := Case{Class: class, Half: d.s.half, Written: d.s.commune.code}
	c.Truth = Truth{Street: d.s.id, Number: d.asked, NumberEnd: d.end, Suffix: d.suffix,
		CityCode: d.s.commune.code, Lon: d.s.midLon, Lat: d.s.midLat}
	if d.n != nil {
		c.Truth.Known, c.Truth.Lon, c.Truth.Lat, c.Truth.Position = true, d.n.lon, d.n.lat, d.n.position
	}
	e := evidence{postcode: d.post, city: Fold(d.city), either: d.dual, slips: d.slips}
	if d.city != "" && d.slips == 0 && !d.former {
		e.city = d.s.commune.folded // the same town, short or with its CEDEX
	}
	if d.cedex {
		e.postcode = ""
	}
	fit, equal := d.b.rivals(d.s, d.street, e, d.asked, d.n != nil)
	c.Unique, c.Rivals = !fit, equal
	d.compose(&c)
	return c
}

// compose writes the line and the columns.
func (d *draft) compose(c *Case) {
	rng := d.rng
	sep := " "
	if d.number != "" && rng.IntN(8) == 0 {
		sep = ", "
	}
	way := d.street
	if d.number != "" {
		way = d.number + sep + d.street
	}
	comma := []string{" ", " ", ", "}[rng.IntN(3)]
	lead := ""
	if d.before != "" {
		lead = d.before + []string{" ", ", ", " - "}[rng.IntN(3)]
	}
	tail := strings.TrimSpace(d.post + " " + d.city)
	line := lead + way
	if d.after != "" {
		line += " " + d.after
	}
	if tail != "" {
		line += comma + tail
	}
	c.Split = Split{Street: way, Postcode: d.post, City: d.city}
	switch {
	case d.before != "" && rng.IntN(2) == 0:
		c.Split.Complement = d.before
	case d.before != "":
		c.Split.Street = lead + way
	}
	switch {
	case d.after != "" && rng.IntN(2) == 0:
		c.Split.Complement = strings.TrimSpace(c.Split.Complement + " " + d.after)
	case d.after != "":
		c.Split.Street += " " + d.after
	}
	c.Line = line
	if d.upper {
		c.Line = capitals(rng, line)
		c.Split.Street = capitals(rng, c.Split.Street)
		c.Split.Complement = capitals(rng, c.Split.Complement)
		c.Split.City = capitals(rng, c.Split.City)
	}
}

// absentStreet writes a street of elsewhere with this commune's number, postcode and name.
func (d *draft) absentStreet(names []string) (Case, bool) {
	rng, b := d.rng, d.b
	home := d.s.commune
	half := Half("")
	for range 40 {
		var name, key string
		if len(names) > 0 && (len(b.byName) < 2 || rng.IntN(4) == 0) {
			name = names[rng.IntN(len(names))]
			key, half = Key(name), HalfOf("", name)
		} else {
			s := b.streets[rng.IntN(len(b.streets))]
			if s.commune == home || s.locality {
				continue
			}
			name, key, half = s.name, s.key, s.half
		}
		if !home.missing(key) {
			continue
		}
		d.street = name
		c := Case{Class: AbsentStreet, Half: half, Written: home.code, Negative: true, Unique: true,
			Truth: Truth{Number: d.asked, Suffix: d.suffix, CityCode: home.code, Lon: math.NaN(), Lat: math.NaN()}}
		d.compose(&c)
		return c, true
	}
	return Case{}, false
}

// wrongCommune writes a real street and number with the name and postcode of a
// commune that has no such street, and that shares no postcode with its own.
func (d *draft) wrongCommune() (Case, bool) {
	rng, b := d.rng, d.b
	home := d.s.commune
	pool := b.order
	if near := b.byDep[home.dep]; len(near) > 1 && rng.IntN(10) < 8 {
		pool = near
	}
	for range 20 {
		other := pool[rng.IntN(len(pool))]
		if other == home || len(other.streets) == 0 || len(other.postcodes) == 0 || other.folded == home.folded || !other.missing(d.s.key) {
			continue
		}
		post := other.postcodes[rng.IntN(len(other.postcodes))]
		if contains(home.postcodes, post) || contains(d.s.postcodes, post) {
			continue
		}
		d.city, d.post = other.name, post
		c := Case{Class: WrongCommune, Half: d.s.half, Written: other.code, Negative: true, Unique: true,
			Truth: Truth{Street: d.s.id, Number: d.asked, Suffix: d.suffix, Known: true, CityCode: home.code,
				Lon: d.n.lon, Lat: d.n.lat, Position: d.n.position}}
		d.compose(&c)
		return c, true
	}
	return Case{}, false
}
