package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// mission is a Mission Locale with its sites.
type mission struct {
	code, name string
	dep        *departement
	head       *commune
	communes   []*commune
	rural      bool // its territory holds no QPV
	share      float64
	sites      []site
}

type site struct {
	kind, name string
	town       *commune
	street     street
	number     houseNumber
	opening    string
	halfDays   int
	from, to   string
	host       string
}

// shares are the true shares of QPV residents among the entries of the Missions
// Locales in turn: above the target of 40 %, below it, near it.
var shares = []float64{.47, .39, .28, .53, .41, .22, .36, .44}

// drawMissions cuts a département into Missions Locales. The last of the second
// département is rural: no QPV.
func (t *territory) drawMissions(d *departement) {
	n := max(3, len(d.communes)/80)
	poles := spread(d.communes, n)
	for i, p := range poles {
		d.missions = append(d.missions, &mission{code: p.code, dep: d, head: p,
			name:  fmt.Sprintf("%s-ML %s (FICTIVE)", d.code, upperASCII(p.name)),
			rural: d.index%2 == 1 && i == n-1, share: shares[(d.index*3+i)%len(shares)]})
		if d.missions[i].rural {
			d.missions[i].share = 0
		}
	}
	for _, c := range d.communes {
		c.ml = d.missions[nearest(c, poles)]
		c.ml.communes = append(c.ml.communes, c)
	}
	t.missions = append(t.missions, d.missions...)
}

var (
	permanences = []string{"1er et 3e lundi 14:00-17:00", "2e et 4e mardi 14:00-17:00", "mercredi 09:00-12:00", "jeudi 09:00-12:00 13:30-16:30",
		"1er vendredi 09:00-12:00", "mardi 09:00-12:00 ; vendredi 14:00-17:00", "4e jeudi 14:00-16:30"}
	hosts = []string{"Mairie", "France Services", "Centre social", "CCAS", "Médiathèque", "Maison de quartier"}
)

// drawSites opens the sites of a Mission Locale at real numbers of its streets.
func (t *territory) drawSites(m *mission) {
	rng := t.random("sites " + m.code)
	open := func(c *commune, kind, name, opening string, halfDays int, host string) {
		s, h, ok := t.someNumber(rng, c)
		if !ok {
			return
		}
		from, to := "2019-01-01", ""
		switch rng.IntN(12) {
		case 0:
			from = "2024-09-01"
		case 1:
			to = "2024-06-30"
		}
		if kind == "siège" {
			from, to = "2015-01-01", ""
		}
		m.sites = append(m.sites, site{kind, name, c, s, h, opening, halfDays, from, to, host})
	}
	const weekday = "du lundi au vendredi 09:00-12:00 13:30-17:00"
	open(m.head, "siège", m.name, weekday, 10, "")
	others := slices.Clone(m.communes)
	rng.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	for i, c := range others[:min(len(others), 2+len(others)/2, 24)] {
		switch {
		case i == 0 && c != m.head:
			open(c, "antenne", "Antenne "+toward(c.name), "du lundi au jeudi 09:00-12:00 13:30-17:00", 8, "")
		case rng.IntN(5) == 0:
			open(c, "relais", "Relais "+toward(c.name), "mardi 14:00-17:00 ; jeudi 14:00-17:00", 2, pickOf(rng, hosts))
		default:
			host := pickOf(rng, hosts)
			o := rng.IntN(len(permanences))
			open(c, "permanence", "Permanence "+toward(c.name), permanences[o], []int{0, 0, 1, 2, 0, 2, 0}[o], host+" "+toward(c.name))
		}
	}
}

// someNumber picks a number of a commune.
func (t *territory) someNumber(rng *rand.Rand, c *commune) (s street, h houseNumber, ok bool) {
	seen := 0
	t.streets(c, func(st *street) error {
		for _, n := range st.numbers {
			if seen++; rng.IntN(seen) == 0 {
				s, h, ok = *st, n, true
			}
		}
		return nil
	})
	return s, h, ok
}

// sitesTable returns the lines of sites.csv, header first.
func (t *territory) sitesTable() [][]string {
	out := [][]string{{"code_ml", "type", "nom", "adresse", "code_postal", "commune", "insee", "lon", "lat", "ouverture", "du", "au", "hebergeur"}}
	for _, m := range t.missions {
		for _, s := range m.sites {
			lon, lat := degrees(s.number.at)
			if s.kind == "permanence" && len(s.name)%4 == 0 { // some are known by their address alone
				lon, lat = "", ""
			}
			out = append(out, []string{m.code, s.kind, s.name, s.number.label() + " " + s.street.name, s.street.postcode, s.town.name, s.town.code,
				lon, lat, s.opening, s.from, s.to, s.host})
		}
	}
	return out
}

func degrees(p orb.Point) (lon, lat string) {
	return strconv.FormatFloat(p[0], 'f', 6, 64), strconv.FormatFloat(p[1], 'f', 6, 64)
}
