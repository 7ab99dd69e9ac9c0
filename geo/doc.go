// Package geo is the kernel: points and metres, Lambert-93, the polygon index,
// communes and their history, and zonings in time. Coordinates are WGS84
// degrees, longitude first, in orb types; lengths are metres on the ground.
//
// One rule for borders holds everywhere: a point exactly on an edge or a vertex
// of a polygon is inside it.
//
// Zonings answers the question of the whole product: what is this point, in this
// commune, on this date, as known on that date? It stands on Polygons, which
// looks points up without GEOS, and on Communes, which resolves INSEE codes of
// any year. GEOS serves files alone, behind geos_overlay.go.
package geo
