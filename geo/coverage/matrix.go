package coverage

import (
	"cmp"
	"slices"
)

// Matrix holds travel times in minutes from origins to destinations, both by their
// codes. A pair that it lacks cannot be travelled.
type Matrix struct {
	Origins      []string
	Destinations []string
	// Source says in French where the times come from.
	Source string
	// Squares are the codes of the grid squares whose centres some origins are; nil when there
	// are none.
	Squares *Lattice

	origin, destination map[string]int32
	trips               [][]Trip
}

// Set keeps the shortest time of a pair.
func (m *Matrix) Set(origin, destination string, minutes float64) {
	if m.origin == nil {
		m.origin, m.destination = map[string]int32{}, map[string]int32{}
	}
	i, ok := m.origin[origin]
	if !ok {
		i = int32(len(m.Origins))
		m.origin[origin] = i
		m.Origins, m.trips = append(m.Origins, origin), append(m.trips, nil)
	}
	j, ok := m.destination[destination]
	if !ok {
		j = int32(len(m.Destinations))
		m.destination[destination] = j
		m.Destinations = append(m.Destinations, destination)
	}
	row := m.trips[i]
	k, twice := slices.BinarySearchFunc(row, j, func(t Trip, j int32) int { return cmp.Compare(t.To, j) })
	if twice {
		row[k].Cost = min(row[k].Cost, minutes)
		return
	}
	m.trips[i] = slices.Insert(row, k, Trip{j, minutes})
}

// From returns the trips from an origin, To being numbers in Destinations; nil when
// the matrix lacks it.
func (m *Matrix) From(origin string) []Trip {
	i, ok := m.origin[origin]
	if !ok {
		return nil
	}
	return m.trips[i]
}

// Destination returns the number of a destination.
func (m *Matrix) Destination(code string) (int32, bool) {
	j, ok := m.destination[code]
	return j, ok
}

// Nearest returns the destination reached soonest among those that keep accepts;
// ok is false without one. Ties go to the lowest number.
func (m *Matrix) Nearest(origin string, keep func(destination int32) bool) (best Trip, ok bool) {
	for _, t := range m.From(origin) {
		if keep(t.To) && (!ok || t.Cost < best.Cost || t.Cost == best.Cost && t.To < best.To) {
			best, ok = t, true
		}
	}
	return best, ok
}
