package address

// line is a field that is being read: its tokens, what each was read as, and the
// tokens that nothing took yet.
type line struct {
	ts    []Token
	roles []Role
	marks []mark
	open  []int
	buf   []Token
}

// at returns the open token k, the zero Token beyond the ends.
func (l *line) at(k int) Token {
	if k < 0 || k >= len(l.open) {
		return Token{}
	}
	return l.ts[l.open[k]]
}

func (l *line) text(k int) string { return l.at(k).Text }

// gap reports whether a complement was taken between the open tokens k-1 and k.
func (l *line) gap(k int) bool { return k > 0 && l.open[k] > l.open[k-1]+1 }

// isType reports whether the open token k may start a street's name by its type.
func (l *line) isType(k int) bool { return l.typeOf(k) != "" }

// typeOf returns the canonical type of the open token k, whatever stands before it:
// empty for a word of one letter, or of two at the end.
func (l *line) typeOf(k int) string {
	t := l.at(k)
	if t.Text == "rond" && (l.text(k+1) == "point" || l.text(k+1) == "pt") {
		return "rond point"
	}
	typ := streetTypes[t.Text]
	if typ == "" || k+1 >= len(l.open) && len(t.Text) <= 2 {
		if nameAdjectives[t.Text] && len(t.Text) > 2 && roadTypes[streetTypes[l.text(k+1)]] && len(l.text(k+1)) > 2 {
			return streetTypes[l.text(k+1)] // "Grande Rue", "Vieille Route"
		}
		return ""
	}
	return typ
}

// typeAt returns the canonical type that may start a street's name at the open
// token k, empty where the word is part of a name: after an article, another
// type or an adjective.
func (l *line) typeAt(k int) string {
	typ := l.typeOf(k)
	if typ == "" || k == 0 {
		return typ
	}
	t, prev := l.at(k), l.at(k-1)
	if t.Comma || t.Dash || l.gap(k) {
		return typ
	}
	if articles[prev.Text] && !(prev.Text == "a" && k > 1) && prev.Text != "et" || nameAdjectives[prev.Text] || t.Hyphen {
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

// opening is where an address starts in a line: its number, if one stands before
// the street, and its street's first word.
type opening struct {
	number number
	before bool // the number stands before the street
	street int  // open token
	two    bool // another street has a number too
	lead   int  // tokens of the number again, at the head of the street's name
}

// opening finds where the address proper starts: a number before a road's type,
// else one before any type, else a road's type, else the first number, else 0.
func (l *line) opening(townKnown bool) opening {
	var best opening
	rank := 0 // 3 a numbered road, 2 another numbered type
	road := -1
	for k := 0; k < len(l.open); k++ {
		if road < 0 && strongRoad(l.typeAt(k)) && (k == 0 || k+1 < len(l.open)) { // not "Chèvre Rue"
			road = k
		} else if l.ordinal(k) && strongRoad(l.typeOf(k+2)) {
			road = k // "2e Avenue"
		}
		if !l.opensNumber(k) {
			continue
		}
		n, ok := l.readNumber(k)
		if !ok || !l.isType(n.next) || l.at(n.next).Digits {
			continue
		}
		r := 2
		if strongRoad(l.typeOf(n.next)) {
			r = 3
		}
		switch {
		case r > rank:
			best, rank = opening{number: n, before: true, street: n.next}, r
		case r == 3 && l.at(k-1).Text != "":
			best.two = true
		}
		k = n.next - 1
	}
	if rank == 2 && road > best.street+1 && Housing(l.typeOf(best.street)) { // "12 résidence les Lilas rue Pasteur": the road leads
		best.street = road
		return best
	}
	if rank > 0 {
		l.leadingNumber(&best)
		return best
	}
	if road < 0 {
		for k := range l.open {
			if Road(l.typeAt(k)) && (k == 0 || k+1 < len(l.open)) {
				road = k
				break
			}
		}
	}
	if len(l.open) > 0 && l.opensNumber(0) && !(months[l.text(1)] && road < 0) {
		if n, ok := l.readNumber(0); ok && !(ordinalMarks[l.text(1)] && l.at(1).Glued && n.suffix == "") {
			o := opening{number: n, before: true, street: n.next}
			if road >= n.next && !months[l.text(1)] {
				o.street = road
			}
			if !months[l.text(1)] || road < 0 {
				return o
			}
		}
	}
	if road < 0 || road == 0 && !strongRoad(l.typeAt(0)) {
		if o := l.bareOpening(townKnown); o.before || road < 0 {
			return o
		}
	}
	return opening{street: road}
}

// leadingNumber reads "52 z2 52Z2 Boulevard de Douaumont": Paris has streets named by
// the number of a house without a street number of its own, which stands before it.
func (l *line) leadingNumber(o *opening) {
	from := o.number.from
	if o.number.end > 0 || from+2 >= o.street || !l.at(from+1).Glued || !l.at(from+2).Glued || !l.at(from+2).Digits {
		return
	}
	if n, ok := l.readNumber(0); ok && n.next == from {
		o.number, o.street, o.lead, o.two = n, from, o.street-from, false
	}
}

// ordinal reports whether the open token k is the figure of "2e".
func (l *line) ordinal(k int) bool {
	return l.at(k).Digits && ordinalMarks[l.text(k+1)] && l.at(k+1).Glued && !l.opensNumber(k)
}

// bareOpening finds the start of an address without a road's type.
func (l *line) bareOpening(townKnown bool) opening {
	if Housing(l.typeOf(0)) { // "Rés. les Lilas, 27 la Haie"
		for k := 2; k+1 < len(l.open); k++ {
			next := l.at(k + 1)
			if t := l.at(k); t.Digits && len(t.Text) <= 4 && !t.Glued && !next.Digits && !months[next.Text] && romans[next.Text] == "" && !l.gap(k+1) {
				if n, ok := l.readNumber(k); ok && n.next < len(l.open) && (townKnown || t.Comma || t.Dash || !l.at(n.next).Comma) && !l.gap(n.next) {
					return opening{number: n, before: true, street: n.next}
				}
			}
		}
	}
	// A first number after words, "Le Bourg 12", is for the number behind the
	// street; "Lilas, 12 Pasteur" starts at its number.
	for k := 1; k+1 < len(l.open); k++ {
		if t := l.at(k); t.Digits && (t.Comma || t.Dash) && len(t.Text) <= 4 && !months[l.text(k+1)] {
			if n, ok := l.readNumber(k); ok && n.next < len(l.open) && (townKnown || !l.at(n.next).Comma) {
				return opening{number: n, before: true, street: n.next}
			}
		}
	}
	for k := 1; townKnown && k+1 < len(l.open); k++ { // "Foyer ADOMA 9 Pisatoghia"
		next := l.at(k + 1)
		if l.opensNumber(k) && !next.Digits && !next.Comma && !l.gap(k+1) && !months[next.Text] && romans[next.Text] == "" && !ordinalMarks[next.Text] {
			if n, ok := l.readNumber(k); ok && n.next < len(l.open) && len(l.text(n.next)) > 1 && !l.at(n.next).Comma && !l.at(n.next).Digits {
				return opening{number: n, before: true, street: n.next}
			}
		}
	}
	return opening{}
}

// strongRoad reports whether a type says a public way and nothing else: a "cour"
// or a "villa" may be a complement.
func strongRoad(typ string) bool { return roadTypes[typ] && typ != "cour" }

// takeStreet finds the house number and the street among the tokens that no
// complement took, and puts the rest in Extra.
func (ps *Parser) takeStreet(l *line) {
	p := &ps.p
	hadNumber := p.Number > 0
	o := l.opening(p.Postcode != "" || len(p.City) > 0)
	if !o.before && !hadNumber && o.street < len(l.open) {
		l.spelledNumber(&o)
	}
	p.Two = p.Two || o.two
	if o.before {
		l.apply(&o.number)
		if !hadNumber {
			p.setNumber(&o.number)
		}
	}
	end := o.street
	behind := -1
	if o.street < len(l.open) {
		if end, behind = l.streetEnd(o.street, p.Number == 0); behind < 0 && p.Number == 0 {
			behind = l.lastNumber(end)
		}
	}
	if behind >= 0 {
		n, _ := l.readNumber(behind)
		l.apply(&n)
		p.setNumber(&n)
		p.Behind = !(l.marks[l.open[behind]] == markSigned)
	}
	first := len(p.Street)
	for k, i := range l.open {
		switch {
		case l.roles[i] != RoleOther:
		case k >= o.street && k < end:
			l.roles[i] = RoleStreet
			p.Street = append(p.Street, l.ts[i])
		default:
			l.roles[i] = RoleComplement
		}
	}
	street := len(p.Street) - first
	for i := range l.ts {
		if l.roles[i] == RoleComplement {
			p.Extra = append(p.Extra, l.ts[i])
		}
	}
	p.Lead = min(o.lead, street)
	p.Open, p.Tail = ps.openBuf[:0], 0
	if k := l.typeBefore(o.street); street > 0 && !o.before && k < o.street {
		for ; k < o.street; k++ {
			p.Open = append(p.Open, l.at(k))
		}
	}
	head := len(p.Open)
	p.Open = append(p.Open, p.Street[first:]...)
	if street > 0 {
		last := l.open[end-1]
		for i := last + 1; i < len(l.ts); i++ {
			if l.roles[i] == RoleComplement && (l.marks[i] == markNone || l.marks[i] == markTail) && l.open[0] <= i {
				p.Open = append(p.Open, l.ts[i])
			}
		}
	}
	p.Tail = len(p.Open) - street - head
	ps.openBuf = p.Open
}

// typeBefore returns the open token of the type right before the street that starts at
// k, which may be its name's: "Lotissement Avenue de la Gare"; k without one.
func (l *line) typeBefore(k int) int {
	if k < 1 || k >= len(l.open) || l.at(k).Comma || l.at(k).Dash || l.gap(k) {
		return k
	}
	j := k - 1
	if nameAdjectives[l.text(j)] && j > 0 && !l.at(j).Comma && !l.gap(j) {
		j--
	}
	if !Housing(l.typeOf(j)) || j > 0 {
		return k
	}
	return j
}

// spelledNumber reads "douze rue des Lilas", "Huit, lotissement …".
func (l *line) spelledNumber(o *opening) {
	read := func(k int) (value, took int) {
		if value, took = wordsNumber(l.tokens(k, min(k+6, len(l.open))), 0); took == 0 && k == 0 && (l.text(0) == "un" || l.text(0) == "une") {
			value, took = 1, 1
		}
		return value, took
	}
	for k := max(0, o.street-4); k < max(o.street, 1); k++ {
		value, took := read(k)
		if took == 0 || took > len(number{}.roles) || value > 999 || !l.isType(k+took) || o.street > 0 && k+took != o.street || ordinalWord(l.text(k)) {
			continue
		}
		o.street = k + took
		o.number, o.before = number{number: value, from: k, next: o.street}, true
		for i := range took {
			o.number.roles[i] = RoleNumber
		}
		return
	}
}

// tokens returns the open tokens [from, to).
func (l *line) tokens(from, to int) []Token {
	out := l.buf[:0]
	for k := from; k < to; k++ {
		out = append(out, l.at(k))
	}
	l.buf = out
	return out
}

// apply gives the tokens of a number their roles.
func (l *line) apply(n *number) {
	for k := n.from; k < n.next; k++ {
		r := RoleNumber
		if i := k - n.from; i < len(n.roles) {
			r = n.roles[i]
		}
		l.roles[l.open[k]] = r
	}
}

func (p *Parsed) setNumber(n *number) {
	p.Number, p.NumberEnd, p.Suffix, p.SuffixUnit = n.number, n.end, n.suffix, n.unit
}

// streetEnd returns the open token after the street that starts at k, and the
// token of the number behind it, -1 without one or when none is sought.
func (l *line) streetEnd(k int, sought bool) (end, behind int) {
	typed := l.typeOf(k) != ""
	words := 0
	for i := k; i < len(l.open); i++ {
		t := l.at(i)
		if i > k && words > 0 {
			if sought && t.Digits && l.numberBehind(i, k) {
				return i, i
			}
			if t.Comma || t.Dash || l.gap(i) {
				return l.trim(k, i), -1
			}
			if typed && l.opensOther(i) {
				return l.trim(k, i), -1
			}
			if l.isUnit(i) && !numbersRoad(l.ts, l.open[i-1]) && !articles[l.text(i-1)] && i > k+1 || t.Hash {
				return i, -1
			}
		}
		if i > k && words == 0 && sought && t.Digits && l.marks[l.open[i]] == markSigned && (t.Comma || l.gap(i)) {
			return i, i
		}
		if (!typed || i > k) && !articles[t.Text] && !(i == k+1 && (t.Text == "point" || typed && i+1 < len(l.open) && numbersRoad(l.ts, l.open[i]) && !l.at(i+1).Digits)) {
			words++
		}
	}
	return len(l.open), -1
}

// opensOther reports whether another street or estate starts at the open token
// i, inside a line.
func (l *line) opensOther(i int) bool {
	t := l.at(i)
	if len(t.Text) <= 2 && t.Text != "za" && t.Text != "zi" || i+1 >= len(l.open) && t.Text != "zi" && t.Text != "za" {
		return false
	}
	typ := l.typeAt(i)
	if streetTypes[t.Text] != typ {
		return false
	}
	return housingTypes[typ] || mainRoads[typ]
}

// mainRoads are the types that no name holds but at its head.
var mainRoads = map[string]bool{
	"rue": true, "avenue": true, "boulevard": true, "allee": true, "impasse": true, "chemin": true, "route": true, "square": true,
	"sentier": true, "ruelle": true, "venelle": true, "quai": true, "place": true,
}

// trim leaves out the articles that end a street cut at i.
func (l *line) trim(k, i int) int {
	for i > k+1 && (articles[l.text(i-1)] || l.text(i-1) == "par" || l.text(i-1) == "ou") && !l.at(i-1).Dot {
		i--
	}
	return i
}

// numberBehind reports whether the figures at the open token i are the house
// number behind the street that starts at k: "rue des Lilas 12", "rue X, 12 bis".
func (l *line) numberBehind(i, k int) bool {
	t, prev := l.at(i), l.at(i-1)
	signed := l.marks[l.open[i]] == markSigned
	if len(t.Text) > 4 || t.Hash || t.Glued && !prev.Digits && len(prev.Text) == 1 {
		return false
	}
	n, ok := l.readNumber(i)
	if !ok || n.number == 0 || t.Paren && n.number > 1000 && n.end > n.number {
		return false
	}
	next := l.at(n.next)
	led := signed || t.Comma || t.Dash || l.gap(i)
	if n.next < len(l.open) && !signed && next.Digits && next.Comma { // "Lotissement de Manhal 2, 6025"
		return false
	}
	ends := n.next >= len(l.open) || next.Comma || next.Dash || l.gap(n.next) || signed || t.Comma && !months[next.Text] || l.isUnit(n.next)
	switch {
	case led || !ends:
		return ends
	case articles[prev.Text] && prev.Text != "au" || i == k+1 && streetTypes[prev.Text] != "" || numbersRoad(l.ts, l.open[i-1]):
		return false
	case months[prev.Text]: // "rue du 14 juillet 6", but "du 8 mai 45"
		dated := l.at(i-2).Digits || numberWords[l.text(i-2)] > 0 || ordinalMarks[l.text(i-2)]
		return dated && len(t.Text) <= 3 && !shortYears[t.Text]
	case prev.Digits: // "rue du 8 mai 1945 12", but "1870 1956"
		return len(t.Text) <= 3 || n.number < 1700 || n.number > 2100
	}
	return true
}

// shortYears are the years that dates of streets cut to two figures.
var shortYears = map[string]bool{"14": true, "18": true, "40": true, "44": true, "45": true, "62": true}

// lastNumber returns the open token after the street's end that is a number alone
// in its segment, -1 without one: "Avenue François Olive (1890-1958), 24".
func (l *line) lastNumber(from int) int {
	for k := len(l.open) - 1; k >= from; k-- {
		t := l.at(k)
		if !t.Digits || len(t.Text) > 4 || !(t.Comma || t.Dash || l.marks[l.open[k]] == markSigned) {
			continue
		}
		if n, ok := l.readNumber(k); ok && n.number > 0 && (n.next >= len(l.open) || l.at(n.next).Comma || l.gap(n.next)) {
			return k
		}
	}
	return -1
}
