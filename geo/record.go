package geo

// PositionType says what a BAN point stands for; the border band depends on it.
type PositionType uint8

const (
	PositionUnknown PositionType = iota
	PositionEntrance
	PositionBuilding
	PositionStaircase
	PositionUnit
	PositionDelivery
	PositionParcel
	PositionSegment
	PositionUtility
)

// positionNames are the BAN's and the BAL's words, in the order of the constants.
var positionNames = [...]string{"", "entrée", "bâtiment", "cage d’escalier", "logement", "délivrance postale", "parcelle", "segment", "service technique"}

// String returns the BAN's word, empty when unknown.
func (p PositionType) String() string { return positionNames[p] }

// ParsePositionType reads the BAN's word in either apostrophe, with or without
// accents; anything else is PositionUnknown.
func ParsePositionType(s string) PositionType {
	switch s {
	case "entrée", "entree":
		return PositionEntrance
	case "bâtiment", "batiment":
		return PositionBuilding
	case "cage d’escalier", "cage d'escalier":
		return PositionStaircase
	case "logement":
		return PositionUnit
	case "délivrance postale", "delivrance postale":
		return PositionDelivery
	case "parcelle":
		return PositionParcel
	case "segment":
		return PositionSegment
	case "service technique":
		return PositionUtility
	}
	return PositionUnknown
}

// Address is one record of an address base: a house number, or a street or a
// lieu-dit without number. Lon and Lat are WGS84 degrees, NaN when the source
// has no point. Codes are as written in the source, not yet resolved.
type Address struct {
	ID           string // the base's identifier: 59350_1234_00012_bis
	StreetID     string // the street's: 59350_1234
	BANID        string // UUID of the address in the BAN; empty when the file holds none
	StreetBANID  string // the same of its street or lieu-dit
	Number       int    // 0 when Locality, or a street without number
	Suffix       string // lower case: "bis", "b"; empty without one
	Street       string // nom_voie
	Place        string // lieu-dit complement (nom_ld, lieudit_complement_nom)
	Alias        string // other names of the street, joined by "|"
	Postcode     string
	CityCode     string // INSEE
	City         string
	OldCityCode  string
	OldCity      string
	PositionType PositionType
	Kind         AddressKind
	Lon, Lat     float64
}

// AddressKind distinguishes a house number from a street or a lieu-dit alone.
type AddressKind uint8

const (
	KindHouseNumber AddressKind = iota
	KindStreet
	KindLocality
)

// Commune is a line of the commune table (COG). Population is in inhabitants.
type Commune struct {
	Code        string
	Name        string
	Departement string
	Postcodes   []string
	Population  int
	EPCI        string
	EPCIName    string
	Former      []FormerCommune
	Lon, Lat    float64 // the town hall or the centre, degrees; NaN when unknown
}

// FormerCommune is a commune that merged into, or is associated or delegated within, a commune
// of today. Name is empty where the source lists only codes.
type FormerCommune struct {
	Code string
	Name string
}
