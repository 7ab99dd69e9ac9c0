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
	"btn": "bataillon", "bat": "batiment", "rgt": "regiment", "regt": "regiment", "div": "division", "cie": "compagnie", "inf": "infanterie",
	"comb": "combattants", "anc": "ancien", "ancienne": "ancien", "anciens": "ancien", "anciennes": "ancien", "frs": "freres", "pces": "princes",
	"grou": "groupe", "grpe": "groupe", "gpe": "groupe", "scol": "scolaire", "lot": "lotissement", "zi": "zone industrielle", "za": "zone artisanale",
	"zae": "zone artisanale", "rd": "reverend", "rev": "reverend", "rvd": "reverend", "pce": "prince", "cpe": "compagnie",
	"cal": "caporal", "prof": "professeur", "pr": "professeur", "ing": "ingenieur", "insp": "inspecteur",
	"mgr": "monseigneur", "chan": "chanoine", "amiral": "amiral", "am": "amiral", "sdt": "soldat",
	"nd": "notre dame", "n d": "notre dame", "gd": "grand", "gde": "grand", "grande": "grand", "grd": "grand", "grds": "grands", "gds": "grands", "grandes": "grands",
	"pt": "petit", "pte": "petit", "petite": "petit", "ptit": "petit", "vx": "vieux", "fbg": "faubourg", "fg": "faubourg",
	"chat": "chateau", "eg": "eglise", "rep": "republique", "nat": "nationale", "dep": "departementale", "ind": "industrielle",
	"mme": "madame", "mlle": "mademoiselle", "hlm": "hlm", "martyrs": "martyrs", "ptt": "postes", "cc": "centre commercial",
	"ctre": "centre", "fre": "frere", "fres": "freres", "nvelle": "nouvelle", "nouv": "nouvelle",
}

var articles = map[string]bool{
	"de": true, "du": true, "des": true, "d": true, "la": true, "le": true, "les": true, "l": true, "et": true,
	"en": true, "aux": true, "au": true, "a": true, "sur": true, "lez": true, "dit": true, "dite": true,
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
