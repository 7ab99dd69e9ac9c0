package ingest

import (
	"fmt"
	"math"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/opening"
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
func Sites(path string) ([]geo.Site, SiteReport, error) { return listSites(path, true) }

// SitesByCode reads what Sites does, of sites that a matrix of travel times knows by their
// codes or names: they need no place.
func SitesByCode(path string) ([]geo.Site, SiteReport, error) { return listSites(path, false) }

func listSites(path string, placed bool) ([]geo.Site, SiteReport, error) {
	var sites []geo.Site
	var report SiteReport
	first, err := firstByte(path)
	if err != nil {
		return nil, report, err
	}
	switch {
	case first == '{' || first == '[':
		sites, err = readDirectory(path, &report)
	default:
		sites, err = readSites(path, &report, placed)
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

// firstByte returns the first of a document's text, in an archive or not.
func firstByte(path string) (byte, error) {
	d, err := openDocument(path, ".csv", ".json", ".xlsx", ".ods")
	if err != nil {
		return 0, err
	}
	defer d.Close()
	return d.first()
}

func readSites(path string, report *SiteReport, placed bool) ([]geo.Site, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	name, err := t.needColumn("le nom du site", "nom", "nom du site", "site", "libellé", "intitulé", "name", "lib_france_services")
	if err != nil {
		return nil, err
	}
	var (
		id, kind          = t.column("id", "identifiant", "code", "matricule"), t.column("genre", "type", "nature", "catégorie", "type de site", "kind", "reseaux_porteurs")
		unit, host        = t.column("mission_locale", "code_ml", "code structure", "structure", "ml"), t.column("hôte", "hébergeur", "lieu d'accueil", "hébergé par", "host")
		address, postcode = t.column("adresse", "voie"), t.column("code_postal", "cp")
		city, cityCode    = t.column("commune", "ville", "lib_com"), t.column("insee", "code_insee", "insee_com")
		lon, lat          = t.column("lon", "longitude"), t.column("lat", "latitude")
		schedule          = t.column("ouverture", "horaires", "horaires d'ouverture", "jours et horaires", "opening", "horaires_accueil")
		halfDays          = t.column("demi_journees", "demi-journées par semaine", "demi-journées", "demi journees semaine")
		from, to          = t.column("du", "depuis", "ouvert depuis", "date d'ouverture", "date de début", "from"), t.column("au", "jusqu'au", "date de fermeture", "date de fin", "to")
		updated           = t.column("maj", "mise à jour", "date de mise à jour", "date_maj")
	)
	inclusion, others := t.column("reseaux_porteurs") >= 0, 0
	franceServices := t.column("lib_france_services") >= 0
	var days [7]int // columns of the hours of each day
	for d := range days {
		days[d] = t.column("h_"+french.Weekday(d), french.Weekday(d))
	}
	if placed && address < 0 && (lon < 0 || lat < 0) {
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
			CityCode: table.PadPostcode(cell(row.Cells, cityCode)), Opening: t.text(row, schedule), HalfDays: math.NaN(),
		}
		if s.ID == "" {
			s.ID = t.line(row)
		}
		var err error
		if s.Lon, s.Lat, err = coordinatesOf(path, row, lon, lat); err != nil {
			return err
		}
		if placed && s.Lon != s.Lon && s.Address == "" && s.City == "" {
			return &fault.Error{Kind: fault.Input, File: path, Line: row.Line, Message: "site « " + s.Name + " » sans adresse ni coordonnées"}
		}
		var known bool
		if franceServices {
			s.Kind = geo.SiteFranceServices
		} else if s.Kind, known = kindOf(t.text(row, kind)); inclusion && s.Kind == geo.SiteUnknown {
			others++
			return nil
		} else if !known {
			at(kind, fmt.Errorf("genre de site inconnu, attendu : siège, antenne, permanence, relais, opérateur aller-vers, lieu jeunesse, Info Jeunes, PAEJ, E2C, France services"))
		}
		if s.Kind == geo.SiteUnknown {
			s.Kind = kindInName(s.Name)
		}
		if s.Opening == "" {
			s.Opening = weekOf(row, days, at)
		}
		if s.Opening != "" {
			if o, err := opening.Parse(s.Opening); err != nil {
				at(schedule, err)
			} else if s.Appointment = o.Appointment; o.HalfDays > 0 || !o.Appointment {
				s.HalfDays = o.HalfDays
			}
		}
		if v := cell(row.Cells, halfDays); strings.TrimSpace(v) != "" {
			if o, err := opening.Parse(v); err != nil {
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
	if others > 0 {
		report.Notices = append(report.Notices, otherNetworks(others))
	}
	return sites, err
}

// otherNetworks says how many structures of data·inclusion are of no interest here.
func otherNetworks(n int) string {
	return french.Count(n, "structure d’un autre réseau, laissée", "structures d’autres réseaux, laissées") + " de côté"
}

// kindOf reads one kind, or a list of networks with a known one.
func kindOf(s string) (kind geo.SiteKind, ok bool) {
	if kind, ok = ParseSiteKind(s); ok {
		return kind, ok
	}
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("[]{}\"',;| ", r) }) {
		if k, known := networks[strings.ToLower(one)]; known {
			return k, true
		}
	}
	return geo.SiteUnknown, false
}

// weekOf joins the hours that a row gives day by day in an opening pattern; a cell that
// cannot be read is told by at, and left out.
func weekOf(row table.Row, columns [7]int, at func(column int, err error)) string {
	var parts []string
	for d, c := range columns {
		text := strings.TrimSpace(table.Clean(cell(row.Cells, c)))
		if n := table.Fold(text); n == "" || n == "-" || n == "ferme" {
			continue
		}
		if text[0] >= '0' && text[0] <= '9' && !strings.Contains(table.Fold(text), french.Weekday(d)) {
			text = french.Weekday(d) + " " + text
		}
		text = strings.ReplaceAll(text, "//", ";")
		if _, err := opening.Parse(text); err != nil {
			at(c, err)
			continue
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ; ")
}
