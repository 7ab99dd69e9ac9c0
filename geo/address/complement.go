package address

// mark says what a token set apart is for, beside its role.
type mark uint8

const (
	markNone     mark = iota
	markUnit          // a place inside the building, with its value: no town follows it
	markTail          // a business, a person, a residence: the town may end it
	markLandmark      // where another place is: "face à la mairie"
	markSigned        // a number that "n°" announces
)

var postboxMarks = map[string]bool{"bp": true, "cs": true, "tsa": true, "cidex": true}

// markPostboxes sets apart BP 123, B.P. N° 123, CS 20001, CS 90 012, TSA 12345.
func markPostboxes(p *Parsed, ts []Token, roles []Role) {
	for i := 0; i+1 < len(ts); i++ {
		j := i + 1
		switch {
		case roles[i] != RoleOther:
			continue
		case ts[i].Text == "b" && ts[j].Text == "p", ts[i].Text == "c" && ts[j].Text == "s":
			j++
		case ts[i].Text == "boite" && ts[j].Text == "postale":
			j++
		case !postboxMarks[ts[i].Text]:
			continue
		}
		if j+1 < len(ts) && numberSigns[ts[j].Text] {
			j++
		}
		if j >= len(ts) || !ts[j].Digits {
			continue
		}
		if j+1 < len(ts) && ts[j+1].Digits && len(ts[j].Text) <= 2 && len(ts[j+1].Text) == 3 && !(j+2 < len(ts) && isType(ts[j+2])) {
			j++
		}
		p.Postbox = true
		for k := i; k <= j; k++ {
			roles[k] = RolePostbox
		}
	}
}

// unitMarks are words of a place inside a building, which a short value follows.
var unitMarks = map[string]bool{
	"bat": true, "batiment": true, "bt": true, "bati": true, "batt": true, "batim": true,
	"apt": true, "appt": true, "app": true, "appart": true, "appartement": true, "apart": true, "apprt": true,
	"apartement": true, "appartements": true,
	"esc": true, "escalier": true, "etg": true, "etage": true, "porte": true, "pte": true, "hall": true, "palier": true,
	"logement": true, "logt": true, "log": true, "lgt": true, "bloc": true, "imm": true, "immeuble": true,
	"boite":   true,
	"chambre": true, "chbre": true, "ch": true, "studio": true, "entree": true, "ent": true, "cage": true,
	"tour": true, "lot": true,
	"niveau": true, "pavillon": true, "pav": true, "bal": true, "casier": true, "box": true,
	"emplacement": true, "caravane": true,
	"maison": true, "villa": true, "chalet": true, "parcelle": true, "parcelles": true, "local": true,
	"bureau": true, "boxe": true, "mobil": true, "bungalow": true, "cellule": true,
	"code": true, "digicode": true, "interphone": true, "sonnette": true, "tel": true, "telephone": true,
	"portable": true, "mobile": true,
	"poste": true, "bureaux": true, "suite": true, "ilot": true, "cour": true, "aile": true, "secteur": true,
	"gsm": true, "sonner": true,
}

// openers are words that open a complement behind a street's name, up to the next
// comma: what is inside the building, who lives or works there.
var openers = map[string]bool{
	"bat": true, "batiment": true, "immeuble": true, "imm": true, "appartement": true, "appt": true,
	"apt": true, "rdc": true, "escalier": true,
	"code": true, "digicode": true, "interphone": true, "sonnette": true, "portail": true, "portillon": true,
	"etage":    true,
	"logement": true, "studio": true, "tour": true, "villa": true, "maison": true, "chalet": true,
	"pavillon": true, "cour": true,
	"foyer": true, "beguinage": true, "ehpad": true, "ehpa": true, "camping": true, "hotel": true,
	"auberge": true, "internat": true, "maisonnette": true,
	"sarl": true, "eurl": true, "sci": true, "ets": true, "etablissements": true, "cabinet": true,
	"garage": true, "tabac": true, "salon": true,
	"pharmacie": true, "boulangerie": true, "boucherie": true, "bar": true, "restaurant": true,
	"brasserie": true, "cafe": true, "pizzeria": true, "pizza": true,
	"optique": true, "opticien": true, "boutique": true, "magasin": true, "supermarche": true,
	"atelier": true, "coiffure": true, "banque": true,
	"credit": true, "caisse": true, "association": true, "asso": true, "societe": true, "entreprise": true,
	"espace": true, "agence": true, "bistrot": true,
	"bistro": true, "librairie": true, "fleuriste": true, "laboratoire": true, "clinique": true,
	"hopital": true, "polyclinique": true, "crematorium": true,
	"ecole": true, "college": true, "lycee": true, "mairie": true, "gendarmerie": true, "creche": true,
	"mediatheque": true, "bibliotheque": true, "gymnase": true,
	"acces": true, "entree": true, "livraison": true, "livraisons": true, "tel": true, "telephone": true,
	"volet": true, "volets": true, "ehpads": true,
	"derniere": true, "aire": true, "centre": true, "adresse": true, "sonner": true, "digicodes": true,
	"ccas": true, "chrs": true, "cada": true, "adoma": true, "fjt": true, "sonacotra": true, "prison": true,
	"fleurs": true, "tennis": true,
	"secretariat": true, "direction": true, "service": true, "bureau": true, "local": true, "parking": true,
	"poste": true, "cabanon": true, "caravane": true,
}

// landmarks open the words that say where another place is.
var landmarks = map[string]bool{
	"angle": true, "face": true, "derriere": true, "devant": true, "coin": true, "proche": true,
	"croisement": true, "intersection": true, "vers": true,
}

// sides follow a floor or a door: "1er gauche".
var sides = map[string]bool{
	"gauche": true, "droite": true, "droit": true, "gche": true, "dte": true, "drte": true, "face": true,
	"fond": true, "centre": true, "milieu": true,
	"haut": true, "bas": true, "etage": true, "etg": true, "portail": true, "palier": true, "niveau": true,
	"porte": true, "maison": true, "entree": true,
}

// personMarks open a person's or host's name, which is no part of a place.
var personMarks = map[string]bool{
	"chez": true, "mme": true, "mr": true, "mlle": true, "madame": true, "monsieur": true,
	"mademoiselle": true, "famille": true, "mrs": true,
}

// opensComplement holds every word that may open a complement, so that the
// others cost one look.
var opensComplement = func() map[string]bool {
	all := map[string]bool{"rdc": true, "rez": true, "c": true, "m": true, "lieu": true, "lieudit": true, "ldt": true, "en": true, "a": true, "au": true,
		"pres": true, "non": true, "cote": true, "prolongee": true, "prolonge": true, "prolongees": true}
	for _, words := range []map[string]bool{unitMarks, openers, landmarks, personMarks} {
		for w := range words {
			all[w] = true
		}
	}
	return all
}()

// markComplements sets apart what stands inside the building, who lives there and
// where the place is.
func (l *line) markComplements() {
	ts, roles := l.ts, l.roles
	for i := 0; i < len(ts); i++ {
		if roles[i] != RoleOther {
			continue
		}
		t := ts[i].Text
		if !ts[i].Digits && !opensComplement[t] {
			continue
		}
		switch {
		case t == "rdc":
			l.set(i, i+1, markUnit)
			l.markSides(i + 1)
		case t == "rez" && i+2 < len(ts) && ts[i+1].Text == "de" && ts[i+2].Text == "chaussee":
			l.set(i, i+3, markUnit)
			l.markSides(i + 3)
		case l.landmark(i):
			l.set(i, l.landmarkEnd(i), markLandmark)
		case t == "c" && i+1 < len(ts) && ts[i+1].Text == "o" && ts[i+1].Hyphen, personMarks[t] && t != "chez" && (opensName(ts, roles, i) || len(t) < 5 && l.endsName(i)), t == "chez" && !articles[ts[max(i-1, 0)].Text] && (opensName(ts, roles, i) || l.endsName(i)),
			t == "m" && i+1 < len(ts) && !ts[i+1].Digits && (i == 0 || ts[i].Dot && l.endsName(i)), t == "famille" && l.endsName(i):
			l.set(i, l.personEnd(i), markTail)
		case ts[i].Digits && i+2 < len(ts) && ordinalMarks[ts[i+1].Text] && sides[ts[i+2].Text] && (ts[i+1].Glued || ts[i+1].Text != "e") && l.endsName(i):
			l.set(i, i+3, markUnit)
			l.markSides(i + 3)
		case unitMarks[t] && l.markUnit(i):
		case (openers[t] || t == "lieu" && i+1 < len(ts) && ts[i+1].Text == "dit" || t == "lieudit" || t == "ldt") && l.endsName(i):
			l.set(i, l.segmentEnd(i+1), markTail)
		}
	}
}

// set gives tokens [i, j) the role of a complement and a mark.
func (l *line) set(i, j int, m mark) {
	for ; i < j && i < len(l.ts); i++ {
		if l.roles[i] == RoleOther {
			l.roles[i], l.marks[i] = RoleComplement, m
		}
	}
}

// markSides sets apart the sides of a floor or a door: "RDC gauche".
func (l *line) markSides(i int) {
	for ; i < len(l.ts) && l.roles[i] == RoleOther && sides[l.ts[i].Text]; i++ {
		if unitMarks[l.ts[i].Text] && i+1 < len(l.ts) && (l.ts[i+1].Digits || len(l.ts[i+1].Text) == 1) {
			return // "3ème étage porte 4"
		}
		l.set(i, i+1, markUnit)
	}
}

// segmentEnd returns the token after i where the segment ends: at a comma, a
// dash, or a number that opens an address.
func (l *line) segmentEnd(i int) int {
	for ; i < len(l.ts); i++ {
		t := l.ts[i]
		if t.Comma || t.Dash || l.roles[i] != RoleOther || t.Digits && i+1 < len(l.ts) && streetTypes[l.ts[i+1].Text] != "" {
			break
		}
	}
	return i
}

// landmark reports whether tokens at i open a landmark: "face à", "en face",
// "à côté", "à l'angle", "au fond", "près de".
func (l *line) landmark(i int) bool {
	text := func(k int) string {
		if i+k < len(l.ts) {
			return l.ts[i+k].Text
		}
		return ""
	}
	ok := false
	switch text(0) {
	case "en":
		ok = text(1) == "face" || text(1) == "fond"
	case "a":
		ok = text(1) == "cote" || text(1) == "l" && (text(2) == "angle" || text(2) == "arriere" || text(2) == "entree" || text(2) == "interieur") || text(1) == "proximite" ||
			text(1) == "gauche" || text(1) == "droite"
	case "au":
		switch text(1) {
		case "dessus", "dessous", "fond", "bout", "coin", "niveau", "croisement":
			ok = true
		}
	case "pres":
		ok = text(1) == "de" || text(1) == "du" || text(1) == "des" || text(1) == "d"
	case "non":
		ok = text(1) == "loin"
	case "cote":
		ok = !l.ts[i].Hyphen && (text(1) == "cour" || text(1) == "jardin" || text(1) == "rue" || text(1) == "parc" || text(1) == "mer" || text(1) == "gauche" || text(1) == "droit") && l.endsName(i)
	case "prolongee", "prolonge", "prolongees":
		ok = text(1) == "par"
	default: // "Rue du Petit Coin" ends by its name
		ok = landmarks[text(0)] && (l.ts[i].Comma || i+1 < len(l.ts) && l.roles[i+1] == RoleOther && !l.ts[i+1].Comma)
	}
	if !ok {
		return false
	}
	return l.nameEnds(i, true) || i == 0 && (text(0) == "face" || text(0) == "en" || text(0) == "a" || text(0) == "angle") && l.numbered(i)
}

// numbered reports whether a number before a street's type stands behind i.
func (l *line) numbered(i int) bool {
	for ; i+1 < len(l.ts); i++ {
		if l.ts[i].Digits && streetTypes[l.ts[i+1].Text] != "" {
			return true
		}
	}
	return false
}

// landmarkEnd returns the token after the landmark that opens at i: the next comma,
// and the number of an address that the landmark leads.
func (l *line) landmarkEnd(i int) int {
	leads := true
	for k := range i {
		leads = leads && streetTypes[l.ts[k].Text] == ""
	}
	for i++; i < len(l.ts); i++ {
		t := l.ts[i]
		if t.Comma && !t.Paren || t.Dash || leads && t.Digits && i+1 < len(l.ts) && streetTypes[l.ts[i+1].Text] != "" || l.roles[i] != RoleOther {
			break
		}
	}
	return i
}

// personEnd returns the token after the name that a person's title opens at i.
func (l *line) personEnd(i int) int {
	for i++; i < len(l.ts) && l.roles[i] == RoleOther; i++ {
		t := l.ts[i]
		if t.Digits || t.Comma || t.Dash || roadTypes[streetTypes[t.Text]] && len(t.Text) > 1 {
			break
		}
	}
	return i
}

// opensName reports whether a person's title may open a name at i: first, after a
// comma, a number or a complement. "La Croix Madame" is a place.
func opensName(ts []Token, roles []Role, i int) bool {
	return i == 0 || ts[i].Comma || ts[i-1].Digits || roles[i-1] == RoleComplement
}

// endsName reports whether the name of a street may end before the token i: a
// comma or a complement is there, or a word of the name, with a type or a number
// before it, that no article or adjective ties to what follows.
func (l *line) endsName(i int) bool { return l.nameEnds(i, false) }

// nameEnds is endsName; an adjective before the token i ties it to nothing where
// i opens a landmark: "Rue Basse, angle …".
func (l *line) nameEnds(i int, landmark bool) bool {
	if i == 0 {
		return false
	}
	if l.ts[i].Comma || l.ts[i].Dash || l.roles[i-1] == RoleComplement {
		for k := range i { // behind a number alone a name may start
			if t := l.ts[k]; !t.Digits && len(t.Text) > 1 && suffixWords[t.Text] == "" && numberWords[t.Text] == 0 && l.roles[k] == RoleOther {
				return true
			}
		}
		return false
	}
	prev := l.ts[i-1]
	if articles[prev.Text] || !landmark && nameAdjectives[prev.Text] && !ordinalMarks[prev.Text] && !(i > 1 && isType(prev) && nameAdjectives[l.ts[i-2].Text]) || l.ts[i].Hyphen {
		return false
	}
	words, led := 0, false
	for k := i - 1; k >= 0; k-- {
		t := l.ts[k]
		if l.roles[k] != RoleOther {
			continue
		}
		if streetTypes[t.Text] != "" && (len(t.Text) > 1 || t.Text == "r") {
			led = words > 0 || k > 0 && nameAdjectives[l.ts[k-1].Text]
			words++
			break
		}
		if t.Digits && words > 0 && (k == 0 || l.roles[k-1] != RoleOther) {
			led = true
		}
		if !articles[t.Text] && (!t.Digits || words > 0) && suffixWords[t.Text] == "" && !(len(t.Text) == 1 && k > 0 && l.ts[k-1].Digits) {
			words++
		}
		if t.Comma {
			break
		}
	}
	return led && words > 0
}

// markUnit sets apart a unit mark at i with its value, or its ordinal before it,
// and reports whether it did.
func (l *line) markUnit(i int) bool {
	ts, roles := l.ts, l.roles
	if i > 0 && roles[i-1] == RoleOther && articles[ts[i-1].Text] && ts[i-1].Text != "et" && !ts[i].Comma {
		return false // "rue de la Porte 3"
	}
	done := false
	if t := ts[i].Text; t == "etage" || t == "etg" || t == "porte" { // "3ème étage", "2e etg"
		j := i - 1
		if j > 0 && ordinalMarks[ts[j].Text] {
			j--
		}
		if j >= 0 && j < i && roles[j] == RoleOther && (ts[j].Digits && len(ts[j].Text) <= 2 && (j < i-1 || t != "porte") || numberWords[ts[j].Text] > 0 && j == i-1 && t != "porte") {
			l.set(j, i+1, markUnit)
			l.markSides(i + 1)
			if t != "porte" {
				return true
			}
			done = true
		}
	}
	j := i + 1
	if ts[i].Text == "boite" && j+2 < len(ts) && ts[j].Text == "aux" && ts[j+1].Text == "lettres" {
		j += 2
	}
	if j < len(ts) && numberSigns[ts[j].Text] && !(ts[j].Text == "n" && j+1 < len(ts) && !ts[j+1].Digits) {
		j++
	}
	if j >= len(ts) || roles[j] != RoleOther {
		return done
	}
	v := ts[j]
	apart := j+1 >= len(ts) || ts[j+1].Digits || ts[j+1].Comma || isType(ts[j+1]) || unitMarks[ts[j+1].Text]
	single := len(v.Text) == 1 && (v.Text != "d" && v.Text != "l" || apart) || romans[v.Text] != "" && v.Text != "vi"
	phone := ts[i].Text == "tel" || ts[i].Text == "telephone" || ts[i].Text == "portable" || ts[i].Text == "mobile"
	switch {
	case phone && v.Digits:
	case v.Digits && len(v.Text) <= 5 && !(len(v.Text) == 5 && !v.Comma):
		// "bât 12 rue X" is a building and no number only if another number comes.
	case v.Text == "a" && !apart && i > 0 && isType(ts[i-1]) && !ts[i].Comma: // "Rue Porte à Nancy"
		return done
	case !v.Digits && single && (len(v.Text) > 1 || j+1 >= len(ts) || !ts[j+1].Hyphen || ts[j+1].Digits):
	case sides[v.Text] && l.endsName(i):
		l.set(i, j, markUnit)
		l.markSides(j)
		return true
	default:
		return done
	}
	switch ts[i].Text {
	case "lot", "cour", "villa", "ch", "poste", "maison", "tour", "pavillon", "secteur", "local", "ilot":
		if !v.Digits && !(single && (l.endsName(i) || ts[i].Text == "tour")) || ts[i].Text == "ch" && !(l.endsName(i) || i == 0 && l.numbered(j+1)) {
			return done
		}
	}
	if l.houses(i) && !(l.endsName(i) || l.numbered(j+1) || i == 0 && j+2 < len(ts) && ts[j+1].Digits || ts[max(i-1, 0)].Digits && j+1 < len(ts) && isType(ts[j+1])) {
		return done // "12 Villa 3", "Lot 3": a name
	}
	l.set(i, j+1, markUnit)
	// A12, 3B: the value's glued rest; the figures of a telephone
	for j++; j < len(ts) && roles[j] == RoleOther && (ts[j].Glued && len(ts[j].Text) <= 3 || phone && ts[j].Digits && !ts[j].Comma || ts[j].Digits && ts[j-1].Digits && ts[j].Hyphen && !ts[j].Dash); j++ {
		l.set(j, j+1, markUnit)
	}
	l.markSides(j)
	return true
}

// houses reports whether a unit mark also names a street or a place.
func (l *line) houses(i int) bool {
	switch l.ts[i].Text {
	case "maison", "villa", "chalet", "parcelle", "cour", "tour", "poste", "secteur", "ilot", "local", "lot":
		return true
	}
	return false
}
