package demo

import (
	"strconv"

	"github.com/paulmach/orb"

	"perimetre/data/noise"
	"perimetre/geo"
)

const (
	banHeader = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;" +
		"x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n"
	hamletsHeader = "id;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;source_position;source_nom_voie\n"
)

// lambert93 is the plane of the BAN's x and y; the territory lies outside of its
// legal area, and its formula holds there all the same.
var lambert93 = func() *geo.Projection {
	p, ok := geo.ProjectionByEPSG(2154)
	if !ok {
		panic("Lambert-93 is not among the projections")
	}
	return p
}()

// writeAddresses writes the BAN CSV of a département, street by street, and
// counts its numbers.
func (t *territory) writeAddresses(o *output, d *departement) (n int, err error) {
	if _, err = o.WriteString(banHeader); err != nil {
		return 0, err
	}
	line := make([]byte, 0, 512)
	for _, c := range d.communes {
		post := upperASCII(c.name)
		err = t.streets(c, func(s *street) error {
			old := ";"
			if s.old != nil {
				old = s.old.code + ";" + s.old.name
			}
			certified := ";commune;commune;0;\n"
			if s.certified {
				certified = ";commune;commune;1;\n"
			}
			for i := range s.numbers {
				h := &s.numbers[i]
				line = appendID(line[:0], s.id, h)
				line = append(append(append(line, ';'), s.id...), ';')
				line = strconv.AppendInt(line, int64(h.n), 10)
				line = append(append(line, ';'), h.suffix...)
				for _, f := range [...]string{s.name, s.postcode, c.code, c.name, old} {
					line = append(append(line, ';'), f...)
				}
				line = appendPlace(append(line, ';'), h.at)
				line = append(append(line, ';'), h.position.String()...)
				line = append(append(line, ";;"...), s.place...)
				line = append(append(line, ';'), post...)
				line = append(append(line, ';'), s.afnor...)
				line = append(line, certified...)
				if _, err := o.Write(line); err != nil {
					return err
				}
			}
			n += len(s.numbers)
			return nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// appendID returns the key of a number: 96001_0004_00012_bis.
func appendID(line []byte, street string, h *houseNumber) []byte {
	line = append(append(line, street...), '_')
	for k := 10000; k > 1 && h.n < k; k /= 10 {
		line = append(line, '0')
	}
	line = strconv.AppendInt(line, int64(h.n), 10)
	if h.suffix != "" {
		line = append(append(line, '_'), h.suffix...)
	}
	return line
}

// appendPlace is "x;y;lon;lat".
func appendPlace(line []byte, at orb.Point) []byte {
	xy := lambert93.Project(at)
	line = appendFixed(line, xy[0], 2)
	line = appendFixed(append(line, ';'), xy[1], 2)
	line = appendFixed(append(line, ';'), at[0], 6)
	return appendFixed(append(line, ';'), at[1], 6)
}

// appendFixed writes a number with so many decimals, faster than strconv does.
func appendFixed(line []byte, v float64, decimals int) []byte {
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	if v < 0 {
		line = append(line, '-')
		v = -v
	}
	k := int64(v*float64(unit) + .5)
	line = strconv.AppendInt(line, k/unit, 10)
	line = append(line, '.')
	for k %= unit; unit > 1; {
		unit /= 10
		line = append(line, byte('0'+k/unit))
		k %= unit
	}
	return line
}

// writeHamlets writes the lieux-dits of a département.
func (t *territory) writeHamlets(o *output, d *departement) (n int, err error) {
	if _, err = o.WriteString(hamletsHeader); err != nil {
		return 0, err
	}
	var line []byte
	for _, c := range d.communes {
		rng := t.random("lieux-dits " + c.code)
		seen := map[string]bool{}
		for range rng.IntN(5) {
			name := hamletName(rng)
			x, y := rng.NormFloat64()*cellMetres*.25, rng.NormFloat64()*cellMetres*.25
			p := moved(c.centre, x, y)
			if seen[noise.Key(name)] || !inRing(c.ring, p) {
				continue
			}
			seen[noise.Key(name)] = true
			line = append(append(append(line[:0], c.code...), "_ld"...), pad(len(seen), 2)...)
			for _, f := range [...]string{name, c.postcodes[0], c.code, c.name, ""} {
				line = append(append(line, ';'), f...)
			}
			line = appendPlace(append(line, ";;"...), orb.Point{micro(p[0]), micro(p[1])})
			if _, err := o.Write(append(line, ";commune;commune\n"...)); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}
