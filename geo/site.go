package geo

// MissionLocale is a structure as a list of them describes it. Lon and Lat are WGS84 degrees,
// NaN where the list has no point.
type MissionLocale struct {
	Code     string // UNML's: an INSEE code, not always the head office's
	Name     string // as the list writes it: 59-ML LILLE
	Address  string
	Postcode string
	City     string
	CityCode string // INSEE, where the list has it
	Lon, Lat float64
}

// Territory assigns a commune to a Mission Locale.
type Territory struct {
	Commune       string // INSEE code
	MissionLocale string // Code of a MissionLocale
	Shared        bool   // the list says that several Missions Locales serve the commune
}

// SiteKind says what a site d'accueil is.
type SiteKind string

const (
	SiteUnknown    SiteKind = ""
	SiteHead       SiteKind = "siege"
	SiteBranch     SiteKind = "antenne"
	SitePermanence SiteKind = "permanence"
	SiteRelay      SiteKind = "relais"
	SiteOutreach   SiteKind = "aller_vers"    // operator that goes to meet young people
	SiteYouthPlace SiteKind = "lieu_jeunesse" // youth place that is not a Mission Locale's
	SiteOther      SiteKind = "autre"

	// Networks of places where young people go, known by name.
	SiteInfoJeunes     SiteKind = "info_jeunes"
	SitePAEJ           SiteKind = "paej" // point d’accueil et d’écoute jeunes
	SiteE2C            SiteKind = "e2c"  // école de la deuxième chance
	SiteFranceServices SiteKind = "france_services"
)

// SiteKinds are the kinds that are shown, in the order of lists and legends.
var SiteKinds = []SiteKind{SiteHead, SiteBranch, SitePermanence, SiteRelay, SiteOutreach, SiteYouthPlace, SiteInfoJeunes, SitePAEJ, SiteE2C, SiteFranceServices, SiteOther}

// Presence reports whether sites of the kind are a Mission Locale's own presence, or may be,
// as sites of another kind or of no kind.
func (k SiteKind) Presence() bool {
	switch k {
	case SiteYouthPlace, SiteOutreach, SiteInfoJeunes, SitePAEJ, SiteE2C, SiteFranceServices:
		return false
	}
	return true
}

// Site is a place where young people are received. Lon and Lat are WGS84
// degrees, NaN where it has only an address.
type Site struct {
	ID            string
	Name          string
	Kind          SiteKind
	MissionLocale string // code or name, as written
	Host          string // who lends the place
	Address       string
	Postcode      string
	City          string
	CityCode      string // INSEE
	Lon, Lat      float64
	Opening       string  // as written
	HalfDays      float64 // half-days open a week, 0.25 for one a month; NaN when unknown
	Appointment   bool    // only or also by appointment
	From, To      Date    // first and last day; zero: open
	Updated       Date    // when the source last looked at it
}

// ActiveOn reports whether the site is open to the public on a date.
func (s *Site) ActiveOn(on Date) bool {
	return (s.From.IsZero() || !on.Before(s.From)) && (s.To.IsZero() || !on.After(s.To))
}
