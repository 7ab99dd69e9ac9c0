// Package ways writes real addresses in the ways that people write a house
// number and what stands beside a street, with the right answer of each row.
package ways

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"perimetre/data/noise"
	"perimetre/geo"
)

// Address is a house number of the base.
type Address struct {
	Number                   int
	Suffix, Street, StreetID string
	Postcode, City, Code     string
}

// House returns the number as it is normally written: "12 bis".
func (a *Address) House() string {
	if a.Suffix == "" {
		return fmt.Sprint(a.Number)
	}
	return fmt.Sprintf("%d %s", a.Number, a.Suffix)
}

// Row is one address written in one way.
type Row struct {
	Way      string
	Text     string // the street's part: number, street, complements
	Address  *Address
	Want     string // the house number that the row means; empty where any will do
	Any      []string
	Postcode string
	City     string
}

// Line returns the row on one line.
func (r *Row) Line() string { return r.Text + " " + r.Postcode + " " + r.City }

// Right reports whether a house number is the one that the row means.
func (r *Row) Right(house string) bool {
	key := func(s string) string { return strings.ReplaceAll(noise.Fold(s), " ", "") }
	if key(house) == key(r.Want) {
		return true
	}
	return slices.ContainsFunc(r.Any, func(s string) bool { return key(s) == key(house) })
}

// Way is one way of writing. Write returns the street's part of an address, or
// "" if the way does not suit it.
type Way struct {
	Name  string
	Write func(a *Address, r *rand.Rand) string
	// Any lists other house numbers that are right too: both ends of a range.
	Any func(a *Address) []string
}

// Held reports whether a commune is of the half that is never tuned on.
func Held(code string) bool {
	h := fnv.New32a()
	h.Write([]byte(code))
	return h.Sum32()%2 == 1
}

// Pool is the addresses of one half that a row can be made of: their street's
// name is alone in its commune and in its postcode.
type Pool struct{ all []*Address }

// NewPool keeps the addresses of a half.
func NewPool(addresses []geo.Address, held bool) *Pool {
	type place struct{ id, code string }
	named := map[string]place{}
	shared := map[string]bool{}
	for i := range addresses {
		a := &addresses[i]
		if a.Number == 0 || a.Number > 9999 || a.Kind != geo.KindHouseNumber {
			continue
		}
		for _, zone := range []string{a.CityCode, a.Postcode} {
			k := zone + "|" + noise.Key(a.Street)
			if p, ok := named[k]; ok && p.id != a.StreetID {
				shared[k] = true
			}
			named[k] = place{a.StreetID, a.CityCode}
		}
	}
	p := &Pool{}
	for i := range addresses {
		a := &addresses[i]
		if a.Number == 0 || a.Number > 9999 || a.Kind != geo.KindHouseNumber || a.Postcode == "" || Held(a.CityCode) != held ||
			shared[a.CityCode+"|"+noise.Key(a.Street)] || shared[a.Postcode+"|"+noise.Key(a.Street)] {
			continue
		}
		if strings.HasPrefix(strings.ToLower(a.Street), fmt.Sprint(a.Number, a.Suffix)+" ") {
			continue // "11P1 Rue du Charolais": the number is of the name
		}
		x := &Address{Number: a.Number, Suffix: a.Suffix, Street: a.Street, StreetID: a.StreetID, Postcode: a.Postcode, City: a.City, Code: a.CityCode}
		p.all = append(p.all, x)
	}
	slices.SortFunc(p.all, func(x, y *Address) int {
		return cmp.Or(cmp.Compare(x.StreetID, y.StreetID), cmp.Compare(x.Number, y.Number), cmp.Compare(x.Suffix, y.Suffix))
	})
	return p
}

// Len returns how many addresses may be drawn.
func (p *Pool) Len() int { return len(p.all) }

// Rows writes n addresses in each way, a street once in each.
func (p *Pool) Rows(list []Way, n int, seed uint64) []Row {
	var rows []Row
	for k, w := range list {
		r := rand.New(rand.NewPCG(seed, uint64(k)))
		used := map[string]bool{}
		for tries, got := 0, 0; got < n && tries < 400*n; tries++ {
			a := p.all[r.IntN(len(p.all))]
			if used[a.StreetID] {
				continue
			}
			text := w.Write(a, r)
			if text == "" {
				continue
			}
			used[a.StreetID] = true
			got++
			row := Row{Way: w.Name, Text: text, Address: a, Want: a.House(), Postcode: a.Postcode, City: a.City}
			if w.Any != nil {
				row.Any = w.Any(a)
			}
			rows = append(rows, row)
		}
	}
	return rows
}
