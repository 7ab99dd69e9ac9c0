package residency

import "perimetre/geo"

// Bands are, by type of position, the width in metres on each side of a border within which an
// address is left to a person. A band is a measurement allowance, never a rule of law.
type Bands struct {
	Building float64 // entrée, bâtiment, cage d'escalier, logement, délivrance postale
	Parcel   float64 // parcelle
	Coarse   float64 // segment, interpolated, unknown
}

// DefaultBands are the bands of the product's rules.
var DefaultBands = Bands{Building: 15, Parcel: 20, Coarse: 25}

// Of returns the band of a position, never under the perimeter's own precision.
func (b Bands) Of(p geo.PositionType, interpolated bool, precision float64) float64 {
	w := b.Coarse
	if !interpolated {
		switch p {
		case geo.PositionEntrance, geo.PositionBuilding, geo.PositionStaircase, geo.PositionUnit, geo.PositionDelivery:
			w = b.Building
		case geo.PositionParcel:
			w = b.Parcel
		}
	}
	return max(w, precision)
}
