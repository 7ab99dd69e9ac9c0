package ogc

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // the format is a SQLite database

	"perimetre/data/maps/layers"
)

// Tables of every GeoPackage (OGC 12-128r18, annex C).
const packageTables = `
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in degrees');`

var columnTypes = map[layers.FieldType]string{layers.Text: "TEXT", layers.Integer: "INTEGER", layers.Real: "DOUBLE", layers.Boolean: "BOOLEAN", layers.Date: "DATE"}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func writePackage(path string, l *layers.Layer, made time.Time) (err error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"+packageTables); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	kind := "MULTIPOLYGON"
	if l.Points {
		kind = "POINT"
	}
	table := quoted(l.ID)
	columns, marks := `fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom `+kind+`, id TEXT NOT NULL`, "?, ?"
	names := "geom, id"
	for _, f := range l.Fields {
		columns += ", " + quoted(f.Name) + " " + columnTypes[f.Type]
		names += ", " + quoted(f.Name)
		marks += ", ?"
	}
	if _, err := tx.Exec("CREATE TABLE " + table + " (" + columns + ")"); err != nil {
		return err
	}
	var box [4]any
	if b := l.Bound; !b.IsEmpty() {
		box = [4]any{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	if _, err := tx.Exec("INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, 4326)", l.ID, l.Title, l.Description,
		made.UTC().Format("2006-01-02T15:04:05.000Z"), box[0], box[1], box[2], box[3]); err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", l.ID, kind); err != nil {
		return err
	}
	insert, err := tx.Prepare("INSERT INTO " + table + " (" + names + ") VALUES (" + marks + ")")
	if err != nil {
		return err
	}
	for i := range l.Features {
		f := &l.Features[i]
		blob, err := packageGeometry(f)
		if err != nil {
			return err
		}
		if _, err := insert.Exec(append([]any{blob, f.ID}, f.Values...)...); err != nil {
			return err
		}
	}
	if err := writeRTree(tx, l); err != nil {
		return err
	}
	return tx.Commit()
}

// packageGeometry returns a shape with its box, as OGC 12-128r18 §2.1.3 lays it out; nil
// without a shape.
func packageGeometry(f *layers.Feature) ([]byte, error) {
	g := f.Shape()
	if g == nil {
		return nil, nil
	}
	b := []byte{'G', 'P', 0, 1} // version 1, little endian, no box
	point := g.GeoJSONType() == "Point"
	if !point {
		b[3] |= 1 << 1 // a box of four numbers
	}
	b = binary.LittleEndian.AppendUint32(b, 4326)
	if !point {
		for _, v := range []float64{f.Bound.Min[0], f.Bound.Max[0], f.Bound.Min[1], f.Bound.Max[1]} {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	shape, err := wkb.Marshal(g, binary.LittleEndian)
	return append(b, shape...), err
}
