package ingest

import (
	"fmt"
	"math"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// SiteReport counts what a file of sites held.
type SiteReport struct {
	WithPoint   int      // with coordinates
	WithOpening int      // whose half-days a week are known
	Notices     []string // French: which sheet was read, what looks wrong
	// Faults are the cells that could not be read, each a *fault.Error: the site is
	// kept without them.
	Faults []error
}

// Sites reads sites d'accueil, CSV, XLSX or ODS: a name, an address or coordinates and,
// where the file has them, kind, opening pattern or half-days a week, first and
// last day, host, Mission Locale; or the service-public directory's JSON. A site
// with neither address nor coordinates is a fault of kind Input.
func Sites(path string) ([]geo.Site, SiteReport, error) {
	var sites []geo.Site
	var report SiteReport
	first, err := firstByte(path)
	if err != nil {
		return nil, report, err
	}
	switch {
	case first == '{' || first == '[':
		sites, err = readDirectory(path)
	default:
		sites, err = readSites(path, &report)
	}
	if err == nil && len(sites) == 0 {
		err = &fault.Error{Kind: fault.Input, File: path, Message: "aucun site dans ce fichier"}
	}
	for i := range sites {
		if sites[i].Lon == sites[i].Lon {
			report.WithPoint++
		}
		if sites[i].HalfDays == sites[i].HalfDays {
			report.WithOpening++
		}
	}
	return sites, report, err
}

// firstByte is the first of a document's text, in an archive or not.
func firstByte(path string) (byte, error) {
	d, err := openDocument(path, ".csv", ".json", ".xlsx", ".ods")
	if err != nil {
		return 0, err
	}
	defer d.Close()
	return d.first()
}

func readSites(path string, report *SiteReport) ([]geo.Site, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	name, err := t.needColumn("le nom du site", "nom", "nom du site", "site", "libellé", "intitulé", "name")
	if err != nil {
		return nil, err
	}
	var (
		id, kind          = t.column("id", "identifiant", "code"), t.column("genre", "type", "nature", "catégorie", "type de site", "kind")
		unit, host        = t.column("mission_locale", "code_ml", "code structure", "structure", "ml"), t.column("hôte", "hébergeur", "lieu d'accueil", "hébergé par", "host")
		address, postcode = t.column("adresse", "voie"), t.column("code_postal", "cp")
		city, cityCode    = t.column("commune", "ville"), t.column("insee", "code_insee")
		lon, lat          = t.column("lon", "longitude"), t.column("lat", "latitude")
		opening           = t.column("ouverture", "horaires", "horaires d'ouverture", "jours et horaires", "opening")
		halfDays          = t.column("demi_journees", "demi-journées par semaine", "demi-journées", "demi journees semaine")
		from, to          = t.column("du", "depuis", "ouvert depuis", "date d'ouverture", "date de début", "from"), t.column("au", "jusqu'au", "date de fermeture", "date de fin", "to")
		updated           = t.column("maj", "mise à jour", "date de mise à jour", "date_maj")
	)
	if address < 0 && (lon < 0 || lat < 0) {
		return nil, t.noColumn("le lieu du site", "adresse, code_postal et commune, ou lon et lat")
	}
	var sites []geo.Site
	err = eachRow(t.r, func(row table.Row) error {
		at := func(column int, err error) {
			f := &fault.Error{Kind: fault.Input, File: path, Line: row.Line, Column: t.r.Header[column], Message: err.Error(), Seen: "« " + row.Cells[column] + " »"}
			if e, ok := err.(*fault.Error); ok {
				*f = *e
				f.File, f.Line, f.Column = path, row.Line, t.r.Header[column]
			}
			report.Faults = append(report.Faults, f)
		}
		s := geo.Site{
			ID: t.text(row, id), Name: t.text(row, name), MissionLocale: t.text(row, unit), Host: t.text(row, host),
			Address: t.text(row, address), Postcode: table.PadPostcode(cell(row.Cells, postcode)), City: t.text(row, city),
			CityCode: table.PadPostcode(cell(row.Cells, cityCode)), Opening: t.text(row, opening), HalfDays: math.NaN(),
		}
		if s.ID == "" {
			s.ID = t.line(row)
		}
		var err error
		if s.Lon, s.Lat, err = coordinatesOf(path, row, lon, lat); err != nil {
			return err
		}
		if s.Lon != s.Lon && s.Address == "" && s.City == "" {
			return &fault.Error{Kind: fault.Input, File: path, Line: row.Line, Message: "site « " + s.Name + " » sans adresse ni coordonnées"}
		}
		var known bool
		if s.Kind, known = ParseSiteKind(t.text(row, kind)); !known {
			at(kind, fmt.Errorf("genre de site inconnu, attendu : siège, antenne, permanence, relais, opérateur aller-vers, lieu jeunesse"))
		}
		if s.Kind == geo.SiteUnknown {
			s.Kind = kindInName(s.Name)
		}
		if s.Opening != "" {
			if o, err := ParseOpening(s.Opening); err != nil {
				at(opening, err)
			} else if s.Appointment = o.Appointment; o.HalfDays > 0 || !o.Appointment {
				s.HalfDays = o.HalfDays
			}
		}
		if v := cell(row.Cells, halfDays); strings.TrimSpace(v) != "" {
			if o, err := ParseOpening(v); err != nil {
				at(halfDays, err)
			} else {
				s.HalfDays = o.HalfDays
			}
		}
		for _, c := range []struct {
			column int
			date   *geo.Date
		}{{from, &s.From}, {to, &s.To}, {updated, &s.Updated}} {
			var err error
			if *c.date, err = table.ParseDate(cell(row.Cells, c.column)); err != nil {
				at(c.column, err)
			}
		}
		sites = append(sites, s)
		return nil
	})
	report.Notices = append(t.r.Notices, t.r.Warnings()...)
	return sites, err
}

// ParseSiteKind reads a kind of site in its usual words; empty is SiteUnknown, and
// ok is false for a word that names none.
func ParseSiteKind(s string) (kind geo.SiteKind, ok bool) {
	n := strings.Join(strings.FieldsFunc(table.Fold(s), func(r rune) bool { return r < 'a' || r > 'z' }), " ")
	switch {
	case n == "":
		return geo.SiteUnknown, strings.TrimSpace(s) == ""
	case n == "siege", n == "siege social", n == "siege administratif", n == "ml", n == "mission locale":
		return geo.SiteHead, true
	case strings.HasPrefix(n, "antenne"):
		return geo.SiteBranch, true
	case strings.HasPrefix(n, "permanence"):
		return geo.SitePermanence, true
	case strings.HasPrefix(n, "relais"), strings.HasPrefix(n, "point relais"), strings.HasPrefix(n, "point d accueil"), strings.HasPrefix(n, "point accueil"):
		return geo.SiteRelay, true
	case strings.Contains(n, "aller vers"), strings.HasPrefix(n, "operateur"):
		return geo.SiteOutreach, true
	case strings.Contains(n, "jeunesse"), strings.Contains(n, "jeunes"):
		return geo.SiteYouthPlace, true
	case n == "autre", n == "autres":
		return geo.SiteOther, true
	}
	return geo.SiteUnknown, false
}

// kindInName finds a kind that a site's name tells.
func kindInName(name string) geo.SiteKind {
	n := table.Fold(name)
	switch {
	case strings.Contains(n, "antenne"):
		return geo.SiteBranch
	case strings.Contains(n, "permanence"):
		return geo.SitePermanence
	case strings.Contains(n, "relais"):
		return geo.SiteRelay
	}
	return geo.SiteUnknown
}
