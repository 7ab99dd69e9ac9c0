package address

import "perimetre/french"

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
	s = french.LostZero(s)
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
	for i := departementEnds(ts); i < len(ts); i++ {
		roles[i] = RoleCity
	}
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
		case t.Text == "france" && len(ts) > 1 && i == len(ts)-1 && !articles[ts[i-1].Text]: // not Fort-de-France, Roissy-en-France
			roles[i] = RoleCountry
		default:
			roles[i] = RoleCity
			p.City = append(p.City, t)
		}
	}
}

// departementEnds returns the tokens before a département's number in parentheses
// at the end of a line: "Furiani (2B)", "Lille (59)".
func departementEnds(ts []Token) int {
	n := len(ts)
	switch {
	case n > 3 && ts[n-2].Paren && ts[n-2].Text == "2" && ts[n-1].Glued && (ts[n-1].Text == "a" || ts[n-1].Text == "b"):
		return n - 2
	case n > 2 && ts[n-1].Paren && ts[n-1].Digits && (len(ts[n-1].Text) == 2 || len(ts[n-1].Text) == 3 && ts[n-1].Text[0] == '9'):
		for _, t := range ts[:n-1] {
			if t.Digits { // the number of the house is there
				return n - 1
			}
		}
	}
	return n
}

// setTownApart finds the postcode of a line and takes the town after it; what is
// left, tokens [from, to), is the street's part. Without a postcode the town stays in the line.
func (ps *Parser) setTownApart(f Field) (from, to int) {
	p := &ps.p
	ts, roles := ps.tokens[f], ps.roles[f]
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
			ts[i].Text = french.LostZero(ts[i].Text)
			k = i
			break
		}
	}
	if k < 0 {
		if f == FieldText {
			to := departementEnds(ts)
			for i := to; i < len(ts); i++ {
				roles[i] = RoleCity
			}
			ts, roles = ts[:to], roles[:to]
		}
		for i := range ts {
			if ts[i].Text == "cedex" && i > 0 {
				ps.takeCity(ts[i:], roles[i:])
				return 0, i
			}
		}
		if n := len(ts); f == FieldText && n > 2 && ts[n-1].Text == "france" && !articles[ts[n-2].Text] && !isType(ts[n-2]) {
			roles[n-1] = RoleCountry
			return 0, n - 1
		}
		return 0, len(ts)
	}
	if p.Postcode == "" {
		p.Postcode = ts[k].Text
	}
	roles[k] = RolePostcode
	before := k
	if before > 0 && (ts[before-1].Text == "f" || ts[before-1].Text == "fr") && before > 1 && (ts[before].Hyphen || !ts[before-2].Digits) {
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
		return end, len(ts)
	}
	if len(p.City) == 0 || rest == len(ts) {
		ps.takeCity(ts[rest:], roles[rest:])
	} else {
		for i := rest; i < len(ts); i++ { // the town column has it already
			roles[i] = RoleCity
		}
	}
	return 0, before
}
