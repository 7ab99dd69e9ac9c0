// Package report writes a study of coverage as text, JSON, GeoJSON, a workbook or
// a page that prints, with its maps. Every figure goes with its unit, its detour
// factor or the source of its times, and what an incomplete list forbids to say.
package report
