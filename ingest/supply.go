package ingest

import (
	"math"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/opening"
	"perimetre/ingest/table"
)

// SiteOffer is what a site offers, by its identifier or its name.
type SiteOffer struct {
	ID, Name string  // one of them at least
	Offer    float64 // in the table's unit; NaN when unknown
	HalfDays float64 // open a week; NaN when the table does not say
}

// SupplyTable is what sites offer.
type SupplyTable struct {
	Sites []SiteOffer
	// Unit is what the offers count, in French.
	Unit string
	// Faults are the opening patterns that could not be read, each a *fault.Error.
	Faults []error
}

// Headings of what a site offers, and of what it offers in one half-day.
var (
	offerTitles = []string{"offre", "places", "nombre de places", "nb places", "capacité", "capacité d'accueil", "capacité par semaine", "conseillers", "nombre de conseillers", "etp", "etp conseillers", "jeunes par semaine", "supply", "capacity", "offer"}
	eachTitles  = []string{"capacité par demi-journée", "places par demi-journée", "jeunes par demi-journée", "capacity per half-day"}
	weekTitles  = []string{"demi-journées", "demi_journees", "demi-journées par semaine", "demi journees semaine"}
	hoursTitles = []string{"ouverture", "horaires", "horaires d'ouverture", "jours et horaires", "opening"}
)

// Supply reads what sites offer: a number (places, capacité, offre, conseillers, ETP), a
// number for each half-day times the half-days open a week, or these half-days alone, written
// as a number or as an opening pattern.
func Supply(path string) (*SupplyTable, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	id, name := t.column("id", "identifiant", "code"), t.column("site", "nom", "nom du site", "name")
	if id < 0 && name < 0 {
		return nil, t.noColumn("le site", "id, identifiant, site, nom, code, name")
	}
	offer, each, week, hours := t.column(offerTitles...), t.column(eachTitles...), t.column(weekTitles...), t.column(hoursTitles...)
	out := &SupplyTable{}
	switch {
	case offer >= 0:
		out.Unit = "« " + table.Clean(t.r.Header[offer]) + " »"
	case each >= 0 && (week >= 0 || hours >= 0):
		out.Unit = "« " + table.Clean(t.r.Header[each]) + " » × demi-journées d’ouverture par semaine"
	case week >= 0 || hours >= 0:
		out.Unit = "demi-journées d’ouverture par semaine"
	default:
		return nil, t.noColumn("l’offre", strings.Join(offerTitles, ", ")+" ; ou demi-journées, ouverture")
	}
	seen := map[string]bool{}
	err = eachRow(t.r, func(row table.Row) error {
		s := SiteOffer{ID: t.text(row, id), Name: t.text(row, name), Offer: math.NaN(), HalfDays: math.NaN()}
		key := s.ID
		if key == "" {
			key = s.Name
		}
		if seen[key] {
			return &fault.Error{Kind: fault.Input, File: path, Line: row.Line, Message: "le site « " + key + " » est déjà dans la table"}
		}
		seen[key] = true
		for _, c := range []int{hours, week} { // a number of half-days has the last word
			if v := t.text(row, c); v != "" {
				if o, err := opening.Parse(v); err != nil {
					out.Faults = append(out.Faults, fault.At(path, row.Line, t.r.Header[c], "des horaires, ou un nombre de demi-journées par semaine", "« "+v+" »"))
				} else if o.HalfDays > 0 || !o.Appointment {
					s.HalfDays = o.HalfDays
				}
			}
		}
		column := offer
		if column < 0 {
			column = each
		}
		if column >= 0 && t.text(row, column) != "" {
			if s.Offer, err = t.quantity(row, column); err != nil {
				return err
			}
		}
		switch {
		case offer >= 0:
		case each >= 0:
			s.Offer *= s.HalfDays
		default:
			s.Offer = s.HalfDays
		}
		out.Sites = append(out.Sites, s)
		return nil
	})
	return out, err
}
