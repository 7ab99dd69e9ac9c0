// Package address reads French addresses as people write them: number, suffix or
// range, street, complements, post boxes, postcode and town, on one line or in
// columns. It knows no place: which words are a street that exists is for the
// geocoder.
package address

import (
	"strconv"
	"strings"
)

// Parser reads addresses; it keeps its buffers from one address to the next, so
// a Parser serves one goroutine. The zero Parser is ready.
type Parser struct {
	// KeepSpans makes Parse fill Parsed.Spans.
	KeepSpans bool

	p         Parsed
	tokens    [7][]Token
	roles     [7][]Role
	marksOnly bool // a street or text column of punctuation alone
}

// Parse reads an address. It never fails: what cannot be read is left in Street
// or in the class Unusable. The result holds until the next Parse.
func (ps *Parser) Parse(in Input) *Parsed {
	ps.p = Parsed{Street: ps.p.Street[:0], Extra: ps.p.Extra[:0], City: ps.p.City[:0], Spans: ps.p.Spans[:0]}
	sources := [7]string{in.Text, in.Number, in.Street, in.Complement, in.Postcode, in.City, in.CityCode}
	ps.marksOnly = false
	for f := range sources {
		ps.tokens[f], ps.roles[f] = ps.tokens[f][:0], ps.roles[f][:0]
		if s := sources[f]; s != "" {
			if len(s) > maxText {
				s = s[:maxText]
			}
			s = Mend(s)
			sources[f] = s
			ps.tokens[f] = Fold(ps.tokens[f], s)
			for range ps.tokens[f] {
				ps.roles[f] = append(ps.roles[f], RoleOther)
			}
			if len(ps.tokens[f]) == 0 && (Field(f) == FieldStreet || Field(f) == FieldText) && strings.TrimSpace(s) != "" {
				ps.marksOnly = true
			}
		}
	}
	p := &ps.p
	p.CityCode = communeCode(ps.tokens[FieldCityCode], ps.roles[FieldCityCode])
	ps.postcodeColumn()
	ps.cityColumn()
	if len(ps.tokens[FieldNumber]) > 0 {
		ps.numberColumn()
	}
	if len(ps.tokens[FieldText]) > 0 {
		ps.readLine(FieldText)
	}
	if len(ps.tokens[FieldStreet]) > 0 {
		ps.readLine(FieldStreet)
	}
	if len(p.Street) == 0 && holdsRoad(ps.tokens[FieldComplement]) {
		ps.readLine(FieldComplement)
		p.FromComplement = true
		p.CityOpen = p.CityOpen && len(p.City) == 0
	} else {
		for i, t := range ps.tokens[FieldComplement] {
			p.Extra = append(p.Extra, t)
			ps.roles[FieldComplement][i] = RoleComplement
		}
	}
	ps.classify()
	if ps.KeepSpans {
		ps.spans(&sources)
	}
	return p
}

// holdsRoad tells whether a text names a public way by its type in full or with
// a number before it.
func holdsRoad(ts []Token) bool {
	for i, t := range ts {
		if roadTypes[streetTypes[t.Text]] && i+1 < len(ts) && (len(t.Text) > 2 || i > 0 && ts[i-1].Digits) {
			return true
		}
	}
	return false
}

// maxText bounds what is read of one field, in bytes: no address is longer, and
// hostile text costs no more than this.
const maxText = 1000

// communeCode reads an INSEE code: five digits, or a digit, a letter (2A, 2B)
// and three digits; a lost leading zero is restored.
func communeCode(ts []Token, roles []Role) string {
	var s string
	for i, t := range ts {
		s += t.Text
		roles[i] = RoleCity
		if len(s) > 5 {
			return ""
		}
	}
	switch {
	case len(s) == 4 && isDigits(s):
		return "0" + s
	case len(s) != 5:
		return ""
	case isDigits(s):
		return s
	case isDigits(s[:1]) && s[1] >= 'a' && s[1] <= 'z' && isDigits(s[2:]):
		return s[:1] + string(s[1]-32) + s[2:]
	}
	return ""
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func (ps *Parser) postcodeColumn() {
	ts, roles := ps.tokens[FieldPostcode], ps.roles[FieldPostcode]
	s := ""
	for i, t := range ts {
		if t.Text == "cedex" {
			ps.p.Cedex = true
			roles[i] = RoleCedex
			continue
		}
		if !t.Digits || i > 0 && len(s) >= 4 { // "F-59000", "59000.0"
			continue
		}
		s += t.Text
		roles[i] = RolePostcode
	}
	if len(s) == 4 {
		s = "0" + s
	}
	if len(s) == 5 {
		ps.p.Postcode = s
	}
}

func (ps *Parser) cityColumn() {
	ts, roles := ps.tokens[FieldCity], ps.roles[FieldCity]
	ps.takeCity(ts, roles)
}

// takeCity reads a town's words: CEDEX and its number, a post box, a postcode
// and a country are set apart.
func (ps *Parser) takeCity(ts []Token, roles []Role) {
	p := &ps.p
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		switch {
		case roles[i] != RoleOther:
		case t.Text == "cedex" || t.Text == "cdx":
			p.Cedex = true
			roles[i] = RoleCedex
			if i+1 < len(ts) && ts[i+1].Digits && len(ts[i+1].Text) <= 2 {
				i++
				roles[i] = RoleCedex
			}
		case t.Digits && len(t.Text) == 5:
			if p.Postcode == "" {
				p.Postcode = t.Text
			}
			roles[i] = RolePostcode
		case t.Digits && len(t.Text) <= 2 && i > 0: // "PARIS 12", "LILLE 2 EME"
			roles[i] = RoleCity
			p.City = append(p.City, t)
		case t.Digits:
		case t.Text == "france" && len(ts) > 1 && i == len(ts)-1:
			roles[i] = RoleCountry
		default:
			roles[i] = RoleCity
			p.City = append(p.City, t)
		}
	}
}

func (ps *Parser) numberColumn() {
	ts, roles := ps.tokens[FieldNumber], ps.roles[FieldNumber]
	for i, t := range ts {
		if t.Digits {
			ps.takeNumber(ts, roles, i)
			return
		}
	}
	if len(ts) == 1 { // a number written as a word
		if n, ok := numberWords[ts[0].Text]; ok {
			ps.p.Number, roles[0] = n, RoleNumber
		}
	}
}

// readLine reads a field that holds a street, and maybe all of an address.
func (ps *Parser) readLine(f Field) {
	p := &ps.p
	ts, roles := ps.tokens[f], ps.roles[f]
	ts, roles = ps.setTownApart(ts, roles, f)
	markPostboxes(p, ts, roles)
	markComplements(ts, roles)
	ps.takeStreet(ts, roles)
	if len(p.City) == 0 {
		p.CityOpen = true
	}
}

// setTownApart finds the postcode of a line and takes the town after it; what is
// left is the street's part. Without a postcode the town stays in the line.
func (ps *Parser) setTownApart(ts []Token, roles []Role, f Field) ([]Token, []Role) {
	p := &ps.p
	k := -1
	for i := len(ts) - 1; i >= 0; i-- {
		if !ts[i].Digits || i > 0 && postboxMarks[ts[i-1].Text] || i > 1 && ts[i-1].Text == "p" && ts[i-2].Text == "b" {
			continue
		}
		after := len(ts) - i - 1
		if len(ts[i].Text) == 5 && (i > 0 || f == FieldText && after > 0 && !isType(ts[1])) {
			k = i
			break
		}
		if f != FieldText || after == 0 || after > 5 || ts[i+1].Digits || ts[i+1].Comma || isType(ts[i+1]) {
			continue // a town of one to five words follows, and no street
		}
		// "59 000 Lille", but not "apt 12 207 la Barre"
		if len(ts[i].Text) == 3 && i > 2 && ts[i-1].Digits && len(ts[i-1].Text) == 2 && !ts[i].Comma && !ts[i].Hyphen && !unitMarks[ts[i-2].Text] {
			ts[i-1].Text += ts[i].Text
			ts[i-1].End = ts[i].End
			roles[i] = RolePostcode
			k = i - 1
			break
		}
		// A lost zero: four digits between the street and the town.
		if len(ts[i].Text) == 4 && i >= 2 && !months[ts[i-1].Text] && p.Postcode == "" && !roadNumberMarks[ts[i-1].Text] && !borderTowns[ts[i+1].Text] {
			ts[i].Text = "0" + ts[i].Text
			k = i
			break
		}
	}
	if k < 0 {
		for i := range ts {
			if ts[i].Text == "cedex" && i > 0 {
				ps.takeCity(ts[i:], roles[i:])
				return ts[:i], roles[:i]
			}
		}
		if n := len(ts); f == FieldText && n > 2 && ts[n-1].Text == "france" && !articles[ts[n-2].Text] && !isType(ts[n-2]) {
			roles[n-1] = RoleCountry
			return ts[:n-1], roles[:n-1]
		}
		return ts, roles
	}
	if p.Postcode == "" {
		p.Postcode = ts[k].Text
	}
	roles[k] = RolePostcode
	before := k
	if before > 0 && (ts[before-1].Text == "f" || ts[before-1].Text == "fr") && before > 1 {
		before--
		roles[before] = RoleCountry
	}
	rest := k + 1
	for rest < len(ts) && roles[rest] != RoleOther {
		rest++
	}
	if k == 0 { // "59000 Lille, 12 rue …"
		end := rest
		for end < len(ts) && !ts[end].Digits && !(end > rest && (ts[end].Comma || roadTypes[streetTypes[ts[end].Text]])) {
			end++
		}
		if len(p.City) == 0 {
			ps.takeCity(ts[rest:end], roles[rest:end])
		}
		return ts[end:], roles[end:]
	}
	if len(p.City) == 0 || rest == len(ts) {
		ps.takeCity(ts[rest:], roles[rest:])
	} else {
		for i := rest; i < len(ts); i++ { // the town column has it already
			roles[i] = RoleCity
		}
	}
	return ts[:before], roles[:before]
}

var months = map[string]bool{
	"janvier": true, "fevrier": true, "mars": true, "avril": true, "mai": true, "juin": true, "juillet": true,
	"aout": true, "septembre": true, "octobre": true, "novembre": true, "decembre": true,
}

// roadNumberMarks stand before a road's number, which is no house number.
var roadNumberMarks = map[string]bool{
	"rn": true, "rd": true, "n": true, "d": true, "nationale": true, "departementale": true, "territoriale": true,
	"route": true, "rte": true, "cd": true, "km": true, "pk": true, "rp": true, "rt": true, "provinciale": true, "lot": true,
}

// takeNumber reads the house number at ts[i] with its suffix or range and gives
// the index after it.
func (ps *Parser) takeNumber(ts []Token, roles []Role, i int) int {
	p := &ps.p
	n, err := strconv.Atoi(ts[i].Text)
	if err != nil || n > 99999 {
		roles[i] = RoleOther
		return i + 1
	}
	p.Number, p.NumberEnd, p.Suffix = n, 0, ""
	roles[i] = RoleNumber
	j := ps.takeSuffix(ts, roles, i+1)
	// A range: 9-11, 5/7, 9 à 11, 9 et 11, 12,14, 12 14.
	k := j
	joined := false
	if k < len(ts) && (ts[k].Text == "a" || ts[k].Text == "et" || ts[k].Text == "au") {
		k, joined = k+1, true
	}
	if k < len(ts) && ts[k].Digits && roles[k] == RoleOther && !(k+1 < len(ts) && months[ts[k+1].Text]) {
		end, err := strconv.Atoi(ts[k].Text)
		near := err == nil && end > n && end-n <= 98
		if near && (joined || ts[k].Hyphen || ts[k].Comma || (end-n)%2 == 0 && end-n <= 20 && k+1 < len(ts) && isType(ts[k+1])) {
			p.NumberEnd = end
			for m := j; m <= k; m++ {
				roles[m] = RoleNumber
			}
			suffix := p.Suffix
			j = ps.takeSuffix(ts, roles, k+1)
			if suffix != "" {
				p.Suffix = suffix
			}
		} else if ts[k].Hyphen && !joined { // "12/3": door 3
			roles[k] = RoleComplement
			j = k + 1
		}
	}
	return j
}

func isType(t Token) bool { return streetTypes[t.Text] != "" }

var suffixWords = map[string]string{
	"bis": "bis", "ter": "ter", "quater": "quater", "quarter": "quater", "quinquies": "quinquies", "sexies": "sexies",
	"septies": "septies", "octies": "octies",
}

// takeSuffix reads bis, ter, a letter, "A bis" at ts[j], and gives the index after.
func (ps *Parser) takeSuffix(ts []Token, roles []Role, j int) int {
	p := &ps.p
	p.Suffix = ""
	if j >= len(ts) || roles[j] != RoleOther {
		return j
	}
	if s := suffixWords[ts[j].Text]; s != "" {
		p.Suffix = s
		roles[j] = RoleSuffix
		return j + 1
	}
	if t := ts[j].Text; len(t) == 1 && t[0] >= 'a' && t[0] <= 'z' {
		next := j + 1
		bis := next < len(ts) && suffixWords[ts[next].Text] != ""
		followed := next >= len(ts) || isType(ts[next]) || bis || ts[next].Comma
		ok := false
		switch {
		case ts[j].Comma:
		case ts[j].Glued:
			ok = t != "r" || followed
		case t == "r":
		case followed && next < len(ts):
			ok = true
		case next >= len(ts): // the number column: "12 B"
			ok = j > 0
		default:
			ok = t == "b" || t == "c" || t == "t" || t == "q"
		}
		// "9 a 11" is a range, "12 d Artagnan" a street.
		if ok && t == "a" && next < len(ts) && ts[next].Digits {
			ok = false
		}
		if ok {
			p.Suffix = t
			roles[j] = RoleSuffix
			if bis {
				p.Suffix += " " + suffixWords[ts[next].Text]
				roles[next] = RoleSuffix
				return next + 1
			}
			return next
		}
	}
	return j
}

func (ps *Parser) spans(sources *[7]string) {
	read := map[int]string{} // by the start of its token, in the field of the street
	for _, w := range StreetWords(nil, ps.p.Street) {
		t := ps.p.Street[w.Tok]
		if was := read[t.Start]; was != "" {
			w.Text = was + " " + w.Text
		}
		read[t.Start] = w.Text
	}
	for f := range ps.tokens {
		for i, t := range ps.tokens[f] {
			sp := Span{Field(f), t.Start, t.End, sources[f][t.Start:t.End], ps.roles[f][i], t.Text}
			if r := read[t.Start]; sp.Role == RoleStreet && r != "" {
				sp.Read = r
			}
			ps.p.Spans = append(ps.p.Spans, sp)
		}
	}
}
