package demo

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// The statuses of the official lists, word for word.
const (
	frrNo, frrBase, frrPlus       = "Non classée", "FRR socle", "FRR+"
	frrKept, frrPart, frrKeptPart = "FRR bénéficiaire", "Classée FRR partiellement", "FRR bénéficiaire partiellement"
	zrrYes, zrrNo, zrrPart        = "C - Classée en ZRR", "NC - Commune non classée", "P - Commune partiellement classée en ZRR"
	frrTitle2024, frrTitle2025    = "Classement FRR et FRR+ au 20 juin 2024", "Classement FRR et FRR+ au 10 juillet 2025"
	urbanPeople                   = 4000 // from here on no commune is rural
)

// ruralStatus is what a commune is in the lists of 2021, 2024 and 2025.
type ruralStatus struct{ zrr, frr2024, frr2025 string }

func (t *territory) ruralStatus(c *commune) ruralStatus {
	rng := t.random("rural " + c.code)
	if c.population >= urbanPeople {
		return ruralStatus{zrrNo, frrNo, frrNo}
	}
	n := rng.IntN(100)
	if c.ml.rural {
		n /= 2
	}
	switch {
	case n < 14:
		return ruralStatus{zrrYes, frrBase, frrPlus}
	case n < 44:
		return ruralStatus{zrrYes, frrBase, frrBase}
	case n < 52:
		return ruralStatus{zrrNo, frrBase, frrBase}
	case n < 60: // a former ZRR, out of the first list and kept by the second
		return ruralStatus{zrrYes, frrNo, frrKept}
	case n < 64 && c.old != nil:
		return ruralStatus{zrrPart, frrPart, frrPart}
	case n < 67 && c.old != nil:
		return ruralStatus{zrrPart, frrNo, frrKeptPart}
	}
	return ruralStatus{zrrNo, frrNo, frrNo}
}

// communesTable returns the commune table, as ours of communes.
func (t *territory) communesTable() [][]string {
	out := [][]string{{"code_insee", "nom", "departement", "population", "codes_postaux", "epci", "nom_epci", "anciens_codes"}}
	for _, c := range t.towns {
		old := ""
		if c.old != nil {
			old = c.old.code
		}
		out = append(out, []string{c.code, c.name, c.dep.code, strconv.Itoa(c.population), strings.Join(c.postcodes, ","), c.epci.code, c.epci.name, old})
	}
	return out
}

func (t *territory) frrTable(title string) [][]string {
	out := [][]string{{"Code_insee", "Departement", "Commune", title, ""}}
	for _, c := range t.towns {
		s := t.ruralStatus(c)
		status := s.frr2025
		if title == frrTitle2024 {
			status = s.frr2024
		}
		out = append(out, []string{c.code, c.dep.code, c.name, status, ""})
	}
	return out
}

func (t *territory) zrrTable() [][]string {
	out := [][]string{{"CODGEO", "ZRR_SIMP"}}
	for _, c := range t.towns {
		out = append(out, []string{c.code, t.ruralStatus(c).zrr})
	}
	return out
}

func (t *territory) structuresTable() [][]string {
	out := [][]string{{"code_ml", "nom_ml", "adresse", "code_postal", "ville"}}
	for _, m := range t.missions {
		row := []string{m.code, m.name, "", m.head.postcodes[0], m.head.name}
		if len(m.sites) > 0 {
			s := m.sites[0]
			row[2], row[3] = s.number.label()+" "+strings.ToLower(s.street.name), s.street.postcode
		}
		out = append(out, row)
	}
	return out
}

func (t *territory) coverageTable() [][]string {
	out := [][]string{{"code_insee", "code_ml", "plusieurs_ml"}}
	for _, c := range t.towns {
		out = append(out, []string{c.code, c.ml.code, "Non"})
	}
	return out
}

// populationTable returns the young people of each commune, then of each part of a
// QPV of 2024, by area and a density of towns.
func (t *territory) populationTable() [][]string {
	out := [][]string{{"code_ml", "code_insee", "code_qpv", "jeunes", "source", "annee"}}
	line := func(c *commune, zone string, n int) {
		out = append(out, []string{c.ml.code, c.code, zone, strconv.Itoa(n), "Territoire fictif", "2021"})
	}
	for _, c := range t.towns {
		young := c.population * 11 / 100
		line(c, "", young)
		room := young * 9 / 10 // its QPV together have fewer than the commune
		for _, q := range c.quarters {
			if q.version == v2024 {
				n := min(young/3, room, int(hectares(q)/float64(len(q.communes))*9))
				line(c, q.code, n)
				room -= n
			}
		}
	}
	return out
}

// hectares returns the area of a QPV, holes taken off.
func hectares(q *quarter) float64 {
	var total float64
	for _, poly := range q.shape {
		for _, r := range poly {
			var a float64
			for i := 1; i < len(r); i++ {
				x0, y0 := between(r[0], r[i-1])
				x1, y1 := between(r[0], r[i])
				a += x0*y1 - x1*y0
			}
			total += a / 2 // a hole turns the other way
		}
	}
	return math.Abs(total) / 1e4
}

// feature is a GeoJSON feature, its properties in the order of the official files.
type feature struct {
	properties [][2]string
	shape      orb.Geometry
}

func (t *territory) quarterFeatures(v version) []feature {
	var out []feature
	for _, q := range t.quarters {
		if q.version != v {
			continue
		}
		var codes, names []string
		for _, c := range q.communes {
			codes, names = append(codes, c.code), append(names, c.name)
		}
		d := q.communes[0].dep
		if v == v2015 {
			out = append(out, feature{[][2]string{{"code_qp", q.code}, {"nom_qp", q.name}, {"commune_qp", strings.Join(names, ", ")}}, q.shape})
			continue
		}
		out = append(out, feature{[][2]string{{"code_qp", q.code}, {"lib_qp", q.name}, {"insee_reg", "00"}, {"lib_reg", "Territoire fictif"},
			{"insee_dep", d.code}, {"lib_dep", d.name}, {"insee_com", strings.Join(codes, ", ")}, {"lib_com", strings.Join(names, ", ")},
			{"siren_epci", q.communes[0].epci.code}}, q.shape})
	}
	return out
}

func (d *departement) contourFeatures() []feature {
	var out []feature
	for _, c := range d.communes {
		out = append(out, feature{[][2]string{{"code", c.code}, {"nom", c.name}, {"codeDepartement", d.code}}, orb.Polygon{c.ring}})
	}
	return out
}

// writeFeatures writes a GeoJSON collection, a feature a line.
func writeFeatures(dir, rel, name string, features []feature) (*output, error) {
	o, err := create(dir, rel)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(o, "{\"type\":\"FeatureCollection\",\"name\":%q,\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[", name)
	for i, f := range features {
		if i > 0 {
			o.WriteByte(',')
		}
		o.WriteString("\n{\"type\":\"Feature\",\"properties\":{")
		for k, p := range f.properties {
			if k > 0 {
				o.WriteByte(',')
			}
			fmt.Fprintf(o, "%q:%q", p[0], p[1])
		}
		o.WriteString("},\"geometry\":")
		writeGeometry(o, f.shape)
		o.WriteByte('}')
	}
	_, err = o.WriteString("\n]}\n")
	return o, o.done(err)
}

func writeGeometry(o *output, g orb.Geometry) {
	fmt.Fprintf(o, "{\"type\":%q,\"coordinates\":", g.GeoJSONType())
	switch g := g.(type) {
	case orb.Polygon:
		writePolygon(o, g)
	case orb.MultiPolygon:
		o.WriteByte('[')
		for i, p := range g {
			if i > 0 {
				o.WriteByte(',')
			}
			writePolygon(o, p)
		}
		o.WriteByte(']')
	}
	o.WriteByte('}')
}

func writePolygon(o *output, p orb.Polygon) {
	o.WriteByte('[')
	for i, r := range p {
		if i > 0 {
			o.WriteByte(',')
		}
		o.WriteByte('[')
		var b []byte
		for k, pt := range r {
			b = b[:0]
			if k > 0 {
				b = append(b, ',')
			}
			b = appendFixed(append(b, '['), pt[0], 6)
			b = appendFixed(append(b, ','), pt[1], 6)
			o.Write(append(b, ']'))
		}
		o.WriteByte(']')
	}
	o.WriteByte(']')
}
