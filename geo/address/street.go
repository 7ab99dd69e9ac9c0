package address

import "strconv"

var postboxMarks = map[string]bool{"bp": true, "cs": true, "tsa": true, "cidex": true, "boite postale": true}

// markPostboxes sets apart BP 123, B.P. 123, CS 20001, CS 90 012, TSA 12345.
func markPostboxes(p *Parsed, ts []Token, roles []Role) {
	for i := 0; i+1 < len(ts); i++ {
		if i+2 < len(ts) && ts[i+2].Digits && (ts[i].Text == "b" && ts[i+1].Text == "p" || ts[i].Text == "c" && ts[i+1].Text == "s") && roles[i] == RoleOther {
			p.Postbox = true
			roles[i], roles[i+1], roles[i+2] = RolePostbox, RolePostbox, RolePostbox
			continue
		}
		if !postboxMarks[ts[i].Text] || !ts[i+1].Digits || roles[i] != RoleOther {
			continue
		}
		p.Postbox = true
		roles[i], roles[i+1] = RolePostbox, RolePostbox
		if i+2 < len(ts) && ts[i+2].Digits && len(ts[i+1].Text) <= 2 && len(ts[i+2].Text) == 3 && roles[i+2] == RoleOther {
			roles[i+2] = RolePostbox
		}
	}
}

// unitMarks are words of a place inside a building, which a short value follows.
var unitMarks = map[string]bool{
	"bat": true, "batiment": true, "bt": true, "bati": true, "bâtiment": true,
	"apt": true, "appt": true, "app": true, "appart": true, "appartement": true, "apart": true, "apprt": true,
	"esc": true, "escalier": true, "etg": true, "etage": true, "porte": true, "pte": true, "hall": true,
	"logement": true, "logt": true, "log": true, "lgt": true, "bloc": true, "imm": true, "immeuble": true, "boite": true,
	"chambre": true, "chbre": true, "studio": true, "entree": true, "ent": true, "cage": true, "tour": true, "lot": true,
	"niveau": true, "pavillon": true, "pav": true, "bal": true, "casier": true, "box": true, "emplacement": true, "caravane": true,
}

// personMarks open a person's or host's name, which is no part of a place.
var personMarks = map[string]bool{
	"chez": true, "mme": true, "mr": true, "mlle": true, "madame": true, "monsieur": true, "mademoiselle": true, "famille": true,
}

// markComplements sets apart what stands inside the building or names a person.
func markComplements(ts []Token, roles []Role) {
	for i := 0; i < len(ts); i++ {
		if roles[i] != RoleOther {
			continue
		}
		t := ts[i].Text
		switch {
		case t == "rdc":
			roles[i] = RoleComplement
		case t == "rez" && i+2 < len(ts) && ts[i+1].Text == "de" && ts[i+2].Text == "chaussee":
			roles[i], roles[i+1], roles[i+2] = RoleComplement, RoleComplement, RoleComplement
		case t == "c" && i+1 < len(ts) && ts[i+1].Text == "o" && ts[i+1].Hyphen, personMarks[t] && opensName(ts, roles, i), t == "chez",
			t == "m" && i == 0 && i+1 < len(ts) && !ts[i+1].Digits:
			for j := i; j < len(ts) && roles[j] == RoleOther; j++ {
				if j > i && (ts[j].Digits || ts[j].Comma || roadTypes[streetTypes[ts[j].Text]] && len(ts[j].Text) > 1) {
					break
				}
				roles[j] = RoleComplement
			}
		case unitMarks[t]:
			markUnit(ts, roles, i)
		}
	}
}

// markUnit sets apart a unit mark at i with its value, or its ordinal before it.
func markUnit(ts []Token, roles []Role, i int) {
	if i > 0 && roles[i-1] == RoleOther && articles[ts[i-1].Text] && ts[i-1].Text != "et" {
		return // "rue de la Porte 3"
	}
	if t := ts[i].Text; t == "etage" || t == "etg" || t == "porte" { // "3ème étage", "2e etg"
		j := i - 1
		if j > 0 && ordinalMarks[ts[j].Text] {
			j--
		}
		if j >= 0 && j < i && roles[j] == RoleOther && (ts[j].Digits && len(ts[j].Text) <= 2 && (j < i-1 || t != "porte") || numberWords[ts[j].Text] > 0 && j == i-1 && t != "porte") {
			for k := j; k <= i; k++ {
				roles[k] = RoleComplement
			}
			if t != "porte" {
				return
			}
		}
	}
	j := i + 1
	if j < len(ts) && (ts[j].Text == "n" || ts[j].Text == "no" || ts[j].Text == "numero") {
		j++
	}
	if j >= len(ts) || roles[j] != RoleOther {
		return
	}
	v := ts[j]
	single := len(v.Text) == 1 || romans[v.Text] != "" && v.Text != "vi"
	switch {
	case v.Digits && len(v.Text) <= 4:
		// "bât 12 rue X" is a building and no number only if another number comes.
	case !v.Digits && single:
	default:
		return
	}
	if ts[i].Text == "lot" && !v.Digits {
		return
	}
	for k := i; k <= j; k++ {
		roles[k] = RoleComplement
	}
	// A12, 3B: the value's glued rest
	for j++; j < len(ts) && ts[j].Glued && len(ts[j].Text) <= 3 && roles[j] == RoleOther; j++ {
		roles[j] = RoleComplement
	}
}

// opensName tells whether a person's title may open a name at i: first, after a
// comma, a number or a complement. "La Croix Madame" is a place.
func opensName(ts []Token, roles []Role, i int) bool {
	return i == 0 || ts[i].Comma || ts[i-1].Digits || roles[i-1] == RoleComplement
}

// typeAt gives the canonical type that may start a street's name at open token
// i, empty where the word is part of a name: after an article, another type or
// an adjective.
func typeAt(ts []Token, open []int, i int) string {
	t := ts[open[i]]
	typ := streetTypes[t.Text]
	if typ == "" || i+1 >= len(open) && len(t.Text) <= 2 {
		return ""
	}
	if i == 0 || t.Comma {
		return typ
	}
	prev := ts[open[i-1]]
	if articles[prev.Text] && !(prev.Text == "a" && i > 1) || nameAdjectives[prev.Text] {
		return ""
	}
	return typ
}

// nameAdjectives make the type after them part of a name: "Grande Rue".
var nameAdjectives = map[string]bool{
	"grand": true, "grande": true, "petit": true, "petite": true, "vieux": true, "vieille": true, "haute": true, "basse": true,
	"gde": true, "gd": true, "pte": true, "nouvelle": true, "ancienne": true, "ancien": true, "longue": true, "belle": true,
	"premiere": true, "deuxieme": true, "troisieme": true, "rue": true, "route": true, "chemin": true, "rond": true, "er": true, "ere": true, "eme": true,
	"saint": true, "st": true, "sainte": true, "ste": true, "bas": true, "haut": true, "sous": true, "sans": true,
}

// takeStreet finds the house number and the street among the tokens that no
// complement took, and puts the rest in Extra.
func (ps *Parser) takeStreet(ts []Token, roles []Role) {
	p := &ps.p
	var buf [48]int
	open := buf[:0]
	for i := range ts {
		if roles[i] == RoleOther {
			open = append(open, i)
		}
	}
	hadNumber := p.Number > 0
	start := ps.anchor(ts, roles, open)
	// Everything before the anchor is a complement, and so is a residence after it.
	for _, i := range open[:start] {
		if roles[i] == RoleOther {
			roles[i] = RoleComplement
		}
	}
	rest := open[start:]
	if len(rest) > 0 && ts[rest[0]].Digits && roles[rest[0]] == RoleOther && !(len(rest) > 1 && months[ts[rest[1]].Text] && !hadNumberAfter(ts, rest)) {
		n, end, suffix := p.Number, p.NumberEnd, p.Suffix
		ps.takeNumber(ts, roles, rest[0])
		if hadNumber { // the number column rules; the same number again is no news
			p.Number, p.NumberEnd, p.Suffix = n, end, suffix
		}
	} else if !hadNumber && len(rest) > 1 {
		if n, ok := numberWords[ts[rest[0]].Text]; ok && roadTypes[streetTypes[ts[rest[1]].Text]] && n > 1 {
			p.Number, roles[rest[0]] = n, RoleNumber // "douze rue des Lilas"
		}
	}
	var sbuf [48]int
	street := sbuf[:0]
	for _, i := range rest {
		if roles[i] == RoleOther {
			street = append(street, i)
		}
	}
	cut := len(street)
	for k := 2; k < len(street); k++ {
		if housingTypes[typeAt(ts, street, k)] && len(ts[street[k]].Text) > 2 && hasRoad(ts, street[:k]) {
			cut = k
			break
		}
	}
	if p.Number == 0 && cut > 1 {
		cut = ps.trailingNumber(ts, roles, street, cut)
	}
	for k, i := range street {
		switch {
		case k < cut:
			roles[i] = RoleStreet
			p.Street = append(p.Street, ts[i])
		case roles[i] == RoleOther:
			roles[i] = RoleComplement
		}
	}
	first := len(p.Extra)
	for i := range ts {
		if roles[i] == RoleComplement {
			p.Extra = append(p.Extra, ts[i])
		}
	}
	p.Open = p.Street
	if cut < len(street) && street[len(street)-1] > street[0] && roles[street[len(street)-1]] == RoleComplement {
		p.Open = p.Extra[first:]
	}
}

func hadNumberAfter(ts []Token, rest []int) bool {
	for _, i := range rest[2:] {
		if roadTypes[streetTypes[ts[i].Text]] {
			return true
		}
	}
	return false
}

func hasRoad(ts []Token, street []int) bool {
	return roadTypes[streetTypes[ts[street[0]].Text]]
}

// anchor is the index in open where the address proper starts: a number before a
// road type, else a road type after a residence, else the first number, else 0.
func (ps *Parser) anchor(ts []Token, roles []Role, open []int) int {
	firstRoad := -1
	for k := range open {
		if !roadTypes[typeAt(ts, open, k)] {
			continue
		}
		if firstRoad < 0 {
			firstRoad = k
		}
		// Walk back over a suffix, a range and a comma to a number.
		j := k - 1
		for j >= 0 && k-j <= 4 {
			t := ts[open[j]]
			if t.Digits {
				break
			}
			if len(t.Text) > 1 && suffixWords[t.Text] == "" && t.Text != "et" && t.Text != "au" {
				j = -1
				break
			}
			j--
		}
		if j < 0 || !ts[open[j]].Digits {
			continue
		}
		for j > 0 && k-j <= 4 { // the start of the range
			m := j - 1
			if t := ts[open[m]].Text; m > 0 && (t == "a" || t == "et" || t == "au" || suffixWords[t] != "" || len(t) == 1) && !ts[open[m]].Digits {
				m--
			}
			if !ts[open[m]].Digits {
				break
			}
			a, _ := strconv.Atoi(ts[open[m]].Text)
			b, _ := strconv.Atoi(ts[open[j]].Text)
			if a >= b || b-a > 98 || open[j]-open[m] > 2 {
				break
			}
			j = m
		}
		return j
	}
	if len(open) > 0 && ts[open[0]].Digits {
		// "12 résidence les Lilas rue Pasteur": the road type leads, the number stays.
		if firstRoad > 1 && housingTypes[streetTypes[ts[open[1]].Text]] {
			ps.takeNumber(ts, roles, open[0])
			return firstRoad
		}
		return 0
	}
	if firstRoad > 0 {
		if numberWords[ts[open[firstRoad-1]].Text] > 1 {
			return firstRoad - 1
		}
		return firstRoad
	}
	if len(open) > 0 && housingTypes[streetTypes[ts[open[0]].Text]] { // "Rés. les Lilas, 27 la Haie"
		for k := 2; k+1 < len(open); k++ {
			if t := ts[open[k]]; t.Digits && len(t.Text) <= 4 && !ts[open[k+1]].Digits && !months[ts[open[k+1]].Text] && romans[ts[open[k+1]].Text] == "" {
				return k
			}
		}
	}
	// No road type: a first number after words, "Le Bourg 12", is for
	// trailingNumber; "Lilas, 12 Pasteur" starts at its number.
	for k := 1; k+1 < len(open); k++ {
		if t := ts[open[k]]; t.Digits && t.Comma && len(t.Text) <= 4 && !months[ts[open[k+1]].Text] {
			return k
		}
	}
	return 0
}

// trailingNumber reads "rue des Lilas 12" and gives the new end of the street.
func (ps *Parser) trailingNumber(ts []Token, roles []Role, street []int, cut int) int {
	k := cut - 1
	if s := ts[street[k]]; suffixWords[s.Text] != "" || s.Glued && len(s.Text) == 1 {
		k--
	}
	if k < 1 || !ts[street[k]].Digits || len(ts[street[k]].Text) > 4 {
		return cut
	}
	prev := ts[street[k-1]]
	if months[prev.Text] || roadNumberMarks[prev.Text] || articles[prev.Text] || k == 1 && isType(prev) {
		return cut
	}
	// A range "rue X 9-11": its first number.
	if prev.Digits && ts[street[k]].Hyphen && k > 1 {
		k--
	}
	ps.takeNumber(ts, roles, street[k])
	return k
}
