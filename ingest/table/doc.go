// Package table reads the tables that users hold: CSV in any delimiter and encoding, XLSX
// and ODS; it finds their columns by their headings and reads their cells. It decides nothing about what a row means.
//
// A Reader loses no row: whatever the quotes, the title lines above the header
// or the number of cells, each row comes out once, in order, with its line.
package table
