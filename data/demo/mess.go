package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"perimetre/data/noise"
	"perimetre/geo"
)

// The classes that the demo adds to those of package noise.
const (
	domiciled   noise.Class = "domiciliation"
	institution noise.Class = "foyer"
	quarterOnly noise.Class = "quartier_seul"
)

// describe writes the address as a counsellor typed it; false when the draw does
// not lend itself.
func (nb *neighbourhood) describe(rng *rand.Rand, e *entry) bool {
	e.housing = pickOf(rng, []string{"Hébergé par les parents", "Hébergé par les parents", "Locataire", "Hébergé chez un tiers", "", "Colocation"})
	e.country = "France"
	h := e.home
	n := rng.IntN(1000)
	class := noise.Class("")
	switch {
	case n < 15:
		return e.placeless(noise.Homeless, pickOf(rng, []string{"SDF", "Sans domicile fixe", "115", "sans domicile"}), "Sans domicile")
	case n < 25:
		return e.placeless(domiciled, pickOf(rng, []string{"CCAS", "domicilié au CCAS", "Domiciliation CCAS place de la Mairie"}), "Domiciliation")
	case n < 37:
		return e.placeless(institution, pickOf(rng, []string{"Foyer de jeunes travailleurs", "FJT", "Foyer de l'enfance", "Centre pénitentiaire", "CHRS Le Relais"}), "Foyer")
	case n < 43:
		e.placeless(noise.Foreign, fmt.Sprintf("%d rue de la Station", 1+rng.IntN(90)), e.housing)
		e.text.Split.Postcode, e.text.Split.City, e.country = "7700", "Mouscron", pickOf(rng, []string{"Belgique", "BELGIQUE", ""})
		if e.country == "" {
			e.text.Split.City = "Mouscron (Belgique)"
		}
		return true
	case n < 50:
		return e.placeless(noise.Unusable, pickOf(rng, []string{"", "inconnue", "?", "xxx", "à compléter"}), e.housing)
	case n < 58:
		q := quarterNear(h.c)
		if q == "" {
			return false
		}
		return e.placeless(quarterOnly, pickOf(rng, []string{"Quartier ", "QPV ", ""})+q, e.housing)
	case n < 68:
		class = noise.AbsentStreet
	case n < 78:
		class = noise.WrongCommune
	}
	c, ok := nb.base.At(rng, class, h.street, h.h.n, h.h.suffix)
	if !ok {
		return false
	}
	e.text = c
	if c.Class == noise.AbsentStreet {
		e.placed = false
	}
	if rng.IntN(100) < 35 && class == "" {
		e.cityCode = h.c.code
		if rng.IntN(60) == 0 { // the two codes confused
			e.cityCode = c.Split.Postcode
			e.disorder = append(e.disorder, "insee_faux")
		}
	}
	return true
}

// placeless puts words in place of an address, with the town's name.
func (e *entry) placeless(class noise.Class, words, housing string) bool {
	e.text = noise.Case{Class: class, Written: e.home.c.code, Split: noise.Split{Street: words, Postcode: e.home.c.postcodes[0], City: e.home.c.name}}
	e.placed, e.housing = false, housing
	return true
}

func quarterNear(c *commune) string {
	for _, q := range c.quarters {
		if q.version == v2024 {
			return q.name
		}
	}
	return ""
}

// misfile types the entry date, now and then in another form or wrongly.
func (e *entry) misfile(rng *rand.Rand) {
	d := e.on
	e.written = french(d)
	switch n := rng.IntN(1000); {
	case n < 15:
		e.written = d.String()
		e.disorder = append(e.disorder, "date_iso")
	case n < 25:
		e.written = strconv.Itoa(int(d.Time().Sub(geo.MustDate("1899-12-30").Time()).Hours() / 24))
		e.disorder = append(e.disorder, "date_excel")
	case n < 31:
		e.written = pickOf(rng, []string{"31/02/2024", "00/00/0000", "2024", "", "32/12/2024"})
		e.disorder = append(e.disorder, "date_invalide")
	}
}

func french(d geo.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

// splitNumber parts a number typed ahead of its street.
func splitNumber(typed string) (number, way string) {
	i := 0
	for i < len(typed) && typed[i] >= '0' && typed[i] <= '9' {
		i++
	}
	if i == 0 || i == len(typed) {
		return "", typed
	}
	rest := typed[i:]
	number = typed[:i]
	for _, s := range []string{" bis ", "bis ", " ter ", "ter ", " BIS ", "BIS ", " TER ", "TER ", " a ", " b ", "a ", "b ", " A ", " B ", "A ", "B "} {
		if after, ok := strings.CutPrefix(rest, s); ok {
			return number + strings.TrimRight(s, " "), after
		}
	}
	if rest[0] == ' ' && len(rest) > 2 && (rest[1] < '0' || rest[1] > '9') && rest[1] != '-' && rest[1] != '/' && !strings.HasPrefix(rest, " à ") {
		return number, rest[1:]
	}
	return "", typed
}
