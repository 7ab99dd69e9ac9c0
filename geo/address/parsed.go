package address

// Class says what kind of text an address is; all but Residence are decided
// before any place is looked for.
type Class uint8

const (
	Residence     Class = iota // an ordinary address
	Unusable                   // empty, "inconnu", punctuation
	Foreign                    // outside France
	Homeless                   // sans domicile, SDF, 115
	Domiciliation              // CCAS, domiciled at an association
	Institution                // prison, hospital, foyer, shelter
)

// Role is what a span of the text was read as.
type Role uint8

const (
	RoleOther      Role = iota // left unexplained
	RoleNumber                 // 12, 9-11
	RoleSuffix                 // bis, ter, A
	RoleStreet                 // the street's or lieu-dit's words, type included
	RoleComplement             // bâtiment, étage, résidence, chez …
	RolePostbox                // BP, CS, TSA
	RoleCedex
	RolePostcode
	RoleCity
	RoleCountry
)

// Field names a part of the input.
type Field uint8

const (
	FieldText Field = iota
	FieldNumber
	FieldStreet
	FieldComplement
	FieldPostcode
	FieldCity
	FieldCityCode
)

var fieldNames = [...]string{"texte", "numero", "voie", "complement", "code_postal", "ville", "insee"}

// String returns the field's name in an explanation.
func (f Field) String() string { return fieldNames[f] }

// Span is a piece of the source text: bytes [Start, End) of field Field.
type Span struct {
	Field      Field
	Start, End int
	Text       string // as typed
	Role       Role
	Read       string // what the piece became: "general" for "Gal"
}

// Input is an address as typed: on one line, in columns, or both.
type Input struct {
	Text       string
	Number     string
	Street     string
	Complement string
	Postcode   string
	City       string
	CityCode   string
}

// Parsed is an address read into its parts. Its slices belong to the Parser and
// hold until its next Parse.
type Parsed struct {
	Class     Class
	Number    int    // 0 without one
	NumberEnd int    // end of a range 9-11, 0 without one
	Suffix    string // "bis", "a", "a bis"; lower case
	// SuffixUnit: the suffix may be a building as well, "12 B2".
	SuffixUnit bool
	// Behind: the number stands behind the street, without "n°", and may be of
	// its name: "Lotissement La Chicotte 2".
	Behind bool
	// Two: another street of the line has a number too.
	Two      bool
	Postcode string // five digits, a lost zero restored; empty without one
	CityCode string // INSEE code as written, a lost zero restored
	Cedex    bool
	Postbox  bool // a BP, CS or TSA was read
	// FromComplement: the street column was empty and the complement holds one.
	FromComplement bool

	// Street holds the tokens of the street or lieu-dit; Extra the tokens of complements,
	// evidence of last resort; City the tokens of the town.
	Street, Extra, City []Token
	Lead                int // tokens at the head of Street that may be a number written again
	// CityOpen: no town was set apart, so it may stand at the end of Open: the
	// type of an estate right before the street, the street, and the last Tail tokens,
	// complements behind it.
	CityOpen bool
	Open     []Token
	Tail     int

	// Spans is what each word became; filled only with Parser.KeepSpans.
	Spans []Span
}
