package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"golang.org/x/text/encoding/charmap"

	"perimetre/geo/fault"
	"perimetre/ingest/crs"
)

// isShapefile tells the main file of a shapefile: file code 9994, big endian.
func isShapefile(head []byte) bool {
	return len(head) >= 100 && binary.BigEndian.Uint32(head) == 9994 && binary.LittleEndian.Uint32(head[28:]) == 1000
}

// shapefileParts opens the .shp, .dbf, .prj and .cpg of one shapefile; a part
// that does not exist is nil without error.
type shapefileParts struct {
	name string
	open func(ext string) (*document, error)
}

// shapefileInZip returns the parts of the shapefile of a zip, WGS84 first.
func shapefileInZip(file string) shapefileParts {
	return shapefileParts{name: file, open: func(ext string) (*document, error) {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		entries, err := zipEntries(f, file)
		f.Close()
		if err != nil {
			return nil, err
		}
		main := ""
		for _, suffix := range []string{"4326.shp", "wgs84.shp", ".shp"} {
			for _, e := range entries {
				if main == "" && strings.HasSuffix(strings.ToLower(e.Name), suffix) {
					main = strings.ToLower(strings.TrimSuffix(e.Name, path.Ext(e.Name)))
				}
			}
		}
		part := func(e *zip.File) bool { return strings.ToLower(e.Name) == main+ext }
		for _, e := range entries {
			if part(e) {
				return openDocument(file, main+ext)
			}
		}
		return nil, nil
	}}
}

// readShapefile reads the polygons of a shapefile with their properties (ESRI
// Shapefile Technical Description, 1998).
func readShapefile(parts shapefileParts, yield func(*feature) error) (layer, error) {
	l := layer{name: parts.name, format: "shapefile"}
	shp, err := parts.open(".shp")
	if err != nil {
		return l, err
	}
	if shp == nil {
		return l, &fault.Error{Kind: fault.NotFound, File: parts.name, Message: "fichier introuvable"}
	}
	defer shp.Close()
	dbf, err := parts.open(".dbf")
	if err != nil {
		return l, err
	}
	if dbf == nil {
		return l, &fault.Error{Kind: fault.Input, File: parts.name, Message: "shapefile incomplet", Expected: "les fichiers .shp, .dbf et .prj côte à côte", Seen: "pas de .dbf"}
	}
	defer dbf.Close()
	if l.crs, err = readPRJ(parts); err != nil {
		return l, err
	}
	if !l.crs.Known() {
		return l, l.crs.Refuse(parts.name)
	}
	t, err := openDBF(dbf, parts)
	if err != nil {
		return l, err
	}
	header := make([]byte, 100)
	if _, err := io.ReadFull(shp, header); err != nil || !isShapefile(header) {
		return l, &fault.Error{Kind: fault.Input, File: shp.name, Message: "ce n’est pas un shapefile", Expected: "un en-tête de 100 octets, code 9994"}
	}
	if kind := binary.LittleEndian.Uint32(header[32:]); kind != 5 && kind != 15 && kind != 25 {
		return l, &fault.Error{Kind: fault.Input, File: shp.name, Message: "shapefile sans polygones", Expected: "le type 5, 15 ou 25", Seen: fmt.Sprintf("le type %d", kind)}
	}
	for n := 1; ; n++ {
		shape, err := readShape(shp, n)
		if err == io.EOF {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		props, deleted, err := t.next()
		if err == io.EOF {
			return l, &fault.Error{Kind: fault.Input, File: dbf.name, Message: "table plus courte que le fichier des formes", Expected: fmt.Sprintf("au moins %d lignes", n), Seen: fmt.Sprintf("%d", n-1)}
		}
		if err != nil {
			return l, err
		}
		if deleted {
			continue
		}
		if err := yield(&feature{number: n, props: props, shape: shape}); err != nil {
			return l, err
		}
	}
}

const (
	maxShape = 32 << 20 // bytes of one record, two million points
	maxRings = 50_000   // of one shape: each hole is looked for in each outline
)

// readShape reads the next record of the main file; io.EOF after the last one.
func readShape(d *document, n int) (orb.MultiPolygon, error) {
	wrong := func(msg string) error {
		return &fault.Error{Kind: fault.Input, File: d.name, Message: fmt.Sprintf("forme n° %d : %s", n, msg)}
	}
	var head [8]byte
	if _, err := io.ReadFull(d, head[:]); err == io.EOF {
		return nil, io.EOF
	} else if err != nil {
		return nil, wrong("fichier tronqué")
	}
	size := int64(binary.BigEndian.Uint32(head[4:])) * 2
	if size > maxShape {
		return nil, &fault.Error{Kind: fault.TooLarge, File: d.name, Message: fmt.Sprintf("forme n° %d : longueur de %d octets", n, size), Expected: fmt.Sprintf("%d Mio au plus", maxShape>>20)}
	}
	if size < 4 {
		return nil, wrong(fmt.Sprintf("longueur de %d octets impossible", size))
	}
	var buf bytes.Buffer // grows with what is there, not with what is announced
	if _, err := io.CopyN(&buf, d, size); err != nil {
		return nil, wrong("fichier tronqué")
	}
	b := buf.Bytes()
	switch kind := binary.LittleEndian.Uint32(b); kind {
	case 0:
		return nil, nil
	case 5, 15, 25:
	default:
		return nil, wrong(fmt.Sprintf("type %d, 5, 15 ou 25 attendu", kind))
	}
	if len(b) < 44 {
		return nil, wrong("en-tête incomplet")
	}
	parts, points := int64(binary.LittleEndian.Uint32(b[36:])), int64(binary.LittleEndian.Uint32(b[40:]))
	if 44+4*parts+16*points > int64(len(b)) {
		return nil, wrong("plus courte que ses points")
	}
	if parts > maxRings {
		return nil, &fault.Error{Kind: fault.TooLarge, File: d.name, Message: fmt.Sprintf("forme n° %d : %d anneaux", n, parts), Expected: fmt.Sprintf("%d au plus", maxRings)}
	}
	starts := b[44:]
	coords := b[44+4*parts:]
	rings := make([]orb.Ring, 0, parts)
	for i := range parts {
		from, to := int64(binary.LittleEndian.Uint32(starts[4*i:])), points
		if i+1 < parts {
			to = int64(binary.LittleEndian.Uint32(starts[4*i+4:]))
		}
		if from > to || to > points {
			return nil, wrong("anneaux mal rangés")
		}
		r := make(orb.Ring, 0, to-from)
		for k := from; k < to; k++ {
			x := math.Float64frombits(binary.LittleEndian.Uint64(coords[16*k:]))
			y := math.Float64frombits(binary.LittleEndian.Uint64(coords[16*k+8:]))
			r = append(r, orb.Point{x, y})
		}
		if len(r) > 0 {
			rings = append(rings, r)
		}
	}
	return groupRings(rings), nil
}

// groupRings puts holes, which turn the other way, into the smallest outline that
// holds them. In a shapefile outlines turn clockwise; where all turn the other way
// they are outlines too.
func groupRings(rings []orb.Ring) orb.MultiPolygon {
	type outline struct {
		area  float64
		bound orb.Bound
	}
	var mp orb.MultiPolygon
	var outlines []outline
	clockwise := false
	for _, r := range rings {
		clockwise = clockwise || planar.Area(r) < 0
	}
	var holes []orb.Ring
	for _, r := range rings {
		if a := planar.Area(r); !clockwise || a < 0 {
			mp = append(mp, orb.Polygon{r})
			outlines = append(outlines, outline{math.Abs(a), r.Bound()})
		} else {
			holes = append(holes, r)
		}
	}
	for _, h := range holes {
		best := -1
		for i, o := range outlines {
			if !o.bound.Contains(h[0]) || best >= 0 && outlines[best].area < o.area {
				continue
			}
			if planar.RingContains(mp[i][0], h[0]) {
				best = i
			}
		}
		if best < 0 { // a hole in nothing is an outline drawn the wrong way
			mp = append(mp, orb.Polygon{h})
			continue
		}
		mp[best] = append(mp[best], h)
	}
	return mp
}

// readPRJ reads the system that the .prj defines; the zero value when it is absent.
func readPRJ(parts shapefileParts) (crs.System, error) {
	d, err := parts.open(".prj")
	if err != nil || d == nil {
		return crs.System{}, err
	}
	defer d.Close()
	head, err := d.head()
	if err != nil {
		return crs.System{}, err
	}
	return crs.Parse(string(head)), nil
}

// dbfTable reads the records of a dBASE III table.
type dbfTable struct {
	d       *document
	fields  []dbfField
	record  []byte
	records uint32
	read    uint32
	decode  func([]byte) string
}

type dbfField struct {
	name       string
	start, end int
}

func openDBF(d *document, parts shapefileParts) (*dbfTable, error) {
	wrong := func(msg string) error {
		return &fault.Error{Kind: fault.Input, File: d.name, Message: msg, Expected: "une table dBASE (.dbf)"}
	}
	var h [32]byte
	if _, err := io.ReadFull(d, h[:]); err != nil {
		return nil, wrong("en-tête incomplet")
	}
	t := &dbfTable{d: d, records: binary.LittleEndian.Uint32(h[4:])}
	size, record := int(binary.LittleEndian.Uint16(h[8:])), int(binary.LittleEndian.Uint16(h[10:]))
	if size < 33 || record < 1 {
		return nil, wrong("en-tête incohérent")
	}
	head := make([]byte, size-32)
	if _, err := io.ReadFull(d, head); err != nil {
		return nil, wrong("en-tête incomplet")
	}
	at := 1
	for i := 0; i+32 <= len(head) && head[i] != 0x0d; i += 32 {
		name, _, _ := bytes.Cut(head[i:i+11], []byte{0})
		width := int(head[i+16])
		if at+width > record {
			return nil, wrong("colonnes plus larges que la ligne")
		}
		t.fields = append(t.fields, dbfField{strings.ToLower(strings.TrimSpace(string(name))), at, at + width})
		at += width
	}
	t.record = make([]byte, record)
	var err error
	t.decode, err = dbfEncoding(parts, h[29])
	return t, err
}

// dbfEncoding follows the .cpg, then the table's own mark; without them what is
// valid UTF-8 is UTF-8, the rest Windows-1252.
func dbfEncoding(parts shapefileParts, mark byte) (func([]byte) string, error) {
	latin := func(b []byte) string {
		s, _ := charmap.Windows1252.NewDecoder().String(string(b))
		return s
	}
	d, err := parts.open(".cpg")
	if err != nil {
		return nil, err
	}
	if d != nil {
		defer d.Close()
		head, err := d.head()
		if err != nil {
			return nil, err
		}
		cpg := strings.ToUpper(strings.TrimSpace(string(head)))
		if strings.Contains(cpg, "1252") || strings.Contains(cpg, "8859") {
			return latin, nil
		}
	}
	return func(b []byte) string {
		if utf8.Valid(b) {
			return string(b)
		}
		return latin(b)
	}, nil
}

// next returns a record's properties; io.EOF after the last one.
func (t *dbfTable) next() (props map[string]string, deleted bool, err error) {
	if t.read == t.records {
		return nil, false, io.EOF
	}
	t.read++
	if _, err := io.ReadFull(t.d, t.record); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, false, &fault.Error{Kind: fault.Input, File: t.d.name, Line: int(t.read), Message: "table tronquée"}
		}
		return nil, false, t.d.broken(err)
	}
	props = make(map[string]string, len(t.fields))
	for _, f := range t.fields {
		props[f.name] = t.decode(bytes.Trim(t.record[f.start:f.end], " \x00"))
	}
	return props, t.record[0] == '*', nil
}
