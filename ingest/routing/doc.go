// Package routing asks travel times and isochrones of a routing server that its
// user names: OSRM (table service) or Valhalla (matrix and isochrone services).
// Nothing is sent anywhere else; what is sent are points of sites and of cells or
// zones, never of persons' addresses.
package routing
