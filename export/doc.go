// Package export writes tables: CSV in any delimiter and encoding, XLSX, JSON, GeoJSON and
// Parquet, each under the extension that says so. A file appears whole under its name, or
// not at all.
package export
