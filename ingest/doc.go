// Package ingest reads the official files, one reader a format, into the records
// of package geo: addresses, communes and contours, priority zones, lists of
// communes, Missions Locales and their sites. It decides nothing. Files are known
// by their content, gzip and zip are expanded; large ones are streamed. A wrong
// file is one fault that names file, line, column, what was expected and seen.
//
// Users' own tables are read by package ingest/table.
package ingest
