package ingest

import (
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// readBAL reads a Base Adresse Locale, 1.1 to 1.5, its headings whole or cut to ten
// letters as a shapefile does. It has no postcode. A number with several positions
// stands on several lines that follow each other: only the best position is kept. The
// commune of a line without commune_insee is the one that begins its key.
func readBAL(r *table.Reader, c columns, s *addressSink) error {
	var (
		key, street, number    = c.of("cle_interop", "cle_intero"), c.of("toponyme", "voie_nom"), c.of("numero")
		rep, place             = c.of("suffixe"), c.of("lieudit_complement_nom", "lieudit_co")
		position               = c.of("position")
		cityCode, city         = c.of("commune_insee", "commune_in"), c.of("commune_nom", "commune_no")
		oldCode, old           = c.of("commune_deleguee_insee"), c.of("commune_deleguee_nom")
		streetUUID, numberUUID = c.of("id_ban_toponyme"), c.of("id_ban_adresse")

		streets, places, cityCodes, cities, oldCodes, olds, uuids interned
	)
	needed := []string{"numero"}
	if street < 0 {
		needed = append(needed, "toponyme")
	}
	if key < 0 && cityCode < 0 {
		needed = append(needed, "commune_insee")
	}
	if c.of("long", "lon", "long_wgs84", "lon_wgs84", "x", "x_l93") < 0 {
		needed = append(needed, "long")
	}
	if c.of("lat", "lat_wgs84", "y", "y_l93") < 0 {
		needed = append(needed, "lat")
	}
	if err := c.need("fichier BAL d’un autre format", needed...); err != nil {
		return err
	}
	best := bestPosition{sink: s}
	inner := addressSink{yield: best.add, batch: make([]geo.Address, 0, batchLen), deps: s.deps}
	inner.report.Format = BAL
	err := eachAddress(r, c, &inner, func(row []string) (geo.Address, *fault.Error) {
		a := geo.Address{
			ID:           strings.Clone(cell(row, key)),
			Street:       streets.get(strings.TrimSpace(row[street])),
			Suffix:       suffix(strings.TrimSpace(cell(row, rep))),
			Place:        places.get(strings.Trim(cell(row, place), "\" ")),
			CityCode:     cityCodes.get(table.PadPostcode(cell(row, cityCode))),
			City:         cities.get(cell(row, city)),
			OldCityCode:  oldCodes.get(table.PadPostcode(cell(row, oldCode))),
			OldCity:      olds.get(cell(row, old)),
			PositionType: geo.ParsePositionType(strings.ToLower(strings.TrimSpace(cell(row, position)))),
		}
		if a.CityCode == "" {
			a.CityCode = cityOfKey(a.ID)
		}
		a.BANID, a.StreetBANID = strings.Clone(cell(row, numberUUID)), uuids.get(cell(row, streetUUID))
		a.StreetID = balStreet(&a, a.StreetBANID)
		if a.ID == "" {
			a.ID = a.BANID
		}
		return a, inner.setNumber(&a, strings.TrimSpace(row[number]))
	})
	if err == nil {
		err = inner.flush()
	}
	if err == nil {
		err = best.flush()
	}
	read := &inner.report
	s.report.Rejected, s.report.Faults, s.report.ZeroNumber, s.report.NoNumber = read.Rejected, read.Faults, read.ZeroNumber, read.NoNumber
	return err
}

// cityOfKey returns the commune at the head of a key, or "".
func cityOfKey(key string) string {
	if code, _, ok := strings.Cut(key, "_"); ok && isINSEE(code) {
		return code
	}
	return ""
}

// balStreet returns the street's part of the key, 35047_0001; where the commune gave
// its streets no code (xxxx, 0000), the BAN's identifier of the street or, without
// one, its name stands in for it.
func balStreet(a *geo.Address, uuid string) string {
	id := streetOf(a.ID)
	_, code, ok := strings.Cut(id, "_")
	if ok && strings.Trim(code, "xX") != "" && strings.Trim(code, "0") != "" {
		return id
	}
	if uuid != "" {
		return uuid
	}
	return a.CityCode + "_" + strings.ToLower(a.Street)
}

// bestPosition keeps one record of those that follow each other with one key.
type bestPosition struct {
	sink *addressSink
	held geo.Address
	some bool
}

func (b *bestPosition) add(batch []geo.Address) error {
	for _, a := range batch {
		if b.some && a.ID != "" && a.ID == b.held.ID && a.Street == b.held.Street && a.Number == b.held.Number && a.Suffix == b.held.Suffix {
			b.sink.report.Merged++
			if better(a, b.held) {
				b.held = a
			}
			continue
		}
		if err := b.flush(); err != nil {
			return err
		}
		b.held, b.some = a, true
	}
	return nil
}

func (b *bestPosition) flush() error {
	if !b.some {
		return nil
	}
	b.some = false
	return b.sink.add(b.held)
}

// better reports whether a's point says more of where the door is than b's: the
// position types are in that order, the unknown one last.
func better(a, b geo.Address) bool {
	if (a.Lon == a.Lon) != (b.Lon == b.Lon) {
		return a.Lon == a.Lon
	}
	return a.PositionType != geo.PositionUnknown && (b.PositionType == geo.PositionUnknown || a.PositionType < b.PositionType)
}
