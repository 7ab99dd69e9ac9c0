// Package transit tells who can come to a place by bus, train and foot while it is
// open, and go home the same day. It searches timetables by RAPTOR (Delling, Pajor
// and Werneck, Round-Based Public Transit Routing, 2012), for all the times of a
// half-day at once (rRAPTOR), backwards from the place to the homes: whoever must be
// there by a time asks for the latest departure that arrives by it.
//
// Times are seconds of the local day, from noon minus twelve hours as GTFS counts
// them; durations that are told are whole minutes, waits included.
package transit
