package geo

import (
	"encoding/binary"
	"math"
	"slices"

	"perimetre/geo/fault"
)

// tableWriter writes numbers and texts one after another: an unsigned varint, or
// a varint length and UTF-8 bytes.
type tableWriter struct{ b []byte }

func (t *tableWriter) number(n int) { t.b = binary.AppendUvarint(t.b, uint64(n)) }
func (t *tableWriter) float(v float64) {
	t.b = binary.LittleEndian.AppendUint64(t.b, math.Float64bits(v))
}

func (t *tableWriter) text(s string) {
	t.number(len(s))
	t.b = append(t.b, s...)
}

func (t *tableWriter) texts(list []string) {
	t.number(len(list))
	for _, s := range list {
		t.text(s)
	}
}

func (t *tableWriter) communes(c *Communes) {
	t.number(len(c.list))
	for i := range c.list {
		c := &c.list[i]
		for _, s := range []string{c.Code, c.Name, c.Departement, c.EPCI, c.EPCIName} {
			t.text(s)
		}
		t.number(c.Population)
		t.texts(c.Postcodes)
		t.number(len(c.Former))
		for _, f := range c.Former {
			t.text(f.Code)
			t.text(f.Name)
		}
		t.float(c.Lon)
		t.float(c.Lat)
	}
	t.texts(c.codes)
}

func (t *tableWriter) zones(v *polygonVersion) {
	t.number(len(v.zones))
	for _, z := range v.zones {
		t.text(z.Code)
		t.text(z.Name)
		t.texts(z.Communes)
	}
	with := make([]string, 0, len(v.withZone))
	for code := range v.withZone {
		with = append(with, code)
	}
	slices.Sort(with)
	t.texts(with)
	listed := 0
	if v.allListed {
		listed = 1
	}
	t.number(listed)
}

// tableReader reads what tableWriter wrote; it panics with bad() past the end.
// Its texts are parts of b.
type tableReader struct {
	b   string
	bad func() *fault.Error
}

func (t *tableReader) number() int {
	var n uint64
	for i := range min(len(t.b), 5) {
		n |= uint64(t.b[i]&0x7f) << (7 * i)
		if t.b[i] < 0x80 {
			t.b = t.b[i+1:]
			return int(n)
		}
	}
	panic(t.bad())
}

// count returns a number of items that follow, each of one byte at least.
func (t *tableReader) count() int {
	n := t.number()
	if n > len(t.b) {
		panic(t.bad())
	}
	return n
}

func (t *tableReader) text() string {
	n := t.count()
	s := t.b[:n]
	t.b = t.b[n:]
	return s
}

func (t *tableReader) texts() []string {
	n := t.count()
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = t.text()
	}
	return out
}

func (t *tableReader) float() float64 {
	if len(t.b) < 8 {
		panic(t.bad())
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64([]byte(t.b[:8])))
	t.b = t.b[8:]
	return v
}

func (t *tableReader) communes() (list []Commune, contours []string) {
	list = make([]Commune, t.count())
	for i := range list {
		c := &list[i]
		for _, s := range []*string{&c.Code, &c.Name, &c.Departement, &c.EPCI, &c.EPCIName} {
			*s = t.text()
		}
		c.Population = t.number()
		c.Postcodes = t.texts()
		if n := t.count(); n > 0 {
			c.Former = make([]FormerCommune, n)
			for k := range c.Former {
				c.Former[k] = FormerCommune{t.text(), t.text()}
			}
		}
		c.Lon, c.Lat = t.float(), t.float()
	}
	return list, t.texts()
}

func (t *tableReader) zonesOf(v *polygonVersion) {
	v.zones = make([]Zone, t.count())
	for i := range v.zones {
		z := &v.zones[i]
		z.Code, z.Name = t.text(), t.text()
		z.Communes = t.texts()
	}
	with := t.texts()
	v.withZone = make(map[string]bool, len(with))
	for _, code := range with {
		v.withZone[code] = true
	}
	v.allListed = t.number() == 1
}
