package ogc

import (
	"database/sql"
	"strings"

	"perimetre/data/maps/layers"
)

// The R-tree of a GeoPackage's table, as the extension asks (OGC 12-128r18 annex
// F.3): a spatial query then reads a few pages, not the table. {t} is the table's
// name, {r} the index's.
const (
	rtreeTables = `
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));`

	rtreeTable = `CREATE VIRTUAL TABLE "{r}" USING rtree(id, minx, maxx, miny, maxy)`

	// The functions belong to whoever changes the file: the triggers are written
	// after the rows.
	rtreeTriggers = `
CREATE TRIGGER "{r}_insert" AFTER INSERT ON "{t}" WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
  INSERT OR REPLACE INTO "{r}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));
END;
CREATE TRIGGER "{r}_update1" AFTER UPDATE OF "geom" ON "{t}" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
  INSERT OR REPLACE INTO "{r}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));
END;
CREATE TRIGGER "{r}_update2" AFTER UPDATE OF "geom" ON "{t}" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
  DELETE FROM "{r}" WHERE id = OLD."fid";
END;
CREATE TRIGGER "{r}_update3" AFTER UPDATE ON "{t}" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
  DELETE FROM "{r}" WHERE id = OLD."fid";
  INSERT OR REPLACE INTO "{r}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));
END;
CREATE TRIGGER "{r}_update4" AFTER UPDATE ON "{t}" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
  DELETE FROM "{r}" WHERE id IN (OLD."fid", NEW."fid");
END;
CREATE TRIGGER "{r}_delete" AFTER DELETE ON "{t}" WHEN old."geom" NOT NULL BEGIN
  DELETE FROM "{r}" WHERE id = OLD."fid";
END;`
)

// writeRTree indexes the features of a layer, whose fid is their rank from 1.
func writeRTree(tx *sql.Tx, l *layers.Layer) error {
	named := strings.NewReplacer("{t}", strings.ReplaceAll(l.ID, `"`, `""`), "{r}", "rtree_"+strings.ReplaceAll(l.ID, `"`, `""`)+"_geom")
	if _, err := tx.Exec(rtreeTables + named.Replace(rtreeTable)); err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')", l.ID); err != nil {
		return err
	}
	insert, err := tx.Prepare(named.Replace(`INSERT INTO "{r}" VALUES (?, ?, ?, ?, ?)`))
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range l.Features {
		f := &l.Features[i]
		if f.Bound.IsEmpty() {
			continue
		}
		if _, err := insert.Exec(i+1, f.Bound.Min[0], f.Bound.Max[0], f.Bound.Min[1], f.Bound.Max[1]); err != nil {
			return err
		}
	}
	_, err = tx.Exec(named.Replace(rtreeTriggers))
	return err
}
