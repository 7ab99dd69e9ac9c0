// Package pmtiles writes and reads archives of map tiles in the PMTiles format,
// version 3 (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), with
// gzipped directories and tiles.
//
// The format has no checksum of its own: what is read is checked by those of gzip,
// at the first touch of each directory and tile.
package pmtiles
