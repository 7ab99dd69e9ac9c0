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

// Span is a piece of the source text: bytes [Start, End) of field Field.
type Span struct {
	Field      string // "texte", "numero", "voie", "complement", "code_postal", "ville", "insee"
	Start, End int
	Text       string
	Role       Role
	Read       string // what the piece became: "general" for "Gal"
}

// Parsed is an address read into its parts.
type Parsed struct {
	Class     Class
	Number    int      // 0 without one
	NumberEnd int      // end of a range 9-11, 0 without one
	Suffix    string   // "bis", "a"; lower case
	Street    []string // normalised words: street type first where there is one
	Extra     []string // normalised words of complements, evidence of last resort
	Postcode  string   // five digits, lost zero restored
	City      []string // normalised words
	CityCode  string
	Cedex     bool
	Spans     []Span
}
