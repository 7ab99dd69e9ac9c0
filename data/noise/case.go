package noise

import (
	"hash/fnv"

	"perimetre/geo"
)

// Class names a kind of noise.
type Class string

// The twenty classes. The last two are negative: no such street there.
const (
	Clean         Class = "propre"
	Capitals      Class = "capitales"
	Abbreviated   Class = "abreviations"
	NoPostcode    Class = "sans_code_postal"
	NoCity        Class = "sans_ville"
	WrongPostcode Class = "code_postal_faux"
	OneTypo       Class = "une_faute"
	TwoTypos      Class = "deux_fautes"
	CityTypo      Class = "faute_ville"
	NoArticles    Class = "sans_articles"
	BeforeStreet  Class = "avant_voie" // a person or a building before the street
	Postbox       Class = "bp_cs_cedex"
	NoNumber      Class = "sans_numero"
	AbsentNumber  Class = "numero_absent"
	WithSuffix    Class = "suffixe" // 12 bis
	NumberRange   Class = "plage"   // 9-11
	SaintCity     Class = "st_ville"
	Combined      Class = "abrev_capitales_faute"
	AbsentStreet  Class = "voie_absente"
	WrongCommune  Class = "autre_commune"
)

// Classes lists the twenty classes, positives first.
var Classes = []Class{
	Clean, Capitals, Abbreviated, NoPostcode, NoCity, WrongPostcode, OneTypo, TwoTypos, CityTypo,
	NoArticles, BeforeStreet, Postbox, NoNumber, AbsentNumber, WithSuffix, NumberRange, SaintCity,
	Combined, AbsentStreet, WrongCommune,
}

// Negative reports whether the class writes a street that does not exist in the written
// commune.
func (c Class) Negative() bool { return c == AbsentStreet || c == WrongCommune }

// Half says what a row may be used for: dev while tuning, held for what is quoted.
type Half string

const (
	Dev  Half = "dev"
	Held Half = "held"
)

// HalfOf returns the half of a street, whatever the seed: a street, with its twins of
// the same name in the commune, is never in both.
func HalfOf(cityCode, street string) Half {
	h := fnv.New64a()
	h.Write([]byte(cityCode + "/" + Key(street)))
	if h.Sum64()>>17&1 == 0 {
		return Dev
	}
	return Held
}

// Split is an address as a file's columns hold it.
type Split struct {
	Street     string // number and street: "12 bis av du Gal Leclerc"
	Complement string
	Postcode   string
	City       string
}

// Truth is the place that a text means.
type Truth struct {
	// Street is the base's identifier; empty in AbsentStreet and without a place.
	Street string
	// Number is the number written, 0 without one; NumberEnd closes a range.
	Number, NumberEnd int
	Suffix            string
	// Known: the base holds that number, and Lon, Lat and Position are its own.
	// Otherwise they are the middle of the street's numbers, position unknown.
	Known    bool
	CityCode string  // INSEE of the street's commune
	Lon, Lat float64 // WGS84 degrees; NaN when the base has no point
	Position geo.PositionType
}

// Case is one noisy address with its label.
type Case struct {
	ID    string
	Class Class
	Half  Half
	Line  string // the address on one line
	Split Split  // the same in columns
	Truth Truth
	// Written is the INSEE code of the commune that the text names: the truth's,
	// but in WrongCommune.
	Written string
	// Unique: no other street of the base fits what the text still says. Rivals
	// are those that do, number included when one is written.
	Unique   bool
	Rivals   []string
	Negative bool
	// Noises are the noises mixed into a person's row (People); nil in Cases.
	Noises []string
}

// Decidable reports whether the truth of the row is one known number.
func (c *Case) Decidable() bool { return !c.Negative && c.Unique && c.Truth.Known }
