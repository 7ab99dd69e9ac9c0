package noise

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

var (
	persons = strings.Fields("Dupont Martin Lefebvre Durand Leroy Moreau Petit Girard Benali Nguyen Da-Silva Traoré Kowalski Garcia Bernard")
	estates = strings.Split("les Lilas|les Acacias|du Parc|Beau Site|les Tilleuls|Bellevue|la Roseraie|Jean Moulin|les Peupliers|Pasteur|Mermoz|les Mésanges", "|")
)

// before returns what people write ahead of the street: whom they live with, or where
// in the building.
func before(rng *rand.Rand) string {
	n, letter := 1+rng.IntN(60), string(rune('A'+rng.IntN(8)))
	who := persons[rng.IntN(len(persons))]
	estate := estates[rng.IntN(len(estates))]
	switch rng.IntN(14) {
	case 0:
		return fmt.Sprintf("Bât %s Apt %d", letter, n)
	case 1:
		return fmt.Sprintf("Bat %s appt %d", letter, n)
	case 2:
		return "Résidence " + estate
	case 3:
		return "Rés. " + estate
	case 4:
		return "chez M. " + who
	case 5:
		return "chez Mme " + who
	case 6:
		return "c/o " + who
	case 7:
		return fmt.Sprintf("%dème étage porte %d", 2+rng.IntN(8), n)
	case 8:
		return fmt.Sprintf("esc. %s", letter)
	case 9:
		return fmt.Sprintf("Appartement %d, bâtiment %s", n, letter)
	case 10:
		return fmt.Sprintf("apt%d", n)
	case 11:
		return fmt.Sprintf("Résidence %s Bât %s", estate, letter)
	case 12:
		return fmt.Sprintf("Entrée %s", letter)
	default:
		return fmt.Sprintf("M. et Mme %s", who)
	}
}

// postbox adds a BP, CS or TSA, a CEDEX or both; the postcode may become one that
// serves no commune, as CEDEX codes are.
func (d *draft) postbox() {
	rng := d.rng
	kind := rng.IntN(10)
	if kind < 8 {
		n := strconv.Itoa(1 + rng.IntN(999))
		five := strconv.Itoa(10000 + rng.IntN(80000))
		d.after = []string{"BP " + n, "B.P. " + n, "BP" + n, "CS " + five, "CS" + five, "TSA " + five}[rng.IntN(6)]
	}
	if kind < 3 {
		return // a postbox alone
	}
	word := []string{"CEDEX", "Cedex", "cedex"}[rng.IntN(3)]
	if rng.IntN(3) == 0 {
		word += " " + strconv.Itoa(1+rng.IntN(9))
	}
	switch {
	case kind < 7: // the commune's own postcode
		d.city += " " + word
	default:
		d.cedex = true
		d.post = d.b.cedexCode(rng, d.post, d.s.commune.dep)
		if kind < 9 {
			d.city += " " + word
		}
	}
}

// cedexCode returns a five-digit code of the département that no commune has.
func (b *Base) cedexCode(rng *rand.Rand, post, dep string) string {
	prefix := dep
	if len(post) == 5 {
		prefix = post[:2]
	}
	if len(prefix) != 2 {
		prefix = dep[:min(2, len(dep))]
	}
	for {
		code := fmt.Sprintf("%s%03d", prefix, 1+rng.IntN(999))
		if b.byPost[code] == nil && code[4] != '0' {
			return code
		}
	}
}

// wrongPostcode takes the postcode of another commune of the same département.
func (d *draft) wrongPostcode() bool {
	home := d.s.commune
	near := d.b.byDep[home.dep]
	for range 20 {
		other := near[d.rng.IntN(len(near))]
		if len(other.postcodes) == 0 {
			continue
		}
		post := other.postcodes[d.rng.IntN(len(other.postcodes))]
		if contains(home.postcodes, post) || contains(d.s.postcodes, post) {
			continue
		}
		d.post, d.dual = post, true
		return true
	}
	return false
}

// cityTypo makes a slip in the town's name that does not give another town's.
func (d *draft) cityTypo() bool {
	if d.post == "" {
		return false
	}
	city, ok := typos(d.rng, d.city, 1)
	if !ok || d.b.byName[Fold(city)] != nil {
		return false
	}
	d.slips = distance(Fold(city), d.s.commune.folded, 3)
	d.city = city
	return d.slips == 1
}

// absentNumber takes a number that the street has not: between two of its own, or
// past the last.
func (d *draft) absentNumber() bool {
	s := d.s
	last := s.numbers[len(s.numbers)-1].n
	for range 20 {
		n := 1 + d.rng.IntN(last)
		if d.rng.IntN(3) == 0 {
			n = last + 1 + d.rng.IntN(max(10, last/2))
		}
		if !s.has(n) {
			d.n, d.asked, d.suffix, d.number = nil, n, "", strconv.Itoa(n)
			return true
		}
	}
	return false
}

// writeSuffix varies how a suffix is typed.
func (d *draft) writeSuffix() {
	n := strconv.Itoa(d.n.n)
	s := d.suffix
	switch d.rng.IntN(6) {
	case 0:
		d.number = n + s
	case 1:
		d.number = n + strings.ToUpper(s)
	case 2:
		d.number = n + " " + strings.ToUpper(s)
	case 3:
		d.number = n + "-" + s
		if len(s) == 1 {
			d.number = n + " " + s
		}
	default:
		d.number = n + " " + s
	}
}

// numberRange takes two neighbours of one side that the street has: 9-11.
func (d *draft) numberRange() bool {
	s, from := d.s, d.n.n
	for step := 2; step <= 4; step += 2 {
		if i := s.find(from, ""); i >= 0 && s.has(from+step) {
			d.setNumber(i)
			d.end = from + step
			d.number = fmt.Sprintf("%d%s%d", from, []string{"-", "-", "/", " - ", " à "}[d.rng.IntN(5)], d.end)
			return true
		}
	}
	return false
}
