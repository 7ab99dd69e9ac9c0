// Package packs keeps the edition in service: the packs that a server reads, replaced
// under load without dropping a request, and what is computed once of each edition
// (Missions Locales, outlines, zones by unit).
package packs
