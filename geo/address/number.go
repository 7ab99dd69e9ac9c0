package address

import "strconv"

var months = map[string]bool{
	"janvier": true, "fevrier": true, "mars": true, "avril": true, "mai": true, "juin": true, "juillet": true,
	"aout": true, "septembre": true, "octobre": true, "novembre": true, "decembre": true,
}

// roadNumberMarks stand before a road's number, which is no house number.
var roadNumberMarks = map[string]bool{
	"rn": true, "rd": true, "n": true, "d": true, "nationale": true, "departementale": true, "territoriale": true,
	"route": true, "rte": true, "cd": true, "km": true, "pk": true, "rp": true, "rt": true, "provinciale": true, "lot": true,
	"departemental": true, "dep": true, "rural": true, "rurale": true, "vicinal": true, "vicinale": true, "communale": true, "communal": true,
	"cr": true, "vc": true, "ligne": true, "autoroute": true,
}

var suffixWords = map[string]string{
	"bis": "bis", "ter": "ter", "quater": "quater", "quarter": "quater", "quinquies": "quinquies", "sexies": "sexies",
	"septies": "septies", "octies": "octies",
}

// number is a house number as read: its tokens' roles from the first, and the
// index of the open token after it.
type number struct {
	number, end int
	suffix      string
	unit        bool // the suffix may be a building: "12 B2"
	roles       [16]Role
	from, next  int
}

func (n *number) take(k int, r Role) {
	if i := k - n.from; i < len(n.roles) {
		n.roles[i] = r
	}
	n.next = k + 1
}

// readNumber reads a house number with its suffix, its range and the building
// glued to a letter behind it, from the open token k. ok is false where k holds
// no number of a house.
func (l *line) readNumber(k int) (n number, ok bool) {
	t := l.at(k)
	if !t.Digits || len(t.Text) > 5 || t.Hash {
		return n, false
	}
	v, err := strconv.Atoi(t.Text)
	if err != nil {
		return n, false
	}
	n.number, n.from = v, k
	n.take(k, RoleNumber)
	l.readSuffix(&n)
	leads := k == 0 || t.Comma || t.Dash || l.marks[l.open[k]] == markSigned || l.text(k-1) == "du"
	for range 4 { // 9-11, 5/7, 9 à 11, 9 et 11, 12,14, 12 14, 12-14-16
		if !l.readEnd(&n, leads) {
			break
		}
	}
	l.readUnits(&n)
	return n, true
}

// readEnd reads the end of a range behind a number, or the flat of "12/3".
func (l *line) readEnd(n *number, leads bool) bool {
	k, joined := n.next, false
	if t := l.text(k); t == "a" || t == "et" || t == "au" {
		k, joined = k+1, true
	}
	t := l.at(k)
	if !t.Digits || t.Hash || months[l.text(k+1)] || ordinalMarks[l.text(k+1)] && l.at(k+1).Glued {
		return false
	}
	last := max(n.number, n.end)
	end, err := strconv.Atoi(t.Text)
	near := err == nil && end > last && end-n.number <= 98
	even := (end-last)%2 == 0 && end-n.number <= 20
	typed := l.isType(k+1) || l.at(k+1).Digits || l.text(k+1) == "et" || l.text(k+1) == "a" || l.text(k+1) == "au" || suffixWords[l.text(k+1)] != ""
	switch {
	case near && (joined || t.Hyphen || t.Comma && leads && (even || !t.Dash && end-n.number <= 20) || leads && even && typed):
		for m := n.next; m <= k; m++ {
			n.take(m, RoleNumber)
		}
		n.end = end
		first := n.suffix
		l.readSuffix(n)
		if first != "" || n.suffix != "" && n.suffix != "bis" {
			n.suffix = first
		} else {
			n.suffix = ""
		}
		return true
	case t.Hyphen && !joined && !t.Dash: // "12/3": door 3
		n.take(k, RoleComplement)
		return true
	}
	return false
}

// readUnits takes the buildings and flats behind a number: "B2", "#34".
func (l *line) readUnits(n *number) {
	for {
		k := n.next
		t := l.at(k)
		switch {
		case t.Hash && t.Digits:
			n.take(k, RoleComplement)
		case l.isUnit(k) && n.suffix == "" && !t.Comma && !t.Dash && n.end == 0:
			n.suffix, n.unit = t.Text+l.text(k+1), true
			n.take(k, RoleSuffix)
			n.take(k+1, RoleSuffix)
		case l.isUnit(k):
			n.take(k, RoleComplement)
			n.take(k+1, RoleComplement)
		case !t.Digits && len(t.Text) == 1 && t.Comma && l.at(k+1).Comma && t.Text != "r": // "12, B, rue …"
			n.take(k, RoleComplement)
		default:
			return
		}
	}
}

// isUnit reports whether the open token k is the letter of a building with its
// figures glued behind: "B2", but not "D 964" or the end of a word.
func (l *line) isUnit(k int) bool {
	t, next := l.at(k), l.at(k+1)
	return !t.Digits && len(t.Text) == 1 && next.Digits && next.Glued && len(next.Text) <= 3 && !l.at(k+2).Glued
}

// readSuffix reads bis, ter, a letter, "A bis", "bv" behind the number's last token.
func (l *line) readSuffix(n *number) {
	k := n.next
	n.suffix = ""
	t := l.at(k)
	if t.Text == "" || t.Digits {
		return
	}
	if s := suffixWords[t.Text]; s != "" {
		n.suffix = s
		n.take(k, RoleSuffix)
		if next := l.at(k + 1); !next.Digits && len(next.Text) == 1 && !next.Hyphen && next.Text != "r" && !l.at(k+2).Digits && l.closes(k+2) {
			n.suffix += " " + next.Text
			n.take(k+1, RoleSuffix)
		}
		return
	}
	switch {
	case len(t.Text) == 1:
		l.readLetter(n, k, t)
	case l.typeSuffix(k),
		t.Glued && len(t.Text) <= 4 && !ordinalMarks[t.Text] && streetTypes[t.Text] == "",
		len(t.Text) == 2 && !t.Comma && streetTypes[t.Text] == "" && abbreviations[t.Text] == "" && !articles[t.Text] && !ordinalMarks[t.Text] && !numberSigns[t.Text] &&
			k+1 < len(l.open) && (l.isType(k+1) || l.at(k+1).Comma):
		n.suffix = t.Text
		n.take(k, RoleSuffix)
		if d := l.at(k + 1); d.Digits && d.Glued { // "12 bv1"
			n.suffix += d.Text
			n.take(k+1, RoleSuffix)
		}
	}
}

// typeSuffix reports whether the open token k is a suffix that looks like a type
// cut short: "12 qua rue Pasteur". One of a public way heads its street: "4 imp Mail".
func (l *line) typeSuffix(k int) bool {
	t, next := l.at(k), l.at(k+1)
	typ := streetTypes[t.Text]
	return typ != "" && !roadTypes[typ] && len(t.Text) <= 3 && len(t.Text) > 1 && !t.Comma && !t.Dash && !next.Comma &&
		streetTypes[next.Text] == next.Text && mainRoads[next.Text] && k+2 < len(l.open)
}

// readLetter reads the letter t at the open token k as a suffix, and the bis or
// the figures behind it.
func (l *line) readLetter(n *number, k int, t Token) {
	next := l.at(k + 1)
	if t.Text[0] < 'a' || t.Text[0] > 'z' || t.Comma && !next.Comma {
		return
	}
	if next.Digits && next.Glued {
		if t.Glued && len(next.Text) <= 2 { // "12p1"
			n.suffix = t.Text + next.Text
			n.take(k, RoleSuffix)
			n.take(k+1, RoleSuffix)
		}
		return
	}
	bis := suffixWords[next.Text] != ""
	followed := l.closes(k+1) || bis
	ok := false
	switch {
	case t.Comma:
	case t.Glued:
		ok = t.Text != "r" || followed
	case t.Text == "r":
	case followed:
		ok = true
	default:
		ok = t.Text == "b" || t.Text == "c" || t.Text == "t" || t.Text == "q"
	}
	// "9 a 11" is a range, "12 d Artagnan" a street.
	if !ok || t.Text == "a" && next.Digits {
		return
	}
	n.suffix = t.Text
	n.take(k, RoleSuffix)
	if bis {
		n.suffix += " " + suffixWords[next.Text]
		n.take(k+1, RoleSuffix)
	}
}

// closes reports whether a suffix may end before the open token k: at the end, a
// street's type, a comma.
func (l *line) closes(k int) bool {
	return k >= len(l.open) || l.isType(k) || l.at(k).Comma || l.at(k).Dash || l.open[k] > l.open[k-1]+1
}

// numberSigns stand before a house number: "n° 12", "numéro 12".
var numberSigns = map[string]bool{"n": true, "no": true, "nr": true, "num": true, "numero": true, "nos": true, "numeros": true, "nums": true}

// markNumberSigns takes the "n°" before a number out of the line, and marks the
// number. One right behind a street's type is the street's name: "Rue n° 3".
func markNumberSigns(ts []Token, roles []Role, marks []mark) {
	for i := 0; i+1 < len(ts); i++ {
		if !numberSigns[ts[i].Text] || !ts[i+1].Digits || roles[i] != RoleOther || roles[i+1] != RoleOther || ts[i+1].Glued && ts[i].Text == "n" {
			continue
		}
		if i > 0 && !ts[i].Comma && (heads(ts, i-1) || numbersRoad(ts, i-1) || articles[ts[i-1].Text]) {
			continue
		}
		if !ts[i].Comma && numberedStreet(ts[:i]) {
			continue // "611 Route Territoriale N°1"
		}
		roles[i], marks[i+1] = RoleNumber, markSigned
	}
}

// numberedStreet reports whether a number stands at the head of tokens, before a
// street's type.
func numberedStreet(ts []Token) bool {
	if len(ts) < 2 || !ts[0].Digits {
		return false
	}
	for _, t := range ts[1:min(len(ts), 4)] {
		if streetTypes[t.Text] != "" && len(t.Text) > 1 {
			return true
		}
	}
	return false
}

// heads reports whether the token i is the type that heads a street's name.
func heads(ts []Token, i int) bool {
	if streetTypes[ts[i].Text] == "" {
		return false
	}
	if i == 0 || ts[i].Comma || ts[i].Dash {
		return true
	}
	prev := ts[i-1]
	return prev.Digits || suffixWords[prev.Text] != "" || len(prev.Text) == 1 && !articles[prev.Text]
}

// numbersRoad reports whether the token i announces a road's number: "RN", or
// the adjective of "Route Nationale", but not of "Rue Nationale".
func numbersRoad(ts []Token, i int) bool {
	t := ts[i].Text
	if !roadNumberMarks[t] || len(t) < 6 || i == 0 {
		return roadNumberMarks[t]
	}
	switch streetTypes[ts[i-1].Text] {
	case "route", "chemin", "voie", "":
		return true
	}
	return false
}

// opensNumber reports whether a house number may start at the open token k: not
// the year of a date, a road's number or the figures of "B2".
func (l *line) opensNumber(k int) bool {
	t := l.at(k)
	if !t.Digits || t.Hash || len(t.Text) > 5 {
		return false
	}
	if mark := l.at(k + 1); ordinalMarks[mark.Text] && mark.Glued && l.isType(k+2) && (l.at(k-1).Digits || k+3 >= len(l.open) || l.at(k+3).Comma || l.gap(k+3)) {
		return false // "10 2e Avenue"
	}
	if l.marks[l.open[k]] == markSigned || k == 0 {
		return true
	}
	prev := l.at(k - 1)
	if l.open[k-1] != l.open[k]-1 { // a complement stands between
		return true
	}
	if t.Comma {
		return true
	}
	if t.Glued && len(prev.Text) == 1 || months[prev.Text] || numbersRoad(l.ts, l.open[k-1]) {
		return false
	}
	return !articles[prev.Text] || k == 1 && (prev.Text == "au" || prev.Text == "du" && l.text(2) == "au")
}
