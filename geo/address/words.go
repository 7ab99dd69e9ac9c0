package address

// WordKind says what a word of a street's name is for.
type WordKind uint8

const (
	Plain   WordKind = iota // carries the name
	Type                    // rue, avenue, résidence …: first, or alone
	Article                 // de, du, la, l, et …: forgiven when missing
)

// Word is a canonical word of a street or commune name: abbreviations opened,
// numbers in digits, ordinals bare. Tok is the index of its first token.
type Word struct {
	Text string
	Kind WordKind
	Tok  int
}

// streetTypes maps each form of a street's type to its canonical word. Forms of
// one or two letters count only where a type may stand.
var streetTypes = map[string]string{
	"r": "rue", "rue": "rue", "ru": "rue",
	"av": "avenue", "ave": "avenue", "aven": "avenue", "avn": "avenue", "avenue": "avenue",
	"bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard", "bvd": "boulevard", "boulevard": "boulevard",
	"pl": "place", "plac": "place", "place": "place",
	"all": "allee", "al": "allee", "allee": "allee", "allees": "allee",
	"imp": "impasse", "impasse": "impasse",
	"ch": "chemin", "che": "chemin", "chem": "chemin", "chm": "chemin", "chemin": "chemin", "cheminement": "cheminement",
	"rte": "route", "rt": "route", "route": "route",
	"sq": "square", "square": "square",
	"pass": "passage", "pas": "passage", "psg": "passage", "passage": "passage", "passerelle": "passerelle",
	"res": "residence", "resid": "residence", "residence": "residence", "residences": "residence",
	"lot": "lotissement", "lotiss": "lotissement", "lotissement": "lotissement",
	"crs": "cours", "cours": "cours", "cour": "cour",
	"qu": "quai", "quai": "quai",
	"fg": "faubourg", "fbg": "faubourg", "faub": "faubourg", "faubourg": "faubourg",
	"ham": "hameau", "hameau": "hameau", "hameaux": "hameau",
	"sen": "sentier", "sent": "sentier", "sentier": "sentier", "sente": "sente",
	"cite": "cite", "clos": "clos", "dom": "domaine", "domaine": "domaine",
	"esp": "esplanade", "esplanade": "esplanade", "prom": "promenade", "promenade": "promenade",
	"trav": "traverse", "tra": "traverse", "traverse": "traverse", "villa": "villa", "vla": "villa",
	"ven": "venelle", "venelle": "venelle", "rle": "ruelle", "ruelle": "ruelle",
	"mte": "montee", "montee": "montee", "cote": "cote", "descente": "descente",
	"chs": "chaussee", "chaussee": "chaussee", "qua": "quartier", "quart": "quartier", "quartier": "quartier",
	"parvis": "parvis", "porte": "porte", "pont": "pont", "mail": "mail", "voie": "voie", "vc": "voie communale",
	"rpt": "rond point", "rocade": "rocade", "lieudit": "lieu dit", "galerie": "galerie",
	"za": "zone artisanale", "zi": "zone industrielle", "zac": "zac", "zone": "zone", "parc": "parc",
	"placette": "placette", "dreve": "dreve", "carriere": "carriere", "rang": "rang",
	"peristyle": "peristyle", "rampe": "rampe", "escalier": "escalier", "terrasse": "terrasse", "enclos": "enclos",
	"bourg": "bourg", "carrefour": "carrefour", "car": "carrefour", "plaine": "plaine", "plateau": "plateau",
	"digue": "digue", "levee": "levee", "port": "port", "jardin": "jardin", "jard": "jardin", "cloitre": "cloitre",
}

// roadTypes are the types that say a public way: after one of these no other
// type starts a street, and a number before one is a house number.
var roadTypes = map[string]bool{
	"rue": true, "avenue": true, "boulevard": true, "place": true, "allee": true, "impasse": true, "chemin": true,
	"route": true, "square": true, "passage": true, "cours": true, "quai": true, "faubourg": true, "sentier": true,
	"sente": true, "venelle": true, "ruelle": true, "chaussee": true, "promenade": true, "esplanade": true,
	"traverse": true, "montee": true, "dreve": true, "mail": true, "voie": true, "rocade": true, "placette": true, "cour": true,
}

// housingTypes are types that are also complements: "Résidence les Lilas, 12 rue …".
var housingTypes = map[string]bool{
	"residence": true, "cite": true, "lotissement": true, "hameau": true, "clos": true, "domaine": true, "villa": true,
	"parc": true, "quartier": true, "zac": true, "zone artisanale": true, "zone industrielle": true, "zone": true,
}

// Housing tells a type that names an estate, not a public way: "Résidence
// Pasteur" is not "rue Pasteur".
func Housing(typ string) bool { return housingTypes[typ] }

// Road tells a type that names a public way.
func Road(typ string) bool { return roadTypes[typ] }

// abbreviations are opened wherever they stand in a name but first as a type.
var abbreviations = map[string]string{
	"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "snt": "saint",
	"gal": "general", "gen": "general", "gnal": "general", "gl": "general",
	"mal": "marechal", "marl": "marechal", "mar": "marechal",
	"dr": "docteur", "doct": "docteur", "docteurs": "docteur",
	"pdt": "president", "pres": "president", "prdt": "president", "prt": "president",
	"cdt": "commandant", "cmdt": "commandant", "cmd": "commandant", "ct": "commandant",
	"col": "colonel", "cel": "colonel", "cap": "capitaine", "capt": "capitaine", "cne": "capitaine",
	"lt": "lieutenant", "ltn": "lieutenant", "lieut": "lieutenant", "sgt": "sergent", "serg": "sergent", "adj": "adjudant",
	"cal": "caporal", "prof": "professeur", "pr": "professeur", "ing": "ingenieur", "insp": "inspecteur",
	"mgr": "monseigneur", "chan": "chanoine", "amiral": "amiral", "am": "amiral", "sdt": "soldat",
	"nd": "notre dame", "n d": "notre dame", "gd": "grand", "gde": "grand", "grande": "grand", "grd": "grand", "grds": "grands", "gds": "grands", "grandes": "grands",
	"pt": "petit", "pte": "petit", "petite": "petit", "ptit": "petit", "vx": "vieux", "fbg": "faubourg", "fg": "faubourg",
	"chat": "chateau", "eg": "eglise", "rep": "republique", "nat": "nationale", "dep": "departementale", "ind": "industrielle",
	"mme": "madame", "mlle": "mademoiselle", "hlm": "hlm", "martyrs": "martyrs", "ptt": "postes", "cc": "centre commercial",
	"bat": "batiment", "ctre": "centre", "fre": "frere", "fres": "freres", "nvelle": "nouvelle", "nouv": "nouvelle",
}

var articles = map[string]bool{
	"de": true, "du": true, "des": true, "d": true, "la": true, "le": true, "les": true, "l": true, "et": true,
	"en": true, "aux": true, "au": true, "a": true, "sur": true, "lez": true, "dit": true, "dite": true,
}

// numberWords are the numbers that names spell out.
var numberWords = map[string]int{
	"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
	"douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40,
	"cinquante": 50, "soixante": 60, "cent": 100, "premier": 1, "premiere": 1, "deuxieme": 2, "troisieme": 3,
	"quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
	"onzieme": 11, "douzieme": 12, "treizieme": 13, "quatorzieme": 14, "quinzieme": 15, "vingtieme": 20,
}

// romans are the Roman numerals that names carry (kings, wars, republics).
var romans = map[string]string{
	"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12", "xiii": "13",
	"xiv": "14", "xv": "15", "xvi": "16", "xvii": "17", "xviii": "18", "xix": "19", "xx": "20", "xxi": "21", "xxii": "22", "xxiii": "23",
}

// ordinalMarks follow a number in digits: 1er, 2e, 10ème.
var ordinalMarks = map[string]bool{
	"er": true, "ere": true, "e": true, "eme": true, "ieme": true, "nd": true, "nde": true, "ier": true, "me": true,
}
