package ingest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	"modernc.org/sqlite" // GeoPackages are SQLite databases
	sqlite3 "modernc.org/sqlite/lib"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/ingest/crs"
)

func isSQLite(head []byte) bool { return bytes.HasPrefix(head, []byte("SQLite format 3\x00")) }

// readGeoPackage reads the polygons of the first layer of features (OGC 12-128r18).
// SQLite needs a file of its own: the document, maybe compressed, is copied.
func readGeoPackage(d *document, yield func(*feature) error) (layer, error) {
	l := layer{name: d.name, format: "geopackage"}
	dir, err := atomicfile.TempDir("", "perimetre-source-")
	if err != nil {
		return l, err
	}
	defer dir.Remove()
	tmp, err := os.Create(filepath.Join(dir.Path, "source.gpkg"))
	if err != nil {
		return l, fault.Wrap(fault.Internal, err, "fichier temporaire")
	}
	_, err = io.Copy(tmp, d)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return l, d.broken(err)
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: tmp.Name(), RawQuery: "mode=ro&immutable=1"}).String())
	if err != nil {
		return l, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the limit is one connection's
	if err := limitValues(db); err != nil {
		return l, err
	}
	wrong := func(err error) error {
		return &fault.Error{Kind: fault.Input, File: d.name, Message: "GeoPackage illisible", Expected: "une couche de polygones", Err: err}
	}
	table, column, srs, err := gpkgLayer(db, &l)
	if err != nil {
		return l, wrong(err)
	}
	if !l.crs.Known() {
		return l, l.crs.Refuse(d.name)
	}
	rows, err := db.Query(`SELECT * FROM "` + strings.ReplaceAll(table, `"`, `""`) + `"`)
	if err != nil {
		return l, wrong(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return l, wrong(err)
	}
	values := make([]any, len(names))
	refs := make([]any, len(names))
	for i := range values {
		refs[i] = &values[i]
	}
	for n := 1; rows.Next(); n++ {
		if err := rows.Scan(refs...); err != nil {
			return l, wrong(err)
		}
		f := &feature{number: n, props: make(map[string]string, len(names))}
		var blob []byte
		for i, name := range names {
			if strings.EqualFold(name, column) {
				blob, _ = values[i].([]byte)
			} else if values[i] != nil {
				f.props[strings.ToLower(name)] = fmt.Sprint(values[i])
			}
		}
		var own int
		if f.shape, own, err = gpkgShape(blob); err != nil {
			return l, &fault.Error{Kind: fault.Input, File: d.name, Message: describe(f) + " : " + err.Error()}
		}
		if own > 0 && own != srs {
			return l, &fault.Error{Kind: fault.Input, File: d.name, Message: describe(f) + " : système de coordonnées autre que celui de sa couche",
				Expected: fmt.Sprintf("srs_id %d", srs), Seen: fmt.Sprintf("srs_id %d", own)}
		}
		if err := yield(f); err != nil {
			return l, err
		}
	}
	if err := rows.Err(); err != nil {
		return l, wrong(err)
	}
	return l, nil
}

// gpkgLayer chooses the first layer of features, polygons before others, and reads its
// system of coordinates: its EPSG code, else its definition, else its name.
func gpkgLayer(db *sql.DB, l *layer) (table, column string, srs int, err error) {
	var organization, definition, name string
	var code int
	err = db.QueryRow(`SELECT c.table_name, g.column_name, g.srs_id, COALESCE(s.organization, ''), COALESCE(s.organization_coordsys_id, 0),
			COALESCE(s.definition, ''), COALESCE(s.srs_name, '')
		FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
		LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
		WHERE c.data_type = 'features' ORDER BY (upper(g.geometry_type_name) LIKE '%POLYGON') DESC, c.rowid LIMIT 1`).
		Scan(&table, &column, &srs, &organization, &code, &definition, &name)
	if err != nil || srs == 0 || srs == -1 { // both say: not known
		return table, column, srs, err
	}
	switch {
	case strings.EqualFold(organization, "EPSG") && code > 0:
		l.crs = crs.ByEPSG(code)
	case strings.Contains(definition, "["):
		l.crs = crs.Parse(definition)
	case organization == "" && definition == "" && name == "": // the table of systems lacks it
		l.crs = crs.ByEPSG(srs)
	default:
		l.crs = crs.Parse(fmt.Sprintf("%s:%d", organization, code))
	}
	if !l.crs.Known() && name != "" && !strings.Contains(l.crs.Name, ",") {
		l.crs.Name += ", " + name
	}
	return table, column, srs, nil
}

// limitValues bounds what SQLite may build of one value: a few bytes of a file can
// stand for a gigabyte of zeros.
func limitValues(db *sql.DB) error {
	c, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = sqlite.Limit(c, sqlite3.SQLITE_LIMIT_LENGTH, maxShape)
	return err
}

var errGeometry = errors.New("géométrie illisible")

// gpkgShape reads a GeoPackage geometry: its header, which bears the number of its
// system of coordinates, then WKB.
func gpkgShape(b []byte) (shape orb.MultiPolygon, srs int, err error) {
	if b == nil {
		return nil, 0, nil
	}
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, 0, errGeometry
	}
	srs = int(int32(binary.BigEndian.Uint32(b[4:])))
	if b[3]&1 == 1 {
		srs = int(int32(binary.LittleEndian.Uint32(b[4:])))
	}
	flags := b[3]
	envelope := flags >> 1 & 7
	if envelope > 4 {
		return nil, srs, errGeometry
	}
	skip := 8 + [...]int{0, 32, 48, 48, 64}[envelope]
	if len(b) < skip {
		return nil, srs, errGeometry
	}
	if flags&0x10 != 0 { // empty
		return nil, srs, nil
	}
	w := wkbReader{b: b[skip:]}
	shape, err = w.multiPolygon(0)
	return shape, srs, err
}

// wkbReader reads polygons out of WKB, ISO or extended, and drops Z and M.
type wkbReader struct {
	b     []byte
	order binary.ByteOrder
}

func (w *wkbReader) uint32() (uint32, error) {
	if len(w.b) < 4 {
		return 0, errGeometry
	}
	v := w.order.Uint32(w.b)
	w.b = w.b[4:]
	return v, nil
}

// header reads the byte order, the type without its dimensions, and how many
// numbers a point has.
func (w *wkbReader) header() (kind uint32, dims int, err error) {
	if len(w.b) < 5 || w.b[0] > 1 {
		return 0, 0, errGeometry
	}
	w.order = binary.BigEndian
	if w.b[0] == 1 {
		w.order = binary.LittleEndian
	}
	w.b = w.b[1:]
	t, err := w.uint32()
	dims = 2
	if t&0x20000000 != 0 { // extended: SRID
		if _, err := w.uint32(); err != nil {
			return 0, 0, err
		}
	}
	if t&0x80000000 != 0 {
		dims++
	}
	if t&0x40000000 != 0 {
		dims++
	}
	t &= 0x0fffffff
	switch t / 1000 {
	case 1, 2:
		dims = 3
	case 3:
		dims = 4
	}
	return t % 1000, dims, err
}

func (w *wkbReader) multiPolygon(depth int) (orb.MultiPolygon, error) {
	kind, dims, err := w.header()
	if err != nil {
		return nil, err
	}
	switch kind {
	case 3:
		p, err := w.polygon(dims)
		if len(p) == 0 {
			return nil, err
		}
		return orb.MultiPolygon{p}, err
	case 6, 7: // MultiPolygon, GeometryCollection
		n, err := w.uint32()
		if err != nil || depth > 8 || int64(n)*9 > int64(len(w.b)) {
			return nil, errGeometry
		}
		var mp orb.MultiPolygon
		for range n {
			part, err := w.multiPolygon(depth + 1)
			if err != nil {
				return nil, err
			}
			mp = append(mp, part...)
		}
		return mp, nil
	}
	return nil, fmt.Errorf("géométrie de type %d, Polygon ou MultiPolygon attendu", kind)
}

func (w *wkbReader) polygon(dims int) (orb.Polygon, error) {
	rings, err := w.uint32()
	if err != nil || rings > maxRings {
		return nil, errGeometry
	}
	var p orb.Polygon
	for range rings {
		n, err := w.uint32()
		if err != nil || int64(n)*int64(dims)*8 > int64(len(w.b)) {
			return nil, errGeometry
		}
		r := make(orb.Ring, n)
		for i := range r {
			r[i] = orb.Point{math.Float64frombits(w.order.Uint64(w.b)), math.Float64frombits(w.order.Uint64(w.b[8:]))}
			w.b = w.b[8*dims:]
		}
		p = append(p, r)
	}
	return p, nil
}
