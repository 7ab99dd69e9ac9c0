package address

// streetTypes maps each form of a street's type to its canonical word. Forms of
// one or two letters count only where a type may stand.
var streetTypes = map[string]string{
	"r": "rue", "rue": "rue", "ru": "rue", "re": "rue", "rues": "rue",
	"av": "avenue", "ave": "avenue", "aven": "avenue", "avn": "avenue", "avenue": "avenue",
	"bd": "boulevard", "blv": "boulevard", "boulv": "boulevard", "bvard": "boulevard", "bld": "boulevard",
	"blvd": "boulevard", "boul": "boulevard", "bvd": "boulevard", "boulevard": "boulevard",
	"pl": "place", "plac": "place", "plc": "place", "plce": "place", "pce": "place", "place": "place",
	"all": "allee", "al": "allee", "allee": "allee", "allees": "allee",
	"imp": "impasse", "imps": "impasse", "impas": "impasse", "ipasse": "impasse", "impasse": "impasse",
	"ch": "chemin", "che": "chemin", "chem": "chemin", "chm": "chemin", "chmin": "chemin", "chin": "chemin",
	"chemin": "chemin", "cheminement": "cheminement",
	"rte": "route", "rt": "route", "route": "route",
	"sq": "square", "square": "square",
	"pass": "passage", "pas": "passage", "psg": "passage", "psge": "passage", "passg": "passage",
	"passage": "passage", "passerelle": "passerelle",
	"res": "residence", "resi": "residence", "rsd": "residence", "resid": "residence",
	"residence": "residence", "residences": "residence",
	"lot": "lotissement", "lots": "lotissement", "lotis": "lotissement", "lott": "lotissement",
	"lotiss": "lotissement", "lotissement": "lotissement",
	"crs": "cours", "cours": "cours", "cour": "cour",
	"qu": "quai", "quai": "quai",
	"fg": "faubourg", "fb": "faubourg", "fbrg": "faubourg", "fbg": "faubourg", "faub": "faubourg",
	"faubourg": "faubourg",
	"ham":      "hameau", "hameau": "hameau", "hameaux": "hameau",
	"sen": "sentier", "sent": "sentier", "sentier": "sentier", "sente": "sentier", "sentes": "sentier",
	"cite": "cite", "clos": "clos", "dom": "domaine", "domaine": "domaine",
	"esp": "esplanade", "esplanade": "esplanade", "prom": "promenade", "promenade": "promenade",
	"trav": "traverse", "tra": "traverse", "traverse": "traverse", "villa": "villa", "vla": "villa",
	"ven": "venelle", "venelle": "venelle", "rle": "ruelle", "ruelle": "ruelle",
	"mte": "montee", "montee": "montee", "cote": "cote", "descente": "descente",
	"chs": "chaussee", "chaussee": "chaussee", "qua": "quartier", "qrt": "quartier", "qur": "quartier",
	"qurt": "quartier", "qtier": "quartier", "quart": "quartier", "quartier": "quartier",
	"parvis": "parvis", "porte": "porte", "pont": "pont", "mail": "mail", "voie": "voie", "vc": "voie communale",
	"rpt": "rond point", "rdpt": "rond point", "rondpoint": "rond point", "rocade": "rocade", "galerie": "galerie",
	"za": "zone artisanale", "zae": "zone artisanale", "zi": "zone industrielle", "zac": "zac",
	"zone": "zone", "parc": "parc",
	"placette": "placette", "dreve": "dreve", "carriere": "carriere", "rang": "rang",
	"peristyle": "peristyle", "rampe": "rampe", "rpe": "rampe", "tsse": "terrasse", "corniche": "corniche",
	"passe": "passe", "barri": "barri", "village": "village", "vlge": "village", "voyette": "voyette",
	"ruette": "ruette", "escalier": "escalier", "terrasse": "terrasse", "enclos": "enclos",
	"bourg": "bourg", "carrefour": "carrefour", "car": "carrefour", "carr": "carrefour",
	"carref": "carrefour", "plaine": "plaine", "plateau": "plateau",
	"digue": "digue", "levee": "levee", "port": "port", "jardin": "jardin", "jard": "jardin", "cloitre": "cloitre",
}

// roadTypes are the types that say a public way: after one of these no other
// type starts a street, and a number before one is a house number.
var roadTypes = map[string]bool{
	"rue": true, "avenue": true, "boulevard": true, "place": true, "allee": true, "impasse": true, "chemin": true,
	"route": true, "square": true, "passage": true, "cours": true, "quai": true, "faubourg": true, "sentier": true,
	"venelle": true, "ruelle": true, "chaussee": true, "promenade": true, "esplanade": true,
	"traverse": true, "montee": true, "dreve": true, "mail": true, "voie": true, "rocade": true,
	"placette": true, "cour": true, "voie communale": true, "voyette": true, "ruette": true, "passe": true,
}

// housingTypes are types that are also complements: "Résidence les Lilas, 12 rue …".
var housingTypes = map[string]bool{
	"residence": true, "cite": true, "lotissement": true, "hameau": true, "clos": true, "domaine": true, "villa": true,
	"parc": true, "quartier": true, "village": true, "zac": true, "zone artisanale": true,
	"zone industrielle": true, "zone": true,
}

// Housing reports whether the type names an estate, not a public way: "Résidence Pasteur" is
// not "rue Pasteur".
func Housing(typ string) bool { return housingTypes[typ] }

// Road reports whether the type names a public way.
func Road(typ string) bool { return roadTypes[typ] }

// oldWays are the types that stand for an adjective and a way, first in a name:
// "ART DE PARIS" is the "Ancienne Route de Paris" (NF Z 10-011).
var oldWays = map[string]string{
	"art": "ancien route", "ach": "ancien chemin", "gbd": "grand boulevard", "gden": "grand ensemble",
	"nte": "nouvelle route",
	"pch": "petit chemin", "pim": "petit impasse", "prt": "petit route", "pta": "petit avenue", "ptr": "petit rue",
	"vche": "vieux chemin", "vte": "vieille route", "vcte": "vieille cote",
}

// Types glued to the article after them: "RUEDES ECOLES".
func init() {
	for _, typ := range []string{"rue", "avenue", "boulevard", "place", "allee", "impasse", "chemin", "route", "square", "passage", "quai",
		"sentier", "lotissement", "residence", "ruelle"} {
		for _, article := range []string{"de", "du", "des", "dela", "del"} {
			streetTypes[typ+article] = typ
		}
	}
}

// zones gives the type that "zone" makes with the words after it, and how many
// of them.
func zone(ts []Token) (typ string, n int) {
	at := func(i int) string {
		if i < len(ts) {
			return ts[i].Text
		}
		return ""
	}
	switch {
	case at(0) == "industrielle" || at(0) == "ind":
		return "zone industrielle", 1
	case at(0) == "artisanale" || at(0) == "art" || at(0) == "artis":
		return "zone artisanale", 1
	case at(0) == "d" && at(1) == "amenagement" && at(2) == "concerte":
		return "zac", 3
	case at(0) == "d" && (at(1) == "activite" || at(1) == "activites"):
		n = 2
	case at(0) == "activite" || at(0) == "activites":
		n = 1
	default:
		return "", 0
	}
	switch {
	case at(n) == "economique" || at(n) == "economiques":
		n++
	case at(n) == "artisanale" || at(n) == "industrielle" || at(n) == "commerciale":
		n++
	}
	return "zone artisanale", n
}

// isType reports whether a token is a street's type, in full or cut short.
func isType(t Token) bool { return streetTypes[t.Text] != "" }

// StreetType returns the canonical word of a folded word that is a street's type
// ("bd": "boulevard"), or "".
func StreetType(word string) string { return streetTypes[word] }
