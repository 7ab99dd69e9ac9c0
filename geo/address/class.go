package address

import "strings"

// classify reads from the words whether the text is a residence at all. A word
// counts only outside of a street's name: "rue de l'Hôpital" is a street.
func (ps *Parser) classify() {
	p := &ps.p
	for _, f := range []Field{FieldComplement, FieldText, FieldStreet, FieldNumber, FieldCity} {
		if c := nonResidence(ps.tokens[f], ps.roles[f], ps.marks[f], f != FieldNumber || len(ps.tokens[FieldStreet]) == 0); c != Residence {
			p.Class = c
			return
		}
	}
	if ps.foreign() {
		p.Class = Foreign
		return
	}
	// "inconnue", "?" or "---" in place of a street says that the address is not
	// known, whatever the town; an empty one leaves the town alone.
	nothing := len(p.Street) == 0 && len(p.City) == 0 && len(p.Extra) == 0 && p.Postcode == "" && p.CityCode == ""
	noTown := len(p.City) > 0 && meaningless(p.City) && len(p.Street) == 0 && p.Postcode == "" && p.CityCode == ""
	if nothing || noTown || len(p.Street) > 0 && meaningless(p.Street) || ps.marksOnly {
		p.Class = Unusable
	}
}

// meaningless tells a text that names nothing: "inconnue", "néant", "xxx", "test".
func meaningless(ts []Token) bool {
	var b strings.Builder
	for _, t := range ts {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
		if b.Len() > 40 {
			return false
		}
	}
	s := b.String()
	switch s {
	case "inconnu", "inconnue", "adresse inconnue", "non communique", "non communiquee", "non renseigne", "non renseignee",
		"non connu", "non connue", "neant", "nc", "n c", "na", "n a", "nr", "n r", "ns", "aucun", "aucune", "aucune adresse", "sans adresse", "pas d adresse",
		"ne sait pas", "nsp", "ne sais pas", "sait pas", "pas connu", "pas d adresse connue", "a completer", "a preciser", "a renseigner", "a verifier", "test", "null", "none", "vide", "idem", "voir dossier", "x", "xx", "adresse", "rien", "npai", "n p a i", "indetermine", "indeterminee":
		return true
	}
	for i := 1; i < len(s); i++ {
		if s[i] != s[0] {
			return false
		}
	}
	return len(s) > 2 // "xxxx", "000"
}

// nonResidence reads one field. Words of a street are those after a road type.
// alone: no other field holds a street, which 115 alone would be the number of.
func nonResidence(ts []Token, roles []Role, marks []mark, alone bool) Class {
	inStreet := false
	for i, t := range ts {
		if t.Comma {
			inStreet = false
		}
		if i > 0 && inStreet && roles[i] == RoleComplement && roles[i-1] != RoleComplement {
			inStreet = false
		}
		if roadTypes[streetTypes[t.Text]] && len(t.Text) > 1 || t.Text == "r" && i+1 < len(ts) && (i == 0 || ts[i-1].Digits) {
			inStreet = true
		}
		if inStreet || roles[i] == RoleCity && i > 0 || marks[i] == markLandmark { // "face à l'hôpital"
			continue
		}
		next := func(k int) string {
			if i+k < len(ts) {
				return ts[i+k].Text
			}
			return ""
		}
		switch t.Text {
		case "sdf", "samu":
			if t.Text == "sdf" || next(1) == "social" {
				return Homeless
			}
		case "sans":
			switch next(1) {
			case "domicile", "abri", "logement", "residence", "adresse":
				if next(1) != "adresse" || next(2) == "fixe" {
					return Homeless
				}
			}
		case "s":
			if next(1) == "d" && next(2) == "f" {
				return Homeless
			}
		case "rue", "errance", "squat":
			if t.Text != "rue" && (len(ts) <= 3 || i == 0) {
				return Homeless
			}
		case "115":
			if len(ts) == 1 && alone || i > 0 && (ts[i-1].Text == "heberge" || ts[i-1].Text == "hebergee" || ts[i-1].Text == "hebergement") || next(1) == "samu" || next(1) == "hebergement" || i > 0 && (ts[i-1].Text == "le" || ts[i-1].Text == "par") && i+1 == len(ts) {
				return Homeless
			}
		case "ccas", "cias", "domiciliation", "domiciliations":
			return Domiciliation
		case "domicilie", "domiciliee":
			return Domiciliation
		case "centre":
			switch next(1) {
			case "communal", "intercommunal":
				if next(2) == "d" || next(2) == "action" {
					return Domiciliation
				}
			case "penitentiaire", "detention", "hospitalier":
				return Institution
			case "d", "de":
				switch next(2) {
				case "detention", "hebergement", "accueil":
					return Institution
				}
			}
		case "election":
			if next(1) == "de" && next(2) == "domicile" {
				return Domiciliation
			}
		case "maison":
			if next(1) == "d" && next(2) == "arret" || next(1) == "arret" || next(1) == "centrale" {
				return Institution
			}
		case "prison", "penitentiaire", "chrs", "chu", "chr", "ehpad", "adoma", "sonacotra", "cada", "epide", "epm", "huda", "fjt", "cph":
			if i == 0 || roles[i] == RoleComplement || ts[i].Comma || len(ts) <= 4 {
				return Institution
			}
		case "hopital", "clinique", "foyer", "internat", "auberge", "hotel":
			// "Hôtel de Ville" and "Foyer rural" as places of a name stay streets
			// when a street follows no mark; a bare or leading word is a stay.
			if t.Text == "hotel" && next(1) != "social" && next(1) != "f" || t.Text == "auberge" {
				continue
			}
			if i == 0 || roles[i] == RoleComplement || ts[i].Comma || ts[i-1].Digits {
				return Institution
			}
		}
	}
	return Residence
}

var countries = map[string]bool{
	"belgique": true, "belgie": true, "belgium": true, "luxembourg": true, "suisse": true, "allemagne": true, "deutschland": true,
	"espagne": true, "italie": true, "portugal": true, "pologne": true, "angleterre": true, "maroc": true, "algerie": true,
	"tunisie": true, "royaume": true, "roumanie": true, "senegal": true, "uk": true, "pays": true, "england": true, "netherlands": true,
}

// borderTowns are Belgian towns near the border that people of the Nord write.
var borderTowns = map[string]bool{
	"tournai": true, "mouscron": true, "moeskroen": true, "kortrijk": true, "courtrai": true, "menin": true, "menen": true,
	"ypres": true, "ieper": true, "mons": true, "poperinge": true, "peruwelz": true, "bruxelles": true, "brussel": true,
	"charleroi": true, "quievrain": true, "dour": true, "antoing": true, "estaimpuis": true, "warneton": true, "wervik": true,
	"veurne": true, "furnes": true, "leuze": true, "ath": true, "pecq": true, "quaregnon": true, "boussu": true, "bernissart": true,
	"hensies": true, "dottignies": true, "luingne": true, "herseaux": true, "templeuve": true, "chimay": true, "namur": true,
	"liege": true, "gent": true, "gand": true, "brugge": true, "bruges": true, "antwerpen": true, "anvers": true, "erquelinnes": true,
	"momignies": true, "couvin": true, "adinkerke": true, "ploegsteert": true, "bizet": true, "comines": true, "blaton": true,
}

// foreign reads a country at the end, a Belgian postcode (B-7500), or a Belgian
// border town with a code of four digits.
func (ps *Parser) foreign() bool {
	p := &ps.p
	if p.CityCode != "" && p.CityCode != "99999" && !strings.HasPrefix(p.CityCode, "99") {
		return false
	}
	if strings.HasPrefix(p.CityCode, "99") {
		return true
	}
	four := "" // a postcode of four digits, as written
	if ts := ps.tokens[FieldPostcode]; len(ts) > 0 {
		if ts[0].Text == "b" || ts[0].Text == "be" || ts[0].Text == "l" || ts[0].Text == "ch" || ts[0].Text == "d" && len(ts) > 1 {
			return true
		}
		if len(ts) == 1 && len(ts[0].Text) == 4 {
			four = ts[0].Text
		}
	}
	town := func(ts []Token) bool {
		for i, t := range ts {
			if countries[t.Text] && i == len(ts)-1 && t.Text != "pays" && t.Text != "royaume" {
				return true
			}
			if (t.Text == "royaume" || t.Text == "pays") && i+1 < len(ts) && (ts[i+1].Text == "uni" || ts[i+1].Text == "bas") {
				return true
			}
		}
		return false
	}
	for _, f := range []Field{FieldCity, FieldComplement} {
		if town(ps.tokens[f]) && (f == FieldCity || len(ps.tokens[f]) == 1) {
			return true
		}
	}
	for _, f := range []Field{FieldText, FieldStreet} {
		ts := ps.tokens[f]
		n := len(ts)
		if n == 0 {
			continue
		}
		last := ts[n-1]
		if countries[last.Text] && p.Postcode == "" && !(n > 1 && (articles[ts[n-2].Text] || isType(ts[n-2]))) {
			return true
		}
		for i := 0; i+1 < n; i++ {
			if ts[i].Text == "b" && ts[i+1].Digits && len(ts[i+1].Text) == 4 && ts[i+1].Hyphen {
				return true
			}
			if ts[i].Digits && len(ts[i].Text) == 4 && i > 0 && borderTowns[ts[i+1].Text] && i+3 >= n && len(p.Postcode) < 5 {
				return true
			}
			if ts[i].Digits && len(ts[i].Text) == 4 && borderTowns[ts[i+1].Text] && i+2 >= n {
				return true
			}
		}
	}
	c := p.City
	if len(c) > 0 && borderTowns[c[0].Text] && len(c) <= 2 {
		if four != "" {
			return c[0].Text != "templeuve" || four[0] == '7'
		}
		if p.Postcode == "" {
			return c[0].Text != "comines" && c[0].Text != "templeuve" && c[0].Text != "mons" && c[0].Text != "bruges" && c[0].Text != "pecq"
		}
	}
	return false
}
