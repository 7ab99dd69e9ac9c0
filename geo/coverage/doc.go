// Package coverage tells whom sites reach: weighted points in, never addresses.
// It finds the nearest site of each, counts people by distance, groups those whom
// no site reaches, measures access by floating catchments, and chooses where new
// places would help most, with a proof of how good the choice is.
//
// Points are WGS84 degrees, longitude first. Costs are metres on the ground times
// a stated detour factor, or minutes of a matrix.
package coverage
