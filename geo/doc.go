// Package geo is the kernel: points and metres, Lambert-93, the polygon index,
// communes and their history, and zonings in time. Coordinates are WGS84
// degrees, longitude first, in orb types; lengths are metres on the ground.
//
// One rule for borders holds everywhere: a point exactly on an edge or a vertex
// of a polygon is inside it.
package geo
