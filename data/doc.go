// Package data is what the product knows of the world: the catalogue of official
// sources, the fetcher, and the pack that is built from their files.
//
// A RAW folder holds files as served, with sources.json beside them. Build turns
// it into PACK/<id>, a folder that is never changed afterwards, and then points
// PACK/current at it. Open maps one or several packs into memory.
package data
