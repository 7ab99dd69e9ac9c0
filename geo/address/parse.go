// Package address reads French addresses as people write them: number, suffix or
// range, street, complements, post boxes, postcode and town, on one line or in
// columns. It knows no place: which words are a street that exists is for the
// geocoder.
package address

import (
	"strings"

	"perimetre/french"
)

// Parser reads addresses; it keeps its buffers from one address to the next, so
// a Parser serves one goroutine. The zero Parser is ready.
type Parser struct {
	// KeepSpans makes Parse fill Parsed.Spans.
	KeepSpans bool

	p         Parsed
	tokens    [7][]Token
	roles     [7][]Role
	marks     [7][]mark
	line      line
	openBuf   []Token
	marksOnly bool // a street or text column of punctuation alone
}

// Parse reads an address. It never fails: what cannot be read is left in Street
// or in the class Unusable. The result holds until the next Parse.
func (ps *Parser) Parse(in Input) *Parsed {
	ps.p = Parsed{Street: ps.p.Street[:0], Extra: ps.p.Extra[:0], City: ps.p.City[:0], Spans: ps.p.Spans[:0]}
	sources := [7]string{in.Text, in.Number, in.Street, in.Complement, in.Postcode, in.City, in.CityCode}
	ps.marksOnly = false
	for f := range sources {
		ps.tokens[f], ps.roles[f], ps.marks[f] = ps.tokens[f][:0], ps.roles[f][:0], ps.marks[f][:0]
		if s := sources[f]; s != "" {
			if len(s) > maxText {
				s = s[:maxText]
			}
			s = french.Mend(s)
			sources[f] = s
			ps.tokens[f] = Fold(ps.tokens[f], s)
			for range ps.tokens[f] {
				ps.roles[f], ps.marks[f] = append(ps.roles[f], RoleOther), append(ps.marks[f], markNone)
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

// holdsRoad reports whether a text names a public way by its type in full or with
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
	s = french.LostZero(s)
	switch {
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

func (ps *Parser) numberColumn() {
	l := &ps.line
	l.ts, l.roles, l.marks, l.open = ps.tokens[FieldNumber], ps.roles[FieldNumber], ps.marks[FieldNumber], l.open[:0]
	for i := range l.ts {
		l.open = append(l.open, i)
	}
	for k := range l.open {
		if n, ok := l.readNumber(k); ok {
			l.apply(&n)
			ps.p.setNumber(&n)
			return
		}
	}
	if value, took := wordsNumber(l.ts, 0); took == len(l.ts) && took > 0 { // a number written as words
		ps.p.Number = value
		for i := range l.roles {
			l.roles[i] = RoleNumber
		}
	}
}

// readLine reads a field that holds a street, and maybe all of an address.
func (ps *Parser) readLine(f Field) {
	p := &ps.p
	from, to := ps.setTownApart(f)
	ts, roles := ps.tokens[f][from:to], ps.roles[f][from:to]
	l := &ps.line
	l.ts, l.roles, l.marks, l.open = ts, roles, ps.marks[f][from:to], l.open[:0]
	markPostboxes(p, ts, roles)
	markNumberSigns(ts, roles, l.marks)
	l.markComplements()
	for i := range ts {
		if roles[i] == RoleOther {
			l.open = append(l.open, i)
		}
	}
	ps.takeStreet(l)
	if len(p.City) == 0 {
		p.CityOpen = true
	}
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
