package geo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// city is Paris, Lyon or Marseille: a commune cut into municipal arrondissements,
// whose INSEE codes and postcodes follow one another (INSEE, COG; La Poste).
type city struct {
	code, name, departement string
	first, last             int // codes of its arrondissements, 75101 to 75120
	postcode                int // of the first: 75001
}

var cities = [...]city{
	{"75056", "Paris", "75", 75101, 75120, 75001},
	{"69123", "Lyon", "69", 69381, 69389, 69001},
	{"13055", "Marseille", "13", 13201, 13216, 13001},
}

// secondPostcode is the other postcode of the 16th arrondissement of Paris.
const secondPostcode = "75116"

// Arrondissement returns the city and the official name of a municipal
// arrondissement of Paris, Lyon or Marseille by its INSEE code ("75118": "75056",
// "Paris 18e Arrondissement"), or "" twice for any other code.
func Arrondissement(code string) (city, name string) {
	n := fiveDigits(code)
	for _, c := range cities {
		if n >= c.first && n <= c.last {
			return c.code, c.arrondissement(n - c.first + 1)
		}
	}
	return "", ""
}

func (c *city) arrondissement(rank int) string {
	if rank == 1 {
		return c.name + " 1er Arrondissement"
	}
	return fmt.Sprintf("%s %de Arrondissement", c.name, rank)
}

// ArrondissementAt returns the INSEE code of the arrondissement of a city (its
// INSEE code) that a postcode serves, or "".
func ArrondissementAt(city, postcode string) string {
	if city == cities[0].code && postcode == secondPostcode {
		return postcode // the sixteenth: its code is this postcode too
	}
	for _, c := range cities {
		if rank := fiveDigits(postcode) - c.postcode; c.code == city && rank >= 0 && rank <= c.last-c.first {
			return fmt.Sprint(c.first + rank)
		}
	}
	return ""
}

// ArrondissementNumbered returns the INSEE code of the arrondissement of a city
// by its number ("75056", 18: "75118"), or "" if the city has none of that number.
func ArrondissementNumbered(city string, rank int) string {
	for _, c := range cities {
		if c.code == city && rank >= 1 && rank <= c.last-c.first+1 {
			return fmt.Sprint(c.first + rank - 1)
		}
	}
	return ""
}

// fiveDigits returns the value of five digits, 0 for any other text.
func fiveDigits(s string) int {
	if len(s) != 5 {
		return 0
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// WholeCities returns a commune table in which Paris, Lyon and Marseille are one line each,
// with every arrondissement among the former communes: some tables list the city alone, some
// its arrondissements too, or only them. The city takes the postcodes of its arrondissements'
// lines and, without a line of its own, their population. A table that needs no change is
// returned as it is.
func WholeCities(list []Commune) []Commune {
	changed := func(c Commune) bool {
		of, _ := Arrondissement(c.Code)
		return of != "" || slices.ContainsFunc(cities[:], func(k city) bool { return k.code == c.Code })
	}
	if !slices.ContainsFunc(list, changed) {
		return list
	}
	var out []Commune
	var parts []Commune
	for _, c := range list {
		if city, _ := Arrondissement(c.Code); city != "" {
			parts = append(parts, c)
		} else {
			out = append(out, c)
		}
	}
	for i := range cities {
		out = cities[i].whole(out, parts)
	}
	slices.SortStableFunc(out, func(a, b Commune) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// whole puts the city's arrondissements in its line, which is made if only parts
// name it.
func (c *city) whole(list, parts []Commune) []Commune {
	parts = slices.DeleteFunc(slices.Clone(parts), func(p Commune) bool {
		of, _ := Arrondissement(p.Code)
		return of != c.code
	})
	at := slices.IndexFunc(list, func(m Commune) bool { return m.Code == c.code })
	if at < 0 && len(parts) == 0 {
		return list
	}
	if at < 0 {
		at = len(list)
		m := Commune{Code: c.code, Name: c.name, Departement: c.departement, Lon: parts[0].Lon, Lat: parts[0].Lat}
		for _, p := range parts {
			m.Population += p.Population
		}
		list = append(list, m)
	}
	m := &list[at]
	m.Postcodes, m.Former = slices.Clone(m.Postcodes), slices.Clone(m.Former)
	for _, p := range parts {
		for _, code := range p.Postcodes {
			if !slices.Contains(m.Postcodes, code) {
				m.Postcodes = append(m.Postcodes, code)
			}
		}
	}
	for n := c.first; n <= c.last; n++ {
		code, name := fmt.Sprint(n), c.arrondissement(n-c.first+1)
		k := slices.IndexFunc(m.Former, func(f FormerCommune) bool { return f.Code == code })
		if k < 0 {
			m.Former = append(m.Former, FormerCommune{Code: code, Name: name})
		} else {
			m.Former[k].Name = name
		}
	}
	return list
}

// wholeContours joins the contours of a city's arrondissements into one of the
// city, unless the city has its own.
func wholeContours(contours []Contour) ([]Contour, error) {
	parts := map[string][]orb.MultiPolygon{}
	own := map[string]bool{}
	var out []Contour
	for _, c := range contours {
		own[c.Code] = true
		if city, _ := Arrondissement(c.Code); city != "" {
			parts[city] = append(parts[city], c.Shape)
		} else {
			out = append(out, c)
		}
	}
	for _, c := range cities {
		if len(parts[c.code]) == 0 || own[c.code] {
			continue
		}
		shape, err := Union(parts[c.code]...)
		if err != nil {
			return nil, err
		}
		out = append(out, Contour{c.code, shape})
	}
	return out, nil
}
