package ingest

import (
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// readBAL reads a Base Adresse Locale, 1.1 to 1.5. It has no postcode. A number
// with several positions stands on several lines that follow each other: only the
// best position is kept.
func readBAL(r *table.Reader, c columns, s *addressSink) error {
	if err := c.need("fichier BAL d’un autre format", "cle_interop", "voie_nom", "numero", "suffixe", "commune_insee", "commune_nom", "long", "lat"); err != nil {
		return err
	}
	var (
		key, street, number, rep = c.of("cle_interop"), c.of("voie_nom"), c.of("numero"), c.of("suffixe")
		place, position          = c.of("lieudit_complement_nom"), c.of("position")
		cityCode, city           = c.of("commune_insee"), c.of("commune_nom")
		oldCode, old             = c.of("commune_deleguee_insee"), c.of("commune_deleguee_nom")

		streets, places, cityCodes, cities, oldCodes, olds interned
	)
	best := bestPosition{sink: s}
	inner := addressSink{yield: best.add, batch: make([]geo.Address, 0, batchLen), deps: s.deps}
	inner.report.Format = BAL
	err := eachAddress(r, c, &inner, func(row []string) (geo.Address, *fault.Error) {
		a := geo.Address{
			ID:           strings.Clone(row[key]),
			Street:       streets.get(strings.TrimSpace(row[street])),
			Suffix:       suffix(strings.TrimSpace(row[rep])),
			Place:        places.get(strings.Trim(cell(row, place), "\" ")),
			CityCode:     cityCodes.get(table.PadPostcode(row[cityCode])),
			City:         cities.get(row[city]),
			OldCityCode:  oldCodes.get(table.PadPostcode(cell(row, oldCode))),
			OldCity:      olds.get(cell(row, old)),
			PositionType: geo.ParsePositionType(strings.ToLower(strings.TrimSpace(cell(row, position)))),
		}
		a.StreetID = balStreet(&a)
		return a, setNumber(&a, strings.TrimSpace(row[number]))
	})
	if err == nil {
		err = inner.flush()
	}
	if err == nil {
		err = best.flush()
	}
	s.report.Rejected, s.report.Faults = inner.report.Rejected, inner.report.Faults
	return err
}

// balStreet is the street's part of the key, 35047_0001; where the commune gave
// its streets no code (xxxx, 0000), the name stands in for it.
func balStreet(a *geo.Address) string {
	id := streetOf(a.ID)
	_, code, ok := strings.Cut(id, "_")
	if ok && strings.Trim(code, "xX") != "" && strings.Trim(code, "0") != "" {
		return id
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

// better tells whether a's point says more of where the door is than b's: the
// position types are in that order, the unknown one last.
func better(a, b geo.Address) bool {
	if (a.Lon == a.Lon) != (b.Lon == b.Lon) {
		return a.Lon == a.Lon
	}
	return a.PositionType != geo.PositionUnknown && (b.PositionType == geo.PositionUnknown || a.PositionType < b.PositionType)
}
