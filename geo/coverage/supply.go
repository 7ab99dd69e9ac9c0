package coverage

import (
	"math"
	"slices"
	"strings"

	"perimetre/geo"
)

// Opening is how much a site receives people.
type Opening uint8

const (
	OpeningUnknown Opening = iota
	OpeningRare            // less than one half-day a week
	OpeningPart            // one to four half-days a week, five excluded
	OpeningFull            // five half-days a week or more
)

// OpeningOf classes half-days a week, NaN when unknown.
func OpeningOf(halfDays float64) Opening {
	switch {
	case math.IsNaN(halfDays):
		return OpeningUnknown
	case halfDays >= 5:
		return OpeningFull
	case halfDays >= 1:
		return OpeningPart
	}
	return OpeningRare
}

// Label returns the class in French.
func (o Opening) Label() string {
	return [...]string{"ouverture inconnue", "moins d’une demi-journée par semaine", "1 à 4 demi-journées par semaine", "5 demi-journées par semaine ou plus"}[o]
}

// KindLabel returns a kind of site in French, in the plural.
func KindLabel(k geo.SiteKind) string {
	switch k {
	case geo.SiteHead:
		return "sièges"
	case geo.SiteBranch:
		return "antennes"
	case geo.SitePermanence:
		return "permanences"
	case geo.SiteRelay:
		return "relais"
	case geo.SiteOutreach:
		return "opérateurs « aller vers »"
	case geo.SiteYouthPlace:
		return "lieux jeunesse"
	case geo.SiteInfoJeunes:
		return "lieux Info Jeunes"
	case geo.SitePAEJ:
		return "points accueil écoute jeunes"
	case geo.SiteE2C:
		return "écoles de la deuxième chance"
	case geo.SiteFranceServices:
		return "France services"
	case geo.SiteOther:
		return "autres lieux"
	}
	return "sans genre indiqué"
}

// KindName returns a kind of site in French, in the singular; empty for none.
func KindName(k geo.SiteKind) string {
	switch k {
	case geo.SiteUnknown:
		return ""
	case geo.SiteRelay, geo.SiteFranceServices:
		return KindLabel(k)
	case geo.SiteOutreach:
		return "opérateur « aller vers »"
	case geo.SiteYouthPlace:
		return "lieu jeunesse"
	case geo.SiteInfoJeunes:
		return "lieu Info Jeunes"
	case geo.SitePAEJ:
		return "point accueil écoute jeunes"
	case geo.SiteE2C:
		return "école de la deuxième chance"
	case geo.SiteOther:
		return "autre lieu"
	}
	return strings.TrimSuffix(KindLabel(k), "s")
}

// KindCount counts the sites of one kind by opening.
type KindCount struct {
	Kind      geo.SiteKind
	Sites     int
	ByOpening [4]int  // by Opening
	HalfDays  float64 // a week, of those known
}

// CountKinds counts sites by kind, in the order of geo.SiteKinds.
func CountKinds(sites []geo.Site) []KindCount {
	order := append(slices.Clone(geo.SiteKinds), geo.SiteUnknown)
	counts := make([]KindCount, len(order))
	for i, k := range order {
		counts[i].Kind = k
	}
	for i := range sites {
		s := &sites[i]
		k := slices.Index(order, s.Kind)
		if k < 0 {
			k = len(order) - 1
		}
		c := &counts[k]
		c.Sites++
		c.ByOpening[OpeningOf(s.HalfDays)]++
		if !math.IsNaN(s.HalfDays) {
			c.HalfDays += s.HalfDays
		}
	}
	return slices.DeleteFunc(counts, func(c KindCount) bool { return c.Sites == 0 })
}

// Declared is the number of sites that an authority declares for a territory.
type Declared struct {
	Sites  int
	Year   int
	Source string // French
}

// Completeness compares the sites on file with those declared.
type Completeness struct {
	OnFile    int
	Declared  Declared // zero when nobody declares any
	Around    Declared // for the whole region around the sites; zero elsewhere
	WithPoint int      // that stand on the map
	WithHours int      // whose half-days a week are known
	Oldest    geo.Date // the oldest date of update; zero without any
	Latest    geo.Date
}

// CompleteFrom is the share of the declared sites from which a list may be said
// to be complete.
const CompleteFrom = 0.8

// NewCompleteness looks at a list of sites.
func NewCompleteness(sites []geo.Site, declared Declared) Completeness {
	c := Completeness{OnFile: len(sites), Declared: declared}
	for i := range sites {
		s := &sites[i]
		if !math.IsNaN(s.Lon) && !math.IsNaN(s.Lat) {
			c.WithPoint++
		}
		if !math.IsNaN(s.HalfDays) {
			c.WithHours++
		}
		if d := s.Updated; !d.IsZero() {
			if c.Oldest.IsZero() || d.Before(c.Oldest) {
				c.Oldest = d
			}
			if d.After(c.Latest) {
				c.Latest = d
			}
		}
	}
	return c
}

// Share returns the part of the declared sites that are on file and on the map, from 0
// to 1; known is false when nothing is declared.
func (c Completeness) Share() (share float64, known bool) {
	if c.Declared.Sites <= 0 {
		return 0, false
	}
	return min(1, float64(c.WithPoint)/float64(c.Declared.Sites)), true
}

// Complete reports whether the list may say that a place has no presence, and
// propose one without a warning.
func (c Completeness) Complete() bool {
	s, known := c.Share()
	return known && s >= CompleteFrom
}
